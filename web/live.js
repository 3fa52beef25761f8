// The live check: has the program that serves this page connect, and draws what it tells.
//
// The page knows nothing of this but the element's name, and hands it the case in `case`.

const STEPS = {
  dns: "look up the name",
  tcp: "connect to the address",
  sslrequest: "ask whether the server speaks TLS",
  tls: "shake hands, look at the certificate",
  auth: "log in",
  session: "ask the server about itself",
  pooling: "measure what a connection costs",
};

// Glyph and word of each status: colour alone says nothing.
const STATUS = {
  waiting: ["·", "waiting"],
  running: ["…", "running"],
  pass: ["✓", "ok"],
  warn: ["!", "warning"],
  fail: ["✗", "failed"],
  skip: ["–", "skipped"],
  stop: ["■", "stopped"],
};

const SEVERITY = { error: "error", warning: "warning", info: "note" };

const VERIFIED = {
  "chain-and-host": "its certificate and its name",
  chain: "its certificate, for whichever host",
  nothing: "nothing",
};

const IDLE =
  "This machine connects as the application would. It writes nothing, and shows each step.";
const EMPTY = "Type something, or try an example: then this machine can connect as the application would.";
const EARLIER = "What stands below is of earlier input.";
const GONE =
  "The program does not answer. If it has ended, start `dsnlens serve` again and load this page anew.";

/// An element with its attributes and what is in it; texts stay texts.
function element(name, attributes, ...content) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...content);
  return it;
}

function code(text) {
  return element("code", { translate: "no" }, text);
}

/// Text with `code` in backticks.
function prose(text) {
  return text.split("`").map((it, nth) => (nth % 2 ? code(it) : it));
}

/// The lines of a body, each as soon as it has ended.
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

/// Why the program did not begin, in words.
async function refusal(response) {
  const answer = await response.json().catch(() => ({}));
  switch (response.status) {
    case 400:
      return `The program cannot read what it is asked: ${answer.refusal?.message ?? answer.error}.`;
    case 403:
      return "The program was started anew since this page was loaded. Load the page again.";
    case 413:
      return "This is too much for a check: at most 64 KB.";
    case 429:
      return "The program is busy with other checks. Try again in a moment.";
    default:
      return `The program answers with an error (${response.status}): ${answer.error ?? "no reason"}.`;
  }
}

/// The steps, all there from the start, so that nothing moves while they are climbed.
class Staircase {
  constructor() {
    this.list = element("ol", { role: "list", class: "steps", "aria-label": "Steps" });
    this.rows = Object.entries(STEPS).map(([name, what]) => this.row(name, what));
    this.list.append(...this.rows);
  }

  row(name, what) {
    const row = element("li", { "data-step": name });
    row.append(
      element("span", { class: "status" }),
      code(name),
      element("span", { class: "time" }),
      element("div", { class: "seen" }, element("p", {}, what)),
    );
    this.mark(row, "waiting");
    return row;
  }

  mark(row, status, time = "") {
    const [glyph, word] = STATUS[status];
    const [place, , clock] = row.children;
    row.dataset.status = status;
    place.replaceChildren(element("span", { "aria-hidden": "true" }, glyph), ` ${word}`);
    clock.textContent = time;
  }

  tell(row, words) {
    row.lastChild.replaceChildren(...words.map((it) => element("p", {}, it)));
  }

  /// A step that is taken again gets a row of its own, behind the last that was taken.
  begin({ step, address }) {
    let row = this.rows.find((it) => it.dataset.step === step && it.dataset.status === "waiting");
    if (!row) {
      row = this.row(step, "");
      this.now.after(row);
      this.rows.push(row);
    }
    this.now = row;
    this.mark(row, "running");
    if (address) this.tell(row, [address]);
    const begun = performance.now();
    this.stopClock();
    this.clock = setInterval(() => {
      row.children[2].textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    }, 100);
  }

  end({ step, words }) {
    this.stopClock();
    this.mark(this.now, step.status, `${step.ms.toFixed(1)} ms`);
    this.tell(this.now, words);
  }

  /// What was not taken, and why; where nobody says why, the check was broken off.
  close(reasons = {}) {
    this.stopClock();
    for (const row of this.rows) {
      const { step, status } = row.dataset;
      const reason = reasons[step];
      if (status === "running" && !reason) {
        this.mark(row, "stop");
      } else if (status === "running" || status === "waiting") {
        this.mark(row, "skip");
        this.tell(row, [reason ?? "not taken"]);
      }
    }
  }

  stopClock() {
    clearInterval(this.clock);
  }
}

function finding({ rule, severity, message, help }) {
  const page = element("div", {});
  // Generated from the rules, like all of the page.
  page.innerHTML = globalThis.dsnlensRulePages?.[rule] ?? "";
  return element(
    "li",
    { class: "finding", "data-rule": rule, "data-severity": severity },
    element("h3", {}, element("span", { class: "severity" }, SEVERITY[severity]), ...prose(message)),
    element("p", { class: "help" }, ...prose(help)),
    element("details", { class: "page" }, element("summary", {}, "About ", code(rule)), page),
  );
}

