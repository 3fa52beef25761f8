//! Whether the server speaks TLS: an `SSLRequest`, and one byte that comes back.

use std::time::Duration;

use dsnlens_core::live::{Broken, SslAnswer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::dial::{Wire, broken};

/// Length and code of an `SSLRequest`.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// The most that is read of an answer.
const MOST: usize = 1024;

/// Asks for TLS.
pub(super) async fn ask_for_tls(wire: &mut Wire) -> SslAnswer {
    if let Err(error) = wire.write_all(&SSL_REQUEST).await {
        return SslAnswer::Broken(broken(&error));
    }
    let mut bytes = [0; MOST];
    match wire.read(&mut bytes).await {
        Ok(0) => SslAnswer::Broken(Broken::Closed),
        Ok(count) => answer(bytes.get(..count).unwrap_or_default()),
        Err(error) => SslAnswer::Broken(broken(&error)),
    }
}

fn answer(bytes: &[u8]) -> SslAnswer {
    match bytes {
        b"S" => SslAnswer::Willing,
        b"N" => SslAnswer::Unwilling,
        // Nobody has authenticated who says so; libpq does not show it any more (CVE-2024-10977),
        // and goes no further.
        [b'E', ..] => SslAnswer::Error(error_text(bytes)),
        // More than the one byte is somebody who injects plain text (CVE-2021-23222), or no
        // PostgreSQL.
        _ => SslAnswer::Other(bytes.to_vec()),
    }
}

/// The readable part of an error, be it of protocol 2 or 3.
fn error_text(bytes: &[u8]) -> String {
    let pieces = bytes.split(|it| !(0x20..0x7f).contains(it));
    let longest = pieces.max_by_key(|it| it.len()).unwrap_or_default();
    String::from_utf8_lossy(longest).into_owned()
}

/// How long somebody who has not answered may think about a second question.
const PATIENCE: Duration = Duration::from_millis(500);

/// Two line ends: an `SSLRequest` has none, and an HTTP server waits for them before it complains.
/// Only for a connection that is lost already.
pub(super) async fn provoke(wire: &mut Wire) -> Option<Vec<u8>> {
    let provoked = async {
        wire.write_all(b"\r\n\r\n").await.ok()?;
        let mut bytes = vec![0; MOST];
        let count = wire.read(&mut bytes).await.ok().filter(|it| *it > 0)?;
        bytes.truncate(count);
        Some(bytes)
    };
    tokio::time::timeout(PATIENCE, provoked).await.ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_byte_is_an_answer_and_more_are_not() {
        assert_eq!(answer(b"S"), SslAnswer::Willing);
        assert_eq!(answer(b"N"), SslAnswer::Unwilling);
        assert_eq!(answer(b"SR"), SslAnswer::Other(b"SR".to_vec()));
        assert_eq!(answer(b"HTTP/1.1 400"), SslAnswer::Other(b"HTTP/1.1 400".to_vec()));
    }

    #[test]
    fn an_error_is_told_in_either_protocol() {
        let text = |bytes: &[u8]| match answer(bytes) {
            SslAnswer::Error(text) => text,
            other => panic!("{other:?}"),
        };
        assert_eq!(text(b"Ecould not fork\0"), "Ecould not fork");
        assert_eq!(text(b"E\0\0\0\x1cSFATAL\0Mtoo many clients\0\0"), "Mtoo many clients");
    }
}
