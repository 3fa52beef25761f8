// Where `fetch` is: browsers, and what bundlers make for them.
import { start } from "./module.js";

export { clients } from "./clients.js";
export { compare, resolve, version } from "./module.js";
export { explain, rules } from "./rules.js";

// Without a source the glue fetches the module that lies beside it, by an address that bundlers see.
// The full module's glue is loaded with it.
export default (wanted) =>
  start(
    wanted,
    (source) => source,
    (source) => [import("./dsnlens-all.js"), source],
  );
