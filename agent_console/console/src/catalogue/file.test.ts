/** What a chosen file is read as. */
import { expect, it } from "vitest";
import { readFile } from "./file";

const utf16 = (text: string, little: boolean): Uint8Array<ArrayBuffer> => {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  Array.from(text).forEach((one, i) => view.setUint16(2 * i, one.charCodeAt(0), little));
  return new Uint8Array(view.buffer);
};

const file = (bytes: string | Uint8Array<ArrayBuffer>): File => new File([bytes], "intents.csv");

it("reads UTF-8, with and without a mark at its beginning", async () => {
  const read = { text: "text,label\n¿dónde?,order", source: "intents.csv" };
  expect(await readFile(file(read.text))).toEqual(read);
  expect(await readFile(file(`\uFEFF${read.text}`))).toEqual(read);
});

it("reads UTF-16 as spreadsheets save it, in either order of bytes", async () => {
  for (const little of [true, false]) {
    expect(await readFile(file(utf16("\uFEFFtext,label\nçay,tea", little)))).toMatchObject({
      text: "text,label\nçay,tea",
    });
  }
});

it("refuses what is no text", async () => {
  expect(await readFile(file(new Uint8Array([0x74, 0xe7, 0x79])))).toBe("catalogue.import.notText");
});
