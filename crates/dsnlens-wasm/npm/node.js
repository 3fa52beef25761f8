// Under Node, whose `fetch` reads no files.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import * as glue from "./dsnlens-all.js";
import { onDemand, start } from "./module.js";

export { clients } from "./clients.js";
export { compare, resolve, version } from "./module.js";
export { explain, rules } from "./rules.js";

const FIRST = new URL("./dsnlens_bg.wasm", import.meta.url);
const ALL = new URL("./dsnlens-all_bg.wasm", import.meta.url);

const read = (source) =>
  source instanceof URL && source.protocol === "file:" ? readFile(source) : source;

export default (wanted) =>
  start(
    wanted,
    (source = FIRST) => read(source),
    (source = ALL) => [glue, read(source)],
  );

onDemand(() => [glue, readFileSync(ALL)]);
