// Under Node, whose `fetch` reads no files.
import { readFile } from "node:fs/promises";

import { start } from "./module.js";

export { resolve, version } from "./module.js";
export { explain, rules } from "./rules.js";

const BESIDE = new URL("./dsnlens_bg.wasm", import.meta.url);

export default (source = BESIDE) =>
  start(() => (source instanceof URL && source.protocol === "file:" ? readFile(source) : source));
