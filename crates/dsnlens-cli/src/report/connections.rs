//! How long connections live and how many there may be, where somebody said how the application
//! is run.

use dsnlens_core::{Advice, Budget, Pooler, RESERVED_CONNECTIONS, Workload};

use super::{Report, table};
use crate::style::{HEADING, paint, wrap};

pub(super) fn render(report: &Report<'_>) -> String {
    let workload = report.question().inputs.workload();
    let mut facts = Vec::new();
    if let Some((users, advice)) = workload.users.zip(workload.advice()) {
        facts.push(("advice", advised(users, advice)));
    }
    let budget = workload.budget();
    if let Some(budget) = budget {
        facts.push(("at most", counted(&workload, &budget)));
        let deploy = format!("{}, old and new instances side by side", budget.deploy);
        facts.push(("in a deploy", deploy));
        facts.push(("available", available(&workload, &budget)));
    }
    if facts.is_empty() {
        return String::new();
    }
    let shown: Vec<_> = facts.iter().map(|(name, fact)| (*name, &**fact)).collect();
    let mut text =
        format!("{}\n{}", paint(HEADING, "Connections"), table::facts(&shown, report.width));
    if budget.and_then(|it| it.fits()) == Some(false) {
        let advice = "Too many: fewer threads or instances, a pooler, or a larger database.";
        text.push_str(&wrap(advice, "  ", "  ", report.width));
    }
    text
}

fn advised(users: u32, advice: Advice) -> String {
    let pooler = match advice.pooler {
        Pooler::Unneeded => "no pooler",
        Pooler::Any => "a pooler",
        Pooler::PgBouncer => "PgBouncer",
    };
    format!("conn_max_age={} and {pooler}, for {users} users", advice.conn_max_age)
}

fn counted(workload: &Workload, budget: &Budget) -> String {
    let factors = [
        (workload.processes, "process", "processes"),
        (workload.threads, "thread", "threads"),
        (workload.instances, "instance", "instances"),
    ];
    let factors = factors.map(|(count, one, many)| match count.unwrap_or(1) {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    });
    format!("{}: {}", budget.steady, factors.join(" × "))
}

fn available(workload: &Workload, budget: &Budget) -> String {
    match (workload.max_connections, budget.available) {
        (Some(most), Some(available)) => format!(
            "{available}: max_connections={most}, less {RESERVED_CONNECTIONS} that are reserved"
        ),
        _ => "not said: `show max_connections` tells, 100 is PostgreSQL's default".into(),
    }
}
