//! What holds for every input: the one place that the property tests, the fuzz targets and their
//! corpus take it from.
//!
//! Each function panics where something does not hold.

use dsnlens_core::client::psql;
use dsnlens_core::clients::libpq::{self, Version};
use dsnlens_core::clients::stages;
use dsnlens_core::document::Document;
use dsnlens_core::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Setting, Value};
use dsnlens_core::machine::Content;
use dsnlens_core::render::verdict;
use dsnlens_core::syntax::{Slice, dotenv, libpq as conninfo, python};
use dsnlens_core::{
    Answer, DATABASE_URL, DjDatabaseUrl, InputSpan, Inputs, Question, Recipe, Resolution, Text,
    resolve,
};

/// What a fuzz target does with bytes.
pub type Check = fn(&[u8]);

/// The fuzz targets by name.
pub const TARGETS: [(&str, Check); 3] =
    [("dotenv", dotenv_bytes), ("libpq", libpq_bytes), ("resolve", resolve_bytes)];

/// The answer of every client at every version to an environment.
///
/// The bytes are records between NULs, as `env -0` writes them; one that does not begin with the
/// name of a variable that counts is the value of `DATABASE_URL`.
pub fn resolve_bytes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let fields = ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_PORT", "DEBUG"];
    let variables = text.split('\0').map(|record| match record.split_once('=') {
        Some((name, value)) if name.starts_with("PG") || fields.contains(&name) => (name, value),
        _ => (DATABASE_URL, record.strip_prefix("DATABASE_URL=").unwrap_or(record)),
    });
    every_answer(&Inputs::new(variables));
}

/// libpq's readers of a connection string, at every version.
pub fn libpq_bytes(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for version in Version::ALL {
        conninfo_params(&text, version, conninfo::parse_keyvalue(&text, &version));
        if let Some(rest) = conninfo::strip_scheme(&text) {
            conninfo_params(&text, version, conninfo::parse_uri(&text, rest, &version));
        }
    }
}

/// The reader of `.env` files.
pub fn dotenv_bytes(bytes: &[u8]) {
    dotenv_text(&String::from_utf8_lossy(bytes));
}

/// Asks for every kind of answer to `inputs` and checks what holds for all of them.
pub fn every_answer(inputs: &Inputs<'_>) {
    for libpq in Version::ALL {
        for dj_database_url in DjDatabaseUrl::DISTINCT {
            let recipe = Recipe { dj_database_url, libpq, ..Recipe::default() };
            answer(&resolve(Question::new(inputs.clone()).with_recipe(recipe)));
        }
        let recipe = Recipe { libpq, ..Recipe::default() };
        let question = Question::new(inputs.clone()).with_client(&psql::CLIENT);
        answer(&resolve(question.with_recipe(recipe)));
    }
}

/// What holds for an answer.
pub fn answer(answer: &Answer<'_>) {
    let Answer { question: Question { inputs, .. }, resolution, .. } = answer;
    spans_lie_in_their_inputs(answer);
    one_winner_for_each_keyword(resolution);
    every_fate_ends(&resolution.ledger);
    every_offer_stands_at_its_span(inputs, &resolution.ledger);
    every_line_of_a_file_is_there(inputs, &resolution.ledger);
    let is_answered = resolution.settings.is_some() || resolution.connect_params.is_some();
    assert!(is_answered || resolution.refusal.is_some(), "neither an answer nor a refusal");
    let _ = verdict(answer);
    let document = Document::new(answer, false);
    serde_json::to_string(&document).expect("an answer is JSON");
}

