//! What connections cost: a new one against one that is there, and one that was lost.
//!
//! One connection at a time. The backend that is ended is our own; behind a pooler it is not, and
//! none is ended there.

use std::collections::BTreeSet;
use std::time::Instant;

use dsnlens_core::Attempt;
use dsnlens_core::live::{Loss, Negotiation, Plan, Pooling, ServerError, SslAnswer, Target};

use super::dial::{self, Address};
use super::identity::Shown;
use super::login::{Connection, Login};
use super::roots::Roots;
use super::{Deadline, negotiate, tls};

/// How many queries a connection is tried with.
const QUERIES: u32 = 10;

/// How to connect once more, the way that has worked.
pub(super) struct Again<'p> {
    pub(super) plan: &'p Plan,
    pub(super) target: &'p Target,
    pub(super) address: &'p Address,
    pub(super) attempt: Attempt,
    pub(super) allows_cleartext: bool,
    pub(super) roots: &'p mut Roots,
    pub(super) shown: &'p mut Shown,
    pub(super) deadline: Deadline,
}

/// Measures; nothing where the connection does not last that long.
pub(super) async fn measure(
    mut connection: Connection,
    again: &mut Again<'_>,
    is_pooled: bool,
) -> Option<Pooling> {
    let deadline = again.deadline;
    let mut backends = BTreeSet::new();
    let mut times = Vec::new();
    for _ in 0..QUERIES {
        let begun = Instant::now();
        backends.insert(backend(&mut connection, deadline).await.ok()?);
        times.push(begun.elapsed());
    }
    times.sort();
    let reuse = times.get(times.len() / 2).copied()?;
    connection.close(deadline).await;

    let begun = Instant::now();
    let connection = again.connect().await.ok()?;
    let connect = begun.elapsed();
    let loss = match is_pooled {
        true => {
            connection.close(deadline).await;
            None
        }
        false => lose(connection, again).await,
    };
    let backends = backends.len() as u32;
    Some(Pooling { connect, reuse, queries: QUERIES, backends, loss })
}

/// The process that answers.
async fn backend(connection: &mut Connection, deadline: Deadline) -> Result<String, String> {
    let row = connection.ask("SELECT pg_backend_pid()", deadline).await;
    let row = row.map_err(|error| text(&error))?;
    let process = row.as_ref().and_then(|it| it.first());
    process.map(str::to_owned).ok_or_else(|| "the server's answer is empty".to_owned())
}

/// Ends our own backend, as a restart or a failover does, and asks on.
async fn lose(mut connection: Connection, again: &mut Again<'_>) -> Option<Loss> {
    let end = "SELECT pg_terminate_backend(pg_backend_pid())";
    // The answer to the last query is its end.
    let first = connection.ask(end, again.deadline).await.err().map(|error| text(&error));
    let next_query = match backend(&mut connection, again.deadline).await {
        Ok(_) => return None,
        Err(error) => first.unwrap_or(error),
    };
    // What a health check does before each request: ask, find the connection dead, open another.
    let begun = Instant::now();
    let recovery = match backend(&mut connection, again.deadline).await {
        Ok(_) => return None,
        Err(_) => again.connect().await,
    };
    let recovery = match recovery {
        Ok(mut connection) => {
            let asked = backend(&mut connection, again.deadline).await;
            let time = begun.elapsed();
            connection.close(again.deadline).await;
            asked.map(|_| time)
        }
        Err(error) => Err(error),
    };
    Some(Loss { next_query, recovery })
}

fn text(error: &ServerError) -> String {
    match error.code.is_empty() {
        true => error.message.clone(),
        false => format!("{}: {}", error.code, error.message),
    }
}

impl Again<'_> {
    /// A new connection, or why there is none.
    async fn connect(&mut self) -> Result<Connection, String> {
        let deadline = self.deadline;
        let connected = deadline.within(dial::connect(self.address)).await.and_then(|it| it);
        let mut wire = connected.map_err(|broken| broken.to_string())?;
        let mut endpoint = None;
        if self.attempt == Attempt::Tls {
            if self.plan.negotiation == Negotiation::Postgres {
                match deadline.within(negotiate::ask_for_tls(&mut wire)).await {
                    Ok(SslAnswer::Willing) => {}
                    Ok(_) => return Err("the server does not agree to TLS this time".into()),
                    Err(broken) => return Err(broken.to_string()),
                }
            }
            let handshake = tls::handshake(wire, self.plan, self.target, self.shown, deadline);
            let (encrypted, recorded) = handshake.await;
            endpoint = recorded.endpoint();
            let shaken = encrypted.as_ref().map(|it| &it.1);
            let judged = self.roots.judge(shaken, recorded, deadline).await;
            // Whoever answered the first time need not be who answers now.
            if let Some(distrust) = self.plan.distrust(self.target, &judged) {
                return Err(distrust.to_string());
            }
            wire = encrypted.map_err(|error| error.to_string())?.0;
        }
        let login = Login {
            plan: self.plan,
            target: self.target,
            is_encrypted: self.attempt == Attempt::Tls,
            allows_cleartext: self.allows_cleartext,
            endpoint,
        };
        let (auth, connection) = login.over(wire, deadline).await;
        connection.ok_or_else(|| match &auth.outcome {
            Err(error) => error.why().to_string(),
            Ok(()) => "no connection".into(),
        })
    }
}
