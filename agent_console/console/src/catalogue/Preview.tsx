/** An answer as the customer reads it in the chat: a bubble with its line breaks, addresses as links. */
import { Fragment } from "react";
import { words } from "../locale/words";
import css from "./intent.module.css";

/** The chat's own pattern (`widget/src/ui/message.tsx`). */
const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/;

/** Pieces of a text, the odd ones being addresses. Pure. */
export const pieces = (text: string): string[] => text.split(LINK);

export function Preview({ text, locale }: { text: string; locale: string }) {
  return (
    <figure className={css.preview}>
      <figcaption>{words("catalogue.preview")}</figcaption>
      {text.trim() === "" ? (
        <p className={css.quiet}>{words("catalogue.preview.none")}</p>
      ) : (
        <p className={css.bubble} dir="auto" lang={locale}>
          {pieces(text.trim()).map((piece, index) =>
            index % 2 === 0 ? (
              <Fragment key={index}>{piece}</Fragment>
            ) : (
              <a key={index} href={piece} target="_blank" rel="noopener noreferrer nofollow">
                {piece}
              </a>
            ),
          )}
        </p>
      )}
    </figure>
  );
}
