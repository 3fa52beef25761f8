//! The rules over everything that was recorded, and over what is made up: what they say where,
//! that their fixes cure, and that a clean input stays clean.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use dsnlens_core::client::psql;
use dsnlens_core::document::{Dict, Document, Json};
use dsnlens_core::rules::RULES;
use dsnlens_core::syntax::python::unquote;
use dsnlens_core::{
    Answer, DATABASE_URL, DjDatabaseUrl, Fix, Inputs, Question, Recipe, Severity, resolve,
};
use dsnlens_tests::generate::{self, Environment};
use dsnlens_tests::oracle::Oracle;
use dsnlens_tests::{Case, Recorded, inputs, recipe};
use serde_json::{Value, json};

/// How often a rule spoke, and how many of its fixes were offered.
#[derive(Default)]
struct Count {
    recorded: usize,
    generated: usize,
    fixes: usize,
}

fn recorded() -> impl Iterator<Item = Environment> {
    Case::all().into_iter().map(|it| (it.env, it.debug))
}

fn generated() -> impl Iterator<Item = Environment> {
    let seed = generate::seed();
    let count = generate::cases(20_000);
    println!("{count} environments");
    generate::values(seed, generate::environment()).take(count)
}

/// The environment with a fix pasted over it.
fn pasted(env: &Environment, fix: &Fix) -> Environment {
    let mut env = env.clone();
    for (name, value) in &fix.variables {
        env.0.insert((*name).to_owned(), value.reveal());
    }
    env
}

fn errors<'a>(answer: &'a Answer<'_>) -> BTreeSet<&'a str> {
    let found = answer.diagnostics.iter();
    found.filter(|it| it.severity == Severity::Error).map(|it| it.rule.name).collect()
}

