//! No four characters of a secret in a row, and no difference when only its length changes: for
//! every kind of text, in every output.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use dsnlens_core::client::{DEFAULT, psql};
use dsnlens_core::document::{Case as Asked, CaseSettings, Check, Document};
use dsnlens_core::errors;
use dsnlens_core::paste;
use dsnlens_core::render::{Export, verdict};
use dsnlens_core::syntax::dotenv;
use dsnlens_core::{CLIENTS, DjDatabaseUrl, Inputs, Question, Recipe, is_relevant, resolve};
use dsnlens_settings::evaluate;
use dsnlens_tests::generate::seed;
use dsnlens_tests::program::PROGRAM;
use dsnlens_tests::recipe;
use dsnlens_tests::secret::{FORMS, MODULES, Pair, base64, is_ambiguous, leak, marks, pairs, text};

/// What is shown of one text, by output.
type Shown = BTreeMap<String, String>;

/// Everything that core says about a text as a URL, as a file and as a message, with what is
/// exported or without; the `nth` case is for one client.
fn by_core(text: &str, nth: usize, with_exports: bool) -> Shown {
    let (client, recipe) = match nth % 4 {
        0 | 2 => (&psql::CLIENT, Recipe::default()),
        1 => (DEFAULT, Recipe::default()),
        _ => (DEFAULT, recipe(DjDatabaseUrl::ALL[nth / 4 % DjDatabaseUrl::ALL.len()])),
    };
    let mut shown = Shown::new();
    let mut tell = |inputs: &Inputs<'_>, what: &str| {
        let place = |name: &str| format!("{name} of {what} to {client:?}");
        let question =
            Question { client, inputs: inputs.clone(), recipe: recipe.clone(), module: None };
        let answer = resolve(question);
        shown.insert(place("Debug"), format!("{answer:?} {inputs:?}"));
        let sentence: String = verdict(&answer).iter().map(|it| it.text()).collect();
        shown.insert(place("verdict"), sentence);
        if !with_exports {
            let document = Document::new(&answer, false);
            shown.insert(place("JSON"), serde_json::to_string(&document).unwrap());
            return;
        }
        let check = Check::new(&answer, None, &[], &[], false);
        shown.insert(place("check"), serde_json::to_string(&check).unwrap());
        for export in Export::ALL {
            let text = export.write(&answer).map(|it| it.to_string());
            shown.insert(place(export.name()), format!("{text:?}"));
        }
    };
    tell(&Inputs::url(text), "a URL");
    let dotenv = dotenv::parse(text);
    let bound = dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
    let bound: Vec<_> = bound.filter(|(name, _)| is_relevant(name)).collect();
    if !bound.is_empty() {
        tell(&Inputs::new(bound), "a file");
    }
    if let Some(pasted) = paste::read(text) {
        tell(&Inputs::new(pasted.reveal()), "what was pasted");
        let notes: Vec<_> = pasted.notes.iter().map(|it| &it.text).collect();
        let names: Vec<_> = pasted.relevant().map(|it| &it.name).collect();
        let said = format!("{} {:?} {names:?} {notes:?}", pasted.form, pasted.part);
        shown.insert("pasted".into(), said);
    }
    let explanation = errors::explain(text);
    let lines = explanation.causes.iter().map(|it| explanation.shown(explanation.line(it.span)));
    let lines: Vec<_> = lines.collect();
    let told = explanation.told;
    let told = [told.host, told.address, told.port, told.user, told.database, told.sqlstate];
    let told = told.map(|it| it.map(|it| explanation.shown(it)));
    let masked = explanation.masked().text;
    shown.insert("explanation".into(), format!("{explanation:?} {lines:?} {told:?} {masked}"));
    shown
}

/// What the program prints; `stdin` goes through a file, since a pipe holds only so much.
fn run(args: &[&str], stdin: &str) -> String {
    let name = std::thread::current().name().unwrap_or("stdin").to_owned();
    let stdin = File::open(written(&name, stdin)).unwrap();
    let output = Command::new(&*PROGRAM).args(args).env_clear().stdin(stdin).output().unwrap();
    [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat()
}

fn written(name: &str, text: &str) -> PathBuf {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("secrets.{name}"));
    std::fs::write(&file, text).unwrap();
    file
}

