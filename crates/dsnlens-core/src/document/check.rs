//! The machine-readable answer of a check: what was resolved, what was seen, what it means.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::time::Duration;

use serde::Serialize;

use super::{Dict, Document, Finding, Json, SCHEMA_VERSION, Writer};
use crate::diagnostic::Diagnostic;
use crate::live::{
    self, Auth, AuthError, Broken, Certificate, Chain, Fact, Handshake, Observation, Plan, Pooling,
    Root, ServerError, Session, SslAnswer, Status, Step, Tls, Trust, Verdict, certificate, service,
};
use crate::question::Answer;

/// Everything there is to say about a check.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// The version of this shape.
    pub schema_version: u32,
    /// What was resolved before anything was connected to.
    pub resolution: Document,
    /// The steps in the order in which they were taken; those that were not, behind them.
    pub steps: Vec<StepDocument>,
    /// Whether somebody is logged in.
    pub connected: bool,
    /// Whether that connection is encrypted.
    pub tls: bool,
    /// What of the server's certificate was verified.
    pub verified: &'static str,
    /// The server's code for what is wrong.
    pub sqlstate: Option<String>,
    /// What the observations mean, worst first.
    pub diagnostics: Vec<Finding>,
    /// Questions about the project's database.
    pub summary: Vec<QuestionDocument>,
}

/// A step.
#[derive(Clone, Debug, Serialize)]
pub struct StepDocument {
    /// Its name.
    pub step: &'static str,
    /// How it ended.
    pub status: &'static str,
    /// How long it took.
    pub ms: f64,
    /// What was seen.
    pub detail: Dict,
}

/// A question and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionDocument {
    /// What is asked.
    pub name: &'static str,
    /// Whether the answer is yes.
    pub pass: bool,
    /// Why.
    pub reason: String,
}

impl Check {
    /// The machine-readable form of a check, with what [`Answer::diagnose`] found; without a plan
    /// nothing was connected to.
    pub fn new<'a>(
        answer: &Answer<'a>,
        plan: Option<&Plan>,
        observations: &[Observation],
        found: &[Diagnostic<'a>],
        show_secrets: bool,
    ) -> Check {
        let verdict = plan.map(|plan| Verdict::new(plan, observations));
        let writer = Writer::new(answer, show_secrets);
        let finding = |it| writer.finding(it, &answer.fixes(it));
        let summary = live::summary(answer, verdict.as_ref(), observations);
        Check {
            schema_version: SCHEMA_VERSION,
            resolution: Document::new(answer, show_secrets),
            steps: steps(plan, observations),
            connected: verdict.as_ref().is_some_and(|it| it.is_connected),
            tls: verdict.as_ref().is_some_and(|it| it.is_tls),
            verified: verdict.as_ref().map_or("nothing", |it| it.verified.name()),
            sqlstate: verdict.as_ref().and_then(|it| it.sqlstate()).map(Into::into),
            diagnostics: found.iter().map(finding).collect(),
            summary: summary
                .into_iter()
                .map(|it| QuestionDocument { name: it.name, pass: it.passes, reason: it.reason })
                .collect(),
        }
    }
}

impl StepDocument {
    /// The machine-readable form of a step.
    pub fn new(plan: &Plan, observation: &Observation) -> StepDocument {
        let mut detail = Vec::new();
        if !observation.place.is_empty() {
            detail.push(entry("address", Json::Str(observation.place.clone())));
        }
        let attempt = observation.attempt.name();
        detail.push(entry("attempt", str(attempt)));
        detail.extend(fact(plan, observation));
        StepDocument {
            step: observation.step().name(),
            status: Status::of(plan, observation).name(),
            ms: micros(observation.time) as f64 / 1e3,
            detail: Dict(detail),
        }
    }

    fn skipped(step: Step, reason: &'static str) -> StepDocument {
        let detail = Dict([entry("reason", str(reason))].into());
        StepDocument { step: step.name(), status: Status::Skip.name(), ms: 0.0, detail }
    }
}

/// The steps that were taken, and those that were not, each where it belongs.
fn steps(plan: Option<&Plan>, observations: &[Observation]) -> Vec<StepDocument> {
    let Some(plan) = plan else {
        let reason = "no connection is made with these settings";
        return Step::ALL.map(|it| StepDocument::skipped(it, reason)).into();
    };
    let mut steps: Vec<StepDocument> = Vec::new();
    let end = observations.last().map(Observation::step);
    let mut taken = observations.iter().peekable();
    for step in Step::ALL {
        let was_taken = observations.iter().any(|it| it.step() == step);
        if !was_taken {
            steps.push(StepDocument::skipped(step, why_skipped(plan, observations, step, end)));
            continue;
        }
        // Steps of one attempt after the other, in the order of time.
        while let Some(it) = taken.next_if(|it| it.step() <= step) {
            steps.push(StepDocument::new(plan, it));
        }
    }
    steps.extend(taken.map(|it| StepDocument::new(plan, it)));
    steps
}

