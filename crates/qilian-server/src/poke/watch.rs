//! Owns how a process finds out whom to poke: one task, while somebody listens, that looks at the feed when it
//! hears of a commit, and by and by also without.
//!
//! It asks the database, not those who write: so it finds what another process wrote, an import from the
//! terminal, an assignment that began with its day, and after a lost connection all that was missed.

use std::sync::Arc;
use std::time::Duration;

use qilian_domain::ids::{Epoch, Seq};
use qilian_sync::wire::DeviceState;
use tokio::time::{Instant, sleep};

use crate::routes::{Refused, Server};

/// Between two looks at least this…
const PAUSE: Duration = Duration::from_millis(500);
/// … and so many times as long as the look took, so that looking costs no more than a tenth of a core; but a
/// database that was away for a while delays nothing beyond the look that comes by and by.
const PAUSE_PER_LOOK: u32 = 10;
/// Without a word it is looked anyway after this long, where other processes are heard of…
const BY_AND_BY: Duration = Duration::from_secs(10);
/// … and after this long where they are not: one row is read.
const OFTEN: Duration = Duration::from_secs(1);
/// A laptop that is stopped loses its line after this long, or with the next look.
const STATES: Duration = Duration::from_secs(5);

/// Watches until nobody listens.
pub(crate) async fn watch(server: Arc<Server>) {
    let mut news = server.storage.news(&server.district);
    let mut seen = None;
    let mut states_seen = Instant::now();
    while server.pokes.somebody_listens() {
        let of_others = news.borrow_and_update().of_others;
        let began = Instant::now();
        if look(&server, &mut seen).await.is_err() {
            // Why is in the log already; the next look may do better.
            tracing::debug!("nobody can be poked just now");
        }
        if states_seen.elapsed() >= STATES && end_the_stopped(&server).await.is_ok() {
            states_seen = Instant::now();
        }
        let rest = (began.elapsed() * PAUSE_PER_LOOK).min(BY_AND_BY);
        sleep(PAUSE.max(rest)).await;
        let patience = if of_others { BY_AND_BY } else { OFTEN };
        tokio::select! {
            Ok(()) = news.changed() => {}
            () = server.pokes.opened.notified() => {}
            () = sleep(patience) => {}
        }
    }
}

/// Finds who has something new since the last look, and notes where the feed stood.
async fn look(server: &Arc<Server>, seen: &mut Option<(Epoch, Seq)>) -> Result<(), Refused> {
    let (epoch, head) = (server.blocking(|storage, district| storage.head(district))).await??;
    let missed = server.pokes.place_the_new(epoch, head);
    let last = match *seen {
        Some((known, last)) if known == epoch && last <= head => last,
        Some(_) => {
            server.pokes.forget_all(head);
            head
        }
        None => head,
    };
    let since = missed.map_or(last, |missed| missed.min(last));
    // If the question fails, the next look asks it.
    *seen = Some((epoch, since));
    if since < head {
        let found = server
            .blocking(move |storage, district| storage.concerned(district, since))
            .await??;
        server.pokes.changed(&found.users);
        *seen = Some((epoch, found.head));
    }
    Ok(())
}

/// Ends the lines of laptops that may not sync any more.
async fn end_the_stopped(server: &Arc<Server>) -> Result<(), Refused> {
    let devices = (server.blocking(|storage, district| storage.devices(district))).await??;
    let may_sync = devices
        .into_iter()
        .filter(|device| device.state == DeviceState::Active)
        .map(|device| device.id);
    server.pokes.keep_only(&may_sync.collect());
    Ok(())
}
