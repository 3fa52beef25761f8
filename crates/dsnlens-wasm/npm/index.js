// Where `fetch` is: browsers, and what bundlers make for them.
import { start } from "./module.js";

export { resolve, version } from "./module.js";
export { explain, rules } from "./rules.js";

// Without a source the glue fetches the module that lies beside it, by an address that bundlers see.
export default (source) => start(() => source);