fn why_skipped(
    plan: &Plan,
    observations: &[Observation],
    step: Step,
    end: Option<Step>,
) -> &'static str {
    if end.is_some_and(|end| step > end) {
        let is_failed = observations.last().is_some_and(|it| live::failure(plan, it).is_some());
        return if is_failed { "the check ended before it" } else { "not asked for" };
    }
    match step {
        Step::Dns => "there is no name to look up",
        Step::SslRequest | Step::Tls => "this connection is made without TLS",
        _ => "not reached",
    }
}

fn fact(plan: &Plan, observation: &Observation) -> Vec<(String, Json)> {
    match &observation.fact {
        Fact::Dns(Ok(addresses)) => {
            let list = addresses.first.iter().map(|it| Json::Str(it.to_string()));
            let private = addresses.first.iter().any(|it| is_private(*it));
            let mut detail = Vec::from([
                entry("addresses", Json::List(list.collect())),
                entry("private", Json::Bool(private)),
            ]);
            if addresses.more > 0 {
                let more = i64::try_from(addresses.more).unwrap_or(i64::MAX);
                detail.push(entry("moreAddresses", Json::Int(more)));
            }
            detail
        }
        Fact::Dns(Err(it)) | Fact::Tcp(Err(it)) => broken(it),
        Fact::Tcp(Ok(())) => Vec::new(),
        Fact::SslRequest(answer) => ssl_answer(answer),
        Fact::Tls(it) => tls(plan, observation, it),
        Fact::Auth(it) => auth(it),
        Fact::Session(Ok(it)) => session(it),
        Fact::Session(Err(it)) => server_error(it),
        Fact::Pooling(it) => pooling(it),
    }
}

/// Whether an address is one of a private network's, or of this machine.
fn is_private(address: core::net::IpAddr) -> bool {
    match address {
        core::net::IpAddr::V4(it) => it.is_private() || it.is_loopback() || it.is_link_local(),
        core::net::IpAddr::V6(it) => {
            it.is_unique_local() || it.is_loopback() || it.is_unicast_link_local()
        }
    }
}

fn broken(broken: &Broken) -> Vec<(String, Json)> {
    let (kind, words) = match broken {
        Broken::Closed => ("closed", None),
        Broken::Endless => ("endless", None),
        Broken::Failed(words) => ("failed", Some(words)),
        Broken::Refused => ("refused", None),
        Broken::TimedOut => ("timeout", None),
        Broken::Unreachable(words) => ("unreachable", Some(words)),
    };
    let words = words.map(|it| entry("message", Json::Str(it.clone())));
    [entry("error", str(kind))].into_iter().chain(words).collect()
}

fn ssl_answer(answer: &SslAnswer) -> Vec<(String, Json)> {
    match answer {
        SslAnswer::Broken(it) => broken(it),
        SslAnswer::Error(words) => {
            [entry("answer", str("E")), entry("message", Json::Str(words.clone()))].into()
        }
        SslAnswer::Other(bytes) => other(bytes),
        SslAnswer::Unwilling => [entry("answer", str("N"))].into(),
        SslAnswer::Willing => [entry("answer", str("S"))].into(),
    }
}

fn other(bytes: &[u8]) -> Vec<(String, Json)> {
    const MOST: usize = 64;
    let few = bytes.get(..MOST).unwrap_or(bytes);
    let service = service(bytes).map_or(Json::Null, str);
    let bytes = Json::Str(few.escape_ascii().to_string());
    [entry("answer", bytes), entry("service", service)].into()
}

fn tls(plan: &Plan, observation: &Observation, tls: &Tls) -> Vec<(String, Json)> {
    let mut detail = Vec::new();
    match &tls.handshake {
        Ok(cipher) => {
            detail.push(entry("version", Json::Str(cipher.version.clone())));
            detail.push(entry("cipher", Json::Str(cipher.suite.clone())));
        }
        Err(Handshake::Broken(it)) => detail.extend(broken(it)),
        Err(Handshake::Failed(words)) => {
            detail.push(entry("error", str("handshake")));
            detail.push(entry("message", Json::Str(words.clone())));
        }
    }
    let host = plan.targets.get(observation.target).map_or("", |it| &it.host);
    if let Some(own) = tls.chain.first() {
        detail.push(entry("verified", str(plan.verified(tls).name())));
        let days = (own.not_after - tls.now).div_euclid(86_400);
        detail.push(entry("daysLeft", Json::Int(days)));
        let chain = tls.chain.iter().map(|it| Json::Dict(Dict(of_certificate(it))));
        detail.push(entry("chain", Json::List(chain.collect())));
        let is_for_host = !host.is_empty() && certificate::is_for_host(own, host);
        let trust = tls.trust.iter().map(|it| Json::Dict(Dict(of_trust(it, is_for_host))));
        detail.push(entry("trust", Json::List(trust.collect())));
    }
    detail
}

