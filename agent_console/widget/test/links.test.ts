/** What becomes a link in a message, and what stays text. */

import { expect, test } from "vitest";
import { piecesOf } from "../src/links";

const links = (text: string): (string | null)[] => piecesOf(text).flatMap(({ href }) => (href === null ? [] : [href]));

test.each([
  ["see https://shop.example/a?b=c#d.", "https://shop.example/a?b=c#d"],
  ["(http://shop.example/help)", "http://shop.example/help"],
  ["https://en.wikipedia.org/wiki/Mug_(cup), they say", "https://en.wikipedia.org/wiki/Mug_(cup)"],
  ["HTTPS://SHOP.EXAMPLE", "HTTPS://SHOP.EXAMPLE"],
  ["write to help@shop.example!", "mailto:help@shop.example"],
  ["mailto:help@shop.example?subject=mug", "mailto:help@shop.example?subject=mug"],
])("%s", (text, href) => {
  expect(links(text)).toEqual([href]);
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "file:///etc/passwd",
  "https://",
  "a @ b",
  "12:30",
  "ftp://a.b/c",
])("%s stays text", (text) => {
  expect(piecesOf(text)).toEqual([{ text, href: null }]);
});

test("every sign stays, in order", () => {
  const text = "One: https://a.example, two (b@c.example) and\nthree.";
  expect(
    piecesOf(text)
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
  expect(links(text)).toHaveLength(2);
});

test("no text at all is no pieces", () => {
  expect(piecesOf("")).toEqual([]);
});