/// What the program prints of a text: the `nth` case is for one format.
fn by_program(text: &str, nth: usize) -> Shown {
    let file = written("env", text);
    let file = file.to_str().unwrap();
    let format = ["text", "sarif", "json", "github"][nth % 4];
    let client = CLIENTS[nth / 4 % CLIENTS.len()].name;
    let of_client = ["--client", client, "--format", format];
    let url = run(&[&["resolve", "-"][..], &of_client].concat(), text);
    let file = run(&[&["resolve", "--env-file", file][..], &of_client].concat(), "");
    let explanation = run(&["explain", "-"], text);
    [
        (format!("{format} of a URL"), url),
        (format!("{format} of a file"), file),
        ("explain".into(), explanation),
    ]
    .into()
}

/// A secret of two lengths in a text of some form.
struct Case {
    nth: usize,
    secret: String,
    texts: [String; 2],
}

/// Each form with so many secrets, not the same ones in each.
fn cases(secrets: usize) -> impl Iterator<Item = Case> {
    of_forms(FORMS, secrets)
}

fn of_forms(forms: &'static str, secrets: usize) -> impl Iterator<Item = Case> {
    let all: Vec<Pair> = marks().flat_map(|it| pairs(&it)).collect();
    let seed = usize::try_from(seed()).unwrap();
    let nths =
        (0..forms.lines().count()).flat_map(move |form| (0..secrets).map(move |nth| (form, nth)));
    nths.enumerate().filter_map(move |(nth, (form, secret))| {
        // Neighbouring forms are alike, and so are neighbouring secrets.
        let Pair(pair) = &all[(seed + form * 5 + secret * all.len() / secrets) % all.len()];
        let form = forms.lines().nth(form)?;
        let texts = pair.each_ref().map(|it| text(form, it));
        let secret = pair[0].clone();
        (!is_ambiguous(form, &secret)).then_some(Case { nth, secret, texts })
    })
}

/// What is wrong with what is shown of two texts that differ in a secret's length, if anything.
fn fault(case: &Case, [shown, other]: &[Shown; 2]) -> Option<String> {
    let Case { secret, texts: [text, _], .. } = case;
    let encoded = base64(secret);
    shown.iter().find_map(|(place, shown)| {
        let same = other.get(place).map_or("", |it| it);
        let at = shown.bytes().zip(same.bytes()).take_while(|(a, b)| a == b).count();
        match leak(secret, shown).or_else(|| leak(&encoded, shown)) {
            Some(piece) => {
                let excerpt = excerpt(shown, shown.find(piece)?);
                Some(format!("{place} shows `{piece}` of {text:?}: …{excerpt}"))
            }
            None if same == shown => None,
            None => {
                let excerpts = [shown, same].map(|it| excerpt(it, at));
                Some(format!("{place} tells the length of {text:?}: …{excerpts:?}"))
            }
        }
    })
}

fn faults(cases: impl Iterator<Item = Case>, show: impl Fn(&str, usize) -> Shown) -> Vec<String> {
    let shown = |it: &Case| it.texts.each_ref().map(|text| show(text, it.nth));
    cases.filter_map(|it| fault(&it, &shown(&it))).collect()
}

/// What stands around a place of a text.
fn excerpt(text: &str, at: usize) -> String {
    let nearby =
        text.char_indices().filter(|(it, _)| (at.saturating_sub(60)..at + 60).contains(it));
    nearby.map(|(_, it)| it).collect()
}

#[track_caller]
fn check(faults: Vec<String>) {
    let first = faults.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults, such as\n{first}", faults.len());
}

#[test]
fn core_tells_nothing_of_a_secret() {
    check(faults(cases(12), |text, nth| by_core(text, nth, false)));
}

#[test]
fn nothing_is_exported_of_what_is_no_password() {
    check(faults(cases(3), |text, nth| by_core(text, nth, true)));
}

#[test]
fn the_program_prints_nothing_of_a_secret() {
    check(faults(cases(1), by_program));
}

