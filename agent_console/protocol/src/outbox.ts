/** Requests the server has not answered yet, kept across lost connections and page loads. */

/** Where text is kept: `localStorage`, or a map in tests. Errors (full, forbidden) may be thrown. */
export interface TextStorage {
  get(key: string): string | null;
  set(key: string, text: string): void;
  remove(key: string): void;
}

/** A request: told apart by the id its sender chose. */
export interface Request {
  readonly type: string;
  readonly client_message_id?: string;
  readonly command_id?: string;
}

/** The id by which `accepted` and `error` name a request. */
export function refOf(request: Request): string {
  const ref = request.client_message_id ?? request.command_id;
  if (ref === undefined) throw new Error(`a ${request.type} frame has no id and cannot be a request`);
  return ref;
}

/**
 * Unanswered requests in the order they were made. Every change is a read, a change and a write of the stored
 * list, so two tabs can share one key: each adds and removes only its own, and a request that both know of is
 * sent twice with one id, which the server answers alike.
 */
export class Outbox<R extends Request> {
  #waiting: R[];

  constructor(
    private readonly storage: TextStorage,
    private readonly key: string,
  ) {
    this.#waiting = this.#stored();
  }

  get waiting(): readonly R[] {
    return this.#waiting;
  }

  /** Keep a request until it is answered. The same id again changes nothing. */
  add(request: R): void {
    const ref = refOf(request);
    if (this.#waiting.some((one) => refOf(one) === ref)) return;
    this.#waiting = [...this.#waiting, request];
    this.#store([...this.#stored().filter((one) => refOf(one) !== ref), request]);
  }

  /** Forget an answered request; returns it, or null if it was not ours. */
  settle(ref: string): R | null {
    const settled = this.#waiting.find((one) => refOf(one) === ref) ?? null;
    if (settled === null) return null;
    this.#waiting = this.#waiting.filter((one) => one !== settled);
    this.#store(this.#stored().filter((one) => refOf(one) !== ref));
    return settled;
  }

  /** Forget everything. */
  clear(): void {
    this.#waiting = [];
    this.#store([]);
  }

  #stored(): R[] {
    try {
      const stored: unknown = JSON.parse(this.storage.get(this.key) ?? "[]");
      return Array.isArray(stored) ? (stored as R[]).filter((one) => typeof refOf(one) === "string") : [];
    } catch {
      return []; // somebody else's text, or no storage: nothing is waiting as far as we can know
    }
  }

  #store(requests: readonly R[]): void {
    try {
      if (requests.length === 0) this.storage.remove(this.key);
      else this.storage.set(this.key, JSON.stringify(requests));
    } catch {
      // a full or forbidden storage costs only the memory across page loads
    }
  }
}