function fact(term, description) {
  return element("div", {}, element("dt", {}, term), element("dd", {}, description));
}

/// What there is to say once the check has ended.
function findings({ connected, tls, verified, sqlstate, diagnostics, summary }) {
  const facts = element("dl", { class: "facts" }, fact("Connected", connected ? "yes" : "no"));
  if (connected) {
    facts.append(fact("TLS", tls ? "yes" : "no"), fact("Verified", VERIFIED[verified]));
  }
  if (sqlstate) facts.append(fact("SQLSTATE", code(sqlstate)));
  const found = element("ol", { role: "list", "aria-label": "Findings of the check" });
  found.append(...diagnostics.map(finding));
  const answers = element("ul", { role: "list", class: "summary", "aria-label": "Summary" });
  for (const { name, pass, reason } of summary) {
    const [glyph, word] = STATUS[pass ? "pass" : "fail"];
    answers.append(
      element(
        "li",
        { "data-status": pass ? "pass" : "fail" },
        element("span", { class: "status" }, element("span", { "aria-hidden": "true" }, glyph), ` ${word}`),
        element("b", {}, name),
        element("span", { class: "seen" }, reason),
      ),
    );
  }
  return [facts, ...(diagnostics.length ? [found] : []), answers];
}

class LiveCheck extends HTMLElement {
  #asked = null;
  #checked;
  #running;

  constructor() {
    super();
    this.button = element("button", { type: "button", class: "action" }, "Check the connection");
    this.stop = element("button", { type: "button", class: "stop", hidden: "" }, "Stop");
    this.note = element("p", { class: "hint" });
    this.verdict = element("p", { role: "status", class: "outcome", "aria-label": "Result of the check" });
    this.steps = element("div", {});
    this.rest = element("div", {});
    this.button.addEventListener("click", () => this.#running || !this.#asked || this.#check());
    this.stop.addEventListener("click", () => this.#running?.abort());
  }

  connectedCallback() {
    const controls = element("div", { class: "check" }, this.button, this.stop, this.note);
    this.replaceChildren(controls, this.verdict, this.steps, this.rest);
    this.#show();
  }

  disconnectedCallback() {
    this.#running?.abort();
  }

  /// What a check would be of; null where nothing was put in.
  set case(value) {
    this.#asked = value && JSON.stringify(value);
    this.#show();
  }

  #show() {
    const isEarlier = this.#checked !== undefined && this.#checked !== this.#asked;
    this.toggleAttribute("data-earlier", isEarlier);
    this.note.replaceChildren(isEarlier ? EARLIER : this.#asked ? IDLE : EMPTY);
    this.stop.hidden = !this.#running;
    // It keeps the focus, which an element that is disabled loses.
    this.button.setAttribute("aria-disabled", String(Boolean(this.#running) || !this.#asked));
  }

  #say(text, kind) {
    this.verdict.dataset.kind = kind;
    this.verdict.replaceChildren(...prose(text));
  }

  async #check() {
    const running = new AbortController();
    const steps = new Staircase();
    this.#running = running;
    this.#checked = this.#asked;
    this.steps.replaceChildren(steps.list);
    this.rest.replaceChildren();
    this.#say("Checking …", "running");
    this.#show();
    try {
      await this.#ask(steps, running.signal);
    } catch {
      this.#say(running.signal.aborted ? "Stopped." : GONE, running.signal.aborted ? "stopped" : "fail");
    }
    // Behind the end of a check nothing waits any more.
    steps.close();
    this.#running = undefined;
    const isStopFocused = document.activeElement === this.stop;
    this.#show();
    if (isStopFocused) this.button.focus();
  }

  async #ask(steps, signal) {
    const response = await fetch("check", {
      method: "POST",
      headers: { "content-type": "application/json", "x-dsnlens-token": token },
      body: this.#checked,
      signal,
    });
    if (!response.ok) {
      this.steps.replaceChildren();
      this.#say(await refusal(response), "fail");
      return;
    }
    for await (const line of lines(response.body)) {
      const told = JSON.parse(line);
      if (told.event === "begun") steps.begin(told);
      if (told.event === "seen") steps.end(told);
      if (told.event !== "ended") continue;
      const { check, words } = told;
      const skipped = check.steps.filter((it) => it.status === "skip");
      steps.close(Object.fromEntries(skipped.map((it) => [it.step, it.detail.reason])));
      this.rest.replaceChildren(...findings(check));
      this.#say(words, check.connected ? "pass" : "fail");
      return;
    }
    this.#say("The program stopped before the check had ended.", "fail");
  }
}

const token = document.querySelector('meta[name="dsnlens-token"]').content;
globalThis.dsnlensLiveCheck = LiveCheck;
customElements.define("dsnlens-live-check", LiveCheck);
