//! The rules about settings modules: the examples of their pages, and their fixes.

use std::collections::BTreeMap;

use dsnlens_core::module::{Files, SettingsModule};
use dsnlens_core::rules::{Example, RULES};
use dsnlens_core::{Answer, Diagnostic, Fix, Inputs, Question, Recipe, Severity, resolve};
use dsnlens_settings::evaluate;

/// A module and the variables that it reads.
struct World {
    text: String,
    variables: Vec<(String, String)>,
    recipe: Recipe,
}

impl World {
    fn new(text: &str, variables: &[(&str, &str)]) -> World {
        let variables = variables.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        World { text: text.to_owned(), variables, recipe: Recipe::default() }
    }

    fn of(example: &Example) -> World {
        let dotenv = dsnlens_core::syntax::dotenv::parse(example.dotenv);
        let variables = dotenv.bindings.iter();
        let variables =
            variables.map(|it| (it.name.to_owned(), it.value.as_deref().unwrap_or("").to_owned()));
        let text = example.module.expect("a module");
        // As it is in the comment, behind a blank.
        let lines = text.lines().map(|it| it.strip_prefix(' ').unwrap_or(it));
        let recipe = Recipe { dj_database_url: example.dj_database_url, ..Recipe::default() };
        World {
            text: lines.flat_map(|it| [it, "\n"]).collect(),
            variables: variables.collect(),
            recipe,
        }
    }

    fn answer(&self) -> Answer<'_> {
        let variables = self.variables.iter().map(|it| (&*it.0, &*it.1));
        let module = SettingsModule {
            path: "settings.py",
            root: "",
            text: &self.text,
            files: Files::NONE,
            dotenv: Some(""),
            has_all_variables: true,
            evaluate,
        };
        let question = Question::new(Inputs::new(variables)).with_module(module);
        resolve(question.with_recipe(self.recipe.clone()))
    }

    /// The module with a fix in it.
    fn fixed(&self, fix: &Fix) -> World {
        let file = fix.files.iter().find(|it| it.path == "settings.py").expect("a file");
        assert_eq!(file.before.reveal(), self.text);
        World {
            text: file.after.reveal(),
            variables: self.variables.clone(),
            recipe: self.recipe.clone(),
        }
    }
}

fn said<'d, 'a>(answer: &'d Answer<'a>, rule: &str) -> Vec<&'d Diagnostic<'a>> {
    answer.diagnostics.iter().filter(|it| it.rule.name == rule).collect()
}

