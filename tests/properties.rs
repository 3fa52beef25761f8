//! What holds for every input: no panic, spans on character boundaries, one winner a keyword,
//! and nothing secret in what is shown.

use dsnlens_core::client::{DEFAULT, psql};
use dsnlens_core::document::Document;
use dsnlens_core::render::verdict;
use dsnlens_core::{DjDatabaseUrl, Inputs, Question, Recipe, resolve};
use dsnlens_tests::generate::{self, Files, files, url};
use dsnlens_tests::{invariants, recipe};
use proptest::prelude::*;

proptest! {
    #![proptest_config(generate::config(4096))]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        invariants::every_answer(&Inputs::url(&text));
    }

    #[test]
    fn any_url_is_answered(text in url(), debug in any::<bool>()) {
        invariants::every_answer(&Inputs::url(&text).with_debug(debug));
    }

    #[test]
    fn any_fields_are_answered(values in prop::array::uniform5(prop::option::of(url()))) {
        let names = ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_PORT"];
        let set = names.into_iter().zip(&values);
        invariants::every_answer(&Inputs::new(set.filter_map(|(name, value)| Some((name, value.as_deref()?)))));
    }

    #[test]
    fn any_dotenv_is_answered(text in any::<String>(), lines in prop::collection::vec(url(), 0..6)) {
        invariants::dotenv_text(&text);
        invariants::dotenv_text(&lines.join("\nA=${B:-"));
    }

    #[test]
    fn any_files_are_answered(case in files(), url in url()) {
        invariants::every_answer(&case.inputs("app"));
        invariants::every_answer(&Files { conninfo: url, ..case }.inputs("app"));
    }

    #[test]
    fn a_password_is_shown_nowhere(
        password in "[a-z]{3}(Q[#/?@:%&=+$!\\[\\] ]Z){1,4}[a-z]{3}[0-9]{3}",
        tail in prop::sample::select(vec!["", "/db", ":5432/db", "/db?sslmode=require"]),
    ) {
        let url = format!("postgres://user:{password}@host.example{tail}");
        let inputs = Inputs::url(&url);
        let by_django = DjDatabaseUrl::DISTINCT.map(|version| (DEFAULT, recipe(version)));
        let by_libpq = (&psql::CLIENT, Recipe::default());
        for (client, recipe) in by_django.into_iter().chain([by_libpq]) {
            let answer = resolve(Question { client, inputs: inputs.clone(), recipe, module: None });
            let document = Document::new(&answer, false);
            let shown = serde_json::to_string(&document).unwrap();
            let sentence: String = verdict(&answer).iter().map(|it| it.text()).collect();
            let debug = format!("{answer:?}");
            for (place, text) in [("JSON", &shown), ("verdict", &sentence), ("Debug", &debug)] {
                for piece in password.split(|c: char| !c.is_ascii_alphanumeric()) {
                    prop_assert!(piece.len() < 3 || !text.contains(piece), "{piece} in {place}: {text}");
                }
            }
        }
    }
}

#[test]
fn every_code_point_is_answered_in_every_part() {
    for c in '\0'..=char::MAX {
        let url = format!("postgres://u{c}:p{c}@h{c}/d{c}?k{c}=v{c}&k=1{c}#{c}");
        let question = Question::new(Inputs::url(&url));
        let answer = resolve(question.with_recipe(recipe(DjDatabaseUrl::V3_1_2)));
        invariants::spans_lie_in_their_inputs(&answer);
    }
}
