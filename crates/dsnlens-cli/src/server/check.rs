//! The question: a case in, and a line for each step of its check while it is carried out.

use std::sync::Arc;

use anstream::adapter::strip_str;
use dsnlens_core::document::{Case, Check, StepDocument};
use dsnlens_core::live::{self, Plan, Verdict};
use dsnlens_core::render::verdict;
use dsnlens_core::{Client, Recipe};
use dsnlens_native::observe::{Event, Settings, observe};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Request, StatusCode};
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::PATIENCE;
use super::answer::{self, Answer, Lines, refuse};
use crate::commands::cases::{self, Problem};
use crate::inputs::files_from_here;
use crate::json;
use crate::report;

/// Where it is asked.
pub(super) const PATH: &str = "/check";

/// The most checks at a time.
const MOST: usize = 2;

/// The longest case; the longest `.env` files are a tenth of it.
const LONGEST_CASE: usize = 64 << 10;

/// What carries checks out.
pub(super) struct Checks {
    settings: Arc<Settings>,
    room: Arc<Semaphore>,
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
}

impl Checks {
    pub(super) fn new(settings: Settings) -> Checks {
        Checks { settings: Arc::new(settings), room: Arc::new(Semaphore::new(MOST)) }
    }

    pub(super) async fn answer(&self, request: Request<Incoming>) -> Answer {
        if !is_json(&request) {
            return refuse(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "a case is sent as application/json",
            );
        }
        let case = match read(request.into_body()).await {
            Ok(case) => case,
            Err(answer) => return answer,
        };
        let (case, readers) = match case.readers() {
            Ok(readers) => (case, readers),
            Err(word) => return unusable(Problem::from(word)),
        };
        let Ok(permit) = self.room.clone().try_acquire_owned() else {
            let mut answer =
                refuse(StatusCode::TOO_MANY_REQUESTS, "as many checks as may run are running");
            answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("2"));
            return answer;
        };
        let (sender, lines) = unbounded_channel();
        let mut writer = JoinSet::new();
        writer.spawn(carry_out(case, readers, self.settings.clone(), sender, permit));
        answer::stream(Lines { lines, _writer: writer })
    }
}

fn is_json(request: &Request<Incoming>) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.and_then(|it| it.split(';').next()).map(str::trim);
    kind.is_some_and(|it| it.eq_ignore_ascii_case("application/json"))
}

async fn read(body: Incoming) -> Result<Case, Answer> {
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

fn unusable(problem: Problem) -> Answer {
    answer::value(StatusCode::BAD_REQUEST, &problem.answer(None))
}

/// What `dsnlens check` does, told line by line.
async fn carry_out(
    case: Case,
    (client, recipe): (Client, Recipe),
    settings: Arc<Settings>,
    lines: UnboundedSender<Bytes>,
    _permit: OwnedSemaphorePermit,
) {
    // Nobody may be there to hear it any more.
    let say = |line: &Line<'_>| {
        let _ = lines.send((json::compact(line) + "\n").into());
    };
    let inputs = case.inputs();
    let files = files_from_here(client, &inputs, &recipe);
    let inputs = inputs.on(files.machine());
    let resolution = dsnlens_core::resolve_as(client, &inputs, &recipe);
    let plan = Plan::new(client, &inputs, &recipe, &resolution);
    let plan = plan.as_ref();
    let observations = match plan {
        None => Vec::new(),
        Some(plan) => {
            let mut tell = |event: Event<'_>| match event {
                Event::Begun { step, place } => {
                    say(&Line::Begun { step: step.name(), address: place });
                }
                Event::Seen(observation) => say(&Line::Seen {
                    step: &StepDocument::new(plan, observation),
                    words: report::check::seen(plan, observation),
                }),
            };
            observe(plan, &settings, &mut tell).await
        }
    };
    let found = plan.map_or_else(Vec::new, |plan| {
        live::diagnose(&inputs, &recipe, &resolution, plan, &observations)
    });
    let words = match plan {
        None => verdict(&resolution).iter().map(|it| it.text()).collect(),
        Some(plan) => {
            let sentence = report::check::sentence(&Verdict::new(plan, &observations));
            strip_str(&sentence).to_string()
        }
    };
    let check = Check::new(&inputs, &recipe, &resolution, plan, &observations, &found, false);
    say(&Line::Ended { check: Box::new(check), words });
}
