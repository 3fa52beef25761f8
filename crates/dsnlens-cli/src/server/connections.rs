//! The connections that are open: at most a fixed number. Where there is no room for another, the
//! oldest that has not sent its whole request is ended.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::task::{AbortHandle, JoinSet};

/// The most at a time.
const MOST: usize = 64;

/// How far a connection has got.
#[derive(Clone, Copy)]
enum Stage {
    /// Its request is not here as a whole.
    Asking,
    /// Something goes back that is there already.
    Answered,
    /// A check runs for it; of these there are few.
    Checking,
}

/// The stage of a connection, which it writes and [`Connections`] reads.
#[derive(Clone)]
pub(super) struct Progress(Arc<AtomicU8>);

impl Progress {
    fn new() -> Progress {
        Progress(Arc::new(AtomicU8::new(Stage::Asking as u8)))
    }

    pub(super) fn is_answered(&self) {
        self.0.store(Stage::Answered as u8, Ordering::Relaxed);
    }

    pub(super) fn is_checking(&self) {
        self.0.store(Stage::Checking as u8, Ordering::Relaxed);
    }

    fn stage(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Every connection; dropped, it ends them.
#[derive(Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    /// The oldest first.
    open: VecDeque<(AbortHandle, Progress)>,
}

impl Connections {
    /// Lets one more in, if need be in the place of another.
    pub(super) fn admit<F>(&mut self, converse: impl FnOnce(Progress) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        while self.tasks.try_join_next().is_some() {}
        self.open.retain(|(task, _)| !task.is_finished());
        if self.open.len() >= MOST {
            let places = self.open.iter().enumerate();
            let least = places.min_by_key(|(_, (_, progress))| progress.stage()).map(|it| it.0);
            if let Some((task, _)) = least.and_then(|it| self.open.remove(it)) {
                tracing::debug!("a connection was ended to make room");
                task.abort();
            }
        }
        let progress = Progress::new();
        let task = self.tasks.spawn(converse(progress.clone()));
        self.open.push_back((task, progress));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

    /// Says its number when it goes.
    struct Leaving(usize, UnboundedSender<usize>);

    impl Drop for Leaving {
        fn drop(&mut self) {
            self.1.send(self.0).ok();
        }
    }

    #[tokio::test]
    async fn the_oldest_that_has_not_asked_makes_room() {
        let (sender, mut left) = unbounded_channel();
        let mut connections = Connections::default();
        let admit = |connections: &mut Connections, nth| {
            let leaving = Leaving(nth, sender.clone());
            connections.admit(|_| async move {
                let _leaving = leaving;
                pending().await
            });
        };
        for nth in 0..MOST {
            admit(&mut connections, nth);
        }
        assert!(left.try_recv().is_err(), "there is room for all of these");
        // Two that run a check, and one that is being answered.
        connections.open[0].1.is_checking();
        connections.open[1].1.is_answered();
        connections.open[3].1.is_checking();
        for (nth, expected) in [(64, 2), (65, 4), (66, 5)] {
            admit(&mut connections, nth);
            assert_eq!(left.recv().await, Some(expected));
        }
        // Where everybody has asked, it is one that only has to read its answer.
        connections.open.iter().skip(2).for_each(|(_, it)| it.is_checking());
        admit(&mut connections, 67);
        assert_eq!(left.recv().await, Some(1));
        assert_eq!(connections.open.len(), MOST);
    }

    #[tokio::test]
    async fn who_is_through_takes_no_room() {
        let (sender, mut done) = unbounded_channel();
        let mut connections = Connections::default();
        for nth in 0..3 * MOST {
            let sender = sender.clone();
            connections.admit(|_| async move {
                sender.send(nth).ok();
            });
            assert_eq!(done.recv().await, Some(nth));
        }
        while connections.tasks.join_next().await.is_some() {}
        connections.admit(|_| async {});
        assert_eq!(connections.open.len(), 1);
    }
}
