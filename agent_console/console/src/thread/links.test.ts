/** Addresses in messages. */
import { describe, expect, it } from "vitest";
import { pieces } from "./links";

const links = (text: string): (string | null)[] => pieces(text).flatMap(({ href }) => (href ? [href] : []));

describe("a web address in a message", () => {
  it("is found, without the punctuation around it", () => {
    expect(links("See https://shop.example/a?b=1#c, or (http://x.example/y).")).toEqual([
      "https://shop.example/a?b=1#c",
      "http://x.example/y",
    ]);
  });
  it("may be one to write to", () => {
    expect(links("Write to mailto:help@shop.example.")).toEqual(["mailto:help@shop.example"]);
  });
  it("is of the web and of nothing else", () => {
    expect(links("javascript:alert(1) data:text/html,x ftp://a.example file:///etc/passwd www.shop.example")).toEqual(
      [],
    );
    expect(links("https://")).toEqual([]);
  });
  it("leaves the text as it was written", () => {
    for (const text of ["", "no link", "https://a.example", "a https://a.example/ü b\nhttps://b.example <b>"])
      expect(
        pieces(text)
          .map((piece) => piece.text)
          .join(""),
      ).toBe(text);
  });
});
