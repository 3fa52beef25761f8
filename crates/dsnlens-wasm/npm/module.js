// The two WebAssembly modules: the first answers about Django with the guide's settings module and
// about psql, the full one about everything. Each is started once, and asked only when it runs.
import * as glue from "./dsnlens.js";

class Module {
  #starting;
  // What it exports, once it runs.
  exports;

  // `load` gives the glue and where the module is, and is asked the first time; a start that failed
  // may be tried again.
  start(load) {
    this.#starting ??= this.#run(load).catch((cause) => {
      this.#starting = undefined;
      throw failure(cause);
    });
    return this.#starting;
  }

  async #run(load) {
    const [glue, source] = await Promise.all(load());
    await glue.default({ module_or_path: source });
    this.exports = glue;
  }

  // The same for a host that reads files without waiting.
  startNow(load) {
    try {
      const [glue, bytes] = load();
      glue.initSync({ module: bytes });
      this.exports = glue;
    } catch (cause) {
      throw failure(cause);
    }
  }

  get isStarting() {
    return this.#starting !== undefined;
  }
}

function failure(cause) {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`dsnlens: cannot start the WebAssembly module: ${reason}`, { cause });
}

const first = new Module();
const full = new Module();

// Starts what `wanted` asks for: `{ all }` the full module, anything else the first one, whose source
// it is. Where the full one is, the first is not needed.
export function start(wanted, loadFirst, loadFull) {
  const { all } = isOptions(wanted) ? wanted : {};
  if (all) return full.start(() => loadFull(all === true ? undefined : all));
  if (full.isStarting) return full.start();
  return first.start(() => [glue, loadFirst(isOptions(wanted) ? undefined : wanted)]);
}

function isOptions(wanted) {
  return typeof wanted === "object" && wanted !== null && "all" in wanted;
}

// How a host has the full module at once; where it cannot, `init` has to have started it.
let loadNow;

export function onDemand(load) {
  loadNow = load;
}

export function resolve(inputs, options) {
  if (full.exports) return full.exports.resolve(inputs, options);
  demandStart("resolve");
  const answer = first.exports.resolve(inputs, options);
  // A text is the property that is not for the first module.
  if (typeof answer !== "string") return answer;
  const all = provide(() => {
    const wanted = "`await init({ all: true })` first, the default export";
    return new TypeError(`dsnlens: case.${answer} needs the full module; ${wanted}`);
  });
  return all.resolve(inputs, options);
}

export function compare(inputs, options) {
  if (!full.exports) demandStart("compare");
  return provide(() => tooEarly("compare", "init({ all: true })")).compare(inputs, options);
}

export function version() {
  if (!full.exports) demandStart("version");
  return (full.exports ?? first.exports).version();
}

function provide(missing) {
  if (!full.exports) {
    if (!loadNow) throw missing();
    full.startNow(loadNow);
  }
  return full.exports;
}

function demandStart(name) {
  if (!first.exports) throw tooEarly(name, "init()");
}

function tooEarly(name, start) {
  return new Error(`dsnlens: ${name}() was called too early; \`await ${start}\` first, the default export`);
}
