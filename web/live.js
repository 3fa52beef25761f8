// The live check: has the program that serves this page connect, and draws what it tells.
//
// The page knows the element's name alone, and hands it in `question` the case, and whether a person
// has typed that. What has not been typed may be anybody's, so it is asked about first: the program
// says where it leads, and connects when that is confirmed.

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

// What is said beside the button, and what the button does.
const STATES = {
  empty: ["Check the connection", "Type something, or try an example: then this machine can connect as the application would."],
  typed: ["Check the connection", "This machine connects as the application would. It writes nothing, and shows each step."],
  linked: ["Show where this connects", "This input came from a link or another page. Nothing is connected to until you confirm the target."],
  confirm: ["Show where this connects", "Confirm the target below, or change the input."],
};
const EARLIER = "The result below is for earlier input.";
const GONE =
  "The program does not answer. If it has ended, start `dsnlens serve` again and reload this page.";

// For input that was not typed.
const WITHHELD =
  "Not used: this machine's password file, service file, client certificate and ~/.postgresql. To use them, paste the whole text yourself into an empty page.";

/// A text from outside: what would be invisible, end a line or turn the direction of writing is
/// written as its number.
function visible(text) {
  return text.replace(
    /[\p{C}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu,
    (it) => `\\u{${it.codePointAt(0).toString(16)}}`,
  );
}

/// An element with its attributes and what is in it; texts stay texts.
function element(name, attributes, ...content) {
  const it = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) it.setAttribute(key, value);
  it.append(...content.map((it) => (typeof it === "string" ? visible(it) : it)));
  return it;
}

function code(text) {
  return element("code", { translate: "no" }, text);
}

