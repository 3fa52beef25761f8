// The WebAssembly module: started once, and asked only when it runs.
import instantiate, { resolve as answer, version as release } from "./dsnlens.js";

let starting;
let isRunning = false;

// Whatever `load` gives is taken the first time; a start that failed may be tried again.
export function start(load) {
  starting ??= run(load).catch((cause) => {
    starting = undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`dsnlens: cannot start the WebAssembly module: ${reason}`, { cause });
  });
  return starting;
}

async function run(load) {
  await instantiate({ module_or_path: await load() });
  isRunning = true;
}

export function resolve(inputs, options) {
  demandStart("resolve");
  return answer(inputs, options);
}

export function version() {
  demandStart("version");
  return release();
}

function demandStart(name) {
  if (!isRunning) {
    throw new Error(`dsnlens: ${name}() was called too early; \`await init()\` first, the default export`);
  }
}