/// Every span is a piece of a variable that is set.
pub fn spans_lie_in_their_inputs(answer: &Answer<'_>) {
    let Answer { question: Question { inputs, .. }, resolution, .. } = answer;
    let ledger = resolution.ledger.lines().filter_map(|(_, line)| line.origin.input_span());
    let diagnostics = answer.diagnostics.iter().flat_map(|it| it.spans.iter().copied());
    let refusal = resolution.refusal.iter().flat_map(|it| it.spans.iter().copied());
    let mut in_url = Vec::new();
    if let Some(url) = resolution.url {
        url.map(|span| in_url.push(span));
    }
    in_url.extend(resolution.intent.iter().flat_map(|it| [it.user, it.password, it.rest]));
    // `psql` without a `DATABASE_URL` reads an empty one.
    in_url.retain(|it| inputs.get(DATABASE_URL).is_some() || !it.is_empty());
    let in_url = in_url.into_iter().map(|span| InputSpan { input: DATABASE_URL, span });
    let secrets = resolution.secrets.iter().copied();
    for span in ledger.chain(diagnostics).chain(refusal).chain(secrets).chain(in_url) {
        let value = inputs.get(span.input).expect("a span lies in an input");
        let piece = value.get(span.span.start..span.span.end);
        assert!(piece.is_some(), "{span:?} is no piece of {value:?}");
    }
}

/// No two lines win for one keyword, and the winner is the last line that won.
///
/// A setting and an option of its name compete only where libpq knows the name, and where the
/// backend gets to merge them.
pub fn one_winner_for_each_keyword(resolution: &Resolution<'_>) {
    let ledger = &resolution.ledger;
    let is_merged = resolution.connect_params.is_some();
    let won = ledger.lines().filter(|(_, line)| line.fate == Fate::Won);
    let mut winners: Vec<_> = won
        .map(|(id, line)| {
            let keyword = line.key.reveal();
            let is_libpqs = is_merged && libpq::find(keyword).is_some();
            (keyword, matches!(line.key, Key::Setting(_)) && !is_libpqs, id)
        })
        .collect();
    winners.sort_unstable();
    for pair in winners.windows(2) {
        let [before, after] = [pair[0], pair[1]].map(|(keyword, is_apart, _)| (keyword, is_apart));
        assert_ne!(before, after, "two lines win");
    }
    for (keyword, _, id) in winners {
        let (found, line) = ledger.winner(keyword).expect("a keyword that a line won has a winner");
        assert!(found >= id && line.fate == Fate::Won, "{line:?} wins over a later line");
    }
}

/// A line that lost or was joined leads to one that won or that the client drops; what is dropped
/// wins nothing.
pub fn every_fate_ends(ledger: &Ledger<'_>) {
    let line = |id: LineId| ledger.line(id).expect("a fate names a line");
    for (id, start) in ledger.lines() {
        let mut end = start;
        for _ in ledger.lines() {
            match end.fate {
                Fate::Overridden { by } => end = line(by),
                Fate::Joined { into } => end = line(into),
                Fate::Won | Fate::Ignored { .. } | Fate::Sent => break,
            }
        }
        let is_end = end.fate.is_effective() || matches!(end.fate, Fate::Ignored { .. });
        assert!(is_end, "{start:?} leads nowhere");
        if matches!(start.fate, Fate::Ignored { .. }) {
            let winner = ledger.winner(start.key.reveal());
            assert_ne!(winner.map(|(winner, _)| winner), Some(id), "{start:?} wins");
        }
    }
}

/// User, database and host are what is written at their spans, once decoded.
pub fn every_offer_stands_at_its_span(inputs: &Inputs<'_>, ledger: &Ledger<'_>) {
    for (_, line) in ledger.lines() {
        let Some((setting, value, written)) = offer(inputs, line) else { continue };
        // A URL of SQLite without a path means a database in memory.
        if setting == Setting::Name && written.is_empty() && value == ":memory:" {
            continue;
        }
        let written = written.replace(['\t', '\n', '\r'], "");
        let mut readings = vec![python::unquote(&written).into_owned()];
        if setting == Setting::Host {
            // Python lowercases up to the first `%`.
            let (name, zone) = written.split_at(written.find('%').unwrap_or(written.len()));
            let lower = name.to_lowercase() + zone;
            readings.push(python::unquote(&lower).into_owned());
        }
        assert!(readings.iter().any(|it| it == value), "{value:?} stands at {written:?}");
    }
}

