import type { ClientName, Resolution } from "./types.js";

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
  /**
   * The last answer, secrets masked; `null` where nothing is put in, and with a client that only the
   * second module knows, which answers on the page alone.
   */
  readonly resolution: Resolution | null;
  readonly form: HTMLFormElement | null;
  readonly name: string;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  checkValidity(): boolean;
  reportValidity(): boolean;
}

/** What `dsnlens-change` tells: what `resolution` is. */
export type DsnLensChangeEvent = CustomEvent<Resolution | null>;

/** What `<dsn-lens>` takes in JSX. */
export interface DsnLensAttributes {
  /** `DATABASE_URL`. */
  value?: string | null | undefined;
  /** The text of the `settings.py` that reads it. */
  settings?: string | undefined;
  /** Who reads it: `"django"` where absent. */
  client?: ClientName | undefined;
  /** `DEBUG`; React 18 takes `""`. */
  debug?: boolean | "" | undefined;
  /** The installed release of dj-database-url. */
  "dj-database-url"?: string | undefined;
  /** Whether it lets nothing be changed; React 18 takes `""`. */
  readonly?: boolean | "" | undefined;
  theme?: "light" | "dark" | undefined;
  name?: string | undefined;
  id?: string | undefined;
  class?: string | undefined;
  className?: string | undefined;
  slot?: string | undefined;
  style?: unknown;
  key?: string | number | bigint | null | undefined;
  ref?: unknown;
  children?: undefined;
  /** React 19 and Preact. */
  "ondsnlens-change"?: ((event: DsnLensChangeEvent) => void) | undefined;
}

interface DsnLensElements {
  "dsn-lens": DsnLensAttributes;
}

declare global {
  namespace JSX {
    interface IntrinsicElements extends DsnLensElements {}
  }
  interface HTMLElementTagNameMap {
    "dsn-lens": DsnLensElement;
  }
  interface HTMLElementEventMap {
    "dsnlens-change": DsnLensChangeEvent;
  }
}

// @ts-ignore: React need not be there.
declare module "react" {
  namespace JSX {
    interface IntrinsicElements extends DsnLensElements {}
  }
}
