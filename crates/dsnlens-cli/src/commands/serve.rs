//! `dsnlens serve`: the page on this machine, with the live check.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::panic;

use dsnlens_core::live::Step;
use tokio::net::TcpListener;
use tokio::runtime::Builder;

use crate::args::Serve;
use crate::log;
use crate::output::{self, Exit};
use crate::server::Server;

pub(crate) fn run(args: &Serve) -> io::Result<Exit> {
    if let Err(error) = log::start(args.connecting.log.as_deref()) {
        output::complain(error);
        return Ok(Exit::Unusable);
    }
    let Some(server) = Server::new(args.connecting.settings(Step::Pooling)) else {
        output::complain(
            "this program was built without the page: `cargo xtask build` writes the page, and a \
             program that is built after that has it inside",
        );
        return Ok(Exit::Unusable);
    };
    panic::set_hook(Box::new(|panic| {
        // Its message may quote a password.
        let place = panic.location().map_or("an unknown place".into(), ToString::to_string);
        output::complain(format_args!("this program has failed at {place}; please report it"));
    }));
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(format_args!("the server cannot be started: {error}"));
            return Ok(Exit::Unusable);
        }
    };
    let exit = runtime.block_on(serve(args.addr, server));
    // No check is waited for; one whose thread hangs ends with the process.
    runtime.shutdown_background();
    exit
}

async fn serve(wanted: SocketAddr, server: Server) -> io::Result<Exit> {
    let listening = async {
        let listener = TcpListener::bind(wanted).await?;
        let address = listener.local_addr()?;
        Ok((listener, address, Stop::new()?))
    };
    let (listener, address, mut stop) = match listening.await {
        Ok(it) => it,
        Err(error) => {
            output::complain(deaf(wanted, &error));
            return Ok(Exit::Unusable);
        }
    };
    output::print(&format!("Serving http://{address}/ until Ctrl-C\n"))?;
    if !address.ip().is_loopback() {
        output::complain(format_args!(
            "{} is not only this machine's: whoever reaches it can have this machine connect to \
             any database, with the passwords and certificates in this account's files, and what \
             is typed goes there unencrypted; --addr 127.0.0.1:{} keeps it to this machine",
            address.ip(),
            address.port()
        ));
    }
    tokio::select! {
        () = server.run(listener) => {}
        () = stop.asked() => {}
    }
    Ok(Exit::Clean)
}

/// Why nobody can listen at an address, and what to do about it.
fn deaf(address: SocketAddr, error: &io::Error) -> String {
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => format!(
            "port {port} is taken: another program listens at {address}; choose another port \
             with --addr {}, or 0 for a free one",
            SocketAddr::new(address.ip(), port.wrapping_add(1).max(1024))
        ),
        ErrorKind::AddrNotAvailable => format!(
            "{} is no address of this machine; --addr 127.0.0.1:{port} is one that every machine \
             has",
            address.ip()
        ),
        ErrorKind::PermissionDenied => format!(
            "port {port} is kept for the system; choose one above 1023 with --addr {}",
            SocketAddr::new(address.ip(), 8787)
        ),
        _ => format!("cannot listen at {address}: {error}"),
    }
}

/// The signals that end a server.
struct Stop {
    #[cfg(unix)]
    term: tokio::signal::unix::Signal,
}

impl Stop {
    /// From here on, SIGTERM is heard.
    fn new() -> io::Result<Stop> {
        Ok(Stop {
            #[cfg(unix)]
            term: {
                use tokio::signal::unix::{SignalKind, signal};
                signal(SignalKind::terminate())?
            },
        })
    }

    async fn asked(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = self.term.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_cannot_be_had_is_named_with_a_way_out() {
        let deaf = |address: &str, kind: ErrorKind| deaf(address.parse().unwrap(), &kind.into());
        let taken = deaf("127.0.0.1:8787", ErrorKind::AddrInUse);
        assert!(taken.starts_with("port 8787 is taken") && taken.contains("--addr 127.0.0.1:8788"));
        assert!(deaf("[::1]:80", ErrorKind::PermissionDenied).contains("--addr [::1]:8787"));
        assert!(deaf("10.9.8.7:80", ErrorKind::AddrNotAvailable).contains("--addr 127.0.0.1:80"));
        assert!(deaf("127.0.0.1:65535", ErrorKind::AddrInUse).contains("--addr 127.0.0.1:1024"));
    }
}
