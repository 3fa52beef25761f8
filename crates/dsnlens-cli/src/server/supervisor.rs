//! A check on a thread of its own, and what becomes of it.
//!
//! Whatever it does, the server goes on: a panic is an answer, and so is a check that does not end.
//! A thread that hangs cannot be ended; it is left behind, and counted.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use hyper::body::Bytes;
use tokio::runtime::Builder;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::answer::Lines;

/// The most checks at a time.
const MOST: usize = 2;

/// The most threads, those of checks that hang among them.
const MOST_THREADS: usize = 16;

/// How checks end that do not end themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// A panic.
    Broken,
    /// Its time is up, and it goes on.
    Endless,
}

/// Room for checks.
pub(super) struct Supervisor {
    checks: Arc<Semaphore>,
    threads: Arc<Semaphore>,
    /// How long a check may take, as it knows itself.
    total: Duration,
}

/// A place for one check.
pub(super) struct Place {
    check: OwnedSemaphorePermit,
    thread: OwnedSemaphorePermit,
    end: Instant,
}

/// Tells what happens; nobody may be there to hear it any more.
pub(super) struct Teller(UnboundedSender<Option<Bytes>>);

impl Teller {
    pub(super) fn tell(&self, line: Bytes) {
        self.0.send(Some(line)).ok();
    }
}

impl Supervisor {
    pub(super) fn new(total: Duration) -> Supervisor {
        Supervisor {
            checks: Arc::new(Semaphore::new(MOST)),
            threads: Arc::new(Semaphore::new(MOST_THREADS)),
            total,
        }
    }

    /// A place, if there is one.
    pub(super) fn place(&self) -> Option<Place> {
        /// What a check takes beside its connections: it reads files, and puts its answer together.
        const MORE: Duration = Duration::from_secs(3);

        Some(Place {
            check: self.checks.clone().try_acquire_owned().ok()?,
            thread: self.threads.clone().try_acquire_owned().ok()?,
            end: Instant::now() + self.total + MORE,
        })
    }
}

impl Place {
    /// Has `check` tell its lines; where it does not come to its end, `failed` has the last one.
    /// Whoever drops the lines gives the place back.
    pub(super) fn run<C, F>(self, check: C, failed: fn(Failure) -> Bytes) -> Lines
    where
        C: FnOnce(Teller) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let (sender, lines) = unbounded_channel();
        let mut writer = JoinSet::new();
        writer.spawn(async move {
            if let Err(failure) = self.supervise(check, &sender).await {
                tracing::error!(?failure, "a check did not come to its end");
                sender.send(failed(failure)).ok();
            }
        });
        Lines { lines, _writer: writer }
    }

    async fn supervise<C, F>(self, check: C, lines: &UnboundedSender<Bytes>) -> Result<(), Failure>
    where
        C: FnOnce(Teller) -> F + Send + 'static,
        F: Future<Output = ()>,
    {
        let Place { check: _place, thread, end } = self;
        let (teller, mut told) = unbounded_channel();
        // Dropped with this future, it ends a check that waits.
        let (_leash, released) = oneshot::channel::<Infallible>();
        let carry_out = move || {
            let _thread = thread;
            on_this_thread(check(Teller(teller.clone())), released).ok()?;
            teller.send(None).ok()
        };
        thread::Builder::new()
            .name("check".into())
            .spawn(carry_out)
            .map_err(|_| Failure::Broken)?;
        loop {
            let line = tokio::select! {
                line = told.recv() => line,
                () = sleep_until(end) => return Err(Failure::Endless),
            };
            match line {
                // Gone without a word.
                None => return Err(Failure::Broken),
                Some(None) => return Ok(()),
                Some(Some(line)) => lines.send(line).ok(),
            };
        }
    }
}

/// Carries it out with timers and sockets of its own, unless it is released before.
fn on_this_thread(
    check: impl Future<Output = ()>,
    released: oneshot::Receiver<Infallible>,
) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            () = check => {}
            _ = released => {}
        }
    });
    // The look-up of a name is not waited for.
    runtime.shutdown_background();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;
    use std::future::pending;
    use std::sync::mpsc::{Sender, channel};

    /// What a check does.
    #[derive(Clone, Copy, Debug)]
    enum Does {
        End,
        Panic,
        /// It hangs in a call of the operating system.
        Hang,
        /// It waits for the network.
        Wait,
    }

    /// Lets hanging threads go when the test ends.
    fn check(does: Does, held: &mut Vec<Sender<()>>) -> impl FnOnce(Teller) -> Checking + use<> {
        let (hold, held_back) = channel::<()>();
        held.push(hold);
        move |teller| {
            Box::pin(async move {
                teller.tell("begun".into());
                match does {
                    Does::End => {}
                    Does::Panic => panic!("on purpose"),
                    Does::Hang => drop(held_back.recv()),
                    Does::Wait => pending().await,
                }
            })
        }
    }

    type Checking = std::pin::Pin<Box<dyn Future<Output = ()>>>;

    fn failed(failure: Failure) -> Bytes {
        match failure {
            Failure::Broken => "broken",
            Failure::Endless => "endless",
        }
        .into()
    }

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn whatever_a_check_does_it_has_an_answer_and_gives_its_place_back() {
        let mut held = Vec::new();
        let short = Duration::from_millis(200);
        for (does, patience, last) in [
            (Does::End, LONG, "begun"),
            (Does::Panic, LONG, "begunbroken"),
            (Does::Hang, short, "begunendless"),
            (Does::Wait, short, "begunendless"),
        ] {
            let supervisor = Supervisor::new(Duration::ZERO);
            for _ in 0..2 * MOST {
                let place = supervisor.place().expect("a place");
                let place = Place { end: Instant::now() + patience, ..place };
                let lines = place.run(check(does, &mut held), failed);
                let told = lines.collect().await.expect("lines").to_bytes();
                assert_eq!(told, last, "{does:?}");
            }
            assert_eq!(supervisor.checks.available_permits(), MOST, "{does:?}");
        }
    }

    #[tokio::test]
    async fn who_leaves_gives_the_place_back() {
        for does in [Does::Hang, Does::Wait] {
            let mut held = Vec::new();
            let supervisor = Supervisor::new(LONG);
            let begin =
                |held: &mut Vec<_>| supervisor.place().map(|it| it.run(check(does, held), failed));
            let mut both = [begin(&mut held), begin(&mut held)].map(|it| it.expect("a place"));
            for lines in &mut both {
                assert!(lines.frame().await.is_some());
            }
            assert!(begin(&mut held).is_none(), "{does:?}: there is room for two");
            drop(both);
            while supervisor.checks.available_permits() < MOST {
                tokio::task::yield_now().await;
            }
            assert!(begin(&mut held).is_some(), "{does:?}");
        }
    }

    #[tokio::test]
    async fn threads_that_hang_are_counted() {
        let mut held = Vec::new();
        let supervisor = Supervisor::new(LONG);
        for _ in 0..MOST_THREADS {
            let place = supervisor.place().expect("a place");
            drop(place.run(check(Does::Hang, &mut held), failed).frame().await);
            while supervisor.checks.available_permits() < MOST {
                tokio::task::yield_now().await;
            }
        }
        assert!(supervisor.place().is_none(), "no more threads");
        held.clear();
        while supervisor.threads.available_permits() < MOST_THREADS {
            tokio::task::yield_now().await;
        }
        assert!(supervisor.place().is_some());
    }
}
