//! Random inputs that get past the first check: URLs by their grammar, environments, `.env` files.

use std::collections::BTreeMap;

use dsnlens_core::clients::dj_database_url::SCHEMES;
use dsnlens_core::clients::libpq::KEYWORDS;
use dsnlens_core::machine::{Content, File};
use dsnlens_core::{DATABASE_URL, Inputs, Machine};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRng, TestRunner};

/// An environment and Django's `DEBUG`.
pub type Environment = (BTreeMap<String, String>, bool);

/// Endless values of a strategy, the same for the same seed.
pub fn values<T: std::fmt::Debug>(
    seed: u64,
    of: impl Strategy<Value = T>,
) -> impl Iterator<Item = T> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    std::iter::repeat_with(move || of.new_tree(&mut runner).expect("a value").current())
}

/// `DSNLENS_SEED`, which `cargo xtask fuzz` sets to another number each time; without it always
/// the same, so that a test fails for a change and not by chance. A test that fails prints it.
pub fn seed() -> u64 {
    let seed = std::env::var("DSNLENS_SEED");
    let seed = seed.map_or(1, |it| it.parse().expect("DSNLENS_SEED is a number"));
    println!("DSNLENS_SEED={seed}");
    seed
}

/// How proptest runs: so many cases, from [`seed`].
pub fn config(cases: usize) -> ProptestConfig {
    ProptestConfig {
        cases: cases.try_into().expect("a few cases"),
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed()),
        ..ProptestConfig::default()
    }
}

/// `DSNLENS_CASES`, or this many.
pub fn cases(usual: usize) -> usize {
    std::env::var("DSNLENS_CASES")
        .map_or(usual, |it| it.parse().expect("DSNLENS_CASES is a number"))
}

/// Pieces of URLs, in any order.
pub fn url() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => select(vec![
            "postgres", "postgresql", "sqlite", "mysql", "oracle", "://", ":", "/", "//", "?", "#",
            "@", "[", "]", "&", "=", "%", "%41", "%00", "%ff", "+", ",", ".", " ", "\t", "\n", "'",
            "\"", "localhost", "::1", "h", "u", "p", "5432", "0", "99999", "sslmode", "require",
            "verify-full", "currentSchema", "options", "ssl-ca", "dbname", "host", "connect_timeout",
            "true", "²", "٣", "／", "é", "İ", "Σ", "\u{301}", "\u{1f600}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,6}",
    ];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// An environment: a URL or the `DB_*` variables or both, and some of libpq's.
pub fn environment() -> impl Strategy<Value = Environment> {
    let url = prop_oneof![7 => grammatical(), 1 => damaged(), 2 => url()];
    let url = prop_oneof![5 => url.prop_map(Some), 1 => Just(None)];
    let variables = KEYWORDS.iter().filter_map(|it| Some((it.name, it.variable?)));
    let variables: Vec<_> = variables.chain([("requiressl", "PGREQUIRESSL")]).collect();
    let variable = select(variables).prop_flat_map(|(keyword, variable)| {
        value_of(keyword).prop_map(move |value| (variable.to_owned(), value))
    });
    let count = prop_oneof![3 => Just(0), 2 => 1..4usize];
    let variables = count.prop_flat_map(move |count| vec(variable.clone(), count));
    (url, fields(), variables, any::<bool>()).prop_map(|(url, fields, variables, debug)| {
        let mut env: BTreeMap<_, _> = variables.into_iter().collect();
        // Beside a URL they count for nothing, so few are enough.
        if url.is_none() || debug && env.len() == 1 {
            env.extend(fields);
        }
        env.extend(url.map(|it| ("DATABASE_URL".to_owned(), it)));
        // An environment cannot hold a NUL.
        env.values_mut().for_each(|it| it.retain(|c| c != '\0'));
        (env, debug)
    })
}

fn fields() -> impl Strategy<Value = Vec<(String, String)>> {
    let field = |name: &'static str, value: BoxedStrategy<String>| {
        of(value).prop_map(move |value| value.map(|value| (name.to_owned(), value)))
    };
    let fields = (
        field("DB_HOST", value_of("host")),
        field("DB_PORT", value_of("port")),
        field("DB_NAME", prop_oneof![3 => plain(), 1 => "[aé]{60,66}"].boxed()),
        field("DB_USER", plain().boxed()),
        field("DB_PASSWORD", plain().boxed()),
    );
    fields.prop_map(|(host, port, name, user, password)| {
        [host, port, name, user, password].into_iter().flatten().collect()
    })
}

