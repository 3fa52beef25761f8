//! The types, as `tsc --strict` sees them.

use serde_json::{Value, json};

use crate::project::Project;

/// Every exported type and function. What must not compile is expected not to.
const SAMPLE: &str = r#"
import init, { clients, compare, explain, resolve, rules, version } from "dsnlens";
import type {
  All, Case, ClientName, ClientReading, ClientSummary, CompareOptions, Comparison, Diagnostic, Dict,
  Fix, Json, LedgerLine, Options, Origin, Read, Reads, Refusal, Resolution, RulePage, RuleSummary,
  Servers, Source, Span, Ssl, Unknown,
} from "dsnlens";

const source: Source = new Uint8Array();
const started: Promise<void> = init(source);
await started;
await init();
const all: All = { all: source };
await init(all);
await init({ all: true });

const asked: Case = { env: { DATABASE_URL: "postgres://h/d" }, debug: false, client: "django" };
const options: Options = { showSecrets: true };
const answer: Resolution = resolve(asked, options);
const settings: Dict | null = answer.settings;
const name: Json | undefined = settings?.["NAME"];
const refusal: Refusal | null = answer.refusal;
const ssl: Ssl | null = answer.ssl;
const mode: string | undefined = ssl?.mode;
const roots: "none" | "file" | "system" | "runtime" | undefined = ssl?.roots;
const servers: Servers | null = answer.servers;
const trusted: "plain" | "tls" | "fails" | undefined = servers?.trusted;
const unknown: Unknown[] = answer.unknown;
const place = (line: LedgerLine): string => {
  const origin: Origin = line.origin;
  return origin.type === "variable" ? `${origin.name}:${origin.start}` : origin.type;
};
const places: string[] = answer.ledger.map(place);
const pointed = ({ start, end }: Span): number => end - start;
const found: Diagnostic | undefined = answer.diagnostics[0];
const lengths: number[] | undefined = found?.spans.map(pointed);
const fix: Fix | null | undefined = found?.fix;
const known: ClientSummary[] = clients();
const names: ClientName[] = known.map(({ name }) => name);
const wide: CompareOptions = { showSecrets: false, clients: names };
const comparison: Comparison = compare(asked, wide);
const [reading]: ClientReading[] = compare(asked).clients;
const reads: Reads | null | undefined = reading?.reads;
const user: Read | undefined = reads?.user;
const groups: ClientName[][] = comparison.groups;
const page: RulePage = explain("sslmode-downgraded");
const every: RuleSummary[] = rules();
const release: string = version();
export { every, fix, groups, lengths, mode, name, page, places, refusal, release, roots, trusted, unknown, user };

// @ts-expect-error a case has an environment
resolve({});
// @ts-expect-error a variable is a text
resolve({ env: { DEBUG: true } });
// @ts-expect-error there is no such release
resolve({ env: {}, stack: { djDatabaseUrl: 2 } });
// @ts-expect-error there is no such option
resolve({ env: {} }, { secrets: true });
// @ts-expect-error a rule has a name
explain(1);
// @ts-expect-error what starts it is no number
init(1);
// @ts-expect-error nor is the full module
init({ all: 1 });
// @ts-expect-error there is no such client
resolve({ env: {}, client: "oracle" });
// @ts-expect-error nor is one compared
compare({ env: {} }, { clients: ["oracle"] });
// @ts-expect-error `resolve` asks one client, which is a property of the case
resolve({ env: {} }, { clients: ["psql"] });
"#;

/// The element, as a page's script sees it.
const ELEMENT: &str = r#"
import "dsnlens/element";
import type { DsnLensChangeEvent, DsnLensElement } from "dsnlens/element";
import type { Resolution } from "dsnlens";

const lens: DsnLensElement | null = document.querySelector("dsn-lens");
const made: DsnLensElement = document.createElement("dsn-lens");
made.value = null;
made.value = lens?.value ?? "postgres://h/d";
made.debug = true;
made.readOnly = !made.checkValidity();
const form: HTMLFormElement | null = made.form;
const told = ({ detail }: DsnLensChangeEvent): Resolution | null => detail;
made.addEventListener("dsnlens-change", (event) => {
  const answer: Resolution | null = event.detail;
  const last: Resolution | null = made.resolution;
  console.log(answer?.ssl?.mode, last === told(event));
  // @ts-expect-error there may be no answer
  event.detail.ssl;
});
export { form };

