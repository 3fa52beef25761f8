//! Carries out a plan: climbs from a name to a session, and tells what it sees at each step.
//!
//! It connects as libpq would, one connection at a time, reads and never writes, and gives up
//! where core says that libpq does. What it sees is bounded in time and in bytes. A password leaves
//! it only over a connection that was trusted as far as the plan demands.

mod certificate;
mod chain;
mod dial;
mod identity;
mod loading;
mod login;
mod negotiate;
mod pooling;
mod protocol;
mod roots;
mod scram;
mod session;
mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use dsnlens_core::Attempt;
use dsnlens_core::live::{
    self, Broken, Fact, Negotiation, Next, Observation, Place, Plan, ServerError, SslAnswer, Step,
    Target, Why,
};
use dsnlens_core::visible::escape;

use dial::Address;
use identity::Shown;
use login::Connection;
use roots::Roots;

/// What a check may do, and what of this machine it looks at.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The home directory, below which libpq looks for root certificates.
    pub home: Option<PathBuf>,
    /// How long everything may take.
    pub total: Duration,
    /// How long one address may take, whatever the plan allows.
    pub attempt: Duration,
    /// Whether a password may be sent as it is over a connection without TLS.
    pub allows_cleartext: bool,
    /// The last step to take.
    pub until: Step,
}

/// What happens while a plan is carried out.
#[derive(Debug)]
pub enum Event<'o> {
    /// A step begins.
    Begun {
        /// The step.
        step: Step,
        /// Where it leads.
        place: &'o str,
    },
    /// A step has ended.
    Seen(&'o Observation),
}

/// Carries out `plan`, and tells each step as it happens.
pub async fn observe(
    plan: &Plan,
    settings: &Settings,
    tell: &mut (dyn FnMut(Event<'_>) + Send),
) -> Vec<Observation> {
    let end = Instant::now() + settings.total;
    let home = settings.home.as_deref();
    let roots = Roots::load(plan, home);
    let shown = Shown::load(plan, home);
    let mut climb = Climb { plan, settings, roots, shown, end, tell, observations: Vec::new() };
    climb.run().await;
    climb.observations
}

/// The time for an address, and for the rest of everything.
#[derive(Clone, Copy)]
struct Deadline(Instant);

impl Deadline {
    /// What comes of `future`, unless the time is up before.
    async fn within<T>(self, future: impl Future<Output = T>) -> Result<T, Broken> {
        tokio::time::timeout_at(self.0.into(), future).await.map_err(|_| Broken::TimedOut)
    }
}

struct Climb<'c> {
    plan: &'c Plan,
    settings: &'c Settings,
    roots: Roots,
    shown: Shown,
    end: Instant,
    tell: &'c mut (dyn FnMut(Event<'_>) + Send),
    observations: Vec<Observation>,
}

/// Where in the plan a step is taken.
#[derive(Clone, Copy)]
struct At<'c> {
    nth: usize,
    target: &'c Target,
    place: &'c str,
    attempt: Attempt,
    /// Whether another address or target follows.
    has_more: bool,
}

