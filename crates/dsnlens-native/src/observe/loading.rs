//! What is read off the executor, and waited for no longer than there is time.

use tokio::task::JoinHandle;

use super::Deadline;

/// A result that a thread of its own is at work on. A thread that hangs holds up neither the check
/// nor the end of the process: the runtime is shut down without waiting for it.
#[derive(Debug)]
pub(super) enum Loading<T> {
    Done(T),
    Under(JoinHandle<T>),
}

impl<T: Send + 'static> Loading<T> {
    pub(super) fn start(read: impl FnOnce() -> T + Send + 'static) -> Loading<T> {
        Loading::Under(tokio::task::spawn_blocking(read))
    }

    /// What it came to; nothing where the time is up.
    pub(super) async fn wait(&mut self, deadline: Deadline) -> Option<&T> {
        if let Loading::Under(thread) = self {
            *self = Loading::Done(deadline.within(thread).await.ok()?.ok()?);
        }
        match self {
            Loading::Done(loaded) => Some(loaded),
            Loading::Under(_) => None,
        }
    }
}