fn errors(answer: &Answer<'_>) -> Vec<&'static str> {
    let found = answer.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    found.map(|it| it.rule.name).collect()
}

#[test]
fn every_example_of_a_module_says_what_the_rule_does() {
    let mut count = 0;
    for rule in RULES {
        let examples: Vec<_> = rule.page().examples().filter(|it| it.module.is_some()).collect();
        if rule.is_of_module() {
            assert!(examples.iter().any(|it| it.reports), "{} never reports", rule.name);
            assert!(examples.iter().any(|it| !it.reports), "{} is never silent", rule.name);
        }
        let mut unseen: Vec<_> = rule.severities.to_vec();
        for example in &examples {
            let world = World::of(example);
            let answer = world.answer();
            let found = said(&answer, rule.name);
            let refusal = answer.resolution.refusal.as_ref().map(|it| it.message.reveal());
            assert_eq!(
                !found.is_empty(),
                example.reports,
                "{}: {}\n{refusal:?} {:?}",
                rule.name,
                world.text,
                answer.resolution.unknown
            );
            for it in found {
                assert!(rule.severities.contains(&it.severity), "{}", rule.name);
                assert!(!it.message.ends_with('.') && !it.message.contains('\n'), "{}", it.message);
                assert!(!it.spans.is_empty(), "{}", rule.name);
                unseen.retain(|severity| *severity != it.severity);
                check_fixes(&world, &answer, it);
            }
            count += 1;
        }
        let is_whole = !rule.is_of_module() || unseen.is_empty();
        assert!(is_whole, "no example of {} shows {unseen:?}", rule.name);
    }
    assert!(count > 20, "{count}");
}

/// Applied, each fix silences the rule, and brings no error.
fn check_fixes(world: &World, answer: &Answer<'_>, diagnostic: &Diagnostic<'_>) {
    for fix in answer.fixes(diagnostic).iter().filter(|it| !it.files.is_empty()) {
        let fixed = world.fixed(fix);
        let after = fixed.answer();
        assert!(said(&after, diagnostic.rule.name).is_empty(), "{}: {}", fix.title, fixed.text);
        let new: Vec<_> =
            errors(&after).into_iter().filter(|it| !errors(answer).contains(it)).collect();
        assert!(new.is_empty(), "{new:?} after {}: {}", fix.title, fixed.text);
    }
}

/// The lines that the fixes of a rule change, as they will be.
#[track_caller]
fn fixes(rule: &str, text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let world = World::new(text, variables);
    let answer = world.answer();
    let found = said(&answer, rule);
    assert!(!found.is_empty(), "{rule} is silent: {:?}", errors(&answer));
    let mut fixes = Vec::new();
    for it in found {
        check_fixes(&world, &answer, it);
        for fix in answer.fixes(it) {
            for file in fix.files {
                let (before, after) = (file.before.reveal(), file.after.reveal());
                let old: Vec<_> = before.lines().collect();
                let new = after.lines().filter(|it| !old.contains(it)).collect::<Vec<_>>();
                fixes.push(new.join("\n"));
            }
        }
    }
    fixes
}

const HEAD: &str = "import os, dj_database_url\nDATABASES = {'default': {'ENGINE': \
                    'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': 'db.example.com',\n";

#[test]
fn a_misplaced_key_is_moved_and_a_misspelt_one_renamed() {
    let with = |entries: &str| format!("{HEAD}    {entries}}}}}\n");
    assert_eq!(
        fixes("setting-unknown", &with("'SSLMODE': os.environ['MODE'],"), &[("MODE", "require")]),
        ["    'OPTIONS': {'sslmode': os.environ['MODE']},}}"]
    );
    assert_eq!(
        fixes("setting-unknown", &with("'SSLMODE': 'require', 'connect_timeout': 5"), &[]),
        ["    'OPTIONS': {'sslmode': 'require', 'connect_timeout': 5}}}"]
    );
    assert_eq!(
        fixes(
            "setting-unknown",
            &with("'SSLMODE': 'require', 'OPTIONS': {'connect_timeout': 5}"),
            &[]
        ),
        ["    'OPTIONS': {'sslmode': 'require', 'connect_timeout': 5}}}"]
    );
    assert_eq!(
        fixes(
            "setting-unknown",
            &with("'PASWORD': os.environ['WORD']"),
            &[("WORD", "quiet-otter")]
        ),
        ["    'PASSWORD': os.environ['WORD']}}"]
    );
    let later = format!("{}DATABASES['default']['SSLMODE'] = 'require'\n", with(""));
    assert_eq!(
        fixes("setting-unknown", &later, &[]),
        ["DATABASES['default'].setdefault('OPTIONS', {})['sslmode'] = 'require'"]
    );
    let beside = format!("{HEAD}    }}, 'OPTIONS': {{'sslmode': 'require'}}}}\n");
    let fixed = fixes("options-misplaced", &beside, &[]);
    assert_eq!(fixed.len(), 1, "{fixed:?}");
    assert!(fixed[0].contains("{'OPTIONS': {'sslmode': 'require'}, 'ENGINE'"), "{fixed:?}");
}

#[test]
fn a_text_becomes_a_number_or_a_comparison() {
    let with = |entries: &str| format!("{HEAD}    {entries}}}}}\n");
    assert_eq!(
        fixes("setting-invalid", &with("'CONN_MAX_AGE': os.environ.get('AGE', '60')"), &[]),
        ["    'CONN_MAX_AGE': int(os.environ.get('AGE', '60'))}}"]
    );
    assert_eq!(
        fixes("setting-invalid", &with("'CONN_MAX_AGE': '60'"), &[]),
        ["    'CONN_MAX_AGE': 60}}"]
    );
    let call = "import os, dj_database_url\n\
                DATABASES = {'default': dj_database_url.config(conn_max_age=os.environ['AGE'])}\n";
    let url = ("DATABASE_URL", "postgres://u:quiet-otter@db.example.com/shop");
    assert_eq!(
        fixes("setting-invalid", call, &[url, ("AGE", "60")]),
        ["DATABASES = {'default': dj_database_url.config(conn_max_age=int(os.environ['AGE']))}"]
    );
    let debug = "import os, dj_database_url\nDEBUG = bool(os.environ.get('DEBUG', ''))\n\
                 DATABASES = {'default': dj_database_url.config(ssl_require=not DEBUG)}\n";
    assert_eq!(
        fixes("text-is-true", debug, &[url, ("DEBUG", "no")]),
        ["DEBUG = os.environ.get('DEBUG', '') == 'yes'"]
    );
    let flag = "import os, dj_database_url\nDATABASES = {'default': dj_database_url.config(\n\
                \x20   ssl_require=os.environ.get('SSL') or '')}\n";
    assert_eq!(
        fixes("text-is-true", flag, &[url, ("SSL", "False")]),
        ["    ssl_require=os.environ.get('SSL') == 'True' or '')}"]
    );
    let branch = "import os, dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n\
                  if os.environ.get('SSL'):\n    DATABASES['default']['OPTIONS'] = {'sslmode': 'require'}\n";
    assert_eq!(
        fixes("text-is-true", branch, &[url, ("SSL", "0")]),
        ["if os.environ.get('SSL') == '1':"]
    );
}

#[test]
fn an_argument_is_renamed_or_named() {
    let url = ("DATABASE_URL", "postgres://u:quiet-otter@db.example.com/shop");
    let call = |arguments: &str| {
        format!(
            "import dj_database_url\nDATABASES = {{'default': dj_database_url.config({arguments})}}\n"
        )
    };
    assert_eq!(
        fixes("argument-unknown", &call("require_ssl = True"), &[url]),
        ["DATABASES = {'default': dj_database_url.config(ssl_require = True)}"]
    );
    let kept = "import dj_database_url\nDATABASES = {'default': {'ENGINE': \
                'django.db.backends.sqlite3', 'NAME': 'x', 'OPTIONS': {'timeout': 20}}}\n\
                DATABASES['default'].update(dj_database_url.config())\n";
    assert_eq!(
        fixes("options-kept", kept, &[url]),
        ["DATABASES['default'] = dj_database_url.config()"]
    );
    let dollar = "import environ\nenv = environ.Env()\nDATABASES = {'default': {\n\
                  'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': 'h',\n\
                  'PASSWORD': env.str('WORD')}}\n";
    assert_eq!(
        fixes("dollar-refers", dollar, &[("WORD", "$quiet-otter")]),
        ["'PASSWORD': env.ENVIRON['WORD']}}"]
    );
}

#[test]
fn a_fix_shows_no_secret_of_the_file() {
    let text = "import os  # once quiet-otter-1\nSECRET_KEY = 'quiet-otter-2'\n\
                DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',\n\
                'NAME': 'shop', 'PASWORD': 'quiet-otter-3'},\n\
                'other': {'PASSWORD': \"quiet-otter-4\", 'NAME': 'app', 'X': f'quiet-otter-5'}}\n";
    let world = World::new(text, &[]);
    let answer = world.answer();
    let found = said(&answer, "setting-unknown");
    let fix = answer.fixes(found[0]).pop().expect("a fix");
    let file = &fix.files[0];
    assert!(file.after.reveal().contains("'PASSWORD': 'quiet-otter-3'"));
    for shown in [file.before.to_string(), file.after.to_string(), format!("{fix:?}")] {
        assert!(!shown.contains("otter"), "{shown}");
    }
    assert!(file.after.to_string().contains("'NAME': 'shop', 'PASSWORD': '********'"));
}

#[test]
fn nothing_rests_on_what_is_not_known() {
    let module = |text: &str| {
        let world = World::new(text, &[("SSL", "False"), ("DATABASE_URL", "postgres://u:p@h/d")]);
        let answer = world.answer();
        let found: BTreeMap<_, _> =
            answer.diagnostics.iter().map(|it| (it.rule.name, it.message.to_string())).collect();
        found
    };
    // Whether the branch is taken is not known.
    let found = module(
        "import os, dj_database_url, elsewhere\nDATABASES = {'default': dj_database_url.config()}\n\
         if elsewhere.is_on():\n    DATABASES['default']['CONN_HEALTH_CHECKS'] = bool(os.environ['SSL'])\n",
    );
    assert!(!found.contains_key("text-is-true"), "{found:?}");
    // An unknown argument in a `try`.
    let found = module(
        "import dj_database_url\ntry:\n    DATABASES = {'default': dj_database_url.config(require_ssl=True)}\n\
         except TypeError:\n    DATABASES = {'default': dj_database_url.config()}\n",
    );
    assert!(!found.contains_key("argument-unknown"), "{found:?}");
    // A flag that is not about the database.
    let found = module(
        "import os, dj_database_url\nEMAIL_USE_TLS = bool(os.environ['SSL'])\n\
         DATABASES = {'default': dj_database_url.config()}\n",
    );
    assert!(!found.contains_key("text-is-true"), "{found:?}");
}
