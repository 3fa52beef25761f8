//! Hostile servers as data: what each says, and what a check of it has to come to.
//!
//! Each stands behind a port of its own. It speaks over plain text or, where it is asked for TLS,
//! over TLS, so that the same lines are said to both.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, LazyLock};
use std::thread;

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::{CertifiedKey, SingleCertAndKey};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::certificates::{AUTHORITY, Identity, params};
use crate::peer::first;

/// The password here: no four characters of it stand in any other word.
pub(crate) const PASSWORD: &str = "Kx7vQ2mB-tR9pL4wN";

/// What a server does next.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Waits for a message, and does not read what is in it.
    Hear,
    /// Says this.
    Say(Vec<u8>),
    /// Says this byte by byte.
    Spell(Vec<u8>),
    /// Says this for as long as anybody listens.
    Repeat(Vec<u8>),
    /// Hears the first message of SCRAM, and challenges with so many iterations.
    Challenge(u32),
    /// Says no more, and waits for the other side to go.
    Wait,
}

/// What a check has to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// No connection, for the reason that this rule reports.
    Fails(&'static str),
    /// A connection, and no session that could be asked.
    NoSession,
    /// A connection with a session.
    Session,
}

/// The rule's name as the scripts write it.
pub(crate) fn name(rule: &str) -> &'static str {
    let names = [
        "authentication-failed",
        "cleartext-password-refused",
        "connection-closed",
        "connection-timeout",
        "server-error",
        "server-without-ssl",
        "tls-handshake-failed",
        "wrong-service",
    ];
    names.into_iter().find(|it| *it == rule).unwrap_or("another rule")
}

/// When a server begins with its acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// At the connection, whatever it is asked.
    Connection,
    /// Once it has been asked to log somebody in; over TLS where that is asked for.
    LogIn,
}

/// A server.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) mode: &'static str,
    pub(crate) stage: Stage,
    pub(crate) acts: Vec<Act>,
    pub(crate) end: End,
    /// The last step to take.
    pub(crate) until: &'static str,
    /// Whether it is the check's own deadline that ends it.
    pub(crate) is_silent: bool,
}

impl Script {
    /// Starts a server that follows it; its port.
    pub(crate) fn start(&self) -> u16 {
        serve(self.stage, self.acts.clone(), &IDENTITY)
    }

    pub(crate) fn url(&self) -> String {
        let (port, mode) = (self.start(), self.mode);
        format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/postgres?sslmode={mode}")
    }
}

static IDENTITY: LazyLock<Identity> =
    LazyLock::new(|| AUTHORITY.sign(&params("localhost", &["localhost", "127.0.0.1"])));

/// A server that does this to everybody who connects; its port.
pub(crate) fn serve(stage: Stage, acts: Vec<Act>, identity: &Identity) -> u16 {
    let config = tls(identity);
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its number").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (acts, config) = (acts.clone(), config.clone());
            thread::spawn(move || treat(stream, stage, &acts, config));
        }
    });
    port
}

fn tls(identity: &Identity) -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_slice_iter(identity.certificates.as_bytes());
    let chain = chain.collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).expect("a key");
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("versions");
    let key = ring::sign::any_supported_type(&key).expect("a key of a known type");
    // Whether they are worth anything is not looked at.
    let certified = SingleCertAndKey::from(CertifiedKey::new(chain, key));
    Arc::new(builder.with_no_client_auth().with_cert_resolver(Arc::new(certified)))
}

fn treat(mut stream: TcpStream, stage: Stage, acts: &[Act], config: Arc<ServerConfig>) {
    if stage == Stage::Connection {
        follow(&mut stream, acts);
        return;
    }
    // A start-up message is longer than a question for TLS.
    if first(&mut stream).len() != 8 {
        follow(&mut stream, acts);
        return;
    }
    if stream.write_all(b"S").is_err() {
        return;
    }
    let Ok(connection) = ServerConnection::new(config) else { return };
    let mut stream = StreamOwned::new(connection, stream);
    let mut bytes = [0; 4096];
    if stream.read(&mut bytes).is_ok_and(|it| it > 0) {
        follow(&mut stream, acts);
    }
}

