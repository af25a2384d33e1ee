//! Waiting for a condition. Nothing in this package waits for a while and hopes.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a condition may take before the machine is called broken; generous, for two busy cores.
pub const LONGEST: Duration = Duration::from_secs(60);

const BETWEEN_LOOKS: Duration = Duration::from_millis(25);

/// Looks until `look` finds something, at most `longest`.
///
/// # Errors
/// What `look` says is final, or that the time is over; `what` names the thing waited for.
pub async fn until<T>(
    what: &str,
    longest: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let begin = Instant::now();
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if begin.elapsed() >= longest {
            bail!("waited {longest:?} in vain for {what}");
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
