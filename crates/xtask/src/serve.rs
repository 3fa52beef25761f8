//! `cargo xtask serve`: the page on this machine, rebuilt whenever a file is saved.

use std::{
    env,
    io::ErrorKind,
    net::{Ipv4Addr, TcpListener},
    num::NonZeroU16,
};

use anyhow::{Context, bail};

use crate::{setup, site};

/// Does not return unless something fails: this process becomes the server.
pub(crate) fn serve(port: NonZeroU16) -> anyhow::Result<()> {
    // Known at once, and not only after the minutes that set-up may take.
    ensure_free(port)?;
    setup::provide(setup::FOR_THE_SITE)?;
    // Trunk serves even what it could not build; this first build fails in plain sight.
    site::bundle()?;
    println!("Serving http://127.0.0.1:{port}/ until Ctrl-C; after a change, reload the page");
    // No auto-reload: the page's Content-Security-Policy forbids the script that it adds.
    let open = has_display();
    site::trunk(&format!(
        "serve --address 127.0.0.1 --port {port} --disable-address-lookup=true \
         --no-autoreload=true --no-error-reporting=true --no-spa=true --open={open}"
    ))
    .replace_this_process()
}

fn ensure_free(port: NonZeroU16) -> anyhow::Result<()> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port.get())) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "port {port} is taken: another program listens at 127.0.0.1:{port}; \
             choose another port with `cargo xtask serve --port PORT`"
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen at 127.0.0.1:{port}")),
    }
}

fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|it| !it.is_empty());
    (is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")) && !is_set("CI")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named() -> anyhow::Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = NonZeroU16::try_from(listener.local_addr()?.port())?;
        let message = ensure_free(port).map_err(|it| it.to_string());
        assert!(message.is_err_and(|it| it.starts_with(&format!("port {port} is taken"))));
        Ok(())
    }
}