fn follow(stream: &mut (impl Read + Write), acts: &[Act]) {
    let mut bytes = [0; 4096];
    for act in acts {
        let done = match act {
            Act::Hear => stream.read(&mut bytes).map(drop),
            Act::Say(text) => stream.write_all(text).and_then(|()| stream.flush()),
            Act::Spell(text) => text
                .iter()
                .try_for_each(|it| stream.write_all(&[*it]).and_then(|()| stream.flush())),
            Act::Repeat(text) => {
                let many = text.repeat(16_384 / text.len().max(1) + 1);
                while stream.write_all(&many).is_ok() {}
                Ok(())
            }
            Act::Challenge(iterations) => stream.read(&mut bytes).and_then(|count| {
                let heard = String::from_utf8_lossy(&bytes[..count]);
                let nonce = heard.split("r=").nth(1).unwrap_or_default();
                let challenge = format!("r={nonce}x,s=c2FsdA==,i={iterations}");
                stream.write_all(&authentication(11, challenge.as_bytes()))?;
                stream.flush()
            }),
            Act::Wait => {
                while stream.read(&mut bytes).is_ok_and(|it| it > 0) {}
                Ok(())
            }
        };
        if done.is_err() {
            return;
        }
    }
}

/// A message.
pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = (body.len() as u32 + 4).to_be_bytes();
    [&[kind][..], &length, body].concat()
}

fn authentication(code: u32, rest: &[u8]) -> Vec<u8> {
    message(b'R', &[&code.to_be_bytes()[..], rest].concat())
}

fn ready() -> Vec<u8> {
    message(b'Z', b"I")
}

/// A log-in that asks for nothing.
fn welcome() -> Vec<u8> {
    let key = message(b'K', &[0, 0, 16, 146, 9, 9, 9, 9]);
    [authentication(0, &[]), key, ready()].concat()
}

/// An error with these fields.
fn error(fields: &[(u8, &str)]) -> Vec<u8> {
    let fields = fields.iter().flat_map(|(kind, text)| [&[*kind], text.as_bytes(), &[0]].concat());
    message(b'E', &fields.chain([0]).collect::<Vec<_>>())
}

/// The columns of an answer.
fn columns(names: &[&[u8]]) -> Vec<u8> {
    let names = names.iter().flat_map(|it| [it, &[0; 19][..]].concat()).collect::<Vec<_>>();
    message(b'T', &[&(names.len() as u16).to_be_bytes(), &names[..]].concat())
}

/// A row of one.
fn row(values: &[Option<&[u8]>]) -> Vec<u8> {
    let one = |it: &Option<&[u8]>| match it {
        None => (-1_i32).to_be_bytes().to_vec(),
        Some(it) => [&(it.len() as i32).to_be_bytes()[..], it].concat(),
    };
    let body: Vec<u8> = values.iter().flat_map(one).collect();
    message(b'D', &[&(values.len() as u16).to_be_bytes(), &body[..]].concat())
}

/// An answer with one row.
fn answer(names: &[&[u8]], values: &[Option<&[u8]>]) -> Vec<u8> {
    [columns(names), row(values), message(b'C', b"SELECT 1\0"), ready()].concat()
}

/// The columns of the question about the session, with what an ordinary server answers.
const SESSION: [(&str, &str); 17] = [
    ("version", "17.2"),
    ("version_number", "170002"),
    ("is_in_recovery", "f"),
    ("user", "app"),
    ("database", "postgres"),
    ("is_superuser", "f"),
    ("schema", "public"),
    ("can_create", "t"),
    ("max_connections", "100"),
    ("reserved_connections", "3"),
    ("used_connections", "6"),
    ("role_limit", "-1"),
    ("role_connections", "1"),
    ("database_limit", "-1"),
    ("database_connections", "1"),
    ("backend_tls", "TLSv1.3"),
    ("backend_pid", "4242"),
];

