/** A chosen file as text; what is no text is said before it is sent. */
import type { Phrase } from "../locale/words";

const MAX_BYTES = 20 * 1024 * 1024;

export interface ReadFile {
  text: string;
  source: string;
}

/** The file's text and name, or the phrase that says why it cannot be taken. */
export async function readFile(file: File): Promise<ReadFile | Phrase> {
  if (file.size > MAX_BYTES) return "catalogue.import.large";
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return { text, source: file.name.slice(-255) };
  } catch {
    return "catalogue.import.notText";
  }
}
