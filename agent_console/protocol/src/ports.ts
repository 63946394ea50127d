/** What the connection needs from outside, so that tests can stand in for it: sockets and time. */

/** One open or opening socket. */
export interface Socket {
  send(text: string): void;
  close(code: number, reason?: string): void;
}

export interface SocketHandlers {
  opened(): void;
  received(text: string): void;
  closed(code: number, reason?: string): void;
}

export type OpenSocket = (url: string, handlers: SocketHandlers) => Socket;

export interface Timers {
  now(): number;
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemTimers: Timers = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    return () => clearTimeout(handle);
  },
};

/** One alarm a name: setting it again takes the place of the one before. */
export class Alarms {
  readonly #timers: Timers;
  readonly #stop = new Map<string, () => void>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  set(name: string, milliseconds: number, callback: () => void): void {
    this.clear(name);
    this.#stop.set(name, this.#timers.after(milliseconds, callback));
  }

  clear(name: string): void {
    this.#stop.get(name)?.();
    this.#stop.delete(name);
  }

  clearAll(): void {
    for (const name of [...this.#stop.keys()]) this.clear(name);
  }
}
