//! Where a case leads: shown before anything is connected to, so that a person can decide.

use dsnlens_core::live::{Name, Place, Plan, Root};
use dsnlens_core::render::verdict;
use dsnlens_core::{Answer, Question};
use serde::Serialize;

/// What a check of a link's case would do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Target {
    /// The servers it tries, in order; none where it connects to nothing.
    servers: Vec<Server>,
    /// Whether it has a password to send, one of the link's own.
    has_password: bool,
    /// The files of this machine that it reads.
    reads: Vec<Named>,
    /// What the link names of this machine and does not get.
    unused: Vec<Named>,
    /// Why nothing is connected to.
    words: Option<String>,
}

/// A server, and who logs in there.
#[derive(Serialize)]
struct Server {
    /// The host as it is named, or the directory of a socket.
    host: Option<String>,
    /// The address that is connected to instead of the host's own.
    hostaddr: Option<String>,
    port: u16,
    /// `None` is the name of this account.
    user: Option<String>,
    /// `None` is the name of this account.
    database: Option<String>,
}

/// Something of this machine, by the name that the input has for it.
#[derive(Serialize)]
struct Named {
    what: &'static str,
    name: String,
}

/// What only typed input gets, by the keyword that names it.
const WITHHELD: [(&str, &str); 4] = [
    ("service", "service"),
    ("passfile", "password file"),
    ("sslcert", "client certificate"),
    ("sslkey", "client key"),
];

impl Target {
    pub(super) fn new(answer: &Answer<'_>, plan: Option<&Plan>) -> Target {
        let Answer { question: Question { inputs, .. }, resolution, .. } = answer;
        let named = |keyword: &str| {
            let (_, line) = resolution.ledger.winner(keyword)?;
            // A secret is masked.
            Some(line.value.to_string()).filter(|it| !it.is_empty())
        };
        let unused = WITHHELD
            .iter()
            .filter_map(|(keyword, what)| Some(Named { what, name: named(keyword)? }));
        let service_file = inputs.get("PGSERVICEFILE").filter(|it| !it.is_empty());
        let service_file =
            service_file.map(|it| Named { what: "service file", name: it.to_owned() });
        let words = match plan {
            Some(_) => None,
            None => Some(verdict(answer).iter().map(|it| it.text()).collect()),
        };
        Target {
            servers: plan.map_or_else(Vec::new, servers),
            has_password: plan.is_some_and(|it| it.password.is_some()),
            reads: plan.and_then(root).into_iter().collect(),
            unused: unused.chain(service_file).collect(),
            words,
        }
    }
}

fn servers(plan: &Plan) -> Vec<Server> {
    let name = |name: &Name| match name {
        Name::Account => None,
        Name::Given(name) => Some(plan.quote(name)),
    };
    let servers = plan.targets.iter().map(|target| {
        let (place, port) = match &target.place {
            Place::Address { address, port } => (Some(address.to_string()), *port),
            Place::Name { name, port } => (Some(name.clone()), *port),
            Place::Socket { directory, port } => (directory.clone(), *port),
        };
        let place = place.map(|it| plan.quote(&it));
        let is_named = !target.host.is_empty();
        let host = if is_named { Some(plan.quote(&target.host)) } else { None };
        let is_elsewhere = is_named && host != place;
        Server {
            hostaddr: place.clone().filter(|_| is_elsewhere),
            host: host.or(place),
            port,
            user: name(&target.user),
            database: name(&target.dbname),
        }
    });
    servers.collect()
}

