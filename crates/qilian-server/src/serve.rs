//! Owns the socket: listening, TLS, and an orderly end.
//!
//! Elsewhere: what is answered (`routes`).

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use crate::files;
use crate::routes::{Server, router};

/// Requests under way may take this long after the server was told to end.
const GRACE: Duration = Duration::from_secs(10);
/// How often it is looked whether grants are those of the day, and whether there is something to forget.
const SETTLE_EVERY: Duration = Duration::from_secs(60);
/// How often bytes that nobody needs are looked for.
const COLLECT_EVERY: Duration = Duration::from_secs(3600);

/// A certificate chain and its key, both PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The chain.
    pub cert: PathBuf,
    /// The key.
    pub key: PathBuf,
}

/// Listens at an address. Port 0 takes a free one.
///
/// # Errors
/// If the address can't be taken.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// How many sockets may be given to streams: half of what the system lets this process open, which is as many
/// as it may have for the asking. The other half is for syncs, which come first.
#[cfg(unix)]
pub fn most_streams() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let files = match setrlimit(Resource::Nofile, all) {
        Ok(()) => limit.maximum,
        Err(error) => {
            tracing::warn!(%error, "no more files may be opened than usual");
            limit.current
        }
    };
    files.map_or(usize::MAX, |files| {
        usize::try_from(files / 2).unwrap_or(usize::MAX)
    })
}

/// How many sockets may be given to streams: the system sets no limit.
#[cfg(not(unix))]
pub fn most_streams() -> usize {
    usize::MAX
}

/// Serves until the process is told to end. `ready` is called once it listens for that.
///
/// # Errors
/// If the certificate can't be read or the socket fails.
pub async fn serve(
    server: Arc<Server>,
    listener: TcpListener,
    tls: Option<Tls>,
    ready: impl FnOnce(),
) -> io::Result<()> {
    let tls = match tls {
        Some(files) => Some(secured(files).await?),
        None => None,
    };
    let handle = Handle::new();
    let end = End::listen()?;
    let ending = tokio::spawn({
        let (handle, server) = (handle.clone(), Arc::clone(&server));
        async move {
            end.told().await;
            tracing::info!("ending");
            server.end_streams();
            handle.graceful_shutdown(Some(GRACE));
        }
    });
    let settling = tokio::spawn(settle(Arc::clone(&server)));
    let collecting = tokio::spawn(collect(Arc::clone(&server)));
    let (router, _) = router(server);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    ready();
    let served = match tls {
        None => {
            let plain = axum_server::from_tcp(listener)?;
            plain.handle(handle).serve(service).await
        }
        Some(tls) => {
            let secure = axum_server::from_tcp_rustls(listener, tls)?;
            secure.handle(handle).serve(service).await
        }
    };
    ending.abort();
    settling.abort();
    collecting.abort();
    served
}

async fn secured(files: Tls) -> io::Result<RustlsConfig> {
    // Another part of the process may have chosen the same provider before.
    if rustls::crypto::ring::default_provider()
        .install_default()
        .is_err()
    {
        tracing::debug!("a TLS provider was chosen before");
    }
    RustlsConfig::from_pem_file(files.cert, files.key).await
}

/// An assignment begins and ends with its day, also when nobody writes; what left buckets long ago is
/// forgotten.
async fn settle(server: Arc<Server>) {
    let mut tick = tokio::time::interval(SETTLE_EVERY);
    loop {
        tick.tick().await;
        let server = Arc::clone(&server);
        let settled = tokio::task::spawn_blocking(move || {
            let now = server.clock.now();
            server.storage.settle(&server.district, now)?;
            server.storage.sweep(&server.district, now)
        });
        match settled.await {
            Ok(Ok(false)) => {}
            Ok(Ok(true)) => tracing::info!("forgot what left buckets long ago"),
            Ok(Err(error)) => tracing::error!(%error, "what every day needs could not be done"),
            Err(error) => tracing::error!(%error, "what every day needs panicked"),
        }
    }
}

/// Bytes that nobody needs go in time.
async fn collect(server: Arc<Server>) {
    let Some(files) = server.files() else {
        return;
    };
    let mut tick = tokio::time::interval(COLLECT_EVERY);
    loop {
        tick.tick().await;
        let now = server.clock.now();
        if let Err(error) = server.forget_stored(now).await {
            tracing::error!(%error, "old months of the journal could not be removed");
        }
        match files::collect(&server.storage, &server.district, files, now).await {
            Ok(collected) if collected == files::Collected::default() => {}
            Ok(files::Collected { blobs, uploads }) => {
                tracing::info!(blobs, uploads, "removed what nobody needs");
            }
            Err(error) => tracing::error!(%error, "what nobody needs could not be removed"),
        }
    }
}

/// What tells the process to end: Ctrl-C or SIGTERM, from the moment that it listens for them.
#[cfg(unix)]
struct End {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl End {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn told(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What tells the process to end: Ctrl-C.
#[cfg(windows)]
struct End(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl End {
    fn listen() -> io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    async fn told(mut self) {
        self.0.recv().await;
    }
}