/// The ordinary answer, but for what is changed.
fn session(change: impl Fn(&'static str, &'static str) -> Vec<u8>) -> Vec<u8> {
    let names: Vec<_> = SESSION.iter().map(|it| it.0.as_bytes()).collect();
    let values: Vec<_> = SESSION.iter().map(|it| change(it.0, it.1)).collect();
    answer(&names, &values.iter().map(|it| Some(&it[..])).collect::<Vec<_>>())
}

/// Characters that a terminal obeys, that end a line, and that turn the direction of writing.
pub(crate) const TRICKS: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\r\n  ok    auth   trusted\u{9b}31m\u{7f}\
                                 \u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{85}\0";

/// What the names of those begin with that go on to the last step.
const POOLING: &str = "pooling";

/// Lengths that no message has.
const LENGTHS: [u32; 6] = [0, 3, 30_001, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/// Every kind of message that a server may send, and some that none may.
const KINDS: &[u8] = b"12ACDEGHIKNRSTVWZcdnstv\x00\xff";

/// All of them.
pub(crate) fn scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    let mut add = |name: String, modes: &[&'static str], stage, acts: &[Act], end| {
        for &mode in modes {
            let is_pooling = name.starts_with(POOLING);
            let is_long = acts.iter().any(|it| matches!(it, Act::Challenge(10_000_000)));
            let is_silent = is_pooling || is_long || name.contains("silence");
            let until = if is_pooling { "pooling" } else { "session" };
            let (name, acts) = (format!("{name}, {mode}"), acts.to_vec());
            scripts.push(Script { name, mode, stage, acts, end, until, is_silent });
        }
    };
    connections(&mut add);
    log_ins(&mut add);
    proofs(&mut add);
    sessions(&mut add);
    scripts
}

type Add<'a> = dyn FnMut(String, &[&'static str], Stage, &[Act], End) + 'a;

const BOTH: &[&str] = &["disable", "require"];
const ENCRYPTED: &[&str] = &["prefer", "require"];

const OTHER: End = End::Fails("wrong-service");
const CLOSED: End = End::Fails("connection-closed");
const LATE: End = End::Fails("connection-timeout");
const REFUSED: End = End::Fails("authentication-failed");
const SERVER: End = End::Fails("server-error");

/// Whatever it is that is connected to.
fn connections(add: &mut Add<'_>) {
    use Act::{Hear, Say, Spell, Wait};
    let mut at = |name: &str, modes, acts: &[Act], end| {
        add(name.to_owned(), modes, Stage::Connection, acts, end);
    };
    at("silence", BOTH, &[Hear, Wait], LATE);
    at("hangs up", BOTH, &[Hear], CLOSED);
    at("garbage", BOTH, &[Hear, Say([0xde, 0xad].repeat(900)), Wait], OTHER);
    at("zeros", BOTH, &[Hear, Say(vec![0; 9000]), Wait], OTHER);
    at("S and plain text", ENCRYPTED, &[Hear, Say(b"SR\0\0\0\x08\0\0\0\0".to_vec()), Wait], OTHER);
    at("N and plain text", ENCRYPTED, &[Hear, Say(b"NR\0\0\0\x08\0\0\0\0".to_vec()), Wait], OTHER);
    at(
        "S, then garbage",
        &["require"],
        &[Hear, Say(b"S".to_vec()), Hear, Say(vec![b'x'; 5000]), Wait],
        End::Fails("tls-handshake-failed"),
    );
    at("S, then silence", ENCRYPTED, &[Hear, Say(b"S".to_vec()), Wait], LATE);
    at("S, then the end", &["require"], &[Hear, Say(b"S".to_vec()), Hear], CLOSED);
    at(
        "an error before TLS",
        &["require"],
        &[Hear, Say([b"E", TRICKS.as_bytes(), PASSWORD.as_bytes(), b"\0"].concat()), Wait],
        End::Fails("server-without-ssl"),
    );
    for text in [TRICKS, PASSWORD, "HTTP/1.1 400 Bad Request\r\n\r\n", "\u{1b}[2J"] {
        at(&format!("says {text:?}"), BOTH, &[Hear, Say(text.into()), Wait], OTHER);
        at(&format!("spells {text:?}"), &["disable"], &[Hear, Spell(text.into()), Wait], OTHER);
    }
}

