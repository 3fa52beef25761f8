import type { RulePage, RuleSummary } from "./types.js";

export * from "./types.js";
export { resolve, version } from "./dsnlens.js";

/**
 * Where `dsnlens_bg.wasm` is: its address, a `Response`, or its bytes.
 */
export type Source =
  | string
  | { readonly href: string }
  | { arrayBuffer(): Promise<ArrayBuffer> }
  | ArrayBuffer
  | ArrayBufferView;

/**
 * Starts the WebAssembly module; `resolve` and `version` need it. Called again, it waits for the
 * same start.
 *
 * @param source where the module is, unless it lies beside this file
 * @throws {Error} if the module cannot be had or is not allowed to run; it may be tried again
 */
export default function init(source?: Source | Promise<Source>): Promise<void>;

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
