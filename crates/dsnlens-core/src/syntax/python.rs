//! Python's own readers, to the letter: `urllib.parse`, `int`, `str`, `repr`, `ipaddress`.
//!
//! The reference is CPython 3.11.2 of Debian 12, which has the fix of CVE-2025-0938 and Unicode 14.

mod decode;
mod float;
mod int;
mod ip;
mod percent;
mod repr;
mod unicode;
mod urlsplit;

pub use decode::decode_error;
pub use float::is_finite_float;
pub(crate) use int::MAX_DIGITS;
pub use int::{Int, isdigit, parse_int};
pub use ip::is_ip_address;
#[cfg(feature = "clients")]
pub use percent::unquote_to_bytes;
pub use percent::{QueryItem, parse_qs, quote, quote_but, unquote, unquote_plus};
pub use repr::repr;
#[cfg(feature = "clients")]
pub(crate) use unicode::is_printable;
pub use unicode::lower;
pub use urlsplit::{
    Quotes, SplitUrl, UrlError, check_netloc, is_netloc_delimiter_under_nfkc, parse_port,
    python_quoted, urlsplit,
};
