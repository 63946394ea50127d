/** What a merge leaves of what two customers are known by: the survivor's own, and of the other what they lack. Pure. */
import { words } from "../locale/words";
import type { CustomerBody } from "../wire/resources";

interface Outcome {
  name: string;
  kept: string;
  /** What the other one had in its place; empty: nothing else. */
  dropped: string;
}

type Facts = Readonly<Record<string, string>>;

function factsOf(one: CustomerBody): Facts {
  const own: [string, string][] = [
    [words("customer.name"), one.name],
    [words("customer.email"), one.email],
    [words("customer.knownAs"), one.known_as ?? ""],
  ];
  const said = Object.entries({ ...one.page_attributes, ...one.attributes });
  return Object.fromEntries([...own, ...said.map(([name, value]) => [name, String(value)] as const)]);
}

export function outcomes(gone: CustomerBody, left: CustomerBody): Outcome[] {
  const [theirs, own] = [factsOf(gone), factsOf(left)];
  return Object.keys({ ...own, ...theirs }).flatMap((name) => {
    const [mine, other] = [own[name] ?? "", theirs[name] ?? ""];
    if (!mine && !other) return [];
    return [{ name, kept: mine || other, dropped: mine && other && mine !== other ? other : "" }];
  });
}
