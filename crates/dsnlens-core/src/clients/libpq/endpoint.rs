//! The servers that lists of hosts, addresses and ports mean.

use super::Connection;

/// The port of a server that is not given one.
pub(crate) const DEFAULT_PORT: &str = "5432";

/// A server to try. A text is empty where nothing is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint<'v> {
    pub(crate) host: &'v str,
    pub(crate) hostaddr: &'v str,
    /// Never empty.
    pub(crate) port: &'v str,
}

/// Pairs three lists up, as `pqConnectOptions2()` does: a single port is that of every server, and
/// an empty one the default. There is always a first server.
pub(crate) fn endpoints<'v>(
    host: &'v str,
    hostaddr: &'v str,
    port: &'v str,
) -> impl Iterator<Item = Endpoint<'v>> + use<'v> {
    let (mut hosts, mut addresses) = (host.split(','), hostaddr.split(','));
    let mut ports = port.contains(',').then(|| port.split(','));
    core::iter::from_fn(move || {
        let (host, hostaddr) = match (hosts.next(), addresses.next()) {
            (None, None) => return None,
            (host, hostaddr) => (host.unwrap_or_default(), hostaddr.unwrap_or_default()),
        };
        let port = ports.as_mut().map_or(Some(port), Iterator::next);
        let port = port.filter(|it| !it.is_empty()).unwrap_or(DEFAULT_PORT);
        Some(Endpoint { host, hostaddr, port })
    })
}

impl Connection<'_> {
    /// The servers to try, in libpq's order.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = Endpoint<'_>> {
        let [host, hostaddr, port] =
            ["host", "hostaddr", "port"].map(|it| self.get(it).unwrap_or_default());
        endpoints(host, hostaddr, port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[track_caller]
    fn check(lists: [&str; 3], expected: &[[&str; 3]]) {
        let [host, hostaddr, port] = lists;
        let read = endpoints(host, hostaddr, port).map(|it| [it.host, it.hostaddr, it.port]);
        assert_eq!(read.collect::<Vec<_>>(), expected, "{lists:?}");
    }

    #[test]
    fn lists_are_paired_up() {
        check(["", "", ""], &[["", "", "5432"]]);
        check(["a", "", "1"], &[["a", "", "1"]]);
        check(["a,b", "", "1"], &[["a", "", "1"], ["b", "", "1"]]);
        check(["a,b", "", "1,"], &[["a", "", "1"], ["b", "", "5432"]]);
        check(["", "1.1.1.1,::1", ""], &[["", "1.1.1.1", "5432"], ["", "::1", "5432"]]);
        check(["a,b", ",::1", "1,2"], &[["a", "", "1"], ["b", "::1", "2"]]);
        check(["a", "1.1.1.1,", "7,8"], &[["a", "1.1.1.1", "7"], ["", "", "8"]]);
    }
}