impl Climb<'_> {
    async fn run(&mut self) {
        let plan = self.plan;
        for (nth, target) in plan.targets.iter().enumerate() {
            let has_more = nth + 1 < plan.targets.len();
            let attempt = plan.first(target);
            let at = At { nth, target, place: "", attempt, has_more };
            let addresses = self.addresses(at).await;
            if self.settings.until == Step::Dns && !addresses.is_empty() {
                return;
            }
            let count = addresses.len();
            for (nth, address) in addresses.iter().enumerate() {
                let place = self.plan.quote(&address.to_string());
                let has_more = has_more || nth + 1 < count;
                if self.address(At { place: &place, has_more, ..at }, address).await
                    || Instant::now() >= self.end
                {
                    return;
                }
            }
        }
    }

    /// The addresses of a target; looking up a name is a step.
    async fn addresses(&mut self, at: At<'_>) -> Vec<Address> {
        match &at.target.place {
            Place::Address { address, port } => {
                vec![Address::Network(SocketAddr::new(*address, *port))]
            }
            Place::Socket { directory, port } => {
                vec![Address::socket(directory.as_deref(), *port)]
            }
            Place::Name { name, port } => {
                let begun = self.begin(Step::Dns, name);
                let found = self.deadline().within(dial::look_up(name, *port)).await;
                let found = found.unwrap_or_else(Err);
                let addresses: &[IpAddr] = found.as_ref().map_or(&[], |it| &it.first);
                let address = |it: &IpAddr| Address::Network(SocketAddr::new(*it, *port));
                let addresses = addresses.iter().map(address).collect();
                self.record(at, begun, Fact::Dns(found));
                addresses
            }
        }
    }

    /// Climbs from one address. Whether the check is over.
    async fn address(&mut self, mut at: At<'_>, address: &Address) -> bool {
        // An attempt in plain text behind one with TLS, or the other way, has no time of its own.
        let deadline = self.deadline();
        loop {
            match self.attempt(at, address, deadline).await {
                Next::Again(attempt) => at.attempt = attempt,
                Next::Elsewhere => return false,
                Next::Continue(_) | Next::GiveUp => return true,
            }
        }
    }

    /// One connection, as far as it gets.
    async fn attempt(&mut self, mut at: At<'_>, address: &Address, deadline: Deadline) -> Next {
        let begun = self.begin(Step::Tcp, at.place);
        let connected = deadline.within(dial::connect(address)).await.unwrap_or_else(Err);
        let (fact, wire) = split(connected);
        let next = self.record(at, begun, Fact::Tcp(fact));
        let Some(mut wire) = wire else { return next };
        if self.settings.until == Step::Tcp {
            return Next::GiveUp;
        }

        if at.attempt == Attempt::Tls && self.plan.negotiation == Negotiation::Postgres {
            let begun = self.begin(Step::SslRequest, at.place);
            let asked = negotiate::ask_for_tls(&mut wire);
            let answer = match deadline.within(asked).await {
                Ok(answer) => answer,
                Err(broken) => negotiate::provoke(&mut wire)
                    .await
                    .map_or(SslAnswer::Broken(broken), SslAnswer::Other),
            };
            match self.record(at, begun, Fact::SslRequest(answer)) {
                Next::Continue(attempt) => at.attempt = attempt,
                next => return next,
            }
            if self.settings.until == Step::SslRequest {
                return Next::GiveUp;
            }
        }

        let mut endpoint = None;
        if at.attempt == Attempt::Tls {
            let begun = self.begin(Step::Tls, at.place);
            let handshake = tls::handshake(wire, self.plan, at.target, &mut self.shown, deadline);
            let (encrypted, recorded) = handshake.await;
            endpoint = recorded.endpoint();
            let shaken = encrypted.as_ref().map(|it| &it.1);
            let fact = self.roots.judge(shaken, recorded, deadline).await;
            let next = self.record(at, begun, Fact::Tls(fact));
            wire = match (encrypted, next) {
                (Ok((encrypted, _)), Next::Continue(_)) => encrypted,
                (_, next) => return next,
            };
            if self.settings.until == Step::Tls {
                return Next::GiveUp;
            }
        }

        let begun = self.begin(Step::Auth, at.place);
        let login = login::Login {
            plan: self.plan,
            target: at.target,
            is_encrypted: at.attempt == Attempt::Tls,
            allows_cleartext: self.settings.allows_cleartext,
            endpoint,
        };
        let (auth, connection) = login.over(wire, deadline).await;
        let next = self.record(at, begun, Fact::Auth(auth));
        let Some(connection) = connection else { return next };
        self.session(at, address, connection).await;
        Next::GiveUp
    }

    /// What a session has to say.
    async fn session(&mut self, at: At<'_>, address: &Address, mut connection: Connection) {
        if self.settings.until <= Step::Auth {
            return;
        }
        let deadline = Deadline(self.end);
        let begun = self.begin(Step::Session, at.place);
        let session = session::ask(&mut connection, deadline).await;
        let is_pooled = session.as_ref().is_ok_and(|it| it.is_pooled());
        let is_over = session.is_err() || self.settings.until == Step::Session;
        self.record(at, begun, Fact::Session(session));
        if is_over {
            return;
        }
        let begun = self.begin(Step::Pooling, at.place);
        let mut again = pooling::Again {
            plan: self.plan,
            target: at.target,
            address,
            attempt: at.attempt,
            allows_cleartext: self.settings.allows_cleartext,
            roots: &mut self.roots,
            shown: &mut self.shown,
            deadline,
        };
        if let Some(pooling) = pooling::measure(connection, &mut again, is_pooled).await {
            self.record(at, begun, Fact::Pooling(pooling));
        }
    }

    /// The time for an address that is tried now.
    fn deadline(&self) -> Deadline {
        let attempt = self.plan.timeout.unwrap_or(Duration::MAX).min(self.settings.attempt);
        let own = Instant::now().checked_add(attempt);
        Deadline(own.map_or(self.end, |it| it.min(self.end)))
    }

    fn begin(&mut self, step: Step, place: &str) -> Instant {
        // A name that is looked up may be the end of a password.
        (self.tell)(Event::Begun { step, place: &self.plan.quote(place) });
        Instant::now()
    }

    /// Keeps what was seen, tells it, and says what libpq would do next.
    fn record(&mut self, at: At<'_>, begun: Instant, fact: Fact) -> Next {
        let time = begun.elapsed();
        let mut fact = fact;
        let plan = self.plan;
        fact.edit(
            &|text| *text = escape(text).into_owned(),
            &|text| *text = plan.quote(text),
            &|bytes| *bytes = plan.quote_bytes(bytes),
        );
        let next = self.plan.next(at.target, at.attempt, &fact);
        let is_last = |step| self.settings.until <= step;
        let attempt = at.attempt;
        let place = at.place.to_owned();
        let mut observation =
            Observation { target: at.nth, place, attempt, time, goes_on: false, fact };
        observation.goes_on = match next {
            Next::Again(_) => true,
            Next::Continue(_) => !is_last(observation.step()),
            Next::Elsewhere => at.has_more && Instant::now() < self.end,
            Next::GiveUp => false,
        };
        log(self.plan, &observation);
        (self.tell)(Event::Seen(&observation));
        self.observations.push(observation);
        next
    }
}

fn split<T>(result: Result<T, Broken>) -> (Result<(), Broken>, Option<T>) {
    match result {
        Ok(it) => (Ok(()), Some(it)),
        Err(broken) => (Err(broken), None),
    }
}

/// The step for the log: what was seen, of which nothing is secret.
fn log(plan: &Plan, observation: &Observation) {
    let Observation { place, attempt, time, fact, .. } = observation;
    let step = observation.step().name();
    let (attempt, ms) = (attempt.name(), time.as_secs_f64() * 1e3);
    match live::failure(plan, observation) {
        Some(Why::Server(ServerError { code, message, .. })) => {
            tracing::error!(step, place, attempt, ms, sqlstate = code, message, "step failed");
        }
        Some(why) => tracing::error!(step, place, attempt, ms, %why, "step failed"),
        None => tracing::info!(step, place, attempt, ms, "step passed"),
    }
    tracing::debug!(step, ?fact);
}
