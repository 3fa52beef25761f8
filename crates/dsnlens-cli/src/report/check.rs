//! A check as a person reads it: the steps while they are climbed, then what they mean.

use dsnlens_core::live::{
    self, Auth, Chain, Fact, Observation, Plan, Root, SslAnswer, Status, Step, Tls, Verdict, Why,
    certificate,
};
use dsnlens_core::{Attempt, Diagnostic, Severity, Verification};

use super::{Report, findings, head};
use crate::style::{ERROR, HEADING, PASS, QUIET, WARNING, columns, of, paint, paint_code, wrap};
use crate::visible::escape;

/// What ends a check.
pub(crate) struct Closing<'c> {
    pub(crate) plan: Option<&'c Plan>,
    pub(crate) verdict: Option<&'c Verdict<'c>>,
    pub(crate) observations: &'c [Observation],
    pub(crate) found: &'c [Diagnostic<'c>],
}

/// Takes a step's name off the terminal again.
pub(crate) const CLEAR_LINE: &str = "\r\u{1b}[K";

/// Where what was seen begins, and where a second line of it does.
const SEEN_AT: usize = 33;

/// Before the first step.
pub(crate) fn opening(report: &Report<'_>) -> String {
    let head = head(report);
    format!("{head}\n")
}

/// A step that has begun.
pub(crate) fn begun(step: Step, place: &str) -> String {
    paint(QUIET, format_args!("  …     {:10}  {}", step.name(), escape(place)))
}

/// A step that has ended.
pub(crate) fn step(plan: &Plan, observation: &Observation, width: usize) -> String {
    let status = Status::of(plan, observation);
    let ms = observation.time.as_secs_f64() * 1e3;
    let seen = seen(plan, observation);
    let (first, more) = seen.split_first().map_or(("", &[][..]), |it| (&**it.0, it.1));
    let name = observation.step().name();
    let start = format!("{name:10} {ms:9.1} ms  ");
    let mut text = line(status, &start, first, width);
    let indent = " ".repeat(SEEN_AT);
    text.extend(more.iter().map(|it| wrap(&escape(it), &indent, &indent, width)));
    text
}

fn line(status: Status, start: &str, seen: &str, width: usize) -> String {
    let (style, word) = match status {
        Status::Pass => (PASS, "ok"),
        Status::Warn => (WARNING, "warn"),
        Status::Fail => (ERROR, "FAIL"),
        Status::Skip => (QUIET, "skip"),
    };
    let pad = " ".repeat(6 - columns(word));
    let first = format!("  {}{pad}{start}", paint(style, word));
    wrap(&escape(seen), &first, &" ".repeat(SEEN_AT), width)
}

/// What there is to say of a step, a line each.
pub(crate) fn seen(plan: &Plan, observation: &Observation) -> Vec<String> {
    match &observation.fact {
        Fact::Dns(Ok(addresses)) => vec![addresses.to_string()],
        Fact::Dns(Err(it)) => vec![it.to_string()],
        Fact::Tcp(Ok(())) => vec![observation.place.clone()],
        Fact::Tcp(Err(it)) => vec![format!("{}: {it}", observation.place)],
        Fact::SslRequest(answer) => vec![match answer {
            SslAnswer::Broken(it) => it.to_string(),
            SslAnswer::Error(words) => format!("the server answers with an error: {words}"),
            SslAnswer::Other(bytes) => Why::NotPostgres(bytes).to_string(),
            SslAnswer::Unwilling => "the server does not speak TLS".into(),
            SslAnswer::Willing => "the server speaks TLS".into(),
        }],
        Fact::Tls(it) => tls(plan, observation, it),
        Fact::Auth(it) => vec![auth(it, observation.attempt)],
        Fact::Session(Ok(it)) => session(it),
        Fact::Session(Err(it)) => vec![it.to_string()],
        Fact::Pooling(it) => pooling(it),
    }
}

