import type { Resolution } from "./types.js";

/** The element `<dsn-lens>`; importing this module defines it. */
export interface DsnLensElement extends HTMLElement {
  /**
   * `DATABASE_URL` as it is now, with its password; `null` where it is not set. To set another one
   * starts anew; to set the same changes nothing.
   */
  value: string | null;
  /** `DEBUG`. */
  debug: boolean;
  /** Whether it shows what is given, and lets nothing be changed. */
  readOnly: boolean;
  /** The last answer, secrets masked; `null` where nothing is put in. */
  readonly resolution: Resolution | null;
  readonly form: HTMLFormElement | null;
  readonly name: string;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  checkValidity(): boolean;
  reportValidity(): boolean;
}

/** What `dsnlens-change` tells: the answer, secrets masked; `null` where nothing is put in. */
export type DsnLensChangeEvent = CustomEvent<Resolution | null>;

declare global {
  interface HTMLElementTagNameMap {
    "dsn-lens": DsnLensElement;
  }
  interface HTMLElementEventMap {
    "dsnlens-change": DsnLensChangeEvent;
  }
}
