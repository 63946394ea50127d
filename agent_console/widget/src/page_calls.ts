/** What few pages ask for: saying who their visitor is. Part of `extras.tsx`. */

import type { Chat } from "./chat";
import type { Customer } from "./identity";

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/**
 * Take what the site's server signed; null: the visitor has signed out there. Returns whether it was taken; if it was
 * not, the console says why, and the chat goes on with a visitor whom nobody knows.
 */
export async function identify(chat: Chat, token: string | null): Promise<boolean> {
  if (token === null) {
    if (chat.signed) chat.become(null, false);
    return true;
  }
  const before = chat.identity.known();
  const said = { token, customer_token: before?.token ?? null, locale: chat.words.locale };
  const answer = await ask(chat, "POST", "identity", said);
  if (answer === null) {
    if (chat.signed) chat.become(null, false);
    return false;
  }
  const { customer, token: own } = (await answer.json()) as Customer;
  chat.become({ customer, token: own }, !chat.signed);
  return true;
}

/** Say what the page knows of its visitor: now if they are a customer already, else as soon as they are. */
export function setAttributes(chat: Chat, attributes: Attributes): void {
  const send = (): void => {
    const customer = chat.identity.known();
    if (customer === null) return;
    chat.onWelcome = null;
    void ask(chat, "PUT", "attributes", { customer_token: customer.token, attributes });
  };
  chat.onWelcome = send;
  send();
}

async function ask(chat: Chat, method: string, what: string, body: object): Promise<Response | null> {
  const { base, site } = chat.place;
  const url = new URL(`api/v1/sites/${encodeURIComponent(site)}/${what}`, base);
  const headers = { "Content-Type": "application/json" };
  try {
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body), credentials: "omit" });
    if (answer.ok) return answer;
    const { error } = (await answer.json()) as { readonly error: { readonly code: string; readonly message: string } };
    console.error(`escalationChat, ${what}: ${error.message} (${error.code})`);
  } catch (error) {
    console.error(`escalationChat, ${what}: the service cannot be reached.`, error);
  }
  return null;
}
