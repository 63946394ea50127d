import { describe, expect, it } from "vitest";
import "../locale/pages";
import type { CustomerBody } from "../wire/resources";
import { outcomes } from "./outcomes";

const blank = { name: "", email: "", known_as: null, attributes: {}, page_attributes: {} };
const a = (over: Partial<CustomerBody>): CustomerBody => ({ ...blank, ...over }) as CustomerBody;

describe("what a merge leaves", () => {
  it("is the survivor's own, and says what of the other is given up", () => {
    const gone = a({ name: "Lee", email: "lee@shop.test", attributes: { plan: "free" } });
    const left = a({ name: "Maria", attributes: { plan: "gold", vip: true } });
    expect(outcomes(gone, left)).toEqual([
      { name: "Name", kept: "Maria", dropped: "Lee" },
      { name: "E-mail", kept: "lee@shop.test", dropped: "" },
      { name: "plan", kept: "gold", dropped: "free" },
      { name: "vip", kept: "true", dropped: "" },
    ]);
  });

  it("is nothing where nobody said anything", () => {
    expect(outcomes(a({}), a({}))).toEqual([]);
  });

  it("gives up nothing where both say the same", () => {
    const same = a({ name: "Maria" });
    expect(outcomes(same, same)).toEqual([{ name: "Name", kept: "Maria", dropped: "" }]);
  });
});
