//! `dsnlens serve`: who is answered, with what, and within which bounds.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::certificates::{AUTHORITY, params};
use crate::cluster::{Cluster, Options, PASSWORD, Release};
use crate::peer::drain;
use crate::program::{FILES, dsnlens, run};
use crate::servers::{PLAIN, TLS};
use crate::serving::{Response, Serving};
use crate::supervised::{PATIENCE, folder, write};

/// A server whose checks end in time for no test, unless something else ends them.
const PATIENT: [&str; 4] = ["--addr", "127.0.0.1:0", "--timeout", "3600"];

/// A database's port that only counts who comes.
fn counter() -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let count = Arc::new(AtomicUsize::new(0));
    let seen = count.clone();
    thread::spawn(move || {
        for _ in listener.incoming().flatten() {
            seen.fetch_add(1, Ordering::SeqCst);
        }
    });
    (port, count)
}

/// A database's port that never answers, and tells when somebody has gone.
fn silence() -> (u16, Receiver<()>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its number").port();
    let (sender, gone) = channel();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let sender = sender.clone();
            thread::spawn(move || {
                drain(&mut stream);
                sender.send(()).ok();
            });
        }
    });
    (port, gone)
}

fn url(port: u16) -> String {
    format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/postgres")
}

/// Sends a question, and reads up to the first line of the answer.
fn begin(serving: &Serving, url: &str) -> (BufReader<TcpStream>, String) {
    let mut stream = BufReader::new(serving.open(&serving.question(&[("DATABASE_URL", url)], &[])));
    let mut line = String::new();
    while !line.starts_with('{') {
        line.clear();
        assert_ne!(stream.read_line(&mut line).expect("a line"), 0, "no line came");
    }
    (stream, line)
}

#[test]
fn strangers_get_a_403_and_reach_no_server() {
    let serving = Serving::start();
    let (port, count) = counter();
    let (url, own) = (url(port), serving.address.clone());
    let own_port = own.rsplit_once(':').expect("a port").1;
    let (other, token) = (Serving::start(), serving.token.clone());
    let half = &token[..32];
    let foreign: &[(&str, Option<&str>)] = &[
        ("Host", None),
        ("Host", Some("evil.example")),
        ("Host", Some(&format!("evil.example:{own_port}"))),
        ("Host", Some("127.0.0.1")),
        ("Host", Some(&format!("127.0.0.1:{own_port}@evil.example"))),
        ("Origin", Some("https://evil.example")),
        ("Origin", Some("null")),
        ("Origin", Some(&format!("http://localhost:{own_port}"))),
        ("Origin", Some(&format!("https://{own}"))),
    ];
    let unknown: &[(&str, Option<&str>)] = &[
        ("X-DSNLens-Token", None),
        ("X-DSNLens-Token", Some("")),
        ("X-DSNLens-Token", Some(half)),
        ("X-DSNLens-Token", Some(&other.token)),
    ];
    for change in foreign.iter().chain(unknown) {
        let answer = serving.send(&serving.question(&[("DATABASE_URL", &url)], &[*change]));
        assert_eq!(answer.status, 403, "{change:?}: {}", answer.body);
        assert!(!answer.body.contains(&token), "{change:?}");
    }
    // Whatever is asked for, there or not.
    for path in ["/", "/index.html", "/boot.js", "/live.js", "/check", "/target", "/nothing"] {
        for change in foreign {
            let host = if change.0 == "Host" { change.1 } else { Some(&*own) };
            let host = host.map_or(String::new(), |it| format!("Host: {it}\r\n"));
            let origin = if change.0 == "Origin" { change.1 } else { None };
            let origin = origin.map_or(String::new(), |it| format!("Origin: {it}\r\n"));
            let answer = serving.send(&format!("GET {path} HTTP/1.1\r\n{host}{origin}\r\n"));
            assert_eq!(answer.status, 403, "{path} {change:?}: {}", answer.body);
            assert!(!answer.body.contains(&token), "{path} {change:?}");
        }
    }
    let proxied = format!("GET http://evil.example/ HTTP/1.1\r\nHost: {own}\r\n\r\n");
    assert_eq!(serving.send(&proxied).status, 403);
    sleep(Duration::from_millis(200));
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came");

    // The page itself does reach it, by each of its names.
    let names = [own.clone(), format!("localhost:{own_port}"), format!("[::1]:{own_port}")];
    for (nth, name) in (1..).zip(&names) {
        let origin = format!("http://{name}");
        let changes = [("Host", Some(&**name)), ("Origin", Some(&*origin))];
        let question = serving.question(&[("DATABASE_URL", &url)], &changes);
        let begun = Instant::now();
        // The check before may still be ending, and then this one is told to come back.
        while count.load(Ordering::SeqCst) < nth {
            assert!(begun.elapsed() < PATIENCE, "{name} did not get there");
            let stream = serving.open(&question);
            let mut head = String::new();
            BufReader::new(&stream).read_line(&mut head).expect("an answer");
            assert!(head.contains(" 200 ") || head.contains(" 429 "), "{name}: {head}");
            while head.contains(" 200 ") && count.load(Ordering::SeqCst) < nth {
                assert!(begun.elapsed() < PATIENCE, "{name} did not get there");
                sleep(Duration::from_millis(10));
            }
        }
    }
}

