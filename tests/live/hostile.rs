//! Peers and files that mean no good: each check ends within its time, with a name, without eating
//! memory, and shows neither the password nor anything that a terminal obeys.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use rcgen::{DnType, SanType};

use crate::certificates::{Identity, params};
use crate::peer::{drain, first, http, serve};
use crate::program::{Run, dsnlens};
use crate::scripted::{self, Act, End, PASSWORD, Script, Stage, TRICKS, scripts};
use crate::serving::Serving;
use crate::supervised::{PATIENCE, folder, free_port};

/// Seconds for a peer from which nothing comes.
const SHORT: u64 = 3;
/// Seconds for one that answers, on a machine that does other work as well.
const LONG: u64 = 200;

/// A check of what listens on `port`, with so many seconds to end in.
fn check(port: u16, mode: &str, limit: u64) -> Run {
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/postgres?sslmode={mode}");
    let limit = limit.to_string();
    let mut program = dsnlens(&["check", "--format", "json", "--timeout", &limit]);
    program.env("DATABASE_URL", &url).env("DEBUG", "1");
    let (run, memory) = measured(&mut program);
    assert!(memory < MOST_MEMORY, "{memory} kB with {mode}");
    run
}

/// The most memory that a check may take, in kB.
const MOST_MEMORY: u64 = 50_000;