/// Looks at every fix for `env`: pasted, the rule is silent, no new error appears, and the URL
/// reads the same everywhere. Counts what is said.
fn check(env: &Environment, recipe: &Recipe, mut count: impl FnMut(&'static str, &[Fix])) {
    let answer = resolve(Question::new(inputs(&env.0, env.1)).with_recipe(recipe.clone()));
    for diagnostic in &answer.diagnostics {
        let (rule, fixes) = (diagnostic.rule, answer.fixes(diagnostic));
        for fix in &fixes {
            let env = pasted(env, fix);
            let question = Question::new(inputs(&env.0, env.1));
            let fixed = resolve(question.with_recipe(recipe.clone()));
            let title = &fix.title;
            let is_silent = fixed.diagnostics.iter().all(|it| it.rule != rule);
            assert!(is_silent, "{} after “{title}” for {:?}", rule.name, env.0);
            let (before, after) = (errors(&answer), errors(&fixed));
            let new: Vec<_> = after.difference(&before).collect();
            assert!(new.is_empty(), "{new:?} after “{title}” of {} for {:?}", rule.name, env.0);
            if fix.variables.iter().any(|(name, _)| *name == DATABASE_URL) {
                reads_the_same(&fixed.question.inputs, &env.0[DATABASE_URL]);
            }
        }
        count(rule.name, &fixes);
    }
}

/// User, password, host, port and database, as one reader reads them.
type Reading = [String; 5];

const SETTINGS: [&str; 5] = ["USER", "PASSWORD", "HOST", "PORT", "NAME"];
const KEYWORDS: [&str; 5] = ["user", "password", "host", "port", "dbname"];

/// The release that takes the host from `urlsplit` as it is; 2.1.0 keeps a port behind a `%`.
const BY_URLSPLIT: DjDatabaseUrl = DjDatabaseUrl::V3_1_2;

/// Compares Django's settings with libpq's parameters and the parts of the crate `url`.
fn reads_the_same(inputs: &Inputs<'_>, url: &str) {
    let question = Question::new(inputs.clone()).with_recipe(recipe(BY_URLSPLIT));
    let by_django = Document::new(&resolve(question.clone()), true);
    // An option may be refused, which has nothing to do with the parts.
    let Some(settings) = by_django.settings else { return };
    // An SQLite URL without a path means a database in memory.
    if url.starts_with("sqlite:") {
        return;
    }
    let part = |dict: &Dict, name: &str| match dict.0.iter().find(|(it, _)| it == name) {
        Some((_, Json::Str(text))) => text.clone(),
        Some((_, Json::Int(number))) => number.to_string(),
        _ => String::new(),
    };
    let python = SETTINGS.map(|it| part(&settings, it));
    assert_eq!(by_whatwg(url), plain(python.clone()), "the WHATWG parser reads {url} otherwise");
    if (url.starts_with("postgres://") || url.starts_with("postgresql://"))
        && !is_for_django_alone(url)
    {
        let direct = resolve(question.with_client(&psql::CLIENT));
        let params = Document::new(&direct, true).connect_params;
        let params = params.unwrap_or_else(|| panic!("libpq refuses {url}"));
        let libpq = KEYWORDS.map(|it| part(&params, it));
        let is_same = plain(libpq.clone()) == plain(python);
        assert!(is_same || names_a_part_again(url), "{url}: {libpq:?}");
    }
}

/// Whether an option is one that Django or dj-database-url takes out, and psql refuses.
fn is_for_django_alone(url: &str) -> bool {
    let names = ["currentSchema", "pool", "isolation_level", "server_side_binding", "assume_role"];
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let mut options = query.split('&').map(|it| it.split('=').next().unwrap_or(""));
    options.any(|it| names.contains(&&*unquote(it)))
}

/// Whether an option of the query names one of the parts again; libpq lets it win.
fn names_a_part_again(url: &str) -> bool {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    KEYWORDS.iter().any(|it| query.split('&').any(|option| option.starts_with(&format!("{it}="))))
}

fn by_whatwg(url: &str) -> Reading {
    // The standard has no credentials without a host.
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..].find(['/', '?', '#']).map_or(url.len(), |at| authority + at);
    let is_hostless = url[authority..end].ends_with('@') && url[end..].starts_with('/');
    let dummy = if is_hostless { "x" } else { "" };
    let url = format!("{}{dummy}{}", &url[..end], &url[end..]);
    let parsed = url::Url::parse(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
    let host = if is_hostless { None } else { parsed.host_str() };
    let host = host.unwrap_or("").trim_matches(['[', ']']);
    let pieces = [
        parsed.username(),
        parsed.password().unwrap_or(""),
        host,
        &parsed.port().map_or_else(String::new, |it| it.to_string()),
        parsed.path().strip_prefix('/').unwrap_or(""),
    ];
    let [user, password, host, port, name] = pieces.map(|it| unquote(it).into_owned());
    [user, password, host.to_lowercase(), port, name]
}

/// Only Python changes the case of a host, and only libpq lists the missing ports of several.
fn plain([user, password, host, port, name]: Reading) -> Reading {
    let port = if port.bytes().all(|it| it == b',') { String::new() } else { port };
    [user, password, host.to_lowercase(), port, name]
}

#[test]
fn every_offered_fix_cures_and_every_rule_is_heard() {
    let mut counts: BTreeMap<&str, Count> = RULES
        .iter()
        .filter(|it| !it.is_live() && !it.is_of_module())
        .map(|it| (it.name, Count::default()))
        .collect();
    for env in recorded() {
        for version in DjDatabaseUrl::DISTINCT {
            let is_first = version == DjDatabaseUrl::default();
            check(&env, &recipe(version), |rule, fixes| {
                let count = counts.entry(rule).or_default();
                count.recorded += usize::from(is_first);
                count.fixes += fixes.len();
            });
        }
    }
    for env in generated() {
        check(&env, &Recipe::default(), |rule, fixes| {
            let count = counts.entry(rule).or_default();
            count.generated += 1;
            count.fixes += fixes.len();
        });
    }
    print_table(&counts);
    let unheard = counts.iter().filter(|(_, it)| it.recorded == 0).map(|(rule, _)| *rule);
    assert_eq!(unheard.collect::<Vec<_>>(), NOT_RECORDED, "rules that no recorded case shows");
}

/// Prints a line for each rule, past the harness, which would keep it to itself.
fn print_table(counts: &BTreeMap<&str, Count>) {
    let mut table = format!("{:34} {:>9} {:>9} {:>9}\n", "rule", "recorded", "made up", "fixes");
    for (rule, Count { recorded, generated, fixes }) in counts {
        table += &format!("{rule:34} {recorded:>9} {generated:>9} {fixes:>9}\n");
    }
    io::stdout().write_all(table.as_bytes()).expect("somebody reads it");
}

/// Rules about what no recorded environment holds, such as a provider's host or the file around a
/// variable, and about other clients than those that are asked here. Their examples are run.
const NOT_RECORDED: [&str; 22] = [
    "conn-max-age-high",
    "credentials-differ",
    "credentials-misread",
    "database-too-long",
    "debug-ambiguous",
    "dollar-replaced",
    "host-not-a-service",
    "option-ignored",
    "option-sent",
    "password-expires",
    "pooler-rejects-options",
    "provider-cannot-verify",
    "provider-ipv6-only",
    "provider-requires-ssl",
    "provider-without-ssl",
    "reference-not-expanded",
    "setting-invalid",
    "setting-unknown",
    "sslmode-not-kept",
    "sslmode-stricter",
    "url-another-form",
    "url-refused",
];

#[test]
fn real_python_and_real_libpq_read_a_fixed_url_the_same() {
    let mut urls = BTreeMap::new();
    for env in recorded().chain(generated().take(4000)) {
        check(&env, &Recipe::default(), |_, fixes| {
            for fix in fixes {
                let url = fix.variables.iter().find(|(name, _)| *name == DATABASE_URL);
                if let Some((_, url)) = url.filter(|it| it.1.reveal().starts_with("postgres"))
                    && !is_for_django_alone(&url.reveal())
                {
                    urls.insert(url.reveal(), pasted(&env, fix));
                }
            }
        });
    }
    println!("{} fixed URLs", urls.len());
    assert!(urls.len() > 100, "there are fixes to look at");
    let questions = urls.into_iter().map(|(url, (_, debug))| {
        let question = json!({"env": {DATABASE_URL: url}, "debug": debug}).to_string();
        (url, question)
    });
    let (asked, mut read) = (questions.len(), 0);
    Oracle::stack(BY_URLSPLIT).ask(questions, |url, answer| {
        let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
        let Some(settings) = answer.result else { return };
        read += 1;
        let part = |values: &Value, name: &str| match &values[name] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let python = SETTINGS.map(|it| part(&settings, it));
        assert_eq!(by_whatwg(&url), plain(python.clone()), "{url}");
        let libpq = answer.libpq_direct.expect("libpq was asked");
        // It may refuse an option, which has nothing to do with the parts.
        if libpq.get("error").is_none() {
            let params = KEYWORDS.map(|it| part(&libpq["params"], it));
            assert!(names_a_part_again(&url) || plain(params) == plain(python), "{url}: {libpq}");
        }
    });
    // All but those with an option that is refused.
    assert!(read * 10 > asked * 9, "{read} of {asked} were read");
}

/// As providers hand them out, `PASSWORD` apart: endpoints without a pooler that needs a warning.
const ORDINARY: [&str; 20] = [
    "postgres://u8dj2k:PASSWORD@ec2-54-83-201-196.compute-1.amazonaws.com:5432/d8fk2p5r9t1w3z",
    "postgres://u3a:PASSWORD@c5flugvup2318r.cluster-czrs8kj4isg7.us-east-1.rds.amazonaws.com:5432/d7",
    "postgresql://postgres:PASSWORD@postgres.railway.internal:5432/railway",
    "postgresql://postgres:PASSWORD@shuttle.proxy.rlwy.net:15140/railway",
    "postgresql://doadmin:PASSWORD@db-postgresql-fra1-48213-do-user-1234-0.b.db.ondigitalocean.com:25060/defaultdb?sslmode=require",
    "postgresql://shop:PASSWORD@dpg-c8k2m4p9q0r1s2t3u4v5-a/shop_x1y2",
    "postgresql://shop:PASSWORD@dpg-c8k2m4p9q0r1s2t3u4v5-a.frankfurt-postgres.render.com/shop_x1y2",
    "postgresql://fly-user:PASSWORD@direct.k1v53olmlx2rq6p8.flympg.net/fly-db",
    "postgresql://shop_owner:PASSWORD@ep-cool-rain-a1b2c3d4.eu-central-1.aws.neon.tech/shop?sslmode=require&channel_binding=require",
    "postgresql://postgres.abcdefghijklmnopqrst:PASSWORD@aws-0-eu-central-1.pooler.supabase.com:5432/postgres",
    "postgresql://shop:PASSWORD@shop.c9akciq32h8k.eu-west-1.rds.amazonaws.com:5432/shop?sslmode=require",
    "postgresql://shop:PASSWORD@shop.cluster-c9akciq32h8k.eu-west-1.rds.amazonaws.com:5432/shop",
    "postgresql://shop:PASSWORD@shop-server.postgres.database.azure.com:5432/shop?sslmode=require",
    "postgres://avnadmin:PASSWORD@shop-pg-acme.a.aivencloud.com:21699/defaultdb?sslmode=require",
    "postgres://application:PASSWORD@p.vbjrfujvlw725gvi3i5gm2fpqm.db.postgresbridge.com:5432/postgres?sslmode=require",
    "postgres://tsdbadmin:PASSWORD@k2x9v4m1qp.r7w3z8t5yb.tsdb.cloud.timescale.com:34567/tsdb?sslmode=require",
    "postgresql://shop:PASSWORD@primary.shop--k2x9v4m1qp7d.addon.code.run:5432/shop?sslmode=require",
    "postgres://koyeb-adm:PASSWORD@ep-quiet-forest-a1b2c3d4.eu-central-1.pg.koyeb.app/koyebdb?sslmode=require",
    "postgres://default:PASSWORD@ep-round-sky-a1b2c3d4.us-east-1.postgres.vercel-storage.com:5432/verceldb?sslmode=require",
    "postgresql://shop_app:PASSWORD@db.example.com:5432/shop?sslmode=require",
];

/// Such as providers make.
const PASSWORDS: [&str; 5] = [
    "p3f9c1e07a5d284b61c8e2f40d9b7a35",
    "AVNS_u7Xk2mQ9rT4wZ1b",
    "npg_Xk2mQ9rT4wZ1",
    "kJ8-vQ_2mXw7.Rt4zB",
    "correct-horse-battery-staple",
];

/// What is said of the recipe itself, whatever the input.
const OF_THE_RECIPE: [&str; 2] = ["connect-timeout-unset", "health-checks-off"];

/// Fails where anything worse than a remark is said.
#[track_caller]
fn is_clean(inputs: &Inputs<'_>) {
    for version in DjDatabaseUrl::DISTINCT {
        let answer = resolve(Question::new(inputs.clone()).with_recipe(recipe(version)));
        assert_eq!(answer.resolution.refusal, None);
        let found = answer.diagnostics.iter().filter(|it| it.severity < Severity::Info);
        let found: Vec<_> = found.filter(|it| !OF_THE_RECIPE.contains(&it.rule.name)).collect();
        assert!(found.is_empty(), "{:?}: {found:#?}", inputs.get(DATABASE_URL));
    }
}

#[test]
fn a_hundred_ordinary_urls_are_clean() {
    for url in ORDINARY {
        for password in PASSWORDS {
            is_clean(&Inputs::url(&url.replace("PASSWORD", password)).with_debug(false));
        }
    }
}

#[test]
fn what_is_well_set_up_is_clean() {
    is_clean(&Inputs::url("postgres://app:correct-horse@localhost/shop").with_debug(true));
    is_clean(&Inputs::url("postgres://app:correct-horse@127.0.0.1:5432/shop").with_debug(true));
    let fields = [
        ("DB_HOST", "db.example.com"),
        ("DB_NAME", "shop"),
        ("DB_USER", "shop_app"),
        ("DB_PASSWORD", "kJ8-vQ_2mXw7.Rt4zB"),
        ("DB_PORT", "5432"),
    ];
    is_clean(&Inputs::new(fields).with_debug(false));
}