/// A URL as RFC 3986 and libpq mean it, with everything that people get wrong in its parts.
fn grammatical() -> impl Strategy<Value = String> {
    let scheme = prop_oneof![
        12 => select(vec!["postgres", "postgresql"]),
        2 => select(SCHEMES.map(|it| it.name).to_vec()),
        1 => select(vec!["POSTGRES", "pgsql+x", "", " postgres", "jdbc:postgresql", "1x", "'postgres"]),
    ];
    let userinfo = (part(), of(part())).prop_map(|(user, password)| match password {
        Some(password) => format!("{user}:{password}@"),
        None => format!("{user}@"),
    });
    let host = (host_in_url(), of(port())).prop_map(|(host, port)| match port {
        Some(port) => format!("{host}:{port}"),
        None => host,
    });
    let host = host.boxed();
    let hosts = prop_oneof![6 => vec(host.clone(), 1), 1 => vec(host, 0..4)];
    let path =
        prop_oneof![4 => part().prop_map(|it| format!("/{it}")), 1 => "/?", 1 => "/[aé]{60,66}"];
    let option = prop_oneof![
        8 => keyword().prop_flat_map(|name| {
            value_of(name).prop_map(move |value| format!("{name}={}", escaped(&value)))
        }),
        1 => (keyword(), part()).prop_map(|(name, value)| format!("{name}={value}")),
        1 => (part(), part()).prop_map(|(name, value)| format!("{name}={value}")),
        1 => select(vec!["", "sslmode", "sslmode=", "a=b=c", "=x", "application_name%3Dx%20sslmode=disable"])
            .prop_map(str::to_owned),
    ];
    let query = of(vec(option, 0..5).prop_map(|it| format!("?{}", it.join("&"))));
    let fragment =
        prop_oneof![12 => Just(String::new()), 1 => part().prop_map(|it| format!("#{it}"))];
    let parts = (scheme, of(userinfo), hosts, path, query, fragment);
    parts.prop_map(|(scheme, userinfo, hosts, path, query, fragment)| {
        let (userinfo, query) = (userinfo.unwrap_or_default(), query.unwrap_or_default());
        format!("{scheme}://{userinfo}{}{path}{query}{fragment}", hosts.join(","))
    })
}

/// One with a piece put in anywhere.
fn damaged() -> impl Strategy<Value = String> {
    (grammatical(), atom(), any::<prop::sample::Index>()).prop_map(|(url, piece, at)| {
        let ends: Vec<_> = url.char_indices().map(|(at, _)| at).chain([url.len()]).collect();
        let (head, tail) = url.split_at(ends[at.index(ends.len())]);
        format!("{head}{piece}{tail}")
    })
}

/// Some text as it stands in a URL.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z]{1,5}", 1 => "[a-zA-Z0-9._-]{0,8}", 2 => vec(atom(), 0..4).prop_map(|it| it.concat())]
}

