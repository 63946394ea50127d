/** The REST side of the service: what is not live. Paths are relative to the page, which may live under a prefix. */

export class RestError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status: number) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

let csrf = "";

/** Every changing request of staff carries this token, given at sign-in. */
export function setCsrf(token: string): void {
  csrf = token;
}

export function apiUrl(path: string): string {
  return new URL(`../api/v1/${path}`, document.baseURI).href;
}

export function socketUrl(): string {
  const url = new URL("../ws/staff", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

function init(method: Method, body: unknown): RequestInit {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return { method, headers, credentials: "same-origin", body: body === undefined ? null : JSON.stringify(body) };
}

async function failure(response: Response): Promise<RestError> {
  const body: unknown = await response.json().catch(() => null);
  const error = (body as { error?: { code?: string; message?: string } } | null)?.error;
  return new RestError(error?.code ?? "http_error", error?.message ?? `HTTP ${response.status}`, response.status);
}

/** @throws RestError with the service's stable code, or `unreachable` when there was no answer. */
export async function rest<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await fetch(apiUrl(path), init(method, body)).catch((cause: unknown) => {
    throw new RestError("unreachable", String(cause), 0);
  });
  if (!response.ok) throw await failure(response);
  return (response.status === 204 ? null : await response.json()) as T;
}

/** Send a file as it is. @throws RestError */
export async function upload<T>(path: string, file: Blob): Promise<T> {
  const { headers } = init("POST", undefined);
  const sent = { method: "POST", headers: headers!, body: file } as const;
  const response = await fetch(apiUrl(path), sent).catch((cause: unknown) => {
    throw new RestError("unreachable", String(cause), 0);
  });
  if (!response.ok) throw await failure(response);
  return (await response.json()) as T;
}

/** `path?a=1&b=2`, leaving out what is null. */
export function withQuery(path: string, query: Record<string, string | number | null>): string {
  const given = Object.entries(query).filter(([, value]) => value !== null);
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given.map(([k, v]) => [k, String(v)]))}`;
}