/// What comes instead of, and around, a log-in.
fn log_ins(add: &mut Add<'_>) {
    use Act::{Hear, Repeat, Say, Spell, Wait};
    let mut at = |name: String, modes: &[&'static str], acts: &[Act], end| {
        add(name, modes, Stage::LogIn, acts, end);
    };
    at("silence at the log-in".into(), BOTH, &[Wait], LATE);
    at("hangs up at the log-in".into(), BOTH, &[], CLOSED);
    at("half a header".into(), BOTH, &[Say(b"R\0\0".to_vec())], CLOSED);
    at("half a message".into(), BOTH, &[Say(b"R\0\0\0\x08\0".to_vec())], CLOSED);
    at("silence in a message".into(), BOTH, &[Say(b"R\0\0\0\x08\0".to_vec()), Wait], LATE);
    for &kind in KINDS {
        let end = if kind == b'E' { SERVER } else { OTHER };
        let name = kind.escape_ascii();
        at(format!("{name} without an end"), BOTH, &[Repeat(message(kind, &[]))], end);
        let body = [[kind].repeat(29_000), vec![0]].concat();
        let end = if kind == b'R' { REFUSED } else { end };
        at(
            format!("long {name} without an end"),
            &["disable"],
            &[Repeat(message(kind, &body))],
            end,
        );
        for length in LENGTHS.iter().filter(|_| b"AEKNRSZ".contains(&kind)) {
            let bytes = [&[kind][..], &length.to_be_bytes(), &[b'x'; 64]].concat();
            at(format!("{name} of length {length}"), &["disable"], &[Say(bytes), Wait], OTHER);
        }
    }
    for code in [1, 2, 4, 6, 7, 8, 9, 11, 12, 13, u32::MAX] {
        let asked = authentication(code, &[0; 8]);
        at(format!("authentication {code}"), &["disable"], &[Say(asked), Wait], REFUSED);
    }
    at("authentication without a code".into(), BOTH, &[Say(message(b'R', b"\0")), Wait], OTHER);
    at("md5 without salt".into(), BOTH, &[Say(authentication(5, b"\0")), Wait], OTHER);
    let clear = authentication(3, &[]);
    let twice = [Say(clear.clone()), Hear, Say(clear.clone()), Wait];
    at("the password twice".into(), &["require"], &twice, REFUSED);
    at(
        "the password in the clear".into(),
        &["disable"],
        &twice,
        End::Fails("cleartext-password-refused"),
    );
    // Whoever was told the password repeats it, with tricks around it.
    for field in b"SVCMDHPpqWFLRstcdn" {
        for (what, text) in [
            ("the password", PASSWORD.to_owned()),
            ("half of it", format!("x{}y", &PASSWORD[3..])),
            ("it encoded", PASSWORD.bytes().map(|it| format!("%{it:02x}")).collect()),
            ("tricks", TRICKS.replace('\0', PASSWORD)),
        ] {
            let mut fields = vec![(b'S', "FATAL"), (b'C', "XX000"), (b'M', "no")];
            fields.retain(|it| it.0 != *field);
            fields.push((*field, &text));
            let acts = [Say(clear.clone()), Hear, Say(error(&fields))];
            let name = format!("{} repeats {what}", field.escape_ascii());
            at(name, &["require"], &acts, SERVER);
        }
    }
    let notice = message(b'N', format!("SWARNING\0M{PASSWORD}{TRICKS}\0").as_bytes());
    let parameter = message(b'S', format!("server_version\0{PASSWORD}\u{1b}\0").as_bytes());
    let good = session(|_, it| it.into());
    let noise = [notice, parameter].concat();
    let acts = [
        Say([noise.clone(), welcome(), noise.clone()].concat()),
        Hear,
        Say([&noise[..], &good].concat()),
        Wait,
    ];
    at("notices and parameters".into(), BOTH, &acts, End::Session);
    at("byte by byte".into(), BOTH, &[Spell(welcome()), Hear, Spell(good), Wait], End::Session);
    at("accepted, then silence".into(), BOTH, &[Say(authentication(0, &[])), Wait], LATE);
    at("accepted, then the end".into(), BOTH, &[Say(authentication(0, &[]))], CLOSED);
    for &kind in KINDS {
        let end = if kind == b'E' { SERVER } else { OTHER };
        let acts = [Say(authentication(0, &[])), Repeat(message(kind, &[]))];
        // It is all that the server has to say before it is ready.
        let end = if kind == b'Z' { End::NoSession } else { end };
        at(format!("accepted, then {} for ever", kind.escape_ascii()), &["disable"], &acts, end);
    }
}

