import { describe, expect, it } from "vitest";
import { verdict, type Here, type Kept } from "./draftSync";

const EARLY = "2030-01-02T12:00:00Z";
const LATE = "2030-01-02T12:05:00Z";
const kept = (text: string, at = EARLY): Kept => ({ text, at });
const here = (text: string, over: Partial<Here> = {}): Here => ({
  text,
  base: null,
  editedAt: 0,
  typing: false,
  ...over,
});

describe("the draft that counts", () => {
  it("is taken over by a device that has none", () => {
    expect(verdict(here(""), kept("hello"))).toBe("take");
    expect(verdict(here("hello"), kept("hello"))).toBe("same");
    expect(verdict(here(""), null)).toBe("same");
  });
  it("is sent where this device went on from what the service has", () => {
    expect(verdict(here("hello you", { base: kept("hello") }), kept("hello"))).toBe("send");
    expect(verdict(here("", { base: kept("hello") }), kept("hello"))).toBe("send");
    expect(verdict(here("written offline"), null)).toBe("send");
  });
  it("is the newer one where both changed", () => {
    const both = (editedAt: string): Here => here("mine", { base: kept("hello"), editedAt: Date.parse(editedAt) });
    expect(verdict(both("2030-01-02T12:01:00Z"), kept("theirs", LATE))).toBe("take");
    expect(verdict(both("2030-01-02T12:09:00Z"), kept("theirs", LATE))).toBe("send");
  });
  it("is never what would overwrite what is being typed", () => {
    const typing = here("mine", { base: kept("hello"), typing: true });
    expect(verdict(typing, kept("theirs", LATE))).toBe("send");
    expect(verdict(here("mi", { base: kept("mi"), typing: true }), null)).toBe("send");
  });
  it("is gone where it was sent from another device, unless it was changed here since", () => {
    expect(verdict(here("hello", { base: kept("hello") }), null)).toBe("take");
    expect(verdict(here("hello you", { base: kept("hello") }), null)).toBe("send");
  });
});