/// Some text as a person means it.
fn plain() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[a-z]{0,6}", 1 => "[ -~]{0,8}", 1 => vec(atom(), 0..4).prop_map(|it| it.concat())]
}

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(vec![
            "a", "Z", "0", "7", "%41", "%2F", "%40", "%3A", "%23", "%20", "%5C", "%27", "%00", "%ff",
            "%C3%A9", "%c3", "%E2%82%AC", "%ED%A0%80", "%f0%9f", "%zz", "%", "%4", "+", " ", "\t",
            "\r\n", "\u{b}", "\u{1f}", "\u{85}", "\u{a0}", "'", "\"", "\\", "@", ":", "/", "?", "#",
            "[", "]", "&", "=", ",", ";", "$", "!", ".", "..", "é", "ß", "İ", "Σ", "Σ.", "²", "٣",
            "／", "。", "\u{301}", "\u{ad}", "\u{200d}", "\u{2028}", "\u{feff}", "\u{1f600}", "ǅ",
        ]).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9]{1,4}",
        1 => "[ -~]",
        1 => any::<char>().prop_map(String::from),
    ]
}

const HOSTS: [&str; 31] = [
    "localhost",
    "LOCALHOST",
    "127.0.0.1",
    "192.0.2.1",
    "::1",
    "fe80::1%eth0",
    "fe80::1%a/b",
    "db.example.com",
    "DB.Example.Com",
    "h",
    "h1",
    "h1,h2",
    "h1,,h2",
    "h1,/run/x",
    "",
    "/run/x",
    "/run/Ä x",
    "@abstract",
    "c:\\x",
    "a..b",
    ".a",
    "a.",
    ".",
    "Ä.example",
    "bücher.example",
    "x\u{ad}.example",
    "faß.de",
    "1.2.3",
    "01.2.3.4",
    "256.1.1.1",
    "-x-",
];

fn host_in_url() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(vec!["localhost", "127.0.0.1", "db.example.com", "h", "h1", "DB.Example.Com"])
            .prop_map(str::to_owned),
        2 => select(vec![
            "[::1]", "[fe80::1%25eth0]", "[fe80::1%eth0]", "[1.2.3.4]", "[v1.x]", "[vz.x]", "[x]",
            "[]", "[::1", "::1]", "a[::1]", "[::1]x", "[::ffff:1.2.3.4]", "[::1]]", "[[::1]",
        ]).prop_map(str::to_owned),
        2 => select(HOSTS.to_vec()).prop_map(escaped),
        1 => select(HOSTS.to_vec()).prop_map(str::to_owned),
        1 => "[a-z]{62,65}(\\.[a-z]{62,65})?",
        2 => part(),
    ]
}

fn port() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(vec!["5432", "6543"]).prop_map(str::to_owned),
        3 => select(vec![
            "", "0", "00", "05432", "65535", "65536", "99999999999", "-1", "-01", "+5432", "1e3",
            "0x10", "5432.0", "abc", "٣", "５４３２", " 5432", "5432 ", "5432x", "5 4", "1_0",
            "%35432", "5432,", "5432,5433", ",", "18446744073709551615", "*", "4294967297",
        ]).prop_map(str::to_owned),
        1 => part(),
    ]
}

fn keyword() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        3 => select(vec![
            "sslmode", "sslrootcert", "connect_timeout", "options", "application_name",
            "target_session_attrs", "channel_binding", "host", "hostaddr", "port", "dbname", "user",
            "password", "sslnegotiation", "service",
        ]),
        3 => select(KEYWORDS.map(|it| it.name).to_vec()),
        2 => select(vec![
            "currentSchema", "ssl", "ssl-ca", "requiressl", "pool", "isolation_level", "conninfo",
            "server_side_binding", "assume_role", "autocommit", "prepare_threshold", "row_factory",
            "cursor_factory", "context", "schema", "pgbouncer", "SSLMODE", "authtype", "tty",
            "client_encoding", "replication",
        ]),
    ]
}