#[test]
fn every_start_has_a_token_of_its_own() {
    let (one, other) = (Serving::start(), Serving::start());
    assert_ne!(one.token, other.token);
    assert_eq!(one.token.len(), 64);
}

#[test]
fn every_answer_stays_between_the_server_and_its_pages() {
    let serving = Serving::start();
    let page = serving.get("/");
    let policy = page.header("content-security-policy").expect("a policy").to_owned();
    assert!(policy.contains("connect-src 'self'") && policy.starts_with("default-src 'none'"));
    assert!(page.body.contains(&format!("content=\"{policy}\"")), "the page says the same");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let wrong = serving.question(&[], &[("X-DSNLens-Token", None)]);
    let right = serving.question(&[("DATABASE_URL", "sqlite://:memory:")], &[]);
    let answers = [
        page,
        serving.get("/live.js"),
        serving.get("/nothing"),
        serving.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
        serving.send(&wrong),
        serving.send(&right),
    ];
    for answer in answers {
        for (name, value) in [
            ("cache-control", "no-store"),
            ("content-security-policy", &*policy),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{}", answer.head);
        }
        assert!(answer.header("access-control-allow-origin").is_none());
    }
    for (path, kind) in [
        ("/dsnlens-web_bg.wasm", "application/wasm"),
        ("/live.css", "text/css; charset=utf-8"),
        ("/card.png", "image/png"),
    ] {
        assert_eq!(serving.get(path).header("content-type"), Some(kind), "{path}");
    }
}

#[test]
fn what_is_asked_wrongly_is_refused_by_its_name() {
    let serving = Serving::start();
    let own = &serving.address;
    let (port, count) = counter();
    let url = url(port);
    let status = |request: &str| serving.send(request).status;
    let asked = |changes: &[(&str, Option<&str>)]| {
        status(&serving.question(&[("DATABASE_URL", &url)], changes))
    };
    for method in ["GET", "PUT", "DELETE", "OPTIONS"] {
        for path in ["/check", "/target"] {
            let request = format!("{method} {path} HTTP/1.1\r\nHost: {own}\r\n\r\n");
            let answer = serving.send(&request);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
        }
    }
    for path in ["/", "/boot.js"] {
        let posted = serving.send(&format!("POST {path} HTTP/1.1\r\nHost: {own}\r\n\r\n"));
        assert_eq!((posted.status, posted.header("allow")), (405, Some("GET, HEAD")), "{path}");
    }
    let head = serving.send(&format!("HEAD / HTTP/1.1\r\nHost: {own}\r\n\r\n"));
    assert_eq!((head.status, &*head.body), (200, ""));
    for path in ["/nothing", "/../Cargo.toml", "/%2e%2e/Cargo.toml", "//boot.js", "/check/"] {
        assert_eq!(serving.get(path).status, 404, "{path}");
    }
    assert_eq!(asked(&[("Content-Type", None)]), 415);
    assert_eq!(asked(&[("Content-Type", Some("text/plain"))]), 415);
    assert_eq!(asked(&[("Content-Type", Some("application/x-www-form-urlencoded"))]), 415);

    // 64 KB: by the word of the sender, and by what comes.
    assert_eq!(asked(&[("Content-Length", Some("65537"))]), 413);
    let chunks = [("Content-Length", None), ("Transfer-Encoding", Some("chunked"))];
    let question = serving.question(&[], &chunks);
    let (head, _) = question.split_once("\r\n\r\n").expect("a head");
    let chunk = format!("2000\r\n{}\r\n", " ".repeat(0x2000));
    assert_eq!(status(&format!("{head}\r\n\r\n{}0\r\n\r\n", chunk.repeat(9))), 413);
    let long = format!("GET / HTTP/1.1\r\nHost: {own}\r\nCookie: {}\r\n\r\n", "x".repeat(1 << 16));
    assert_eq!(status(&long), 431);

    // No case, in words that repeat nothing of it.
    for body in [
        "",
        "hunter2",
        "[]",
        r#"{"env":{"DATABASE_URL":"hunter2"}"#,
        r#"{"env":{},"hunter2":1}"#,
        r#"{"env":{"hunter2":1}}"#,
        r#"{"env":{},"client":"hunter2"}"#,
        r#"{"env":{},"stack":{"djDatabaseUrl":"hunter2"}}"#,
    ] {
        let length = body.len().to_string();
        let question = serving.question(&[], &[("Content-Length", Some(&length))]);
        let (head, _) = question.split_once("\r\n\r\n").expect("a head");
        let answer = serving.send(&format!("{head}\r\n\r\n{body}"));
        let json: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!((answer.status, &json["refusal"]["stage"]), (400, &"input".into()), "{body}");
        assert!(json["refusal"]["message"].is_string() && !answer.body.contains("hunter2"));
    }
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came");
    assert!(!serving.log().contains("hunter2"));
}

