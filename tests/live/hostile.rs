//! Peers that mean no good: each ends within the time, with a name, and without eating memory.

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::cluster::PASSWORD;
use crate::peer::{drain, first, http, serve};
use crate::program::{Run, dsnlens};
use crate::supervised::free_port;

/// The time that the check is given, and some for starting up on a busy machine.
const LIMIT: u64 = 3;

fn check(port: u16, mode: &str) -> (Run, u64) {
    let url = format!("postgres://app:{PASSWORD}@127.0.0.1:{port}/postgres?sslmode={mode}");
    let limit = LIMIT.to_string();
    let mut program = dsnlens(&["check", "--format", "json", "--timeout", &limit]);
    program.env("DATABASE_URL", &url).env("DEBUG", "1");
    let (run, memory) = measured(&mut program);
    assert!(memory < MOST_MEMORY, "{memory} kB with {mode}");
    (run, LIMIT)
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
        // The high-water mark: it only ever rises, until the process is gone.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let mark =
            text.lines().find_map(|it| it.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        memory = memory.max(mark.and_then(|it| it.parse().ok()).unwrap_or(0));
        sleep(Duration::from_millis(2));
    }
    assert!(memory > 0, "nothing was seen of the process");
    (Run::new(child.wait_with_output().expect("its end"), begun.elapsed()), memory)
}

/// That whatever listens on `port` is called by its name, in time, in every mode.
#[track_caller]
fn is_named(port: u16, modes: &[&str], rule: &str) {
    for mode in modes {
        let (run, limit) = check(port, mode);
        assert_eq!(run.errors(), [rule], "{mode}: {}{}", run.stdout, run.stderr);
        assert!(run.time < Duration::from_secs(limit + 2), "{mode}: {:?}", run.time);
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
            let (run, _) = check(port, mode);
            let said = run.json()["diagnostics"].to_string();
            // In plain text a web server waits for a line's end that never comes.
            match (name, mode) {
                ("an HTTP server", "disable") => assert_eq!(run.errors(), ["connection-timeout"]),
                _ => assert!(said.contains(name), "{name}, {mode}: {}", run.stdout),
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