/// Values that mean something to an option, and such as mean nothing to any.
fn value_of(keyword: &str) -> BoxedStrategy<String> {
    let own: &[&str] = match keyword {
        "host" => &HOSTS,
        "hostaddr" => {
            &["127.0.0.1", "192.0.2.1", "::1", "127.0.0.1,::1", "1.2.3", "1.2.3.4.5", "localhost"]
        }
        "port" => return port().boxed(),
        "sslmode" => {
            &["disable", "allow", "prefer", "require", "verify-ca", "verify-full", "Require", ""]
        }
        "sslrootcert" => &["system", "/ca.pem", "System", ""],
        "sslnegotiation" => &["direct", "postgres", "Direct", ""],
        "sslcertmode" => &["disable", "allow", "require", ""],
        "requiressl" | "ssl" => &["1", "0", "true", "false", "10", ""],
        "channel_binding" | "gssencmode" => &["disable", "prefer", "require", "Require", ""],
        "target_session_attrs" => {
            &["any", "read-write", "read-only", "primary", "standby", "prefer-standby", "Any", ""]
        }
        "load_balance_hosts" => &["disable", "1", ""],
        "require_auth" => &[
            "password",
            "md5,scram-sha-256",
            "!password",
            "!md5,!none",
            "md5,!none",
            "!md5,none",
            "md5,md5",
            "none",
            "",
            ",",
            "MD5",
            "md5,",
        ],
        "ssl_min_protocol_version" | "ssl_max_protocol_version" => {
            &["TLSv1", "TLSv1.1", "TLSv1.2", "tlsv1.3", "TLSv1.3", "SSLv3", ""]
        }
        "min_protocol_version" | "max_protocol_version" => {
            &["3.0", "3.2", "latest", "3.1", "3", ""]
        }
        "connect_timeout" => &[
            "0", "1", "10", "-5", "5.5", "1e2", "inf", "nan", "10s", " 7 ", "1_0", "٣", "abc", "",
            "0x10", "1e400", "infinity", "+.5", "5.", ".", "true",
        ],
        "conninfo" => &[
            "host=x",
            "host=x port=1",
            "host='a b'",
            "x",
            "host='x",
            "postgres://h/x",
            "postgres://h/x?sslmode=allow",
            "requiressl=1",
            "postgres://h:1,i:2/x",
            "",
            "bogus=1",
            "user=\\",
            "password=p\\'q",
            "dbname=a dbname=b",
            "connect_timeout=x",
            " = ",
            "host = h",
        ],
        "isolation_level" => &["1", "2", "4", "0", "5", "9", "serializable", "true", "false", "-1"],
        "service" => &["svc", "a b", ""],
        "client_encoding" => &["UTF8", "auto", "latin1", ""],
        "keepalives"
        | "keepalives_idle"
        | "keepalives_interval"
        | "keepalives_count"
        | "tcp_user_timeout" => &["0", "1", "30"],
        "scram_client_key" | "scram_server_key" => {
            &["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ""]
        }
        "options" => &["-c search_path=a", "-csearch_path=a,b", "-c a=b -c c=d", ""],
        _ => &["1", "0", "true", "False", "x", "a b", "/x", "", "00123", "it's"],
    };
    let own = select(own.to_vec()).prop_map(str::to_owned);
    // A random address, port or number would only tell how far a connection gets.
    let is_tried = matches!(keyword, "hostaddr") || keyword.contains("keepalives");
    if is_tried
        || matches!(
            keyword,
            "tcp_user_timeout" | "scram_client_key" | "scram_server_key" | "load_balance_hosts"
        )
    {
        return own.boxed();
    }
    let any = select(vec![
        "1",
        "0",
        "-0",
        "true",
        "False",
        "TRUE",
        "x",
        "1_000",
        " 5 ",
        "²",
        "٣",
        "a,b",
        "it's",
        "b\\s",
        "a b",
        "\"q\"",
        "99999999999999999999",
        "\u{a0}5",
        "\u{1f}",
        "\u{85}",
        "é",
        "'",
        "\\",
    ]);
    prop_oneof![5 => own, 1 => any.prop_map(str::to_owned), 1 => plain()].boxed()
}

/// As a person escapes a value who knows how to.
fn escaped(value: impl AsRef<str>) -> String {
    let escape = |c: char| match c {
        ' ' | '%' | '&' | '+' | '#' | '/' | '?' | '@' | ':' | '[' | ']' | '=' => {
            format!("%{:02X}", u32::from(c))
        }
        c => c.to_string(),
    };
    value.as_ref().chars().map(escape).collect()
}

/// The text of a `.env` file.
pub fn dotenv() -> impl Strategy<Value = String> {
    let name = prop_oneof![6 => "[A-C]", 1 => "'[A-C ]?'?", 1 => vec(piece(), 0..3).prop_map(|it| it.concat())];
    let sign = select(vec!["=", " = ", "= ", "\t=", "", " ", ":", "=="]);
    let value = prop_oneof![
        3 => vec(piece(), 0..5).prop_map(|it| it.concat()),
        2 => vec(piece(), 0..5).prop_map(|it| format!("\"{}\"", it.concat())),
        2 => vec(piece(), 0..5).prop_map(|it| format!("'{}'", it.concat())),
        2 => vec(select(vec!["${A}", "${B:-x}", "${C:-", "}", "$A", "${", "${}", "a", ":", "${A:x}"]), 0..4)
            .prop_map(|it| it.concat()),
    ];
    let before =
        select(vec!["", "", "", "export ", "export\t", " ", "exportA", "#", "\n", "\u{feff}"]);
    let behind = select(vec!["", "", "", " # note", "# note", " ", " x"]);
    let end = select(vec!["\n", "\n", "\n", "\r\n", "\r", "\n\n", " \n"]);
    let line = (before, name, sign, value, behind, end).prop_map(
        |(before, name, sign, value, behind, end)| {
            format!("{before}{name}{sign}{value}{behind}{end}")
        },
    );
    prop_oneof![
        6 => vec(line, 0..5).prop_map(|it| it.concat()),
        2 => vec(piece(), 0..16).prop_map(|it| it.concat()),
        1 => any::<String>(),
    ]
}

/// Pieces of `.env` files.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(vec![
            "a", "B", "1", " ", "\t", "\n", "\r", "\r\n", "=", "#", " #", "'", "\"", "\\", "\\n",
            "\\\\", "\\'", "\\\"", "\\x41", "\\u0041", "\\a", "$", "${A}", "${", "}", ":-", "export ",
            "\u{b}", "\u{c}", "\u{1c}", "\u{85}", "\u{a0}", "\u{2028}", "\u{3000}", "\u{feff}", "é",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,4}",
    ]
}

