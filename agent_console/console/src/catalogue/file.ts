/** A chosen file as text; what is no text is said before it is sent. */
import type { Phrase } from "../locale/words";

const MAX_BYTES = 20 * 1024 * 1024;

export interface ReadFile {
  text: string;
  source: string;
}

/** UTF-16 as spreadsheets save it, by the mark it begins with; anything else must be UTF-8. */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return "utf-8";
}

/** The file's text and name, or the phrase that says why it cannot be taken. */
export async function readFile(file: File): Promise<ReadFile | Phrase> {
  if (file.size > MAX_BYTES) return "catalogue.import.large";
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return { text, source: file.name.slice(-255) };
  } catch {
    return "catalogue.import.notText";
  }
}