#[test]
fn who_does_not_go_on_is_not_waited_for() {
    let serving = Serving::start();
    let mut silent = serving.open("GET / HTTP/1.1\r\nHost: ");
    let half = serving.question(&[("DATABASE_URL", "postgres://h/db")], &[]);
    let half = serving.open(&half[..half.len() - 4]);
    silent.read_to_end(&mut Vec::new()).ok();
    assert_eq!(Response::read(half).status, 408);
}

#[test]
fn each_step_is_told_when_it_happens() {
    let serving = Serving::with(&["--addr", "127.0.0.1:0", "--timeout", "4"]);
    let (port, _gone) = silence();
    // The peer says nothing, so this line is here before the check knows how it ends.
    let (stream, first) = begin(&serving, &url(port));
    assert!(first.starts_with(r#"{"event":"begun","step":"tcp""#), "{first}");
    // The check ends in its time, though the peer says nothing.
    let rest: Vec<String> = stream.lines().map(|it| it.expect("a line")).collect();
    let last = rest.iter().rfind(|it| it.starts_with('{')).expect("a last line");
    let last: Value = serde_json::from_str(last).expect("JSON");
    assert_eq!(last["event"], "ended");
    assert_eq!(last["check"]["diagnostics"][0]["rule"], "connection-timeout");
}

#[test]
fn few_checks_run_at_a_time_and_a_client_that_goes_away_ends_its_own() {
    let serving = Serving::with(&PATIENT);
    let (port, gone) = silence();
    let url = url(port);
    let (one, _) = begin(&serving, &url);
    let (other, _) = begin(&serving, &url);
    let third = serving.send(&serving.question(&[("DATABASE_URL", &url)], &[]));
    assert_eq!((third.status, third.header("retry-after")), (429, Some("2")), "{}", third.body);
    // The page itself is served all the same.
    assert_eq!(serving.get("/").status, 200);

    drop(one);
    gone.recv_timeout(PATIENCE).expect("the check ends");
    let (again, first) = begin(&serving, &url);
    assert!(first.contains("begun"), "{first}");
    drop((other, again));
}

#[test]
fn a_signal_ends_it_at_once_with_all_its_checks() {
    for signal in ["-INT", "-TERM"] {
        let serving = Serving::with(&PATIENT);
        let (port, gone) = silence();
        let (_stream, _) = begin(&serving, &url(port));
        let (status, _) = serving.end(signal);
        assert_eq!(status.code(), Some(0), "{signal}");
        gone.recv_timeout(PATIENCE).expect("its connection ends with it");
    }
}

#[test]
fn an_address_that_cannot_be_had_is_named() {
    let serving = Serving::start();
    let taken = run(&mut dsnlens(&["serve", "--addr", &serving.address]));
    let port = serving.address.rsplit_once(':').expect("a port").1;
    assert_eq!((taken.code, &*taken.stdout), (Some(2), ""));
    assert!(taken.stderr.contains(&format!("port {port} is taken")), "{}", taken.stderr);
    assert!(taken.stderr.contains("--addr 127.0.0.1:"), "{}", taken.stderr);
    // TEST-NET-1 is nobody's.
    let foreign = run(&mut dsnlens(&["serve", "--addr", "192.0.2.1:8787"]));
    assert_eq!(foreign.code, Some(2));
    assert!(foreign.stderr.contains("192.0.2.1 is no address of this machine"));
}

#[test]
fn an_address_that_others_reach_comes_with_a_warning() {
    let loopback = Serving::start();
    assert!(loopback.greeting.starts_with("Serving http://127.0.0.1:"), "{}", loopback.greeting);
    assert!(!loopback.log().contains("not only this machine's"));
    let open = Serving::with(&["--addr", "0.0.0.0:0"]);
    assert!(open.log().contains("0.0.0.0 is not only this machine's"), "{}", open.log());
    // It is reached by an address, and never by a name that anybody may lead here.
    assert_eq!(open.get("/").status, 200);
    let port = open.address.rsplit_once(':').expect("a port").1;
    for host in ["evil.example", "0.0.0.0"] {
        let request = format!("GET / HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n");
        assert_eq!(open.send(&request).status, 403, "{host}");
    }
}

/// What does not change from one run to the next.
fn lasting(check: &Value) -> Value {
    let steps = check["steps"].as_array().expect("a list").iter();
    let steps: Vec<_> = steps.map(|it| [it["step"].clone(), it["status"].clone()]).collect();
    let mut lasting = check.clone();
    lasting["steps"] = serde_json::to_value(steps).expect("JSON");
    // How long a connection took is among the reasons.
    lasting["summary"] = Value::Null;
    lasting
}

#[test]
fn it_says_what_check_says_step_by_step() {
    let serving = Serving::start();
    let ca = FILES.path("ca.crt");
    let (tls, plain) = (TLS.port, PLAIN.port);
    for url in [
        format!(
            "postgres://app:{PASSWORD}@localhost:{tls}/shop?sslmode=verify-full&sslrootcert={ca}"
        ),
        format!("postgres://app:wrong@localhost:{tls}/shop"),
        format!("postgres://app:{PASSWORD}@127.0.0.1:{plain}/nothing?sslmode=require"),
        format!("postgres://tls_only:{PASSWORD}@localhost:{tls}/postgres?sslmode=allow"),
        "postgres://app:x@h:y/shop".to_owned(),
        "sqlite:///db.sqlite3".to_owned(),
    ] {
        let events = serving.check(&url).events();
        let (last, steps) = events.split_last().expect("events");
        let mut program = dsnlens(&["check", "--format", "json"]);
        let check = run(program.env("DATABASE_URL", &url).env("DEBUG", "1")).json();
        assert_eq!(last["event"], "ended", "{url}");
        assert_eq!(lasting(&last["check"]), lasting(&check), "{url}");
        assert!(last["words"].as_str().is_some_and(|it| !it.contains('\u{1b}')), "{last}");
        // The steps that were told are those of the answer, one begun before each.
        let kind = |it: &Value| it["event"].as_str().expect("a kind").to_owned();
        let kinds: Vec<_> = steps.iter().map(kind).collect();
        assert!(kinds.chunks(2).all(|it| it == ["begun", "seen"]), "{kinds:?}");
        let told = steps.iter().filter(|it| it["event"] == "seen").map(|it| &it["step"]);
        let taken = last["check"]["steps"].as_array().expect("a list").iter();
        let taken = taken.filter(|it| it["status"] != "skip");
        let mut told: Vec<_> = told.collect();
        for step in taken {
            let nth = told.iter().position(|it| *it == step);
            told.remove(nth.unwrap_or_else(|| panic!("{url}: {step} was not told")));
        }
        assert!(told.is_empty(), "{url}: {told:?}");
    }
}

/// A home with everything that libpq looks for there, and a server that each of it opens.
fn home_with_everything() -> (PathBuf, Cluster) {
    let identity = AUTHORITY.sign(&params("localhost", &["localhost", "127.0.0.1"]));
    let settings = format!("ssl_ca_file = '{}'", FILES.path("ca.crt"));
    let hba = "hostssl all owner all cert\nhostssl all app all scram-sha-256\n";
    let options = Options { tls: Some(&identity), hba, settings: &settings, ..Options::default() };
    let cluster = Cluster::start(Release::V15, "lent", &options);
    let home = folder("lent-home");
    let below = home.join(".postgresql");
    std::fs::create_dir(&below).expect("a folder");
    let owner = AUTHORITY.sign(&params("owner", &[]));
    write(&below.join("postgresql.crt"), &owner.certificates, 0o644);
    write(&below.join("postgresql.key"), &owner.key, 0o600);
    write(&below.join("root.crt"), &AUTHORITY.pem(), 0o644);
    write(&home.join(".pgpass"), &format!("*:*:*:app:{PASSWORD}\n"), 0o600);
    let service = format!(
        "[prod]\nhost=localhost\nport={}\ndbname=shop\nuser=app\npassword={PASSWORD}\n",
        cluster.port
    );
    write(&home.join(".pg_service.conf"), &service, 0o600);
    (home, cluster)
}

/// As root, the program reads the files of another account, and libpq asks for no owner.
#[test]
fn what_this_machine_keeps_is_used_for_typed_input_alone() {
    let (home, cluster) = home_with_everything();
    let serving = Serving::at(&home, &["--addr", "127.0.0.1:0"]);
    let port = cluster.port;
    let path = |name: &str| home.join(name).to_str().expect("a path is text").to_owned();
    let (certificate, key) =
        (path(".postgresql/postgresql.crt"), path(".postgresql/postgresql.key"));
    let app = format!("postgres://app@localhost:{port}/shop");
    let owner = format!("postgres://owner@localhost:{port}/shop");
    let cases: &[&[(&str, &str)]] = &[
        &[("DATABASE_URL", &app)],
        &[("DATABASE_URL", &format!("{app}?passfile={}", path(".pgpass")))],
        &[("DATABASE_URL", &app), ("PGPASSFILE", &path(".pgpass"))],
        &[("DATABASE_URL", &format!("{app}?hostaddr=127.0.0.1"))],
        &[
            ("DB_HOST", "localhost"),
            ("DB_PORT", &port.to_string()),
            ("DB_NAME", "shop"),
            ("DB_USER", "app"),
            ("DB_PASSWORD", ""),
        ],
        &[("DATABASE_URL", &owner)],
        &[("DATABASE_URL", &format!("{owner}?sslcert={certificate}&sslkey={key}"))],
        &[("DATABASE_URL", &owner), ("PGSSLCERT", &certificate), ("PGSSLKEY", &key)],
        &[("DATABASE_URL", "postgres:///?service=prod"), ("DEBUG", "1")],
        &[("DATABASE_URL", "postgres:///shop"), ("PGSERVICE", "prod"), ("DEBUG", "1")],
        &[
            ("DATABASE_URL", "postgres:///?service=prod"),
            ("PGSERVICEFILE", &path(".pg_service.conf")),
            ("DEBUG", "1"),
        ],
    ];
    for case in cases {
        for (input, gets_in) in
            [(Some("typed"), true), (Some("link"), false), (Some(""), false), (None, false)]
        {
            let answer = serving.send(&serving.question(case, &[("X-DSNLens-Input", input)]));
            let events = answer.events();
            let check = &events.last().expect("events")["check"];
            assert_eq!(check["connected"], gets_in, "{case:?} {input:?}: {}", answer.body);
            assert!(!answer.body.contains(PASSWORD) && !answer.body.contains("PRIVATE KEY"));
        }
    }
    // A password of its own is what a link does have; the roots of this account it does not.
    let own = format!("postgres://app:{PASSWORD}@localhost:{port}/shop");
    let link = [("X-DSNLens-Input", None)];
    for (options, gets_in) in [
        (String::new(), true),
        (format!("?sslmode=verify-full&sslrootcert={}", FILES.path("ca.crt")), true),
        ("?sslmode=verify-full".to_owned(), false),
    ] {
        let url = format!("{own}{options}");
        let case = [("DATABASE_URL", &*url), ("DEBUG", "1")];
        let answer = serving.send(&serving.question(&case, &link));
        let events = answer.events();
        let check = &events.last().expect("events")["check"];
        assert_eq!(check["connected"], gets_in, "{options}: {}", answer.body);
    }
}

#[test]
fn a_target_is_told_and_not_connected_to() {
    let serving = Serving::start();
    let (port, count) = counter();
    let url = format!("postgres://app:{PASSWORD}@db.example.com:{port}/shop?hostaddr=127.0.0.1");
    let question = serving.question_at("/target", &[("DATABASE_URL", &url)], &[]);
    let answer = serving.send(&question);
    let events = answer.events();
    assert_eq!(events.len(), 1, "{}", answer.body);
    assert_eq!(events[0]["event"], "target");
    let server = &events[0]["servers"][0];
    assert_eq!(
        (&server["host"], &server["hostaddr"]),
        (&"db.example.com".into(), &"127.0.0.1".into())
    );
    assert!(!answer.body.contains(PASSWORD));
    let strange = serving.question_at("/target", &[], &[("X-DSNLens-Token", None)]);
    assert_eq!(serving.send(&strange).status, 403);
    assert_eq!(count.load(Ordering::SeqCst), 0, "somebody came");
}

/// Files that never end, and checks that hang in them.
#[test]
fn a_check_that_hangs_in_a_file_stops_nobody_else() {
    let serving = Serving::start();
    let fifo = folder("fifo").join("ca.crt");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo runs");
    assert!(made.success());
    let fifo = fifo.to_str().expect("a path is text");
    let (port, _gone) = silence();
    let mut asked = Vec::new();
    for option in ["sslrootcert", "sslcert", "sslkey", "passfile"] {
        for file in [fifo, "/dev/zero", "/dev/urandom", "/dev/full"] {
            let url = format!("{}?{option}={file}", url(port));
            // A client that leaves gives its place to the next.
            asked.push(serving.open(&serving.question(&[("DATABASE_URL", &url)], &[])));
            assert_eq!(serving.get("/").status, 200, "{option}={file}");
            asked.pop();
        }
    }
    let (status, _) = serving.end("-TERM");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn no_answer_and_no_log_tells_the_password() {
    let serving = Serving::start();
    let mut told = String::new();
    for port in [PLAIN.port, TLS.port, silence().0] {
        for rest in ["shop", "nothing?sslmode=require", &format!("shop;password={PASSWORD}")] {
            let url = format!("postgres://app:{PASSWORD}@localhost:{port}/{rest}");
            if port != PLAIN.port && port != TLS.port {
                let (_stream, line) = begin(&serving, &url);
                told += &line;
                continue;
            }
            told += &serving.check(&url).body;
        }
        for password in [format!("{PASSWORD}#x"), format!("{PASSWORD}/x"), format!("x@{PASSWORD}")]
        {
            told += &serving.check(&format!("postgres://app:{password}@localhost:1/shop")).body;
        }
    }
    told += &serving.get(&format!("/{PASSWORD}?{PASSWORD}")).body;
    told += &serving.send(&format!("GET / HTTP/1.1\r\nHost: {PASSWORD}\r\n\r\n")).body;
    told += &serving.send(&format!("{PASSWORD} / HTTP/1.1\r\n\r\n")).body;
    assert!(told.len() > 10_000, "{told}");
    let (_, log) = serving.end("-TERM");
    assert!(log.contains("step passed") && log.contains("answered"), "{log}");
    for piece in [PASSWORD, "correct-horse", "7Zq"] {
        assert!(!told.contains(piece), "{piece} in {told}");
        assert!(!log.contains(piece), "{piece} in {log}");
    }
}

/// However many do not go on: the others are answered while those are still waited for, and not
/// once their time is up.
#[test]
fn stalled_clients_shut_nobody_out() {
    let serving = Serving::start();
    let question = serving.question(&[("DATABASE_URL", "postgres://h/db")], &[]);
    let half = &question[..question.len() - 4];
    for request in ["GET / HTTP/1.1\r\nHost: ", half, ""] {
        let stalled: Vec<_> = (0..200).map(|_| serving.open(request)).collect();
        for _ in 0..3 {
            assert_eq!(serving.get("/").status, 200, "{request:?}");
            let checked = serving.check("sqlite:///db").events();
            assert_eq!(checked.last().expect("events")["event"], "ended");
        }
        let is_open = |mut it: &TcpStream| {
            it.set_nonblocking(true).expect("it does not wait");
            matches!(it.read(&mut [0]), Err(error) if error.kind() == ErrorKind::WouldBlock)
        };
        let open = stalled.iter().filter(|it| is_open(it)).count();
        assert!(open > 30, "only {open} of those are waited for: they were waited out");
    }
}