/// What libpq is asked to do with files.
#[derive(Clone, Debug)]
pub struct Files {
    /// The connection string.
    pub conninfo: String,
    /// The environment variables.
    pub env: BTreeMap<String, String>,
    /// The files' texts by path, all of them in one folder.
    pub files: BTreeMap<&'static str, String>,
}

/// The paths that a case may lead to. A folder is there, and no line is in it; an empty path
/// leads nowhere.
const PATHS: [&str; 7] = [
    "/files/other",
    "/files/.pg_service.conf",
    "/files/pg_service.conf",
    "/files/.pgpass",
    "/files",
    "/files/none",
    "",
];

impl Files {
    /// The case for core, on a machine whose account is called `account`.
    pub fn inputs<'a>(&'a self, account: &'a str) -> Inputs<'a> {
        let content = |path| match self.files.get(path) {
            Some(text) => Content::Text(text),
            None if path == "/files" => Content::Text(""),
            None => Content::Absent,
        };
        let machine = Machine {
            account: Some(account),
            service_file: Some("/files/.pg_service.conf"),
            passfile: Some("/files/.pgpass"),
            files: PATHS.map(|path| File { path, content: content(path) }).to_vec(),
            ..Machine::default()
        };
        let env = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Inputs::new([(DATABASE_URL, &*self.conninfo)].into_iter().chain(env)).on(machine)
    }
}

