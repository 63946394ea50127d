/** The name of the built panel, with its hash; made by `vite.config.ts`. */
declare module "virtual:panel-file" {
  const name: string;
  export default name;
}
