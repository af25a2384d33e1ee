//! What a laptop may push.

use std::sync::{Mutex, OnceLock};

use qilian_domain::command::Command;
use qilian_domain::ids::{Incarnation, MutId, MutSeq, Seq};
use qilian_server::storage::Storage;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::chain::ChainHash;
use qilian_sync::wire::{Mutation, MutationEnvelope, PushRequest};
use tempfile::TempDir;
use uuid::Uuid;

use super::{district, enlisted, epoch, founded, now};

/// A database, and how many laptops it has. It is made anew before it grows slow.
static PLACE: OnceLock<Mutex<(TempDir, SqliteStorage, u128)>> = OnceLock::new();
const LAPTOPS: u128 = 500;

fn place() -> (TempDir, SqliteStorage, u128) {
    let folder = TempDir::new().expect("a folder");
    let storage = founded(folder.path());
    (folder, storage, 0)
}

/// Whatever a laptop may push, on a real database: no panic, every mutation of a run that is taken is answered, sending
/// it again gives the same answers and changes nothing.
pub fn push(data: &[u8]) {
    let mut place = PLACE
        .get_or_init(|| Mutex::new(self::place()))
        .lock()
        .expect("one thread");
    if place.2 >= LAPTOPS {
        *place = self::place();
    }
    place.2 += 1;
    let (storage, n) = (&place.1, place.2);
    let device = enlisted(storage, n);
    // Parts are divided by a byte that UTF-8 does not have.
    let mutations: Vec<_> = (1..)
        .zip(data.split(|byte| *byte == 0xFF).take(8))
        .map(|(seq, part)| envelope(n, seq, part))
        .collect();
    let request = PushRequest {
        epoch: epoch(),
        incarnation: Incarnation(1),
        base_hash: ChainHash::START,
        mutations,
    };
    let push = || {
        storage
            .push(&district(), device, &request, now())
            .expect("a run that continues the chain is taken")
    };
    let first = push();
    assert!(
        first.retry_after_s.is_none(),
        "the server failed on a mutation: {first:?}"
    );
    assert_eq!(first.outcomes.len(), request.mutations.len());
    let head = storage.head(&district()).expect("a head");
    let again = push();
    assert_eq!(first.outcomes, again.outcomes);
    assert_eq!(storage.head(&district()).expect("a head"), head);
}

/// The first byte says whether it is a payload as it stands, or the arguments of a command.
fn envelope(n: u128, seq: u64, part: &[u8]) -> MutationEnvelope {
    let (which, said) = part.split_first().unwrap_or((&0, &[]));
    let said = String::from_utf8_lossy(said).into_owned();
    let mut_id = MutId::new(Uuid::from_u128(n * 0x100 + u128::from(seq)));
    let name = Command::NAMES.get(usize::from(*which));
    let payload = match (name, serde_json::from_str(&said)) {
        (Some(name), Ok(args)) => {
            let mutation = Mutation {
                mut_id,
                name: (*name).to_owned(),
                args,
                base_seq: Seq(u64::from(*which)),
                device_time: now(),
                offset_ms: Some(i64::MAX / (1 + i64::from(*which))),
                schema: 1,
            };
            serde_json::to_string(&mutation).expect("JSON")
        }
        _ => said,
    };
    MutationEnvelope {
        mut_seq: MutSeq(seq),
        mut_id,
        payload,
        had_effect_at: None,
    }
}
