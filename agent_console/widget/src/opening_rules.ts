/** When a page invites its visitors to ask. Pure. */

export interface Rule {
  /** Of the page; `*` stands for anything. */
  readonly path: string;
  /** How long the visitor has looked at the page before. */
  readonly seconds: number;
  readonly text: string;
}

/** One rule a line: `/pricing* 20 Shall we help you choose?`. What is none is told and left out. */
export function parsedRules(text: string, onWrong: (line: string) => void): Rule[] {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).flatMap((line) => {
    const found = /^(\/\S*|\*)\s+(\d{1,5})\s+(\S.*)$/.exec(line);
    if (found === null) onWrong(line);
    return found === null ? [] : [{ path: found[1]!, seconds: Number(found[2]), text: found[3]! }];
  });
}

/** The first rule for a page. */
export function ruleFor(rules: readonly Rule[], path: string): Rule | undefined {
  return rules.find((rule) => matches(rule.path, path));
}

function matches(pattern: string, path: string): boolean {
  const literal = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`).test(path);
}
