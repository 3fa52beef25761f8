//! The live edge: what libpq would try, what was seen when it was tried, and what that means.
//!
//! Nothing here touches a network. A [`Plan`] is made from a resolution, somebody outside carries
//! it out and hands back an [`Observation`] for each step, and [`Plan::next`] says what libpq
//! would do then. What the observations mean is said by the rules, and summed up by [`Verdict`].

mod cause;
pub mod certificate;
mod observation;
mod plan;

pub use cause::{Cause, Status, Verdict, Why, failure, service};
pub use observation::*;
pub use plan::{ChannelBinding, Distrust, Name, Negotiation, Next, Place, Plan, Root, Target};
