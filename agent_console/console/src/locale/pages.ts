/** Phrases of the pages Catalogue and Learning; each imports this file, so that the first load is without them. */
import pages from "./en.pages.json";
import { addPhrases } from "./words";

addPhrases(pages);
