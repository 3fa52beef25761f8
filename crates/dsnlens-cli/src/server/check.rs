//! The question: a case in, and a line for each step of its check while it is carried out.
//!
//! A case that a person has not typed may be anybody's: a link leads to this page as to any other.
//! It is checked without what this machine keeps for its own connections.

use std::sync::Arc;

use anstream::adapter::strip_str;
use dsnlens_core::document::{Case, Check, StepDocument};
use dsnlens_core::live::{Plan, Verdict};
use dsnlens_core::render::verdict;
use dsnlens_core::{Answer, Question};
use dsnlens_native::gather::Files;
use dsnlens_native::observe::{Event, Settings, observe};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Request, StatusCode};
use serde::Serialize;
use tokio::time::timeout;

use super::PATIENCE;
use super::answer::{self, Reply, refuse};
use super::connections::Progress;
use super::supervisor::{Failure, Supervisor, Teller};
use super::target::Target;
use crate::commands::cases::{self, Problem};
use crate::inputs::files_from_here;
use crate::json;
use crate::report;
use crate::visible::escape;

/// What is asked of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To carry it out.
    Check,
    /// Where a check of it would connect to, as a link's.
    Target,
}

impl Asked {
    const ALL: [(&str, Asked); 2] = [("/check", Asked::Check), ("/target", Asked::Target)];

    /// What is asked at a path.
    pub(super) fn at(path: &str) -> Option<Asked> {
        Asked::ALL.into_iter().find(|it| it.0 == path).map(|it| it.1)
    }
}

/// The header that says where a case comes from; without it, it comes from anywhere.
const INPUT: HeaderName = HeaderName::from_static("x-dsnlens-input");

/// Where a case comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    /// From a link, or nobody says.
    Linked,
    /// A person has typed or pasted it into the page.
    Typed,
}

impl Input {
    fn of<B>(request: &Request<B>) -> Input {
        let mut values = request.headers().get_all(INPUT).iter();
        match (values.next().map(HeaderValue::as_bytes), values.next()) {
            (Some(b"typed"), None) => Input::Typed,
            _ => Input::Linked,
        }
    }
}

/// The longest case; the longest `.env` files are a tenth of it.
const LONGEST_CASE: usize = 64 << 10;

/// What carries checks out.
pub(super) struct Checks {
    settings: Arc<Settings>,
    supervisor: Supervisor,
}

/// A line of an answer.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "camelCase")]
enum Line<'l> {
    /// A step begins.
    Begun { step: &'static str, address: &'l str },
    /// A step has ended.
    Seen {
        step: &'l StepDocument,
        /// The same in words.
        words: Vec<String>,
    },
    /// The last line.
    Ended {
        check: Box<Check>,
        /// What it comes down to, in a sentence.
        words: String,
    },
    /// The only line: where a check would connect to.
    Target(Target),
    /// The last line, where there is no end.
    Failed { words: &'static str },
}

impl Line<'_> {
    fn bytes(&self) -> Bytes {
        (json::compact(self) + "\n").into()
    }
}

/// What is to be done with a case.
struct Job {
    asked: Asked,
    case: Case,
    input: Input,
}

impl Checks {
    pub(super) fn new(settings: Settings) -> Checks {
        let supervisor = Supervisor::new(settings.total);
        Checks { settings: Arc::new(settings), supervisor }
    }

    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        asked: Asked,
        progress: &Progress,
    ) -> Reply {
        if !is_json(&request) {
            return refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "a case is sent as application/json",
            );
        }
        let input = Input::of(&request);
        let case = match read(request.into_body()).await {
            Ok(case) => case,
            Err(answer) => return answer,
        };
        progress.is_answered();
        if let Err(word) = case.question(dsnlens_settings::evaluate) {
            return unusable(Problem::from(word));
        }
        let job = Job { asked, case, input };
        let Some(place) = self.supervisor.place() else {
            let mut answer =
                refuse(StatusCode::TOO_MANY_REQUESTS, "as many checks as may run are running");
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
            return answer;
        };
        progress.is_checking();
        let settings = self.settings.clone();
        answer::stream(place.run(move |teller| job.answer(settings, teller), failed))
    }
}

/// The last line of a check that did not come to its end.
fn failed(failure: Failure) -> Bytes {
    let words = match failure {
        Failure::Broken => {
            "The program failed during this check. Please report it, without the password."
        }
        Failure::Endless => {
            "The check did not end in its time: a file that it reads may be on a device or a \
             network that does not respond."
        }
    };
    Line::Failed { words }.bytes()
}