/// The root certificate that the input names; the account's own is not used for a link.
fn root(plan: &Plan) -> Option<Named> {
    match &plan.root {
        Root::File(path) => Some(Named { what: "root certificate", name: plan.quote(path) }),
        Root::Default | Root::System => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::{Inputs, resolve};
    use serde_json::{Value, json};

    fn target(env: &[(&str, &str)]) -> Value {
        let inputs = Inputs::new(env.iter().copied()).with_debug(true);
        let answer = resolve(inputs);
        let plan = Plan::new(&answer);
        serde_json::to_value(Target::new(&answer, plan.as_ref())).unwrap()
    }

    fn of(url: &str) -> Value {
        target(&[("DATABASE_URL", url)])
    }

    #[test]
    fn each_server_is_where_it_really_is() {
        for (url, expected) in [
            (
                "postgres://app:hunter2@db.example.com:6432/shop",
                json!([["db.example.com", null, 6432]]),
            ),
            (
                "postgres://app@db.example.com/shop?hostaddr=203.0.113.9",
                json!([["db.example.com", "203.0.113.9", 5432]]),
            ),
            ("postgres://app@10.0.0.5/shop", json!([["10.0.0.5", null, 5432]])),
            ("postgres://app@/shop?hostaddr=::1", json!([["::1", null, 5432]])),
            (
                "postgres://app@/shop?host=a,b&port=1,2&hostaddr=192.0.2.1,192.0.2.2",
                json!([["a", "192.0.2.1", 1], ["b", "192.0.2.2", 2]]),
            ),
            ("postgres://app@/shop?host=/run", json!([["/run", null, 5432]])),
            ("postgres://app@/shop", json!([[null, null, 5432]])),
            (
                "postgres://app@/shop?host=/run&hostaddr=203.0.113.9",
                json!([["/run", "203.0.113.9", 5432]]),
            ),
        ] {
            let target = of(url);
            let servers = target["servers"].as_array().unwrap().iter();
            let servers: Vec<_> =
                servers.map(|it| json!([it["host"], it["hostaddr"], it["port"]])).collect();
            assert_eq!(Value::from(servers), expected, "{url}");
            assert_eq!(target["servers"][0]["user"], "app", "{url}");
            assert_eq!(target["servers"][0]["database"], "shop", "{url}");
            assert_eq!(target["hasPassword"], url.contains("hunter2"), "{url}");
            assert_eq!(target["words"], Value::Null, "{url}");
        }
    }

    #[test]
    fn the_environment_leads_elsewhere_too() {
        let target = target(&[
            ("DATABASE_URL", "postgres://app@db.example.com/shop"),
            ("PGHOSTADDR", "203.0.113.9"),
            ("PGSSLCERT", "/home/me/.postgresql/postgresql.crt"),
            ("PGPASSFILE", "/home/me/.pgpass"),
        ]);
        assert_eq!(target["servers"][0]["hostaddr"], "203.0.113.9");
        let unused: Vec<_> =
            target["unused"].as_array().unwrap().iter().map(|it| it["what"].clone()).collect();
        assert_eq!(unused, ["password file", "client certificate"]);
    }

    #[test]
    fn what_is_read_and_what_is_withheld_is_named() {
        for (options, reads, unused) in [
            ("", json!([]), json!([])),
            ("sslrootcert=/ca.pem", json!([["root certificate", "/ca.pem"]]), json!([])),
            ("sslrootcert=system", json!([]), json!([])),
            (
                "sslkey=/k&sslcert=/c&passfile=/p",
                json!([]),
                json!([
                    ["password file", "/p"],
                    ["client certificate", "/c"],
                    ["client key", "/k"]
                ]),
            ),
        ] {
            let target = of(&format!("postgres://app@h/shop?{options}"));
            let pairs = |key: &str| -> Value {
                let list = target[key].as_array().unwrap().iter();
                list.map(|it| json!([it["what"], it["name"]])).collect::<Vec<_>>().into()
            };
            assert_eq!((pairs("reads"), pairs("unused")), (reads, unused), "{options}");
        }
    }

    #[test]
    fn where_nothing_is_connected_to_it_says_why() {
        for url in ["postgres://app:p#w@h/shop", "sqlite:///db", "postgres:///?service=prod"] {
            let target = of(url);
            assert_eq!(target["servers"], json!([]), "{url}");
            assert!(target["words"].as_str().is_some_and(|it| it.len() > 20), "{url}: {target}");
        }
        assert_eq!(of("postgres:///?service=prod")["unused"][0]["name"], "prod");
    }

    #[test]
    fn no_secret_is_shown() {
        for url in [
            "postgres://app:Kx7vQ2mB@h/shop",
            "postgres://app:Kx7v#Q2mB@h/shop",
            "postgres://app:Kx7vQ2mB@h/shop;password=Kx7vQ2mB",
            "postgres://h/shop?password=Kx7vQ2mB&user=Kx7vQ2mB",
        ] {
            let target = of(url).to_string();
            assert!(!target.contains("Kx7v") && !target.contains("Q2mB"), "{target}");
        }
    }
}
