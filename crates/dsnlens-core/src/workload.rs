//! How many people and processes there are: what the recipe's document advises for them.
//!
//! Plain arithmetic on numbers that somebody states; nothing is guessed, and nothing measured.

/// How an application is run. Each number is known or not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// People who use it at the same time.
    pub users: Option<u32>,
    /// Worker processes of an instance.
    pub processes: Option<u32>,
    /// Threads of a process. Django holds a connection for each.
    pub threads: Option<u32>,
    /// Instances: containers, dynos, machines.
    pub instances: Option<u32>,
    /// The server's `max_connections`.
    pub max_connections: Option<u32>,
}

/// What should share connections between processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pooler {
    /// Nothing: persistent connections are enough.
    Unneeded,
    /// Any pooler, such as the provider's own.
    Any,
    /// PgBouncer, in transaction mode.
    PgBouncer,
}

/// What is advised for a number of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// `CONN_MAX_AGE`, in seconds.
    pub conn_max_age: u32,
    /// What goes with it.
    pub pooler: Pooler,
}

impl Advice {
    /// The advice for `users` people at the same time.
    pub const fn for_users(users: u32) -> Advice {
        match users {
            0..100 => Advice { conn_max_age: 600, pooler: Pooler::Unneeded },
            100..=1000 => Advice { conn_max_age: 300, pooler: Pooler::Any },
            _ => Advice { conn_max_age: 60, pooler: Pooler::PgBouncer },
        }
    }
}

/// The connections that an application may hold, and those that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most that are open in everyday use.
    pub steady: u64,
    /// Most that are open while old and new instances run side by side.
    pub deploy: u64,
    /// Those that the server has for ordinary roles, where its `max_connections` is known.
    pub available: Option<u64>,
}

/// PostgreSQL's default of `superuser_reserved_connections`.
pub const RESERVED_CONNECTIONS: u32 = 3;

impl Workload {
    /// What is advised, if the number of users is known.
    pub fn advice(&self) -> Option<Advice> {
        self.users.map(Advice::for_users)
    }

    /// The budget, if a number is known that it depends on; one process, thread or instance where
    /// that one is not.
    pub fn budget(&self) -> Option<Budget> {
        let factors = [self.processes, self.threads, self.instances];
        if factors.iter().all(Option::is_none) {
            return None;
        }
        let one_each = factors.iter().map(|it| u64::from(it.unwrap_or(1)));
        let steady = one_each.fold(1, u64::saturating_mul);
        let available =
            self.max_connections.map(|it| u64::from(it.saturating_sub(RESERVED_CONNECTIONS)));
        Some(Budget { steady, deploy: steady.saturating_mul(2), available })
    }
}

impl Budget {
    /// Whether there is room while old and new instances run side by side; `None` where nobody
    /// said how much room there is.
    pub fn fits(&self) -> Option<bool> {
        self.available.map(|it| self.deploy <= it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_changes_at_100_and_above_1000() {
        let ages = [0, 99, 100, 1000, 1001].map(|it| Advice::for_users(it).conn_max_age);
        assert_eq!(ages, [600, 600, 300, 300, 60]);
        assert_eq!(Advice::for_users(5000).pooler, Pooler::PgBouncer);
    }

    #[test]
    fn a_deploy_doubles_the_connections() {
        let workload = Workload {
            processes: Some(4),
            threads: Some(2),
            instances: Some(3),
            max_connections: Some(50),
            ..Workload::default()
        };
        let budget = workload.budget().unwrap();
        assert_eq!((budget.steady, budget.deploy, budget.available), (24, 48, Some(47)));
        assert_eq!(budget.fits(), Some(false));
        let open = Workload { max_connections: None, threads: None, ..workload };
        assert_eq!(open.budget().map(|it| (it.steady, it.fits())), Some((12, None)));
        assert_eq!(Workload { users: Some(1), ..Workload::default() }.budget(), None);
    }

    #[test]
    fn no_number_is_too_large() {
        let most = Some(u32::MAX);
        let workload =
            Workload { processes: most, threads: most, instances: most, ..Workload::default() };
        assert_eq!(workload.budget().unwrap().deploy, u64::MAX);
    }
}
