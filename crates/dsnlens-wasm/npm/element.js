// Defines `<dsn-lens>`. Where there is no document, as under Node, it defines nothing.
import instantiate, { Lens } from "./lens.js";
import css from "./lens-style.js";

const ATTRIBUTES = ["value", "settings", "debug", "dj-database-url", "readonly", "client"];

let starting;

// One module for every element; a start that failed may be tried again by the next one.
function start() {
  starting ??= instantiate().catch((cause) => {
    starting = undefined;
    throw cause;
  });
  return starting;
}

// No answer needs the rules' pages, so they come after the first.
let pages;

function loadPages() {
  pages ??= import("./lens-pages.js").then(
    (it) => (globalThis.dsnlensRulePages ??= it.default),
    () => (pages = undefined),
  );
}

// The second module, too: it reads what is pasted, explains error messages and writes exports.
let second;

function loadSecond() {
  const tell = (ask) => {
    globalThis.dsnlensSecond = ask;
    dispatchEvent(new Event("dsnlensSecond"));
  };
  second ??= import("./lens-more.js")
    .then(({ default: init, ask }) => init().then(() => ask))
    .then(tell, () => {
      second = undefined;
      tell(null);
    });
}

let sheet;

function style() {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}

// Where an element is drawn. Yew leaves its listeners where it once drew, so a place outlives its
// element, and the next one takes it over, empty.
class Drawing {
  static #spare = [];

  #root = document.createElement("div");
  #lens = new Lens(this.#root);
  #tell = null;

  static take(shadow, given, tell) {
    const it = Drawing.#spare.pop() ?? new Drawing();
    it.#tell = tell;
    shadow.replaceChildren(it.#root);
    // What comes late is not the next one's.
    it.#lens.draw((...told) => it.#tell === tell && tell(...told), ...given);
    return it;
  }

  give(given) {
    this.#lens.give(...given);
  }

  leave() {
    this.#tell = null;
    this.#lens.leave();
    this.#root.remove();
    Drawing.#spare.push(this);
  }
}

function define() {
  class DsnLens extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ATTRIBUTES;

    #internals = this.attachInternals();
    #root = this.attachShadow({ mode: "open", delegatesFocus: true });
    #drawing = null;
    #isStarting = false;
    // What was set or typed since the attribute was; `undefined` where that was nothing.
    #value;
    #resolution = null;

    constructor() {
      super();
      this.#root.adoptedStyleSheets = [style()];
    }

    /** `DATABASE_URL` as it is now; `null` where it is not set. */
    get value() {
      return this.#value === undefined ? this.getAttribute("value") : this.#value;
    }

    // What gives back what it was told may be late: more was typed since, and stays.
    set value(url) {
      const value = url === null || url === undefined ? null : String(url);
      if (value === this.value) return;
      this.#value = value;
      this.#give();
    }

    get debug() {
      return this.hasAttribute("debug") && this.getAttribute("debug") !== "false";
    }

    set debug(is) {
      this.toggleAttribute("debug", Boolean(is));
    }

    get readOnly() {
      return this.hasAttribute("readonly");
    }

    set readOnly(is) {
      this.toggleAttribute("readonly", Boolean(is));
    }

    /** The last answer, secrets masked; `null` where nothing is put in. */
    get resolution() {
      return this.#resolution;
    }

    get form() {
      return this.#internals.form;
    }

    get name() {
      return this.getAttribute("name") ?? "";
    }

    get validity() {
      return this.#internals.validity;
    }

    get validationMessage() {
      return this.#internals.validationMessage;
    }

    checkValidity() {
      return this.#internals.checkValidity();
    }

    reportValidity() {
      return this.#internals.reportValidity();
    }

    connectedCallback() {
      if (this.#drawing || this.#isStarting) return;
      this.#isStarting = true;
      start().then(
        () => this.#draw(),
        (cause) => this.#fail(cause),
      );
    }

    // An element that is only moved is back before this looks.
    disconnectedCallback() {
      queueMicrotask(() => {
        if (this.isConnected || !this.#drawing) return;
        this.#drawing.leave();
        this.#drawing = null;
      });
    }

    attributeChangedCallback(name, before, after) {
      if (before === after) return;
      if (name === "value") this.#value = undefined;
      this.#give();
    }

    formResetCallback() {
      this.#value = undefined;
      this.#give();
    }

    #given() {
      const version = this.getAttribute("dj-database-url") ?? "";
      const settings = this.getAttribute("settings") ?? undefined;
      const client = this.getAttribute("client") ?? undefined;
      return [this.value ?? undefined, this.debug, version, this.readOnly, settings, client];
    }

    #give() {
      this.#drawing?.give(this.#given());
    }

    #draw() {
      this.#isStarting = false;
      if (!this.isConnected) return;
      this.#drawing = Drawing.take(this.#root, this.#given(), (...told) => this.#tell(...told));
      loadSecond();
      loadPages();
    }

    #tell(resolution, url) {
      this.#value = url;
      this.#resolution = resolution;
      this.#internals.setFormValue(url);
      const error = resolution?.diagnostics.find(({ severity }) => severity === "error");
      this.#internals.setValidity(error ? { customError: true } : {}, error?.message, this.#root.firstElementChild);
      this.dispatchEvent(
        new CustomEvent("dsnlens-change", { detail: resolution, bubbles: true, composed: true }),
      );
    }

    #fail(cause) {
      this.#isStarting = false;
      const hint = document.createElement("p");
      hint.className = "hint";
      hint.textContent =
        "DSN Lens could not start here. It needs WebAssembly, and of a Content-Security-Policy " +
        "script-src 'wasm-unsafe-eval' and connect-src for its own folder.";
      this.#root.replaceChildren(hint);
      console.error("dsn-lens:", cause);
    }
  }
  customElements.define("dsn-lens", DsnLens);
}

if (globalThis.customElements && !customElements.get("dsn-lens")) define();
