/**
 * What no page needs before somebody opens the chat: the third file of the widget, fetched then or when a page says who
 * its visitor is. See `ui/extra.tsx`.
 */

import english from "virtual:english-seldom";
import cards from "./styles/cards.css?inline";
import extras from "./styles/extras.css?inline";

export { PageDialogs } from "./page_dialogs";
export { Failed } from "./ui/failed";
export { identify, setAttributes } from "./page_calls";
export { addFiles } from "./files";
export { Clip, Uploads } from "./ui/uploads";
export { Attachment } from "./ui/attachment";
export { Choices } from "./ui/choices";
export { WaitingCard } from "./ui/cards";
export { Quoted } from "./ui/quoted";
export { SaveButton } from "./ui/save";
export { RatingCard } from "./ui/rating";
export { ContactCard, ContactLeftCard } from "./ui/seldom_cards";
export const styles = cards + extras;
export { english };
