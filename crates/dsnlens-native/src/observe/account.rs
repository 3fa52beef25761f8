//! The account that the process runs under: the user that libpq falls back to.

/// Its name, as `getpwuid(geteuid())` says it; otherwise as the environment does.
pub(super) fn name() -> Option<String> {
    looked_up()
        .or_else(|| ["USER", "LOGNAME", "USERNAME"].iter().find_map(|it| std::env::var(it).ok()))
}

/// Linux shows each process as the account's own, and Debian lists accounts in a file.
#[cfg(unix)]
fn looked_up() -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let uid = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == uid).then(|| name.to_owned())
    })
}

#[cfg(not(unix))]
fn looked_up() -> Option<String> {
    None
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn an_account_has_a_name() {
        assert!(super::looked_up().is_some_and(|it| !it.is_empty()));
    }
}
