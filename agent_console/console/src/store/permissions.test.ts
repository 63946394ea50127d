/** What the console shows follows the service's table. */
import { expect, it } from "vitest";
import { may } from "./permissions";

it("knows what a role may do", () => {
  expect(may({ role: "agent" }, "work_conversations")).toBe(true);
  expect(may({ role: "agent" }, "supervise")).toBe(false);
  expect(may({ role: "trainer" }, "edit_catalogue")).toBe(true);
  expect(may({ role: "supervisor" }, "manage_accounts")).toBe(false);
  expect(may(null, "own_account")).toBe(false);
});
