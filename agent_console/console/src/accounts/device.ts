/** What a session's browser and system are called. */
import { words } from "../locale/words";
import type { OpenSessionBody } from "../wire/resources";

type Device = Pick<OpenSessionBody, "browser" | "system">;

/** "Firefox on Linux"; what the user agent does not tell is left out. */
export function deviceName({ browser, system }: Device): string {
  if (browser && system) return words("own.sessions.device", { browser, system });
  return browser ?? system ?? words("own.sessions.unknown");
}