fn of_certificate(it: &Certificate) -> Vec<(String, Json)> {
    let names = certificate::names(it).into_iter().map(Json::Str).collect();
    [
        entry("subject", Json::Str(it.subject.clone())),
        entry("issuer", Json::Str(it.issuer.clone())),
        entry("names", Json::List(names)),
        entry("notBefore", Json::Str(date(it.not_before))),
        entry("notAfter", Json::Str(date(it.not_after))),
    ]
    .into()
}

/// Which verification would pass with these roots.
fn of_trust(it: &Trust, is_for_host: bool) -> Vec<(String, Json)> {
    let root = match &it.root {
        Root::Default => "~/.postgresql/root.crt",
        Root::File(path) => path,
        Root::System => "system",
    };
    let (chain, words) = match &it.chain {
        Chain::Expired(words) => ("expired", Some(words)),
        Chain::IssuerUnknown(words) => ("issuer-unknown", Some(words)),
        Chain::NoRoots => ("no-roots", None),
        Chain::NotYetValid(words) => ("not-yet-valid", Some(words)),
        Chain::SelfSigned => ("self-signed", None),
        Chain::Trusted => ("trusted", None),
        Chain::Unsuitable(words) => ("unsuitable", Some(words)),
        Chain::UnreadableRoots(words) => ("unreadable-roots", Some(words)),
    };
    let passes = match (&it.chain, is_for_host) {
        (Chain::Trusted, true) => "chain-and-host",
        (Chain::Trusted, false) => "chain",
        _ => "nothing",
    };
    let words = words.map(|it| entry("message", Json::Str(it.clone())));
    [
        entry("root", Json::Str(root.into())),
        entry("effective", Json::Bool(it.is_effective)),
        entry("chain", str(chain)),
        entry("passes", str(passes)),
    ]
    .into_iter()
    .chain(words)
    .collect()
}

fn auth(auth: &Auth) -> Vec<(String, Json)> {
    let mut detail = Vec::new();
    if let Some(method) = auth.method {
        detail.push(entry("method", str(method.name())));
        if let live::Method::Scram { with_plus } = method {
            detail.push(entry("channelBindingOffered", Json::Bool(with_plus)));
        }
    }
    match auth.outcome.as_ref().err() {
        None => {}
        Some(AuthError::Broken(it)) => detail.extend(broken(it)),
        Some(AuthError::CleartextRefused) => {
            detail.push(entry("error", str("cleartext-refused")));
        }
        Some(AuthError::Mistrusted(words)) => {
            detail.push(entry("error", str("mistrusted")));
            detail.push(entry("message", Json::Str(words.clone())));
        }
        Some(AuthError::NoPassword) => detail.push(entry("error", str("no-password"))),
        Some(AuthError::Other(bytes)) => detail.extend(other(bytes)),
        Some(AuthError::OwnLimit(words)) => {
            detail.push(entry("error", str("own-limit")));
            detail.push(entry("message", Json::Str(words.clone())));
        }
        Some(AuthError::Server(error)) => detail.extend(server_error(error)),
        Some(AuthError::Unsupported(_)) => detail.push(entry("error", str("unsupported"))),
    }
    detail
}

fn server_error(error: &ServerError) -> Vec<(String, Json)> {
    let optional = |name, text: &Option<String>| text.clone().map(|it| entry(name, Json::Str(it)));
    let detail = optional("detail", &error.detail);
    let hint = optional("hint", &error.hint);
    [
        entry("sqlstate", Json::Str(error.code.clone())),
        entry("severity", Json::Str(error.severity.clone())),
        entry("message", Json::Str(error.message.clone())),
    ]
    .into_iter()
    .chain(detail)
    .chain(hint)
    .collect()
}

fn session(session: &Session) -> Vec<(String, Json)> {
    let number = |it: u32| Json::Int(it.into());
    let limit = |it: Option<u32>| it.map_or(Json::Null, number);
    let text = |it: &Option<String>| it.clone().map_or(Json::Null, Json::Str);
    [
        entry("serverVersion", Json::Str(session.version.clone())),
        entry("inRecovery", Json::Bool(session.is_in_recovery)),
        entry("user", Json::Str(session.user.clone())),
        entry("database", Json::Str(session.database.clone())),
        entry("superuser", Json::Bool(session.is_superuser)),
        entry("schema", text(&session.schema)),
        entry("canCreate", Json::Bool(session.can_create)),
        entry("maxConnections", number(session.max_connections)),
        entry("reservedConnections", number(session.reserved_connections)),
        entry("usedConnections", number(session.used_connections)),
        entry("roleLimit", limit(session.role_limit)),
        entry("roleConnections", number(session.role_connections)),
        entry("databaseLimit", limit(session.database_limit)),
        entry("databaseConnections", number(session.database_connections)),
        entry("backendTls", text(&session.backend_tls)),
        entry("pooled", Json::Bool(session.is_pooled())),
    ]
    .into()
}

