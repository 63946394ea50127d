/** The file a customer saves: everything they could read, by their clock, and nothing else. */

import { expect, test } from "vitest";
import de from "../src/locales/de.json";
import en from "../src/locales/en.json";
import { Words } from "../src/phrases";
import { fileName, transcriptOf } from "../src/transcript";
import { aMessage, aNotice } from "./frames";

const NOW = new Date("2026-11-30T13:03:00Z");
const at = "2026-11-30T23:30:00Z";
const option = (intent: string, title: string) => ({ intent, title });
const file = { id: "f1", key: "k", name: "receipt.pdf", width: null } as never;

test("names, times in the customer's zone, notices in words, files by name, further lines indented", () => {
  const messages = [
    aMessage(1, { at, author: "customer", body: { kind: "text", text: "two\nlines" } }),
    aMessage(2, { at, body: { kind: "choices", options: [option("a", "Refund"), option("b", "Order")] } }),
    aMessage(3, { at, author: "customer", body: { kind: "choice", intent: null, title: null } as never }),
    { ...aNotice(4, "agent_joined"), at },
    aMessage(5, { at, author: "agent", author_name: "Ana", body: { kind: "attachment", text: "", files: [file] } }),
    aMessage(6, { at, author: "agent", author_name: "Ana", internal: true, body: { kind: "text", text: "a note" } }),
    { ...aNotice(7, "something_newer"), at },
    aMessage(8, { at, author: "customer", body: { kind: "erased" } }),
  ];
  const text = transcriptOf(messages, new Words("en", en), NOW, "Europe/Madrid").replaceAll("\u202f", " ");
  expect(text.split("\r\n")).toEqual([
    "\uFEFFChat with us",
    "Saved on Nov 30, 2026, 2:03 PM (Europe/Madrid)",
    "",
    "[Dec 1, 2026, 12:30 AM] You: two",
    "    lines",
    "[Dec 1, 2026, 12:30 AM] Assistant: Which of these do you mean?",
    "    - Refund",
    "    - Order",
    "[Dec 1, 2026, 12:30 AM] You: None of these",
    "[Dec 1, 2026, 12:30 AM] A colleague joined the conversation",
    "[Dec 1, 2026, 12:30 AM] Ana: File: receipt.pdf",
    "[Dec 1, 2026, 12:30 AM] You: This message was erased",
    "",
  ]);
});

test("in the language of the chat", () => {
  const said = [aMessage(1, { at, author: "customer", body: { kind: "text", text: "Hallo" } })];
  const text = transcriptOf(said, new Words("de", de), NOW, "UTC");
  expect(text).toContain("Gespeichert am 30.11.2026, 13:03 (UTC)");
  expect(text).toContain("[30.11.2026, 23:30] Sie: Hallo");
});

test("the name has the day of the customer's calendar", () => {
  expect(fileName(new Date(2026, 2, 5))).toBe("chat-2026-03-05.txt");
});
