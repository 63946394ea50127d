/** How this browser alerts: each way and each event on or off. */
import { readText, usePreference } from "../store/preferences";
import type { NewsKind } from "./news";

export type Switch = "on" | "off";
export type AlertSetting = "sound" | "desktop" | "words" | "waiting" | "own";

const DEFAULTS: Record<AlertSetting, Switch> = { sound: "on", desktop: "on", words: "off", waiting: "on", own: "on" };
const keyOf = (setting: AlertSetting): string => `alerts.${setting}`;

export const isOn = (setting: AlertSetting): boolean => (readText(keyOf(setting)) ?? DEFAULTS[setting]) === "on";

/** Proposals, what is assigned and what was put off are as one's own: they wait for this agent by name. */
export const wants = (kind: NewsKind): boolean => isOn(kind === "waiting" ? "waiting" : "own");

export function useAlertSetting(setting: AlertSetting): [boolean, (on: boolean) => void] {
  const [value, setValue] = usePreference<Switch>(keyOf(setting), DEFAULTS[setting]);
  return [value === "on", (on) => setValue(on ? "on" : "off")];
}
