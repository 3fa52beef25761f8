//! What Lighthouse says of the page on a slow phone: its mobile preset, with slow 4G and a
//! processor four times as slow. A test binary of its own, since it measures.
//!
//! Needs the site in `dist/` (`cargo xtask build`), Chromium, Node and Lighthouse.

mod https;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod package;
#[allow(dead_code, reason = "the browser's tests use the rest")]
mod site;

use std::process::Command;

use serde_json::Value;

/// Of 100.
const LEAST: f64 = 98.0;
/// Until the first answer is painted: fetched over a new connection, compiled, and worked out.
const MOST_MS: f64 = 2000.0;
/// The middle one of these counts, so it is known as soon as most of them are good.
const RUNS: usize = 3;

/// A link, so that the first thing that is painted is an answer.
const LINK: &str = "#DATABASE_URL=postgres://app:left-out-of-the-link@db.example.com:5432/shop";

/// Nobody vouches for the test server's certificate.
const BROWSER: [&str; 5] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--ignore-certificate-errors",
];

#[test]
fn a_page_is_accessible_and_keeps_to_good_practice() {
    let categories = ["accessibility", "best-practices"];
    let report = report(&format!("{}{LINK}", https::serve()), &categories);
    for category in categories {
        let score = score(&report, category);
        assert!(score >= LEAST, "{category}: {score}\n{}", faults(&report).join("\n"));
    }
}

#[test]
#[ignore = "it takes a quiet machine: cargo xtask bench"]
fn a_slow_phone_has_its_answer_soon() {
    let address = https::serve();
    let mut good = 0;
    for nth in 1..=RUNS {
        let report = report(&format!("{address}{LINK}"), &["performance"]);
        let answer = report["audits"]["largest-contentful-paint"]["numericValue"].as_f64();
        let answer = answer.expect("something was painted");
        let score = score(&report, "performance");
        println!("run {nth}: {score} of 100, first answer after {answer:.0} ms");
        let is_good = score >= LEAST && answer <= MOST_MS;
        good += usize::from(is_good);
        if !is_good {
            faults(&report).iter().for_each(|it| println!("  {it}"));
        }
        if good > RUNS / 2 {
            return;
        }
    }
    panic!("only {good} of {RUNS} runs have {LEAST} of 100 and an answer in {MOST_MS} ms");
}

fn score(report: &Value, category: &str) -> f64 {
    let score = report["categories"][category]["score"].as_f64();
    (score.unwrap_or_else(|| panic!("{category} has no score: {report}")) * 100.0).round()
}

/// What costs points.
fn faults(report: &Value) -> Vec<String> {
    let lost = |audit: &&Value| {
        let is_scored = !["informative", "manual", "notApplicable"]
            .contains(&audit["scoreDisplayMode"].as_str().unwrap_or_default());
        is_scored && audit["score"].as_f64().is_some_and(|it| it < 1.0)
    };
    let audits = report["audits"].as_object().expect("audits by name").values().filter(lost);
    audits.map(|it| format!("{}: {} {}", it["id"], it["title"], it["displayValue"])).collect()
}

fn report(address: &str, categories: &[&str]) -> Value {
    let program = site::root().join(".tools/npm/node_modules/lighthouse/cli/index.js");
    assert!(program.exists(), "no Lighthouse: `cargo xtask test` installs what it needs");
    let output = Command::new("node")
        .arg(program)
        .arg(address)
        .args(["--quiet", "--output=json", "--output-path=stdout", "--no-enable-error-reporting"])
        // In milliseconds: a busy machine is waited for.
        .arg("--max-wait-for-load=300000")
        .arg(format!("--chrome-flags={}", BROWSER.join(" ")))
        .arg(format!("--only-categories={}", categories.join(",")))
        .env("CHROME_PATH", "/usr/bin/chromium")
        .output()
        .expect("node starts: Debian's package nodejs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "Lighthouse: {}\n{errors}", output.status);
    serde_json::from_slice(&output.stdout).expect("a report is JSON")
}
