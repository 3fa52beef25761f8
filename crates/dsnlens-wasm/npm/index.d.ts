import type { ClientSummary, RulePage, RuleSummary } from "./types.js";

export * from "./types.js";
export { compare, resolve, version } from "./dsnlens-all.js";

/**
 * Where a WebAssembly module is: its address, a `Response`, or its bytes.
 */
export type Source =
  | string
  | { readonly href: string }
  | { arrayBuffer(): Promise<ArrayBuffer> }
  | ArrayBuffer
  | ArrayBufferView;

/**
 * Starts the full module, `dsnlens-all_bg.wasm`: `true` where it lies beside this file.
 */
export interface All {
  readonly all: boolean | Source | Promise<Source>;
}

/**
 * Starts the WebAssembly module; `resolve`, `compare` and `version` need it. Called again, it waits
 * for the same start.
 *
 * The first module, `dsnlens_bg.wasm`, is enough to resolve what Django does with the guide's
 * settings module, and what psql does. Anything else takes the full module. Under Node it is read
 * when it is needed; in a browser `init({ all: true })` starts it.
 *
 * @param wanted where the first module is, unless it lies beside this file; `{ all }` for the full one
 * @throws {Error} if the module cannot be had or is not allowed to run; it may be tried again
 */
export default function init(wanted?: Source | Promise<Source> | All): Promise<void>;

/**
 * Every client that `resolve` and `compare` know, the default first.
 */
export function clients(): ClientSummary[];

/**
 * The page of a rule.
 *
 * @throws {TypeError} if there is no rule of that name
 */
export function explain(rule: string): RulePage;

/**
 * Every rule, by name.
 */
export function rules(): RuleSummary[];