/// Everything that core and the program say about a settings module.
fn of_module(text: &str, nth: usize) -> Shown {
    let settings = CaseSettings { text: Some(text.into()), ..CaseSettings::default() };
    let case = Asked { settings: Some(settings), ..Asked::default() };
    let question = case.question(evaluate).expect("a question");
    let answer = resolve(question);
    let mut shown = Shown::new();
    shown.insert("Debug of a module".into(), format!("{answer:?}"));
    let sentence: String = verdict(&answer).iter().map(|it| it.text()).collect();
    shown.insert("verdict of a module".into(), sentence);
    let document = Document::new(&answer, false);
    shown.insert("JSON of a module".into(), serde_json::to_string(&document).unwrap());
    for export in Export::ALL {
        let text = export.write(&answer).map(|it| it.to_string());
        shown.insert(format!("{} of a module", export.name()), format!("{text:?}"));
    }
    let name = std::thread::current().name().unwrap_or("module").to_owned();
    let file = written(&format!("{name}.py"), text);
    let format = ["text", "sarif", "json", "github"][nth % 4];
    let args = ["resolve", "--settings", file.to_str().unwrap(), "--format", format];
    shown.insert(format!("{format} of a module"), run(&args, ""));
    shown
}

#[test]
fn a_settings_module_tells_nothing_of_a_secret() {
    // What ends a text of Python's is no secret of this kind.
    let is_text = |it: &Case| !it.secret.contains(['\'', '"', '\\', '{', '}']);
    check(faults(of_forms(MODULES, 8).filter(is_text), of_module));
}

/// Targets that refuse at once, as they are asked for.
const CHECKED: &str = "\
postgres://app:{}@127.0.0.1:1/shop
postgres://app:{}@127.0.0.1:1/shop?sslmode=require&x=1
postgres://127.0.0.1:1/shop?user=app&password={}
postgres://127.0.0.1:1/shop?user=app&pass%77ord={}&sslmode=disable
postgres://app:x@127.0.0.1:1/shop?sslmode=verify-ca&sslkey=-----BEGIN%20PRIVATE%20KEY-----%0A{}
postgres://app:x@127.0.0.1:1/shop?options=-c%20my.password%3D{}
postgres://ghp_{}@127.0.0.1:1/shop
postgres://app:{}/x@127.0.0.1:1/shop";

/// A text without its numbers: times differ from run to run.
fn without_numbers(text: &str) -> String {
    let kept = text.split(|c: char| c.is_ascii_digit()).filter(|it| !it.is_empty());
    kept.collect::<Vec<_>>().join("0")
}

#[test]
fn the_log_of_a_check_tells_nothing_of_a_secret() {
    let mut faults = Vec::new();
    let (mut logged, mut asked) = (0, 0);
    for case in of_forms(CHECKED, 6) {
        let format = ["text", "json"][case.nth % 2];
        let args = ["check", "-", "--until", "tcp", "--format", format, "--log=trace"];
        let said = case.texts.each_ref().map(|it| run(&args, it));
        asked += 1;
        logged += usize::from(said[0].contains("dsnlens_cli::"));
        faults.extend(said.iter().filter_map(|it| Some((leak(&case.secret, it)?, it))).map(
            |(piece, it)| {
                let excerpt = excerpt(it, it.find(piece).unwrap_or(0));
                format!("`{piece}` of {:?}: …{excerpt}", case.texts[0])
            },
        ));
        let [one, other] = said.each_ref().map(|it| without_numbers(it));
        if one != other {
            let at = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
            let excerpts = [&one, &other].map(|it| excerpt(it, at));
            faults.push(format!("the length of {:?}: …{excerpts:?}", case.texts[0]));
        }
    }
    assert!(logged * 2 > asked, "{logged} of {asked} checks wrote a log");
    check(faults);
}

#[test]
fn a_line_of_json_tells_nothing_of_a_secret() {
    let all: Vec<_> = cases(3).collect();
    let answers = [0, 1].map(|length| {
        let client = |it: &Case| CLIENTS[it.nth % CLIENTS.len()].name;
        let case = |it: &Case| {
            let env = serde_json::json!({ "DATABASE_URL": it.texts[length] });
            serde_json::json!({ "env": env, "client": client(it) }).to_string()
        };
        let lines: Vec<_> = all.iter().map(case).collect();
        run(&["resolve", "--jsonl"], &lines.join("\n"))
    });
    let lines = answers.each_ref().map(|it| it.lines().collect::<Vec<_>>());
    assert_eq!(lines.each_ref().map(Vec::len), [all.len(); 2]);
    let shown = |nth: usize| lines.each_ref().map(|it| [("JSON".into(), it[nth].into())].into());
    check(all.iter().enumerate().filter_map(|(nth, it)| fault(it, &shown(nth))).collect());
}