/// Text with `code` in backticks.
function prose(text) {
  return text.split("`").map((it, nth) => (nth % 2 ? code(it) : visible(it)));
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

/// A server as a target: the host, and the address that it is reached at instead.
function server({ host, hostaddr, port, user, database }) {
  const own = element("span", {}, "the name of this account");
  return element(
    "dl",
    { class: "target" },
    fact("Host", host ? code(host) : "this machine's socket"),
    ...(hostaddr ? [fact("Connects to", element("b", {}, code(hostaddr), " (hostaddr), not to the host"))] : []),
    fact("Port", code(String(port))),
    fact("User", user === null ? own : code(user)),
    fact("Database", database === null ? own.cloneNode(true) : code(database)),
  );
}

/// What the button that connects is called.
function connecting(servers) {
  if (servers.length > 1) return `Connect to these ${servers.length} servers`;
  const [{ host, hostaddr, port }] = servers;
  return `Connect to ${hostaddr ?? host ?? "this machine's socket"}, port ${port}`;
}

function named({ what, name }) {
  return element("li", {}, `${what} `, code(name));
}

function list(title, items) {
  return [element("p", {}, title), element("ul", { class: "named" }, ...items.map(named))];
}

/// Where input leads that was not typed, and the button that lets it.
function target({ servers, hasPassword, reads, unused, words }, connect) {
  const title = element("h3", { tabindex: "-1" }, "This input was not typed here. Do you want to connect?");
  const panel = element("div", { class: "confirm", role: "group", "aria-label": "Confirm the target" }, title);
  if (!servers.length) {
    panel.append(element("p", {}, ...prose(words ?? "")));
  } else {
    panel.append(...servers.map(server));
    panel.append(element("p", {}, hasPassword ? "Sends the password in the input." : "Has no password to send."));
    panel.append(
      ...(reads.length ? list("Reads from this machine:", reads) : [element("p", {}, "Reads no file of this machine.")]),
    );
  }
  panel.append(element("p", {}, WITHHELD));
  if (unused.length) panel.append(...list("The input names these, and they are not used either:", unused));
  if (servers.length) {
    const button = element("button", { type: "button", class: "action" }, connecting(servers));
    // The second click of two was meant for the first button.
    button.addEventListener("click", ({ detail }) => detail > 1 || connect());
    panel.append(button);
  }
  return [panel, title];
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
  #isTyped = false;
  #checked;
  #running;

  constructor() {
    super();
    this.button = element("button", { type: "button", class: "action" });
    this.stop = element("button", { type: "button", class: "stop", hidden: "" }, "Stop");
    this.note = element("p", { class: "hint" });
    this.verdict = element("p", { role: "status", class: "outcome", "aria-label": "Result of the check" });
    this.target = element("div", {});
    this.steps = element("div", {});
    this.rest = element("div", {});
    this.button.addEventListener("click", () => {
      if (this.#running || !this.#asked) return;
      this.#run(this.#isTyped ? (it) => this.#check(it) : (it) => this.#preview(it));
    });
    this.stop.addEventListener("click", () => this.#running?.abort());
  }

  connectedCallback() {
    const controls = element("div", { class: "check" }, this.button, this.stop, this.note);
    this.replaceChildren(controls, this.target, this.verdict, this.steps, this.rest);
    this.#show();
  }

  disconnectedCallback() {
    this.#running?.abort();
  }

  /// What a check would be of, and whether that is typed; null where nothing was put in.
  set question(value) {
    const asked = value && JSON.stringify(value.case);
    const isTyped = value?.isTyped === true;
    // What was confirmed, or is about to be, is just that.
    if (asked !== this.#asked || isTyped !== this.#isTyped) this.target.replaceChildren();
    this.#asked = asked;
    this.#isTyped = isTyped;
    this.#show();
  }

  #show() {
    const isEarlier = this.#checked !== undefined && this.#checked !== this.#asked;
    const isConfirming = this.target.hasChildNodes();
    const state = !this.#asked ? "empty" : this.#isTyped ? "typed" : isConfirming ? "confirm" : "linked";
    const [does, hint] = STATES[state];
    this.toggleAttribute("data-earlier", isEarlier);
    // A button that says the same keeps its text, and what reads it aloud is not disturbed.
    if (this.button.textContent !== does) this.button.textContent = does;
    const told = isEarlier ? (this.#isTyped ? [EARLIER] : [EARLIER, hint]) : [hint];
    this.note.replaceChildren(told.join(" "));
    this.stop.hidden = !this.#running;
    // It keeps the focus, which an element that is disabled loses.
    this.button.setAttribute("aria-disabled", String(Boolean(this.#running) || !this.#asked));
  }

  #say(text, kind) {
    this.verdict.dataset.kind = kind;
    this.verdict.replaceChildren(...prose(text));
  }

  /// Does one thing at a time, which *Stop* ends.
  async #run(what) {
    const running = new AbortController();
    this.#running = running;
    this.#show();
    try {
      await what(running.signal);
    } catch {
      this.#say(running.signal.aborted ? "Stopped." : GONE, running.signal.aborted ? "stopped" : "fail");
    }
    this.#running = undefined;
    const isStopFocused = document.activeElement === this.stop;
    this.#show();
    if (isStopFocused) this.button.focus();
  }

  /// Asks where the input leads, and for a confirmation.
  async #preview(signal) {
    const asked = this.#asked;
    this.target.replaceChildren();
    this.#forget();
    for await (const told of this.#ask("target", asked, false, signal)) {
      // Changed meanwhile, it is another input's.
      if (told.event !== "target" || asked !== this.#asked || this.#isTyped) continue;
      const [panel, title] = target(told, () => {
        if (this.#running || asked !== this.#asked || this.#isTyped) return;
        this.target.replaceChildren();
        this.#run((it) => this.#check(it));
        // Not on *Stop*, which a key held down would press.
        this.button.focus();
      });
      this.target.replaceChildren(panel);
      // On the words and not on the button, which a key held down would press.
      title.focus();
    }
  }

  /// Nothing more is said of what was checked before.
  #forget() {
    this.#checked = undefined;
    this.verdict.replaceChildren();
    this.steps.replaceChildren();
    this.rest.replaceChildren();
  }

  async #check(signal) {
    const [asked, isTyped] = [this.#asked, this.#isTyped];
    const steps = new Staircase();
    this.#checked = asked;
    this.steps.replaceChildren(steps.list);
    this.rest.replaceChildren();
    this.#say("Checking …", "running");
    this.#show();
    try {
      for await (const told of this.#ask("check", asked, isTyped, signal)) {
        if (told.event === "begun") steps.begin(told);
        if (told.event === "seen") steps.end(told);
        if (told.event !== "ended") continue;
        const { check, words } = told;
        const skipped = check.steps.filter((it) => it.status === "skip");
        steps.close(Object.fromEntries(skipped.map((it) => [it.step, it.detail.reason])));
        const without = isTyped ? [] : [element("p", { class: "without" }, WITHHELD)];
        this.rest.replaceChildren(...without, ...findings(check));
        this.#say(words, check.connected ? "pass" : "fail");
      }
    } finally {
      // Behind the end of a check nothing waits any more.
      steps.close();
    }
  }

  /// What the program says to a case, line by line.
  async *#ask(path, body, isTyped, signal) {
    const headers = { "content-type": "application/json", "x-dsnlens-token": token };
    if (isTyped) headers["x-dsnlens-input"] = "typed";
    const response = await fetch(path, { method: "POST", headers, body, signal });
    if (!response.ok) {
      this.steps.replaceChildren();
      this.#say(await refusal(response), "fail");
      return;
    }
    for await (const line of lines(response.body)) {
      const told = JSON.parse(line);
      if (told.event === "failed") this.#say(told.words, "fail");
      yield told;
      if (["ended", "failed", "target"].includes(told.event)) return;
    }
    this.#say("The program stopped before the check had ended.", "fail");
  }
}

const token = document.querySelector('meta[name="dsnlens-token"]').content;
globalThis.dsnlensLiveCheck = LiveCheck;
customElements.define("dsnlens-live-check", LiveCheck);