// @ts-expect-error a URL is a text
made.value = 1;
// @ts-expect-error it says what it is told
made.resolution = null;
"#;

/// The element in JSX, as a framework that reads the global `JSX` sees it.
const JSX: &str = r#"
import "dsnlens/element";
import type { DsnLensAttributes } from "dsnlens/element";
import type { Resolution } from "dsnlens";

declare const h: (...parts: unknown[]) => unknown;
const told = (answer: Resolution | null): void => console.log(answer?.client);
const given: DsnLensAttributes = { value: "postgres://h/d", client: "node-postgres" };
export const shown = [
  <dsn-lens {...given} debug readonly theme="dark" ondsnlens-change={({ detail }) => told(detail)} />,
  // @ts-expect-error there is no such client
  <dsn-lens client="oracle" />,
  // @ts-expect-error nor such an attribute
  <dsn-lens url="postgres://h/d" />,
];
"#;

/// The same in React 19, whose types have a `JSX` of their own.
const REACT: &str = r#"
import { useState } from "react";
import "dsnlens/element";

export function Database({ url }: { url: string }) {
  const [answer, setAnswer] = useState<unknown>(null);
  return (
    <>
      <dsn-lens value={url} client="pgx" ondsnlens-change={({ detail }) => setAnswer(detail)} />
      <output>{String(answer)}</output>
      {/* @ts-expect-error there is no such client */}
      <dsn-lens client="oracle" />
    </>
  );
}
"#;

/// Compiles the sample and, since nothing is skipped, what the package declares.
fn compile(name: &str, options: &Value) {
    compile_sample(name, SAMPLE, options);
}

fn compile_sample(name: &str, sample: &str, options: &Value) {
    compile_file(name, "sample.ts", sample, options);
}

fn compile_file(name: &str, file: &str, sample: &str, options: &Value) {
    let project = Project::new(name);
    project.write(file, sample);
    let mut all = json!({
        "strict": true,
        "exactOptionalPropertyTypes": true,
        "noUncheckedIndexedAccess": true,
        "noEmit": true,
        "target": "es2022",
        "types": [],
    });
    for (name, value) in options.as_object().expect("options are an object") {
        all[name] = value.clone();
    }
    let config = json!({ "compilerOptions": all, "files": [file] });
    project.write("tsconfig.json", &config.to_string());
    project.tool("tsc --project .");
}

#[test]
fn types_hold_for_a_bundler() {
    compile("types-bundler", &json!({ "module": "esnext", "moduleResolution": "bundler" }));
}

#[test]
fn the_element_has_types() {
    for (module, resolution) in [("esnext", "bundler"), ("nodenext", "nodenext")] {
        let options = json!({
            "module": module,
            "moduleResolution": resolution,
            "lib": ["es2022", "dom"],
        });
        compile_sample(&format!("types-element-{resolution}"), ELEMENT, &options);
    }
}

#[test]
fn the_element_has_types_in_jsx() {
    let options = json!({
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2022", "dom"],
        "jsx": "react",
        "jsxFactory": "h",
    });
    compile_file("types-jsx", "sample.tsx", JSX, &options);
    let options = json!({
        "module": "esnext",
        "moduleResolution": "bundler",
        "lib": ["es2022", "dom"],
        "jsx": "react-jsx",
    });
    compile_file("types-react", "sample.tsx", REACT, &options);
}

#[test]
fn types_hold_for_node_without_those_of_a_browser() {
    for module in ["node16", "nodenext"] {
        let options = json!({
            "module": module,
            "moduleResolution": module,
            "lib": ["es2022"],
            "types": ["node"],
            "typeRoots": ["../node_modules/@types"],
        });
        compile(&format!("types-{module}"), &options);
    }
}

#[test]
fn types_hold_without_those_of_any_host() {
    compile("types-alone", &json!({ "module": "nodenext", "lib": ["es2022"] }));
}
