/** The name of the built panel, with its hash; made by `vite.config.ts`. */
declare module "virtual:panel-file" {
  const name: string;
  export default name;
}

declare module "virtual:english-first" {
  const phrases: Partial<import("./phrases").Phrases>;
  export default phrases;
}

declare module "virtual:english-seldom" {
  const phrases: Partial<import("./phrases").Phrases>;
  export default phrases;
}