fn is_json(request: &Request<Incoming>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.and_then(|it| it.split(';').next()).map(str::trim);
    kind.is_some_and(|it| it.eq_ignore_ascii_case("application/json"))
}

async fn read(body: Incoming) -> Result<Case, Reply> {
    let too_long = || refuse(StatusCode::PAYLOAD_TOO_LARGE, "a case has at most 64 KB");
    // Said beforehand, it is not even waited for.
    if body.size_hint().lower() > LONGEST_CASE as u64 {
        return Err(too_long());
    }
    let body = match timeout(PATIENCE, Limited::new(body, LONGEST_CASE).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(too_long()),
        Ok(Err(_)) => return Err(refuse(StatusCode::BAD_REQUEST, "the case broke off")),
        Err(_) => return Err(refuse(StatusCode::REQUEST_TIMEOUT, "the case took too long")),
    };
    cases::read(&body).map_err(unusable)
}

fn unusable(problem: Problem) -> Reply {
    answer::value(StatusCode::BAD_REQUEST, &problem.answer(None))
}

impl Job {
    /// The files of this machine that its connections use.
    fn files(&self, question: &Question<'_>) -> Files {
        match self.input {
            Input::Linked => Files::default(),
            Input::Typed => files_from_here(question),
        }
    }

    /// What would be connected to.
    fn plan(&self, answer: &Answer<'_>) -> Option<Plan> {
        let plan = Plan::new(answer)?;
        Some(match self.input {
            // Its files are this machine's, whoever names them.
            Input::Linked => Plan { identity: None, ..plan },
            Input::Typed => plan,
        })
    }

    async fn answer(self, settings: Arc<Settings>, teller: Teller) {
        // It was asked for before the job was taken.
        let Ok(question) = self.case.question(dsnlens_settings::evaluate) else { return };
        let files = self.files(&question);
        let answer = dsnlens_core::resolve(question.on(files.machine()));
        let plan = self.plan(&answer);
        let plan = plan.as_ref();
        match self.asked {
            Asked::Target => teller.tell(Line::Target(Target::new(&answer, plan)).bytes()),
            Asked::Check => self.check(&settings, &answer, plan, &teller).await,
        }
    }

    /// What `dsnlens check` does, told line by line.
    async fn check(
        &self,
        settings: &Settings,
        answer: &Answer<'_>,
        plan: Option<&Plan>,
        teller: &Teller,
    ) {
        let say = |line: &Line<'_>| teller.tell(line.bytes());
        let mut settings = settings.clone();
        if self.input == Input::Linked {
            settings.home = None;
        }
        let observations = match plan {
            None => Vec::new(),
            Some(plan) => {
                let mut tell = |event: Event<'_>| match event {
                    Event::Begun { step, place } => {
                        say(&Line::Begun { step: step.name(), address: &escape(place) });
                    }
                    Event::Seen(observation) => {
                        let words = report::check::seen(plan, observation);
                        say(&Line::Seen {
                            step: &StepDocument::new(plan, observation),
                            words: words.iter().map(|it| escape(it).into_owned()).collect(),
                        });
                    }
                };
                observe(plan, &settings, &mut tell).await
            }
        };
        let found = plan.map_or_else(Vec::new, |plan| answer.diagnose(plan, &observations));
        let words = match plan {
            None => verdict(answer).iter().map(|it| it.text()).collect(),
            Some(plan) => {
                let sentence = report::check::sentence(&Verdict::new(plan, &observations));
                strip_str(&sentence).to_string()
            }
        };
        let check = Check::new(answer, plan, &observations, &found, false);
        say(&Line::Ended { check: Box::new(check), words: escape(&words).into_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_a_links_unless_it_is_said_to_be_typed() {
        for (values, expected) in [
            (&[][..], Input::Linked),
            (&["typed"], Input::Typed),
            (&["Typed"], Input::Linked),
            (&["link"], Input::Linked),
            (&[""], Input::Linked),
            (&["typed, link"], Input::Linked),
            (&["typed", "typed"], Input::Linked),
            (&["link", "typed"], Input::Linked),
        ] {
            let mut request = Request::builder();
            for value in values {
                request = request.header("X-DSNLens-Input", *value);
            }
            assert_eq!(Input::of(&request.body(()).unwrap()), expected, "{values:?}");
        }
    }
}
