/** What this client has seen of each stream it wants to follow. */

/**
 * Followed streams with the highest seq seen, or null until a snapshot or `following` says where they stand.
 * A position never falls, except when the whole log is another one (`log_epoch`).
 */
export class Positions {
  #logEpoch: string | null = null;
  readonly #seen = new Map<string, number | null>();

  get logEpoch(): string | null {
    return this.#logEpoch;
  }

  /** Want a stream; `from` is the position to start at, null asks for a snapshot. */
  want(stream: string, from: number | null): void {
    if (!this.#seen.has(stream)) this.#seen.set(stream, from);
  }

  forget(stream: string): void {
    this.#seen.delete(stream);
  }

  wants(stream: string): boolean {
    return this.#seen.has(stream);
  }

  /** Positions to say hello with. */
  known(): Record<string, number> {
    const known = [...this.#seen].filter((entry): entry is [string, number] => entry[1] !== null);
    return Object.fromEntries(known);
  }

  /** Streams that need a snapshot. */
  unknown(): string[] {
    return [...this.#seen].filter(([, seq]) => seq === null).map(([stream]) => stream);
  }

  /** True if `seq` is news, which is then seen; false for a repeat or a stream nobody wants. */
  advance(stream: string, seq: number): boolean {
    const seen = this.#seen.get(stream);
    if (seen === undefined || (seen !== null && seq <= seen)) return false;
    this.#seen.set(stream, seq);
    return true;
  }

  /** Everything up to `position` has arrived or is hidden from us; means nothing while a snapshot is on its way. */
  reached(stream: string, position: number): void {
    if (this.#seen.get(stream) !== null) this.advance(stream, position);
  }

  /** A snapshot replaced the stream: it stands at `head`, even if that is lower than what was seen. */
  replaced(stream: string, head: number): void {
    if (this.#seen.has(stream)) this.#seen.set(stream, head);
  }

  /** Learn which log the server speaks of. Another one than before makes all positions void; returns whether it did. */
  belongTo(logEpoch: string): boolean {
    const another = this.#logEpoch !== null && this.#logEpoch !== logEpoch;
    this.#logEpoch = logEpoch;
    if (another) for (const stream of this.#seen.keys()) this.#seen.set(stream, null);
    return another;
  }
}
