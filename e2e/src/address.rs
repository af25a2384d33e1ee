//! Ports of this machine.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process::Process;
use crate::until::{LONGEST, until};

/// An address of this machine that nobody listens on.
///
/// # Errors
/// No port is free.
pub fn free() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?)
}

/// `wanted` where nobody listens on it, else another free port.
///
/// # Errors
/// No port is free.
pub fn free_or_other(wanted: u16) -> Result<SocketAddr> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)) {
        Ok(listener) => Ok(listener.local_addr()?),
        Err(_taken) => free(),
    }
}

/// Waits until `process` accepts connections at `address`.
///
/// # Errors
/// The process ended, or never listened.
pub async fn accepts(address: SocketAddr, process: &mut Process) -> Result<()> {
    until(&format!("a listener on {address}"), LONGEST, async || {
        process.check_running()?;
        Ok(
            TcpStream::connect_timeout(&address, Duration::from_millis(200))
                .ok()
                .map(drop),
        )
    })
    .await
}
