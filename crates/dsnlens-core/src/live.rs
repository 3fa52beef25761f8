//! The live edge: what libpq would try, what was seen when it was tried, and what that means.
//!
//! Nothing here touches a network. A [`Plan`] is made from a resolution, somebody outside carries
//! it out and hands back an [`Observation`] for each step, and [`Plan::next`] says what libpq
//! would do then. A [`Verdict`] sums up whether there is a connection and why not; what else the
//! observations mean, the rules say.

mod cause;
pub mod certificate;
mod mask;
mod observation;
mod plan;
#[cfg(test)]
pub(crate) mod script;
mod summary;
mod words;

pub use cause::{Cause, Status, Verdict, Why, failure, service};
pub use mask::Masks;
pub use observation::*;
pub use plan::{
    ChannelBinding, Distrust, Identity, Lists, Name, Negotiation, Next, Place, Plan, Root, Target,
};
pub(crate) use summary::untried;
pub use summary::{Check, summary};