fn pooling(pooling: &Pooling) -> Vec<(String, Json)> {
    let loss = pooling.loss.as_ref().map_or(Json::Null, |it| {
        let recovery = match &it.recovery {
            Ok(time) => entry("recoveryMs", ms(*time)),
            Err(words) => entry("recoveryError", Json::Str(words.clone())),
        };
        Json::Dict(Dict([entry("nextQuery", Json::Str(it.next_query.clone())), recovery].into()))
    });
    [
        entry("connectMs", ms(pooling.connect)),
        entry("reuseMs", ms(pooling.reuse)),
        entry("queries", Json::Int(pooling.queries.into())),
        entry("backends", Json::Int(pooling.backends.into())),
        entry("loss", loss),
    ]
    .into()
}

fn ms(time: Duration) -> Json {
    Json::Number(micros(time) as f64 / 1e3)
}

fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

fn entry(name: &str, value: Json) -> (String, Json) {
    (name.into(), value)
}

fn str(text: &str) -> Json {
    Json::Str(text.into())
}

/// A second since 1970 as ISO 8601: the civil calendar by Howard Hinnant's `civil_from_days`.
fn date(seconds: i64) -> String {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_a_date() {
        assert_eq!(date(0), "1970-01-01T00:00:00Z");
        assert_eq!(date(951_868_799), "2000-02-29T23:59:59Z");
        assert_eq!(date(4_102_444_800), "2100-01-01T00:00:00Z");
        assert_eq!(date(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn every_step_is_there_once_at_least_and_in_order() {
        let inputs = crate::Inputs::url("postgres://u:p@h/d?sslmode=disable").with_debug(true);
        let answer = crate::resolve(inputs);
        let plan = Plan::new(&answer).unwrap();
        let names = |script: &str| -> Vec<String> {
            let seen = live::script::read(&plan, script);
            let check = Check::new(&answer, Some(&plan), &seen, &[], false);
            check.steps.iter().map(|it| format!("{} {}", it.step, it.status)).collect()
        };
        assert_eq!(
            names("dns: ok 192.0.2.1\ntcp: refused"),
            [
                "dns pass",
                "tcp fail",
                "sslrequest skip",
                "tls skip",
                "auth skip",
                "session skip",
                "pooling skip"
            ]
        );
        let twice = names("tcp: ok\nauth: - 28000 x\ntcp tls: ok\nsslrequest: S\ntls: trusted");
        assert_eq!(
            twice,
            [
                "dns skip",
                "tcp pass",
                "auth warn",
                "tcp pass",
                "sslrequest pass",
                "tls pass",
                "session skip",
                "pooling skip"
            ]
        );
    }

    #[test]
    fn addresses_that_were_not_tried_are_mentioned_everywhere() {
        let inputs = crate::Inputs::url("postgres://u:p@db.example.com/d?sslmode=disable");
        let inputs = inputs.with_debug(true);
        let answer = crate::resolve(inputs);
        let plan = Plan::new(&answer).unwrap();
        let said = |count: u8, rest: &str| {
            let addresses: Vec<_> = (1..=count).map(|it| format!(" 192.0.2.{it}")).collect();
            let script = format!("dns: ok{}\n{rest}", addresses.concat());
            let seen = live::script::read(&plan, &script);
            let found = answer.diagnose(&plan, &seen);
            let check = Check::new(&answer, Some(&plan), &seen, &found, false);
            let dns = format!("{:?}", check.steps[0].detail);
            (dns, found[0].message.to_string(), check.summary[1].reason.clone())
        };
        let (dns, message, reason) = said(12, "tcp: refused");
        assert!(dns.contains("moreAddresses") && dns.contains("192.0.2.10"), "{dns}");
        assert!(!dns.contains("192.0.2.11"), "{dns}");
        let untried = "; this program tried the first 10 addresses and not the other 2";
        assert!(message.ends_with(untried), "{message}");
        assert!(reason.ends_with(untried), "{reason}");
        let (dns, message, _) = said(10, "tcp: refused");
        assert!(!dns.contains("moreAddresses") && !message.contains("tried"), "{dns} {message}");
        // psycopg tries the others behind a server that refuses it, too; that is not done here.
        assert!(said(12, "tcp: ok\nauth: - 28P01 no").1.ends_with(untried));
    }
}
