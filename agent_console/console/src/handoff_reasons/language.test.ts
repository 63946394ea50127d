/** Languages are named in words. */
import { expect, it } from "vitest";
import "../locale/pages";
import { languageSentence } from "./language";

it("names the customer's language and those of the model", () => {
  expect(languageSentence("es", ["en"])).toBe("The customer writes in Spanish; the model knows English.");
  expect(languageSentence("zh", ["de", "en", "fr"])).toBe(
    "The customer writes in Chinese; the model knows German, English, and French.",
  );
});

it("names only the customer's where the model knows no other", () => {
  expect(languageSentence("es", [])).toBe("The customer writes in Spanish, which the model did not know.");
  expect(languageSentence("es", ["es"])).toBe("The customer writes in Spanish, which the model did not know.");
});

it("names none where the decision does not say", () => {
  expect(languageSentence(null, ["en"])).toBe("The model does not know this language.");
});
