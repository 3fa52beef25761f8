//! Who is answered: pages of this server, at the address that it listens at.
//!
//! A browser sends anybody's page anywhere. A name that leads here is no proof (its owner says
//! where it leads, and may change it), so `Host` must be an address, or this machine's own name; a
//! page of another origin is told by `Origin`; and only a page that was served can know the token.

use std::net::SocketAddr;

use hyper::Request;
use hyper::header::{HOST, HeaderName, ORIGIN};
use subtle::ConstantTimeEq;

/// The header that the token comes in.
const TOKEN: HeaderName = HeaderName::from_static("x-dsnlens-token");

/// What keeps others out.
pub(super) struct Gate {
    /// New for each server.
    token: String,
}

impl Gate {
    pub(super) fn new() -> Gate {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has random bytes");
        Gate { token: bytes.iter().map(|it| format!("{it:02x}")).collect() }
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    /// Whether a request is for this server, which it reached `here`, and from none but itself.
    pub(super) fn admits<B>(&self, request: &Request<B>, here: SocketAddr) -> bool {
        let Some(Some(host)) = single(request, HOST) else { return false };
        let is_target_ours = request.uri().authority().is_none_or(|it| it.as_str() == host);
        let is_origin_ours = match single(request, ORIGIN) {
            None => true,
            Some(origin) => origin
                .and_then(|it| it.strip_prefix("http://"))
                .is_some_and(|it| it.eq_ignore_ascii_case(host)),
        };
        is_target_ours && is_origin_ours && is_ours(host, here)
    }

    /// Whether whoever asks has seen a page of this server.
    pub(super) fn knows<B>(&self, request: &Request<B>) -> bool {
        let Some(Some(token)) = single(request, TOKEN) else { return false };
        token.as_bytes().ct_eq(self.token.as_bytes()).into()
    }
}

/// The one value of a header, if it is there; inside, none where it is no text or there are more.
fn single<B>(request: &Request<B>, name: HeaderName) -> Option<Option<&str>> {
    let mut values = request.headers().get_all(name).iter();
    let first = values.next()?;
    Some(first.to_str().ok().filter(|_| values.next().is_none()))
}

/// Whether `host` is the address that was reached, or one of this machine's own.
fn is_ours(host: &str, here: SocketAddr) -> bool {
    let address = here.ip().to_canonical();
    let own = SocketAddr::new(address, here.port()).to_string();
    let is = |it: &str| it.eq_ignore_ascii_case(host) || is_without_port(it, host);
    let port = here.port();
    let is_loopback = address.is_loopback()
        && ["localhost", "127.0.0.1", "[::1]"].iter().any(|it| is(&format!("{it}:{port}")));
    is(&own) || is_loopback
}

/// A browser leaves out the port that HTTP usually has.
fn is_without_port(own: &str, host: &str) -> bool {
    own.strip_suffix(":80").is_some_and(|it| it.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request<()> {
        let mut request = Request::builder().uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap()
    }

    #[track_caller]
    fn admits(here: &str, headers: &[(&str, &str)]) -> bool {
        Gate::new().admits(&request(headers), here.parse().unwrap())
    }

    #[test]
    fn only_its_own_address_is_a_host() {
        let here = "127.0.0.1:8787";
        for host in ["127.0.0.1:8787", "localhost:8787", "LOCALHOST:8787", "[::1]:8787"] {
            assert!(admits(here, &[("host", host)]), "{host}");
        }
        for host in [
            "127.0.0.1",
            "localhost",
            "localhost:80",
            "127.0.0.1:8788",
            "127.0.0.2:8787",
            "localhost.evil.example:8787",
            "evil.example:8787",
            "evil.example",
            "127.0.0.1:8787@evil.example",
            "",
        ] {
            assert!(!admits(here, &[("host", host)]), "{host}");
        }
        assert!(!admits(here, &[]));
        assert!(!admits(here, &[("host", here), ("host", here)]));
    }

    #[test]
    fn another_address_is_known_by_itself_alone() {
        for here in ["192.168.1.7:8787", "[::ffff:192.168.1.7]:8787"] {
            assert!(admits(here, &[("host", "192.168.1.7:8787")]), "{here}");
            assert!(!admits(here, &[("host", "localhost:8787")]), "{here}");
            assert!(!admits(here, &[("host", "rebound.example:8787")]), "{here}");
        }
        assert!(admits("127.0.0.1:80", &[("host", "localhost")]));
        assert!(admits("[::1]:80", &[("host", "[::1]")]));
    }

    #[test]
    fn a_page_of_another_origin_is_none_of_ours() {
        let here = "127.0.0.1:8787";
        let admits = |origin| admits(here, &[("host", "localhost:8787"), ("origin", origin)]);
        assert!(admits("http://localhost:8787"));
        for origin in [
            "null",
            "",
            "http://evil.example",
            "http://localhost:3000",
            "http://localhost",
            "https://localhost:8787",
            "http://127.0.0.1:8787",
            "http://localhost:8787.evil.example",
        ] {
            assert!(!admits(origin), "{origin}");
        }
    }

    #[test]
    fn a_target_that_names_somebody_else_is_refused() {
        let to = |uri: &str| {
            let request = Request::builder().uri(uri).header("host", "localhost:8787");
            Gate::new().admits(&request.body(()).unwrap(), "127.0.0.1:8787".parse().unwrap())
        };
        assert!(to("http://localhost:8787/"));
        assert!(!to("http://evil.example/"));
    }

    #[test]
    fn only_the_token_of_this_server_is_known() {
        let (gate, other) = (Gate::new(), Gate::new());
        let knows = |token: &str| gate.knows(&request(&[("x-dsnlens-token", token)]));
        assert!(knows(gate.token()));
        assert_eq!(gate.token().len(), 64);
        for token in [other.token(), "", &gate.token()[1..], &format!("{}0", gate.token())] {
            assert!(!knows(token), "{token}");
        }
        assert!(!gate.knows(&request(&[])));
    }
}
