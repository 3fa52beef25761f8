//! What went wrong, in the words that a report, a log and the page have for it.

use core::fmt::{Display, Formatter, Result};

use super::cause::{Why, service};
use super::observation::{Addresses, Broken, Chain, Handshake, Method, ServerError};
use super::plan::Distrust;

impl Display for Addresses {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        for (nth, address) in self.first.iter().enumerate() {
            let comma = if nth == 0 { "" } else { ", " };
            write!(f, "{comma}{address}")?;
        }
        match self.more {
            0 => Ok(()),
            more => {
                f.write_str(" and ")?;
                thousands(more, f)?;
                f.write_str(" more, which are not tried")
            }
        }
    }
}

/// `20,000`.
fn thousands(number: usize, f: &mut Formatter<'_>) -> Result {
    match number {
        0..1000 => write!(f, "{number}"),
        _ => {
            thousands(number / 1000, f)?;
            write!(f, ",{:03}", number % 1000)
        }
    }
}

impl Display for Broken {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Broken::Closed => "the server closed the connection",
            Broken::Endless => "the server sends more than PostgreSQL would",
            Broken::Failed(words) | Broken::Unreachable(words) => words,
            Broken::Refused => "connection refused",
            Broken::TimedOut => "no answer in time",
        })
    }
}

impl Display for Handshake {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Handshake::Broken(it) => write!(f, "{it}"),
            Handshake::Failed(words) => f.write_str(words),
        }
    }
}

impl Display for ServerError {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.message)?;
        match &*self.code {
            "" => Ok(()),
            code => write!(f, " (SQLSTATE {code})"),
        }
    }
}

impl Display for Distrust {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Distrust::Chain(chain) => write!(f, "{chain}"),
            Distrust::HostMissing => f.write_str("no host name to compare with the certificate"),
            Distrust::Host(names) => {
                f.write_str("the certificate is for another host")?;
                for (nth, name) in names.iter().enumerate() {
                    write!(f, "{}{name}", if nth == 0 { ": " } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

impl Display for Chain {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (words, of) = match self {
            Chain::Expired(subject) => ("expired: ", &**subject),
            Chain::IssuerUnknown(issuer) => ("unknown issuer: ", &**issuer),
            Chain::NoRoots => ("no root certificates", ""),
            Chain::NotYetValid(subject) => ("not valid yet: ", &**subject),
            Chain::SelfSigned => ("self-signed", ""),
            Chain::Trusted => ("trusted", ""),
            Chain::Unsuitable(why) | Chain::UnreadableRoots(why) => ("", &**why),
        };
        write!(f, "{words}{of}")
    }
}

impl Display for Why<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Why::Broken(it) | Why::Connect(it) | Why::Dns(it) => write!(f, "{it}"),
            Why::Certificate(it) => write!(f, "{it}"),
            Why::CleartextRefused => {
                f.write_str("the server asks for the password in clear text: not sent")
            }
            Why::Handshake(words) | Why::Mistrusted(words) | Why::OwnLimit(words) => {
                f.write_str(words)
            }
            Why::NoPassword => f.write_str("the server asks for a password, and none is set"),
            Why::NoTls => f.write_str("the server does not support TLS"),
            Why::NotPostgres(bytes) => {
                let few = bytes.get(..32).unwrap_or(bytes).escape_ascii();
                match service(bytes) {
                    Some(service) => write!(f, "{service} answers: {few}"),
                    None => write!(f, "not PostgreSQL's answer: {few}"),
                }
            }
            Why::Server(it) => write!(f, "{it}"),
            Why::Unsupported(Method::Gss) => f.write_str("the server asks for a Kerberos ticket"),
            Why::Unsupported(_) => f.write_str("this program does not support the method"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use core::net::IpAddr;

    #[test]
    fn addresses_are_cut_with_a_word_about_it() {
        let address = |nth: u32| IpAddr::from((0x0a00_0000 + nth).to_be_bytes());
        let shown = |count| Addresses::new((0..count).map(address)).to_string();
        assert_eq!(shown(1), "10.0.0.0");
        assert!(shown(10).ends_with("10.0.0.8, 10.0.0.9"));
        assert!(shown(11).ends_with("10.0.0.9 and 1 more, which are not tried"));
        assert!(shown(20_000).ends_with("10.0.0.9 and 19,990 more, which are not tried"));
        assert!(shown(1_002_013).contains("1,002,003 more"));
    }
}
