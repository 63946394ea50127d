/** Phrases of pages and dialogs that are fetched later; each imports this file, so that the first load is without them. */
import pages from "./en.pages.json";
import { addPhrases } from "./words";

addPhrases(pages);