fn tls(plan: &Plan, observation: &Observation, tls: &Tls) -> Vec<String> {
    let mut lines = vec![match &tls.handshake {
        Ok(cipher) => format!("{}, {}", cipher.version, cipher.suite),
        Err(error) => error.to_string(),
    }];
    let Some(own) = tls.chain.first() else { return lines };
    let days = (own.not_after - tls.now).div_euclid(86_400);
    let days = match days {
        0.. => format!("{days} days left"),
        _ => format!("expired {} days ago", days.abs()),
    };
    lines.push(format!("certificate for {}, {days}", certificate::names(own).join(", ")));
    let host = plan.targets.get(observation.target).map_or("", |it| &it.host);
    let is_for_host = !host.is_empty() && certificate::is_for_host(own, host);
    for trust in &tls.trust {
        let root = match &trust.root {
            Root::Default => "~/.postgresql/root.crt",
            Root::File(path) => path,
            Root::System => "this machine's authorities",
        };
        let verdict = match (&trust.chain, is_for_host) {
            (Chain::Trusted, true) => "verify-full would pass".into(),
            (Chain::Trusted, false) => "verify-ca would pass, verify-full not".into(),
            (Chain::Expired(_), _) => "expired".into(),
            (Chain::IssuerUnknown(_), _) => "unknown issuer".into(),
            (Chain::NoRoots, _) => "not there, so nothing is verified".into(),
            (Chain::NotYetValid(_), _) => "not valid yet".into(),
            (Chain::SelfSigned, _) => "self-signed".into(),
            (Chain::Unsuitable(why) | Chain::UnreadableRoots(why), _) => why.clone(),
        };
        // What would not be used and would not help is not worth a line.
        if trust.is_effective || trust.chain == Chain::Trusted {
            lines.push(format!("by {root}: {verdict}"));
        }
    }
    lines
}

fn auth(auth: &Auth, attempt: Attempt) -> String {
    let method = auth.method.map_or(String::new(), |it| match it {
        live::Method::Scram { with_plus: true } => {
            format!("{}, channel binding offered", it.name())
        }
        it => it.name().to_owned(),
    });
    let how = match attempt {
        Attempt::Plain => "without TLS",
        Attempt::Tls => "with TLS",
    };
    let error = match &auth.outcome {
        Ok(()) => return format!("{method}; logged in {how}"),
        Err(error) => error.why(),
    };
    match method.is_empty() {
        true => format!("{how}: {error}"),
        false => format!("{how}, {method}: {error}"),
    }
}

fn session(session: &live::Session) -> Vec<String> {
    let role = if session.is_superuser { " (superuser)" } else { "" };
    let standby = if session.is_in_recovery { ", a standby" } else { "" };
    let mut lines = vec![
        format!("PostgreSQL {}{standby}", session.version),
        format!("{}{role} in {}", session.user, session.database),
        format!(
            "{} of {} connections in use, {} reserved",
            session.used_connections, session.max_connections, session.reserved_connections
        ),
    ];
    let limits = [
        ("role", session.role_limit, session.role_connections),
        ("database", session.database_limit, session.database_connections),
    ];
    for (whose, limit, used) in limits {
        lines.extend(limit.map(|it| format!("{used} of the {whose}'s own {it} in use")));
    }
    lines.push(match &session.schema {
        Some(schema) if session.can_create => format!("may create tables in {schema}"),
        Some(schema) => format!("may not create tables in {schema}"),
        None => "has no schema to create tables in".into(),
    });
    if session.is_pooled() {
        lines.push("a pooler stands in between".into());
    }
    lines
}

fn pooling(pooling: &live::Pooling) -> Vec<String> {
    let ms = |it: std::time::Duration| format!("{:.1} ms", it.as_secs_f64() * 1e3);
    let mut lines = vec![format!(
        "a new connection takes {}, a query over a kept one {} (a usual pair is 70 ms and 10 ms)",
        ms(pooling.connect),
        ms(pooling.reuse)
    )];
    if let Some(loss) = &pooling.loss {
        lines.push(format!(
            "a connection that is lost, without health checks: the next query fails, {}",
            loss.next_query
        ));
        lines.push(match &loss.recovery {
            Ok(time) => format!("with health checks: {} later it is back", ms(*time)),
            Err(words) => format!("with health checks: no new connection, {words}"),
        });
    }
    lines
}

/// Behind the last step.
pub(crate) fn closing(report: &Report<'_>, closing: &Closing<'_>) -> String {
    let mut sections = vec![skipped(closing, report.width)];
    if let Some(verdict) = closing.verdict {
        sections.push(format!("\n{}", wrap(&sentence(verdict), "", "", report.width)));
    }
    if !closing.found.is_empty() {
        sections.push(findings::list(report, closing.found));
    }
    sections.push(from_settings(report));
    sections.push(questions(report, closing));
    let sections: Vec<_> = sections.into_iter().filter(|it| !it.is_empty()).collect();
    sections.join("\n").replacen("\n\n\n", "\n\n", 1)
}

