/** How this browser alerts: each way and each event on or off. */
import { readText, usePreference } from "../store/preferences";
import type { NewsKind } from "./news";

export type Switch = "on" | "off";
export type AlertSetting = "sound" | "desktop" | "words" | NewsKind;

const OFF_AT_FIRST: AlertSetting = "words";
const defaultOf = (setting: AlertSetting): Switch => (setting === OFF_AT_FIRST ? "off" : "on");
const keyOf = (setting: AlertSetting): string => `alerts.${setting}`;

export const isOn = (setting: AlertSetting): boolean => (readText(keyOf(setting)) ?? defaultOf(setting)) === "on";

export const wants = (kind: NewsKind): boolean => isOn(kind);

export function useAlertSetting(setting: AlertSetting): [boolean, (on: boolean) => void] {
  const [value, setValue] = usePreference<Switch>(keyOf(setting), defaultOf(setting));
  return [value === "on", (on) => setValue(on ? "on" : "off")];
}
