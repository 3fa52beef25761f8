//! `--format sarif` and `--format github`: findings where other programs show them.

use super::*;

/// From the OASIS standard, as the package serde-sarif 0.8 carries it; the pattern of `language`,
/// which is no regular expression there, is that of the later revision.
const SCHEMA: &str = include_str!("sarif-2.1.0.schema.json");

#[test]
fn a_sarif_log_is_what_the_standard_says() {
    let schema = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let env = file("sarif.env", "# shop\nDATABASE_URL='postgres://app:é#x@h/db'\n");
    for args in [
        &["--env-file", &env][..],
        &["postgres://app:é#x@h/db"],
        &["postgres://h/db?require_auth=x"],
        &["postgres://app:correct-horse@%2Frun/db"],
    ] {
        let log = run(&[&["resolve", "--format", "sarif"], args].concat()).json();
        let errors: Vec<_> = validator.iter_errors(&log).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{args:?}: {errors:?}");
    }
    let log = run(&["resolve", "--format", "sarif", "--env-file", &env]).json();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(
        (&result["ruleId"], &result["level"]),
        (&"password-unescaped".into(), &"error".into())
    );
    let rule =
        &log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], "password-unescaped");
    let region = &result["locations"][0]["physicalLocation"]["region"];
    // The second line is `DATABASE_URL='postgres://app:********@…`, counted in characters.
    let expected = serde_json::json!({"startLine": 2, "startColumn": 30, "endColumn": 38});
    assert_eq!(*region, expected);
}

#[test]
fn github_shows_a_finding_at_its_line() {
    let env = file("github.env", "DATABASE_URL=postgres://app:a#x@h/db\n");
    let by_file = run(&["resolve", "--format", "github", "--env-file", &env]);
    assert_eq!(by_file.code, Some(1));
    let start =
        format!("::error file={env},line=1,col=29,endColumn=37,title=password-unescaped::The ");
    assert!(by_file.stdout.starts_with(&start), "{}", by_file.stdout);
    assert!(by_file.stdout.lines().all(|it| it.starts_with("::")), "{}", by_file.stdout);
    let by_url = run(&["resolve", "--format", "github", "postgres://app:a#x@h/db"]);
    assert!(by_url.stdout.starts_with("::error title=password-unescaped::DATABASE_URL: The "));
}

#[test]
fn what_no_rule_explains_is_annotated_as_well() {
    let refused = run(&[
        "resolve",
        "--format",
        "github",
        "postgres://h/db?require_auth=x",
        "--debug",
        "true",
    ]);
    let line = "::error ::DATABASE_URL: OperationalError: invalid require_auth value";
    assert!(
        refused.stdout.contains(&line.replace("::error ::", "::error::")),
        "{}",
        refused.stdout
    );
}

#[test]
fn a_rule_can_be_ignored() {
    let url = "postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full";
    let found = run(&["resolve", url]);
    assert_eq!(found.code, Some(1));
    assert!(found.stdout.contains("error[sslmode-downgraded]"), "{}", found.stdout);
    let ignored = run(&["resolve", url, "--ignore", "sslmode-downgraded"]);
    assert!(!ignored.stdout.contains("sslmode-downgraded"), "{}", ignored.stdout);
    assert_eq!(ignored.code, Some(0));
    // What is left keeps its fix, although the ignored error stays.
    assert!(ignored.stdout.contains(" = fix: add connect_timeout=10"), "{}", ignored.stdout);
    let unknown = run(&["resolve", url, "--ignore", "sslmode-downgrade"]);
    assert_eq!((unknown.code, &*unknown.stdout), (Some(2), ""));
    assert!(unknown.stderr.contains("did you mean `sslmode-downgraded`"), "{}", unknown.stderr);
}

#[test]
fn a_finding_in_a_settings_module_has_its_line_and_tells_no_length() {
    let [short, long] = ["Kx7vQ2mB", "Kx7vQ2mBtR9pL4wG"].map(|password| {
        let name = format!("annotated-{:02}.py", password.len());
        let text = "DATABASES = {'default': {\n    'ENGINE': 'django.db.backends.postgresql',\n    \
                    'NAME': 'shop', 'PASWORD': '{}'}}\n";
        let path = file(&name, text.replace("{}", password));
        ["text", "json", "sarif", "github"].map(|format| {
            let run = run(&["resolve", "--format", format, "--env-file", &path]);
            run.stdout.replace(&name, "settings.py")
        })
    });
    let [text, json, sarif, github] = &short;
    assert!(text.contains("settings.py:3\n"), "{text}");
    assert!(json.contains("setting-unknown") && json.contains(r#""spans":[]"#), "{json}");
    assert!(sarif.contains(r#""startLine":3"#), "{sarif}");
    assert!(github.contains("settings.py,line=3,title=setting-unknown::"), "{github}");
    assert_eq!(short, long);
}