/// The steps that were not taken, each with its name.
fn skipped(closing: &Closing<'_>, width: usize) -> String {
    let Some(plan) = closing.plan else { return String::new() };
    let Some(last) = closing.observations.last() else { return String::new() };
    let is_failed = live::failure(plan, last).is_some();
    let why = if is_failed { "the check ended before it" } else { "not asked for" };
    let rest = Step::ALL.into_iter().filter(|it| *it > last.step());
    rest.map(|it| line(Status::Skip, &format!("{:25}", it.name()), why, width)).collect()
}

/// What it comes down to.
pub(crate) fn sentence(verdict: &Verdict<'_>) -> String {
    match (verdict.is_connected, verdict.is_tls, verdict.verified) {
        (true, true, Verification::ChainAndHost) => {
            format!("{} with TLS, to a server that has proved its name.", paint(PASS, "Connected"))
        }
        (true, true, Verification::Chain) => format!(
            "{} with TLS; a known authority signed the certificate, for whichever host.",
            paint(PASS, "Connected")
        ),
        (true, true, Verification::Nothing) => format!(
            "{} with TLS, and {}.",
            paint(PASS, "Connected"),
            paint(WARNING, "nothing of the server was verified")
        ),
        (true, false, _) => {
            format!("{} {}.", paint(PASS, "Connected"), paint(WARNING, "without TLS"))
        }
        (false, ..) => not_connected(verdict),
    }
}

fn not_connected(verdict: &Verdict<'_>) -> String {
    let Some(cause) = &verdict.cause else {
        return "The check ended before the log-in, as it was asked to.".into();
    };
    let step = cause.observation.step().name();
    let code = verdict.sqlstate().map_or(String::new(), |it| format!(", SQLSTATE {it}"));
    let mut text = format!("{}: the step {step} failed{code}.", paint(ERROR, "No connection"));
    if verdict.untried > 0 {
        text.push_str(&format!(" {} addresses of the name were not tried.", verdict.untried));
    }
    let message = |it: &Why<'_>| match it {
        Why::Server(error) => Some(escape(&error.message).into_owned()),
        _ => None,
    };
    let other = match cause.observation.attempt {
        Attempt::Plain => "with TLS",
        Attempt::Tls => "without TLS",
    };
    match cause.others.iter().find_map(message) {
        Some(again) if message(&cause.why).as_ref() == Some(&again) => {
            text.push_str(&format!(" It failed {other} in the same way."));
        }
        Some(consequence) => text.push_str(&format!(
            " Then libpq tries {other}, and prints a second error that is not the reason: \
             \"{consequence}\"."
        )),
        None => {}
    }
    text
}

/// What is wrong with the settings whoever the server is, in a line each.
fn from_settings(report: &Report<'_>) -> String {
    let diagnostics = &report.answer.diagnostics;
    if report.resolution().refusal.is_some() {
        return findings::list(report, diagnostics);
    }
    if diagnostics.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "{} {}\n",
        paint(HEADING, "From the settings alone"),
        paint(QUIET, "(dsnlens resolve says more)")
    );
    for it in diagnostics.iter().filter(|it| it.severity <= Severity::Info) {
        let name = paint(of(it.severity), format_args!("{}[{}]", it.severity.name(), it.rule.name));
        let finding = format!("{name}: {}", paint_code(&escape(&it.message)));
        text.push_str(&wrap(&finding, "  ", "    ", report.width));
    }
    text
}

/// The five lines at the end.
fn questions(report: &Report<'_>, closing: &Closing<'_>) -> String {
    if !report.resolution().unknown.is_empty() {
        return String::new();
    }
    let questions = live::summary(report.answer, closing.verdict, closing.observations);
    let mut text = format!("{}\n", paint(HEADING, "Summary"));
    for it in questions {
        let word = if it.passes { paint(PASS, "PASS") } else { paint(ERROR, "FAIL") };
        let first = format!("  {word}  {:22}  ", it.name);
        text.push_str(&wrap(&escape(&it.reason), &first, &" ".repeat(32), report.width));
    }
    text
}