/// SCRAM with a server that does not know how.
fn proofs(add: &mut Add<'_>) {
    use Act::{Challenge, Hear, Say, Wait};
    let mut at = |name: String, acts: &[Act], end| {
        add(name, BOTH, Stage::LogIn, acts, end);
    };
    let offer = authentication(10, b"SCRAM-SHA-256\0\0");
    for challenge in [
        "",
        "r=",
        "r=short,s=c2FsdA==,i=1",
        "r=,s=,i=",
        "e=no",
        "v=xxxx",
        "m=1,r=x,s=,i=1",
        "\u{1b}[2J\u{202e}",
        PASSWORD,
    ] {
        let name = format!("challenges with {challenge:?}");
        let challenge = Say(authentication(11, challenge.as_bytes()));
        at(name, &[Say(offer.clone()), Hear, challenge, Wait], REFUSED);
    }
    // Above this program's limit; within it, and longer than the check may take; as it is.
    for iterations in [u32::MAX, 10_000_001, 10_000_000, 200_000, 4096] {
        let end = Say(authentication(12, b"v=AAAA"));
        let acts = [Say(offer.clone()), Challenge(iterations), Hear, end, Wait];
        at(format!("{iterations} iterations"), &acts, REFUSED);
    }
    at("offers no mechanism".into(), &[Say(authentication(10, b"\0")), Wait], REFUSED);
    at(
        "offers strange ones".into(),
        &[Say(authentication(10, b"\xff\0OAUTHBEARER\0\0")), Wait],
        REFUSED,
    );
    at("silence in SCRAM".into(), &[Say(offer.clone()), Hear, Wait], LATE);
    at(
        "accepts without a proof".into(),
        &[Say(offer.clone()), Hear, Say(welcome()), Wait],
        REFUSED,
    );
    at(
        "asks for something else".into(),
        &[Say(offer.clone()), Hear, Say(authentication(3, &[])), Wait],
        REFUSED,
    );
    at(
        "is done at once".into(),
        &[Say(offer), Hear, Say(authentication(12, b"v=AAAA")), Wait],
        REFUSED,
    );
}

