/** The wire protocol as both apps use it: generated frame types and the shared connection. */

export * from "./generated";
export * from "./backoff";
export * from "./bidi";
export * from "./browser";
export * from "./client_id";
export * from "./composing";
export * from "./connection";
export * from "./outbox";
export * from "./ports";
export * from "./positions";
export * from "./requests";
export * from "./thread";
