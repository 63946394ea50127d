import { describe, expect, it } from "vitest";
import { filled, found, searchIn } from "./fill";

const a = (name: string, text = "") => ({ id: name, name, text, changed_at: "2030-01-02T12:00:00Z" });

describe("templates", () => {
  it("are looked for only by a slash and a name", () => {
    expect(searchIn("/")).toBe("");
    expect(searchIn("/He")).toBe("he");
    for (const text of ["", "hello", "/two words", "a/b", "//"]) expect(searchIn(text)).toBeNull();
  });
  it("come by how well the name fits, then by the text", () => {
    const all = [a("bye"), a("say-hello"), a("greet", "Hello there"), a("hello")];
    expect(found(all, "hello").map((one) => one.name)).toEqual(["hello", "say-hello", "greet"]);
    expect(found(all, "").length).toBe(4);
    expect(found(all, "zzz")).toEqual([]);
  });
  it("are filled with what is known, and nothing else is touched", () => {
    const values = { agent: "Ana $&", site: "Shop" };
    expect(filled("I am {agent} of {site}, {agent} {other}", values)).toBe("I am Ana $& of Shop, Ana $& {other}");
  });
});
