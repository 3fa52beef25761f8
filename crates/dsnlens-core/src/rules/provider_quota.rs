//! `provider-quota`.

use crate::advice::rule;

rule! {
    /// The provider has stopped the database: a limit is reached, or it is paused
    ///
    /// # What happens
    ///
    /// `ERROR: Your account or project has exceeded the compute time quota` (Neon), `Your account
    /// has restrictions: planLimitReached` (Prisma Postgres), `The endpoint has been disabled`.
    ///
    /// # Why it matters
    ///
    /// The URL is right. Failures at other addresses in the same message, such as `Network is
    /// unreachable`, have nothing to do with it.
    ///
    /// # What to do
    ///
    /// Look at the plan's limits in the provider's console: upgrade, or wait for the next period.
    ///
    /// # References
    ///
    /// - [Neon's proxy, `src/control_plane/messages.rs`](https://github.com/neondatabase/neon/blob/6a35a3e9f149798df1b1761ee64099d8d75fbe90/proxy/src/control_plane/messages.rs): the reasons of the proxy
    /// - [Prisma Postgres' documentation](https://www.prisma.io/docs/postgres/overview): spend limits pause a database
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// ERROR:  Your account or project has exceeded the compute time quota. Upgrade your plan to increase limits.
    /// ```
    ///
    /// ```message,silent
    /// connection failed: Network is unreachable
    /// ```
    "provider-quota", [Error], message,
    errors [
        "has exceeded the compute time quota",
        "has exceeded the data transfer quota",
        "has exceeded the written data quota",
        "has exceeded the active time quota",
        "Your account or project has exceeded",
        "Your project has exceeded the",
        "planLimitReached",
        "Your account has restrictions",
        "The endpoint has been disabled" => "Enable the compute in the provider's console",
        "endpoint is disabled" => "Enable the compute in the provider's console",
        "tenant is banned" => "Contact the provider: the project is blocked",
        "paused due to inactivity" =>
            "Resume the project in the provider's console: it was paused because nobody used it",
        "project is currently paused" => "Resume the project in the provider's console",
        "project is paused" => "Resume the project in the provider's console",
        "because project size limit" => "Delete data or upgrade: the project's storage is full",
        "Control plane request failed" => "Try again, and look at the provider's status page",
        "Console request failed" => "Try again, and look at the provider's status page",
        "couldn't connect to compute node" => "Try again: the compute did not start in time",
        "Couldn't connect to compute node" => "Try again: the compute did not start in time"
    ]
}