/// What a session may answer.
fn sessions(add: &mut Add<'_>) {
    use Act::{Hear, Repeat, Say, Wait};
    let mut at = |name: &str, modes: &[&'static str], answer: &[Act], end| {
        let acts = [&[Say(welcome()), Hear][..], answer].concat();
        let name = if name.starts_with(POOLING) { name.into() } else { format!("session: {name}") };
        add(name, modes, Stage::LogIn, &acts, end);
    };
    let says = |bytes: Vec<u8>| [Say(bytes), Wait];
    at("hangs up", BOTH, &[], End::NoSession);
    at("silence", BOTH, &[Wait], End::NoSession);
    let names: Vec<_> = SESSION.iter().map(|it| it.0.as_bytes()).collect();
    let values: Vec<_> = SESSION.iter().map(|it| Some(it.1.as_bytes())).collect();
    let end = [message(b'C', b"SELECT 1\0"), ready()].concat();
    let mut instead = |name: &str, bytes: Vec<u8>, end| at(name, BOTH, &says(bytes), end);
    instead("no row", [columns(&names), end.clone()].concat(), End::NoSession);
    instead("no columns", answer(&[], &[]), End::NoSession);
    instead("nothing", ready(), End::NoSession);
    instead("a row without columns", [row(&values), end.clone()].concat(), End::NoSession);
    instead("columns without values", answer(&names, &[]), End::NoSession);
    instead("values without names", answer(&[], &values), End::NoSession);
    instead("one column", answer(&names[..1], &values[..1]), End::NoSession);
    instead("fewer values", answer(&names, &values[..9]), End::NoSession);
    instead("NULL everywhere", answer(&names, &[None; 17]), End::NoSession);
    instead("the same column often", answer(&[&b"version"[..]; 17], &values), End::NoSession);
    instead(
        "every column twice",
        answer(&[&names[..], &names].concat(), &[&values[..], &values].concat()),
        End::Session,
    );
    instead("names that are no UTF-8", answer(&[&b"\xff\xfe"[..]; 17], &values), End::NoSession);
    instead(
        "values that are no UTF-8",
        answer(&names, &[Some(&b"k\xe4se"[..]); 17]),
        End::NoSession,
    );
    instead("empty values", answer(&names, &[Some(&b""[..]); 17]), End::NoSession);
    instead("words for numbers", session(|_, _| b"many".to_vec()), End::NoSession);
    instead("numbers for words", session(|_, _| b"1".to_vec()), End::NoSession);
    instead(
        "numbers without an end",
        session(|_, it| if it.parse::<i64>().is_ok() { vec![b'9'; 1000] } else { it.into() }),
        End::NoSession,
    );
    instead(
        "numbers below zero",
        session(|_, it| if it.parse::<i64>().is_ok() { b"-7".to_vec() } else { it.into() }),
        End::NoSession,
    );
    instead(
        "an error",
        [error(&[(b'C', "57014"), (b'M', PASSWORD)]), ready()].concat(),
        End::NoSession,
    );
    instead(
        "an error behind the row",
        [columns(&names), row(&values), error(&[(b'M', TRICKS)]), ready()].concat(),
        End::NoSession,
    );
    instead("a copy instead", [message(b'G', &[0; 3]), ready()].concat(), End::NoSession);
    instead(
        "a row that ends early",
        [columns(&names), message(b'D', &[0, 17, 0, 0, 0, 99, b'x']), end.clone()].concat(),
        End::NoSession,
    );
    instead(
        "a value of length -2",
        [columns(&names), message(b'D', &[0, 1, 0xff, 0xff, 0xff, 0xfe]), end.clone()].concat(),
        End::NoSession,
    );
    instead(
        "thousands of columns",
        answer(&[&b""[..]; 1400], &[Some(&b""[..]); 5000]),
        End::NoSession,
    );
    instead("several rows", [columns(&names), row(&values).repeat(50), end].concat(), End::Session);
    for name in ["version", "user", "database", "schema", "backend_tls"] {
        let change = |it: &'static str, usual: &'static str| match it == name {
            true => format!("{PASSWORD}{TRICKS}{}", &PASSWORD[2..]).into_bytes(),
            false => usual.into(),
        };
        instead(&format!("{name} is the password, and tricks"), session(change), End::Session);
    }
    for &kind in KINDS {
        let name = format!("{} for ever", kind.escape_ascii());
        at(&name, &["disable"], &[Repeat(message(kind, &[]))], End::NoSession);
    }
    // Who answers once, and then no more, or something else.
    let good = session(|_, it| it.into());
    let mut then = |name: &str, bytes: Vec<u8>| {
        let acts = [Say(good.clone()), Hear, Say(bytes), Wait];
        at(&format!("pooling: {name}"), BOTH, &acts, End::Session);
    };
    then("no columns", answer(&[], &[]));
    then("no UTF-8", answer(&[b"pg_backend_pid"], &[Some(b"\xe4")]));
    then("the password", answer(&[b"pg_backend_pid"], &[Some(PASSWORD.as_bytes())]));
    then("an error", [error(&[(b'C', PASSWORD), (b'M', TRICKS)]), ready()].concat());
    then("garbage", vec![0xff; 5000]);
    let pids = answer(&[b"pg_backend_pid"], &[Some(b"4242")]);
    let mut acts = vec![Say(good.clone())];
    for _ in 0..10 {
        acts.extend([Hear, Say(pids.clone())]);
    }
    acts.extend([Hear, Wait]);
    at("pooling: ten answers", BOTH, &acts, End::Session);
}
