//! Peers that are no PostgreSQL, or no good one; and a client that only holds a connection.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// The port of somebody who treats each connection like this.
pub(crate) fn serve(treat: impl Fn(TcpStream) + Send + Sync + Copy + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("its number").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || treat(stream));
        }
    });
    port
}

/// Reads until nothing comes any more.
pub(crate) fn drain(stream: &mut TcpStream) {
    std::io::copy(stream, &mut std::io::sink()).ok();
}

/// Reads a first message, whatever it is.
pub(crate) fn first(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = vec![0; 4096];
    let count = stream.read(&mut bytes).unwrap_or(0);
    bytes.truncate(count);
    bytes
}

/// A web server: says nothing until a line has ended, and then what it thinks of it.
pub(crate) fn http(mut stream: TcpStream) {
    let mut seen = Vec::new();
    while !seen.contains(&b'\n') {
        let bytes = first(&mut stream);
        if bytes.is_empty() {
            return;
        }
        seen.extend(bytes);
    }
    stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").ok();
}

/// A log-in that asks for no password, held open; nothing where the server turns it away.
pub(crate) fn log_in(port: u16, role: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("a server");
    let mut body = 0x0003_0000_u32.to_be_bytes().to_vec();
    for text in ["user", role, "database", "postgres", ""] {
        body.extend(text.as_bytes());
        body.push(0);
    }
    let length = (body.len() as u32 + 4).to_be_bytes();
    stream.write_all(&[&length[..], &body].concat()).expect("a start-up message");
    let mut seen = Vec::new();
    // Until the server is ready for a query.
    while !seen.windows(6).any(|it| it == b"Z\0\0\0\x05I") {
        let bytes = first(&mut stream);
        if bytes.is_empty() {
            return None;
        }
        seen.extend(bytes);
    }
    Some(stream)
}