/// Service files and password files, with what leads to them.
pub fn files() -> impl Strategy<Value = Files> {
    let conninfo = vec(
        select(vec![
            "service=s",
            "service=t",
            "service=''",
            "user=u",
            "user=''",
            "password=''",
            "password=p",
            "host=255.255.255.255",
            "host=/nowhere",
            "host=''",
            "port=1",
            "dbname=d",
            "dbname=a:b",
            "passfile=/files/other",
            "sslmode=require",
            "hostaddr=255.255.255.255",
        ]),
        0..5,
    );
    let variable = select(vec![
        ("PGSERVICE", "s"),
        ("PGSERVICE", "s"),
        ("PGSERVICE", "t"),
        ("PGSERVICEFILE", "/files/other"),
        ("PGSERVICEFILE", "/files"),
        ("PGSERVICEFILE", "/files/none"),
        ("PGSERVICEFILE", ""),
        ("PGPASSFILE", "/files/other"),
        ("PGPASSFILE", ""),
        ("PGUSER", "u"),
        ("PGPASSWORD", ""),
        ("PGPASSWORD", "p"),
        ("PGHOST", "/var/run/postgresql"),
        ("PGHOSTADDR", "255.255.255.255"),
        ("PGDATABASE", "d"),
        ("PGAPPNAME", "x"),
    ]);
    let file = |text| of(text);
    let files = (
        file(prop_oneof![service_file(), passfile()].boxed()),
        file(service_file().boxed()),
        file(service_file().boxed()),
        file(passfile().boxed()),
    );
    (conninfo, vec(variable, 0..5), files).prop_map(|(conninfo, variables, files)| {
        let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        let mut env: BTreeMap<_, _> = variables.into_iter().map(own).collect();
        // What is compiled into libpq is this machine's affair.
        env.insert("PGSYSCONFDIR".into(), "/files".into());
        let files = PATHS.into_iter().zip([files.0, files.1, files.2, files.3]);
        let files = files.filter_map(|(path, text)| Some((path, text?))).collect();
        Files { conninfo: conninfo.join(" "), env, files }
    })
}

fn service_file() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        12 => select(vec!["[s]", "[s]", "[t]", " [s] # x", "[s", "[]", "# x", "", "\t"])
            .prop_map(str::to_owned),
        24 => select(vec![
            "host=255.255.255.255", "host=/nowhere", "port=2", "port=", "user=v", "user=u", "dbname=d",
            "password=q", "password=", "sslmode=verify-ca", "sslmode=no", "application_name= é \t",
            "options=-c a=b", "passfile=/files/other", "hostaddr=255.255.255.255", "sslrootcert=system",
            "sslsni=1\0x",
        ]).prop_map(str::to_owned),
        1 => select(vec!["service=t", "nonsense", "host =x", "PORT=1", "requiressl=1", "=", "\0"])
            .prop_map(str::to_owned),
        1 => (1018usize..1027).prop_map(|length| "#".repeat(length)),
    ];
    let end = prop_oneof![12 => Just("\n"), 1 => Just("\r\n"), 1 => Just(" \t\x0b\n")];
    vec((line, end), 0..16)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn passfile() -> impl Strategy<Value = String> {
    let field = prop_oneof![
        3 => Just("*"),
        3 => select(vec![
            "255.255.255.255", "localhost", "/nowhere", "5432", "1", "2", "d", "u", "v", "a\\:b", "\\d",
            "\\*", "", "#", "a", "root",
        ]),
    ];
    let password = select(vec!["p", "", " é ", "a\\:b", "a\\\\b", "a:b", "a\\", "#"]);
    let line = prop_oneof![
        8 => (vec(field, 4), password).prop_map(|(fields, password)| fields.join(":") + ":" + password),
        1 => select(vec!["", "# *:*:*:*:p", "*:*:*:*", "*"]).prop_map(str::to_owned),
    ];
    let end = prop_oneof![6 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\r\r\n")];
    vec((line, end), 0..10)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}
