//! Owns the line on which this laptop hears that a pull may bring something: it is held while the program runs,
//! opened again when it breaks, and rings the bell of the syncing thread.
//!
//! Nothing depends on it. Without a line (an older server, a proxy that keeps events back, no place left) the
//! laptop syncs by the clock, and more often than with one. One thread a program, which waits for the
//! network or the end. Elsewhere: the stream (`transport`), when to sync (`autosync`).

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use qilian_sync::wire::{ErrorCode, PokeRequest};
use rand::RngExt;
use tokio::sync::Notify;

use crate::error::AppError;
use crate::laptop::Laptop;
use crate::transport::{Heard, NoStream, StreamTransport, TransportError};

/// The first pause after a line broke; each further one is twice as long. Of a server that starts again all
/// laptops lose their lines at once, and must not come back at once.
const FIRST_PAUSE: Duration = Duration::from_secs(10);
const LAST_PAUSE: Duration = Duration::from_secs(5 * 60);
/// What a server asks for is kept up to here: whoever answered may not be ours.
const MOST_ASKED: Duration = Duration::from_secs(60 * 60);
/// A line that lasted so long was a good one.
const LASTED: Duration = Duration::from_secs(60);

/// The thread that holds the line. It ends when this is dropped or stopped.
#[derive(Debug)]
pub(crate) struct PokeLine {
    ended: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl PokeLine {
    /// Starts.
    ///
    /// # Errors
    /// If the system gives no thread, or no way to wait for the network.
    pub(crate) fn start(laptop: Arc<Laptop>) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let ended = Arc::new(Notify::new());
        let end = Arc::clone(&ended);
        let thread = thread::Builder::new()
            .name("poke".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = end.notified() => {}
                        () = hold(&laptop) => {}
                    }
                });
                laptop.bell.line(false);
            })?;
        Ok(Self {
            ended,
            thread: Some(thread),
        })
    }

    /// Ends the thread and waits for it, which takes no time.
    pub(crate) fn stop(mut self) {
        self.ended.notify_one();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the poke line had ended in a panic");
        }
    }
}

impl Drop for PokeLine {
    fn drop(&mut self) {
        self.ended.notify_one();
    }
}

/// Holds a line for ever.
async fn hold(laptop: &Laptop) {
    let transport = match way(laptop) {
        Ok(transport) => transport,
        Err(error) => {
            tracing::error!(%error, "no poke line on this machine");
            return;
        }
    };
    let mut failures = 0;
    loop {
        let began = Instant::now();
        let broken = listen(laptop, &transport).await;
        laptop.bell.line(false);
        tracing::info!(error = %broken.error, "no poke line");
        failures = if began.elapsed() >= LASTED {
            0
        } else {
            failures + 1
        };
        if stopped(&broken.error) {
            // What became of this laptop is for a sync to find out.
            laptop.bell.poked();
            failures = u32::MAX;
        }
        let asked = broken.retry_after.unwrap_or_default().min(MOST_ASKED);
        let pause = asked.max(pause_after(failures).mul_f64(rand::rng().random_range(0.5..1.5)));
        tokio::time::sleep(pause).await;
    }
}

fn way(laptop: &Laptop) -> Result<StreamTransport, AppError> {
    Ok(StreamTransport::new(laptop.identity().server.parse()?)?)
}

/// Opens a line and listens until it breaks.
async fn listen(laptop: &Laptop, transport: &StreamTransport) -> NoStream {
    let opened = match stands(laptop) {
        Ok((token, stands)) => transport.open(&token, stands).await,
        Err(error) => Err(TransportError::SetUp(error.to_string()).into()),
    };
    let mut stream = match opened {
        Ok(stream) => stream,
        Err(broken) => return broken,
    };
    loop {
        match stream.heard().await {
            Ok(Heard::Open) => laptop.bell.line(true),
            Ok(Heard::Poke) => laptop.bell.poked(),
            Err(error) => return error.into(),
        }
    }
}

/// What proves this laptop, and the cut that its rows are at.
fn stands(laptop: &Laptop) -> Result<(String, PokeRequest), AppError> {
    let token = laptop.token()?;
    let (identity, state) = laptop
        .reader()
        .at_once(|contents| Ok((contents.identity()?, contents.sync_state()?)))?;
    let stands = PokeRequest {
        epoch: identity.map(|identity| identity.epoch),
        seq: Some(state.cursor.seq),
    };
    Ok((token, stands))
}

/// Whether the server knows this laptop no more, or does not talk to it: somebody has to do something.
const fn stopped(error: &TransportError) -> bool {
    matches!(
        error,
        TransportError::Refused(
            ErrorCode::TokenUnknown
                | ErrorCode::DeviceStopped { .. }
                | ErrorCode::ProtocolUnsupported
        )
    )
}

/// 10 s, 20 s … 5 min.
fn pause_after(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LAST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_five_minutes() {
        let seconds: Vec<_> = [0, 1, 2, 3, 7, u32::MAX]
            .map(|failures| pause_after(failures).as_secs())
            .into();
        assert_eq!(seconds, [10, 10, 20, 40, 300, 300]);
    }
}