/// What is from a file that the machine has ends the line that it names; a password may be escaped.
pub fn every_line_of_a_file_is_there(inputs: &Inputs<'_>, ledger: &Ledger<'_>) {
    for (_, line) in ledger.lines() {
        let Origin::File { path, line: number } = line.origin else { continue };
        let content = inputs.machine().file(path).expect("a file is known").content;
        let Content::Text(text) = content else { panic!("{path} is not read") };
        let written = text.split('\n').nth(number - 1).expect("a line is in its file");
        let is_password = matches!(line.value, Value::Secret(_));
        let value = line.value.as_str().expect("a text");
        let written = written.split('\0').next().unwrap_or_default().trim_end();
        assert!(is_password || written.ends_with(value.trim_end()), "{value:?} is in {written:?}");
    }
}

/// A plain text that the recipe offers, and what stands at its span of `DATABASE_URL`.
fn offer<'i>(inputs: &Inputs<'i>, line: &'i Line<'_>) -> Option<(Setting, &'i str, &'i str)> {
    let Key::Setting(setting) = &line.key else { return None };
    if line.stage != &stages::RECIPE {
        return None;
    }
    let (Value::Str(value), Origin::Variable { name: DATABASE_URL, span }) =
        (&line.value, &line.origin)
    else {
        return None;
    };
    let is_text = matches!(setting, Setting::User | Setting::Name | Setting::Host);
    is_text.then_some((*setting, value, span.of(inputs.get(DATABASE_URL)?)))
}

/// Parameters of a connection string: known keywords, at pieces of the text.
fn conninfo_params(text: &str, version: Version, params: conninfo::Params<'_>) {
    let is_piece = |at: Slice<'_>| text.get(at.at..at.end()) == Some(at.text);
    match params {
        Ok(params) => {
            for param in params {
                let keyword = libpq::find(&param.keyword).expect("libpq knows what it takes");
                assert!(keyword.since <= version, "{param:?} is too new");
                assert!(is_piece(param.at), "{param:?} is no piece of {text:?}");
                // Old names apart, decoding makes nothing longer.
                let is_old_name = keyword.name == "sslmode";
                assert!(is_old_name || param.value.len() <= text.len(), "{param:?} has grown");
            }
        }
        Err(error) => {
            assert!(is_piece(error.at), "{error:?} is about no piece of {text:?}");
            let quote = |at: Slice<'_>, changed: Option<&str>| {
                assert!(is_piece(at), "{at:?} is no piece of {text:?}");
                Text::plain(changed.unwrap_or(at.text).to_owned())
            };
            assert!(error.message(quote).to_string().ends_with('\n'));
        }
    }
}

/// A `.env` file: statements in the order of the file, each value at its span.
pub fn dotenv_text(text: &str) {
    let dotenv = dotenv::parse(text);
    let (mut line, mut end) = (1, 0);
    for binding in &dotenv.bindings {
        assert!(!binding.name.is_empty() && binding.line >= line, "{binding:?}");
        line = binding.line;
        let written = text.get(binding.span.start..binding.span.end);
        let written = written.unwrap_or_else(|| panic!("{binding:?} is no piece of {text:?}"));
        let Some(value) = &binding.value else { continue };
        assert!(binding.span.start >= end, "{binding:?} overlaps the one before");
        end = binding.span.end;
        let is_bare = !written.starts_with(['\'', '"']) && !written.contains("${");
        assert!(!is_bare || value == written, "{binding:?} is written {written:?}");
    }
    let lines = 1 + text.matches(['\r', '\n']).count();
    let starts = dotenv.bindings.iter().map(|it| it.line);
    let starts = starts.chain(dotenv.unreadable.iter().map(|it| it.line));
    assert!(starts.into_iter().all(|it| it <= lines), "a line behind the last");
}
