/** What becomes of words, files and quotes that were sent and refused. */
import { beforeEach, expect, it } from "vitest";
import { draftKey, quoteKey, readText, writeText } from "../store/preferences";
import { refuse } from "../store/requests";
import { emptyState } from "../store/state";
import { store } from "../store/store";
import { keepRefusedText, putBack, sendAgain, sendFile, sendMessage } from "./commands";

const DRAFT = draftKey("c1", "reply");
const QUOTE = quoteKey("c1");
const pending = () => store.get().pending[0]!;

function refused(): void {
  const error = { type: "error" as const, code: "stale_epoch", message: "no", ref: pending().ref };
  store.update((state) => refuse(state, error));
  keepRefusedText(error);
}

beforeEach(() => {
  store.update(() => emptyState);
  writeText(DRAFT, null);
  writeText(QUOTE, "m1");
});

it("sends the chosen quote with a file, once", () => {
  sendFile("c1", "f1", "label.pdf");
  expect(pending()).toMatchObject({ text: "label.pdf", request: { attachments: ["f1"], quotes: "m1", text: "" } });
  expect(readText(QUOTE)).toBeNull();
});

it("puts refused words back with their quote", () => {
  writeText(DRAFT, "here it is");
  sendMessage("c1", "reply", "here it is");
  expect([readText(DRAFT), readText(QUOTE), pending().request]).toMatchObject([null, null, { quotes: "m1" }]);
  refused();
  expect([readText(DRAFT), readText(QUOTE), store.get().pending]).toEqual(["here it is", "m1", []]);
  expect(store.get().refusals["c1"]).toMatchObject({ code: "stale_epoch", command: "reply" });
});

it("keeps a refused file with its quote, to be sent again, and leaves what is written meanwhile alone", () => {
  sendFile("c1", "f1", "label.pdf");
  refused();
  expect(pending()).toMatchObject({ state: "failed", text: "label.pdf" });
  writeText(DRAFT, "still here");
  writeText(QUOTE, "m2");
  sendAgain(pending());
  expect(pending()).toMatchObject({ state: "sending", request: { attachments: ["f1"], quotes: "m1" } });
  expect([readText(DRAFT), readText(QUOTE)]).toEqual(["still here", "m2"]);
});

it("keeps refused words in their bubble while others are being written, and puts them before those when asked", () => {
  sendMessage("c1", "reply", "first");
  writeText(DRAFT, "second");
  refused();
  expect([pending().state, readText(DRAFT)]).toEqual(["failed", "second"]);
  putBack(pending());
  expect([readText(DRAFT), readText(QUOTE), store.get().pending]).toEqual(["first\n\nsecond", "m1", []]);
});