/// A run, and the most memory that it was seen to hold.
fn measured(command: &mut Command) -> (Run, u64) {
    let begun = Instant::now();
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    while child.try_wait().expect("a child").is_none() {
        if begun.elapsed() > LONGEST {
            child.kill().expect("a child of ours");
        }
        // The high-water mark: it only ever rises, until the process is gone.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mark =
            text.lines().find_map(|it| it.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        memory = memory.max(mark.and_then(|it| it.parse().ok()).unwrap_or(0));
        sleep(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("its end");
    assert_eq!(output.status.signal(), None, "{}", String::from_utf8_lossy(&output.stderr));
    (Run::new(output, begun.elapsed()), memory)
}

/// Longer than any check here may take, on any machine.
const LONGEST: Duration = Duration::from_secs(120);

/// That a run shows no four characters of the password, and nothing that a terminal obeys.
#[track_caller]
fn shows_nothing(name: &str, run: &Run) {
    let characters: Vec<_> = PASSWORD.chars().collect();
    for text in [&run.stdout, &run.stderr] {
        for piece in characters.windows(4) {
            let piece: String = piece.iter().collect();
            assert!(!text.contains(&piece), "{name}: {piece} in {text}");
        }
        let is_trick = |c: char| {
            c != '\n' && (c.is_control() || "\u{61c}\u{200e}\u{200f}\u{2028}\u{2029}".contains(c))
                || ('\u{202a}'..='\u{202e}').contains(&c)
                || ('\u{2066}'..='\u{2069}').contains(&c)
        };
        assert!(!text.contains(is_trick), "{name}: {text:?}");
        let forged = text.lines().find(|it| it.trim_start().starts_with("ok    auth   trusted"));
        assert_eq!(forged, None, "{name}: {text}");
    }
}

/// Does this for each of `all`, some at a time; what is wrong with any of them.
fn each<T: Sync>(all: &[T], does: impl Fn(&T) -> Result<(), String> + Sync) {
    let (next, wrong) = (Mutex::new(all.iter()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let Some(it) = next.lock().expect("no panic").next() else { return };
                    let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| does(it)));
                    let why = match done {
                        Ok(Ok(())) => continue,
                        Ok(Err(why)) => why,
                        Err(panic) => *panic.downcast::<String>().unwrap_or_default(),
                    };
                    wrong.lock().expect("no panic").push(why);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// That a check ended as it has to.
fn ended(name: &str, run: &Run, end: End) -> Result<(), String> {
    let json = run.json();
    let session = json["steps"].as_array().and_then(|it| {
        it.iter().rfind(|it| it["step"] == "session").map(|it| it["status"].clone())
    });
    let session = session.unwrap_or_default();
    let found = match json["connected"] == true {
        false => End::Fails(match run.errors().as_slice() {
            [only] => scripted::name(only),
            _ => "",
        }),
        true if session == "pass" => End::Session,
        true => End::NoSession,
    };
    match found == end && matches!(run.code, Some(0 | 1)) {
        true => Ok(()),
        false => Err(format!("{name}: {:?} is {found:?}, not {end:?}: {}", run.code, run.stdout)),
    }
}

/// A check of a script, as JSON with a log, and as text.
fn is_survived(script: &Script) -> Result<(), String> {
    let url = script.url();
    // What does not wait for the deadline has all the time that a busy machine takes.
    let timeout = if script.is_silent { "1" } else { "60" };
    let run = |format: &str| {
        let args = ["check", "--format", format, "--log=trace", "--timeout", timeout];
        let mut program = dsnlens(&args);
        program.args(["--until", script.until]).env("DATABASE_URL", &url).env("DEBUG", "1");
        let (run, memory) = measured(&mut program);
        assert!(memory < MOST_MEMORY, "{}: {memory} kB", script.name);
        shows_nothing(&script.name, &run);
        run
    };
    // The server's own words: those of the others are the same in both.
    if ["say", "spell", "repeat", "password", "error"].iter().any(|it| script.name.contains(it)) {
        run("text");
    }
    ended(&script.name, &run("json"), script.end)
}

#[test]
fn a_check_survives_every_server() {
    let scripts = scripts();
    assert!(scripts.len() > 200, "{}", scripts.len());
    each(&scripts, is_survived);
}

#[test]
fn serve_answers_behind_every_server() {
    let serving = Serving::with(&["--addr", "127.0.0.1:0", "--timeout", "1"]);
    for script in scripts() {
        let answer = serving.check(&script.url());
        let events = answer.events();
        assert_eq!(events.last().expect("events")["event"], "ended", "{}", script.name);
        assert_eq!(serving.get("/").status, 200, "{}", script.name);
        let run = Run { stdout: answer.body, stderr: String::new(), code: None, time: LONGEST };
        shows_nothing(&script.name, &run);
    }
    let (_, stderr) = serving.end("-TERM");
    shows_nothing("the log", &Run { stdout: String::new(), stderr, code: None, time: LONGEST });
}

#[test]
fn a_check_survives_certificates_with_odd_names() {
    let tricks = TRICKS.replace('\0', "");
    let mut certificates = Vec::new();
    for name in ["", &tricks, "\0", PASSWORD, &"x".repeat(20_000), "\u{202e}moc.elpmaxe"] {
        let mut odd = params("localhost", &["localhost"]);
        for kind in [DnType::CommonName, DnType::OrganizationName, DnType::CountryName] {
            odd.distinguished_name.push(kind, name);
        }
        certificates.push((format!("{name:.20?}"), odd));
        if let Ok(name) = name.to_owned().try_into() {
            let mut odd = params("localhost", &[]);
            odd.subject_alt_names = vec![SanType::DnsName(name)];
            certificates
                .push((format!("alternative {name:.20?}", name = odd.subject_alt_names), odd));
        }
    }
    let mut many = params("localhost", &[]);
    let name = |nth| format!("{nth}.example.com").try_into().expect("a name");
    many.subject_alt_names = (0..2000).map(|it| SanType::DnsName(name(it))).collect();
    certificates.push(("2000 names".into(), many));
    let said = [Act::Say(scripted::message(b'R', &[0; 4])), Act::Wait];
    each(&certificates, |(name, params)| {
        let port = scripted::serve(Stage::LogIn, said.to_vec(), &Identity::self_signed(params));
        for (mode, until) in [("require", "tls"), ("verify-full", "auth")] {
            let root = if mode == "require" { "" } else { "&sslrootcert=/etc/hosts" };
            let url = format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/x?sslmode={mode}{root}");
            for format in ["text", "json"] {
                let args = ["check", "--format", format, "--log=trace", "--until", until];
                let mut program = dsnlens(&args);
                let (run, memory) = measured(program.env("DATABASE_URL", &url).env("DEBUG", "1"));
                shows_nothing(name, &run);
                if memory >= MOST_MEMORY || !matches!(run.code, Some(0 | 1)) {
                    return Err(format!("{name}: {memory} kB, {:?}: {}", run.code, run.stderr));
                }
            }
        }
        Ok(())
    });
}

/// Files that are not what they are taken for, and what they are called.
fn odd_files() -> Vec<(PathBuf, &'static str)> {
    let folder = folder("odd");
    let path = |name: &str| folder.join(name);
    let made = Command::new("mkfifo").arg(path("fifo")).status().expect("mkfifo runs");
    assert!(made.success());
    // It is there as long as somebody listens.
    std::mem::forget(UnixListener::bind(path("socket")).expect("a socket"));
    fs::create_dir(path("folder")).expect("a folder");
    symlink(path("fifo"), path("link")).expect("a link");
    symlink(path("nothing"), path("dangling")).expect("a link");
    symlink(path("loop"), path("loop")).expect("a link");
    fs::write(path("binary"), [0xff, 0xfe, 0, 0x1b, b'\n'].repeat(1000)).expect("a file");
    fs::write(path("large"), vec![b'\n'; (1 << 20) + 1]).expect("a file");
    let huge = fs::File::create(path("huge")).expect("a file");
    huge.set_len(1 << 40).expect("a hole");
    fs::write(path("empty"), "").expect("a file");
    let files = [
        ("fifo", "a FIFO"),
        ("link", "a FIFO"),
        ("socket", "a socket"),
        ("folder", "a directory"),
        ("dangling", ""),
        ("loop", ""),
        ("binary", ""),
        ("empty", ""),
        ("large", "larger than 1 MB"),
        ("huge", "larger than 1 MB"),
    ];
    let files = files.map(|(name, what)| (path(name), what)).into_iter();
    let devices = ["zero", "urandom", "full", "null", "tty"];
    let devices = devices.map(|it| (PathBuf::from("/dev").join(it), "a device"));
    let system = ["kmsg", "self/mem", "self/status", "self/maps", "self/environ"];
    let system = system.map(|it| (PathBuf::from("/proc").join(it), ""));
    files.chain(devices).chain(system).collect()
}

#[test]
fn a_check_survives_every_file() {
    let files = odd_files();
    let good = || vec![Act::Say(scripted::message(b'R', &[0; 4])), Act::Wait];
    let port = scripted::serve(Stage::LogIn, good(), &Identity::self_signed(&params("x", &["x"])));
    let mut cases = Vec::new();
    for (path, what) in &files {
        for mode in ["disable", "require"] {
            // Without TLS next to none of them is read: some of each kind are enough.
            let is_rare = ["a device", "a directory", ""].contains(what);
            if mode == "disable" && is_rare && !path.ends_with("zero") {
                continue;
            }
            for keyword in ["sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"] {
                cases.push((path, *what, mode, keyword));
            }
            for variable in ["PGSERVICEFILE", "PGPASSFILE", "SSL_CERT_FILE", "PGSSLROOTCERT"] {
                cases.push((path, *what, mode, variable));
            }
        }
    }
    assert!(cases.len() > 200, "{}", cases.len());
    each(&cases, |(path, what, mode, keyword)| {
        let path = path.to_str().expect("text");
        let name = format!("{keyword}={path}, {mode}");
        let is_variable = keyword.starts_with(char::is_uppercase);
        let option = match *keyword {
            "PGSERVICEFILE" => "&service=shop".to_owned(),
            // A key is read once there is a certificate.
            "sslkey" => format!("&sslcert={}&sslkey={path}", CERTIFICATE.as_str()),
            _ if is_variable => String::new(),
            _ => format!("&{keyword}={path}"),
        };
        let secret = if keyword.contains("pass") || keyword.contains("PASS") {
            String::new()
        } else {
            format!(":{PASSWORD}")
        };
        let url = format!("postgres://app{secret}@127.0.0.1:{port}/x?sslmode={mode}{option}");
        let args = ["check", "--format", "json", "--log=trace", "--timeout", "60", "--client"];
        let mut program = dsnlens(&args);
        program.args(["psql", "--until", "tls"]).env("DATABASE_URL", &url).env("DEBUG", "1");
        if is_variable {
            program.env(keyword, path);
        }
        let (run, memory) = measured(&mut program);
        shows_nothing(&name, &run);
        if memory >= MOST_MEMORY || !matches!(run.code, Some(0 | 1)) {
            return Err(format!("{name}: {memory} kB, {:?}: {}", run.code, run.stderr));
        }
        // What is read is named, and so is why it was not.
        let is_read = match *keyword {
            "sslrootcert" | "PGSSLROOTCERT" | "sslcert" | "sslkey" => *mode == "require",
            "PGSERVICEFILE" => true,
            _ => false,
        };
        let is_told = run.stdout.contains(what) && run.stdout.contains(path);
        match is_read && !what.is_empty() && !is_told {
            true => Err(format!("{name} is not told: {}", run.stdout)),
            false => Ok(()),
        }
    });
}

/// The path of a certificate without its key.
static CERTIFICATE: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| {
    let path = folder("client").join("client.crt");
    let identity = Identity::self_signed(&params("app", &[]));
    fs::write(&path, identity.certificates).expect("a file");
    path.to_str().expect("text").to_owned()
});

/// That whatever listens on `port` is called by its name, in time, in every mode.
#[track_caller]
fn is_named(port: u16, modes: &[&str], rule: &str) {
    let limit = if rule == "connection-timeout" { SHORT } else { LONG };
    for mode in modes {
        let run = check(port, mode, limit);
        assert_eq!(run.errors(), [rule], "{mode}: {}{}", run.stdout, run.stderr);
        assert!(run.time < PATIENCE, "{mode}: {:?}", run.time);
        assert!(!run.stdout.contains(PASSWORD) && !run.stderr.contains(PASSWORD));
    }
}

const EVERY: &[&str] = &["disable", "allow", "prefer", "require", "verify-full"];
const WITH_TLS: &[&str] = &["prefer", "require", "verify-full"];

#[test]
fn a_closed_port_refuses() {
    is_named(free_port(), EVERY, "connection-refused");
}

#[test]
fn a_port_that_never_answers_times_out() {
    let port = serve(|mut stream| drain(&mut stream));
    is_named(port, &["disable", "require"], "connection-timeout");
}

#[test]
fn garbage_is_no_postgresql() {
    let port = serve(|mut stream| {
        first(&mut stream);
        stream.write_all(&[0xde, 0xad, 0xbe, 0xef].repeat(100)).ok();
        drain(&mut stream);
    });
    is_named(port, EVERY, "wrong-service");
}

#[test]
fn somebody_hangs_up() {
    let port = serve(|mut stream| {
        first(&mut stream);
    });
    is_named(port, EVERY, "connection-closed");
}

#[test]
fn somebody_hangs_up_in_the_handshake() {
    let port = serve(|mut stream| {
        if first(&mut stream).len() == 8 {
            stream.write_all(b"S").ok();
            first(&mut stream);
        }
    });
    is_named(port, WITH_TLS, "connection-closed");
}

#[test]
fn a_handshake_is_garbage() {
    let port = serve(|mut stream| {
        if first(&mut stream).len() == 8 {
            stream.write_all(b"S").ok();
            first(&mut stream);
            stream.write_all(&[b'x'; 4096]).ok();
            drain(&mut stream);
        }
    });
    is_named(port, &["require", "verify-full"], "tls-handshake-failed");
}

#[test]
fn plain_text_is_not_smuggled_in_before_the_handshake() {
    let port = serve(|mut stream| {
        first(&mut stream);
        stream.write_all(b"SR\0\0\0\x08\0\0\0\0").ok();
        drain(&mut stream);
    });
    is_named(port, WITH_TLS, "wrong-service");
}

#[test]
fn a_message_has_no_end() {
    fn endless(mut stream: TcpStream, start: &[u8]) {
        if first(&mut stream).len() == 8 {
            stream.write_all(b"N").ok();
            first(&mut stream);
        }
        stream.write_all(start).ok();
        while stream.write_all(&[b'x'; 65_536]).is_ok() {}
    }
    // An error of two gigabytes; a log-in that begins well, and notices for ever.
    let port = serve(|stream| endless(stream, b"E\x7f\xff\xff\xff"));
    is_named(port, &["disable", "prefer"], "wrong-service");
    let port = serve(|stream| endless(stream, b"R\0\0\0\x0c\0\0\0\x05abcdE\x7f\xff\xff\xff"));
    is_named(port, &["disable", "prefer"], "wrong-service");
    let port = serve(|mut stream| {
        first(&mut stream);
        stream.write_all(b"R\0\0\0\x08\0\0\0\0").ok();
        let notice = [&b"N\0\0\x40\0"[..], &[b'x'; 16_380]].concat();
        while stream.write_all(&notice).is_ok() {}
    });
    is_named(port, &["disable"], "wrong-service");
}

#[test]
fn other_services_are_called_by_their_names() {
    let http = serve(http);
    for (port, name) in [
        (http, "an HTTP server"),
        (greeting(b"SSH-2.0-OpenSSH_9.2\r\n"), "an SSH server"),
        (greeting(b"J\0\0\0\x0a8.0.36\0"), "MySQL"),
        (greeting(b"220 mail.example.com ESMTP\r\n"), "a mail or FTP server"),
    ] {
        for mode in ["disable", "require"] {
            // In plain text a web server waits for a line's end that never comes.
            let is_silent = (name, mode) == ("an HTTP server", "disable");
            let run = check(port, mode, if is_silent { SHORT } else { LONG });
            let said = run.json()["diagnostics"].to_string();
            match is_silent {
                true => assert_eq!(run.errors(), ["connection-timeout"]),
                false => assert!(said.contains(name), "{name}, {mode}: {}", run.stdout),
            }
        }
    }
}

fn greeting(text: &'static [u8]) -> u16 {
    serve(move |mut stream| {
        stream.write_all(text).ok();
        drain(&mut stream);
    })
}

#[test]
fn a_server_that_cannot_prove_itself_is_told_no_password() {
    // It asks for a proof, and then has none of its own.
    let port = serve(|mut stream| {
        first(&mut stream);
        stream.write_all(b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0").ok();
        first(&mut stream);
        stream.write_all(b"R\0\0\0\x1e\0\0\0\x0br=short,s=c2FsdA==,i=1").ok();
        drain(&mut stream);
    });
    is_named(port, &["disable"], "authentication-failed");
}
