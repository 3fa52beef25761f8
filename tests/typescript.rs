//! The JS package's types are those of `dsnlens_core::document`, no more and no less.

use std::fs;
use std::path::Path;

use dsnlens_core::document::{
    Case, CaseStack, ClientReading, ClientSummary, Comparison, Dict, Document, Finding,
    FixDocument, Json, LedgerLine, Origin, Reads, Refusal, RulePage, RuleSummary, Servers, Span,
    Ssl, Unknown,
};
use dsnlens_core::ledger::INPUT;
use dsnlens_tests::shipped_clients;
use ts_rs::{Config, TS};

fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    format!("{}export {}\n", docs, T::decl(config))
}

/// The stages of every client, each once.
fn stages() -> Vec<&'static str> {
    let mut names = Vec::new();
    for stage in shipped_clients().flat_map(|it| it.stages) {
        if !names.contains(&stage.name) {
            names.push(stage.name);
        }
    }
    names
}

fn union(docs: &str, name: &str, words: impl IntoIterator<Item = &'static str>) -> String {
    let words: Vec<_> = words.into_iter().map(|it| format!("{it:?}")).collect();
    format!("/** {docs} */\nexport type {name} = {};\n", words.join(" | "))
}

#[test]
fn the_declarations_are_up_to_date() {
    let config = Config::default();
    let types = [
        "// Generated from crates/dsnlens-core/src/document.rs by tests/typescript.rs. Do not edit.\n".to_owned(),
        declaration::<Case>(&config),
        union("Who reads the variables.", "ClientName", shipped_clients().map(|it| it.name)),
        union("A part of a client.", "StageName", [INPUT].into_iter().chain(stages())),
        declaration::<CaseStack>(&config),
        "/** How `resolve` answers. */\nexport type Options = { /** Secrets in clear; masked otherwise. */ showSecrets?: boolean };\n".to_owned(),
        declaration::<Document>(&config),
        declaration::<Unknown>(&config),
        declaration::<Refusal>(&config),
        declaration::<Span>(&config),
        declaration::<Reads>(&config),
        "/** What is read; an object where it is not a text or not known. */\nexport type Read = string | null | { $bytes: string } | { $unknown: string };\n".to_owned(),
        declaration::<Servers>(&config),
        union("How a connection is made.", "Outcome", ["plain", "tls", "fails"]),
        declaration::<Ssl>(&config),
        declaration::<LedgerLine>(&config),
        declaration::<Origin>(&config),
        declaration::<Finding>(&config),
        declaration::<FixDocument>(&config),
        "/** How `compare` answers. */\nexport type CompareOptions = Options & { /** Who reads the variables: every client that takes URLs where absent. */ clients?: readonly ClientName[] };\n".to_owned(),
        declaration::<Comparison>(&config),
        declaration::<ClientReading>(&config),
        declaration::<ClientSummary>(&config),
        declaration::<RuleSummary>(&config),
        declaration::<RulePage>(&config),
        declaration::<Json>(&config),
        declaration::<Dict>(&config),
    ]
    .join("\n");
    let lines: Vec<_> = types.lines().map(str::trim_end).collect();
    let types = lines.join("\n") + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/dsnlens-wasm/types.d.ts");
    if fs::read_to_string(&path).unwrap_or_default() != types {
        fs::write(&path, types).expect("types.d.ts can be written");
        panic!("types.d.ts was stale and is written anew: look at it and commit it");
    }
}
