/** Who this customer is to the service: made when first needed, kept in the browser, shared by its tabs. */

import type { Credentials, TextStorage } from "@escalation/protocol";
import type { Place } from "./place";

export interface Customer {
  readonly customer: string;
  readonly token: string;
}

const KEY = "customer";

export class Identity {
  constructor(
    private readonly place: Place,
    private readonly locale: string,
    private readonly storage: TextStorage,
    private readonly request: typeof fetch = (...given) => fetch(...given),
  ) {}

  /** The customer this browser already is, if any. */
  known(): Customer | null {
    try {
      const stored = JSON.parse(this.storage.get(KEY) ?? "null") as Partial<Customer> | null;
      return stored?.customer && stored.token ? { customer: stored.customer, token: stored.token } : null;
    } catch {
      return null;
    }
  }

  /** The service gave a new token in place of the one it was shown. */
  renew(token: string): void {
    this.storage.set(KEY, JSON.stringify({ ...this.known(), token }));
  }

  keep(customer: Customer): void {
    this.storage.set(KEY, JSON.stringify(customer));
  }

  forget(): void {
    this.storage.remove(KEY);
  }

  /** The known customer or a new one; null if this site may not have one. Raises if the service cannot be reached. */
  async ensure(): Promise<(Credentials & Customer) | null> {
    return this.known() ?? (await this.create());
  }

  private async create(): Promise<Customer | null> {
    const url = new URL(`api/v1/sites/${encodeURIComponent(this.place.site)}/customers`, this.place.base);
    const response = await this.request(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ locale: this.locale }),
      credentials: "omit",
    });
    if (response.status === 403 || response.status === 404) return null;
    if (!response.ok) throw new Error(`the service answered ${response.status}`);
    const made = (await response.json()) as Customer;
    const meanwhile = this.known();
    if (meanwhile !== null) return meanwhile; // another tab was faster: both are that customer
    const customer = { customer: made.customer, token: made.token };
    this.keep(customer);
    return customer;
  }
}
