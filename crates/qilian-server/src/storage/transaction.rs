//! Owns what an engine offers inside one transaction: reads and writes of one district, and no decision.
//! Everything a transaction means is written once, over these traits, for every engine.
//!
//! Elsewhere: the meaning (`write`, `grants`, `enrol`, `office`, `push`, `pull`), the SQL (the engines).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use qilian_domain::bucket::Bucket;
use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, MutId, MutSeq, Seq, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::RowKey;
use qilian_domain::rows::District;
use qilian_domain::uscc::Uscc;
use qilian_sync::chain::ChainHash;
use qilian_sync::export::ExportSecret;
use qilian_sync::sum::Mark;
use qilian_sync::wire::{Cursor, DeviceState, OutcomeReply, PassPosition, PullRequest};

use super::files::Hold;
use super::staged::RowReader;
use super::write::{Change, Membership};
use super::{Device, Enlisted, NewCode, SecretHash, Storage, StorageError, Wiped};

/// An engine: how a piece of work becomes one transaction.
pub(crate) trait Engine: Storage {
    /// A transaction on one district.
    type Tx<'a>: FileTx + SecretTx + EnrolTx;

    /// One snapshot.
    fn in_snapshot<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Self::Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>;

    /// One transaction that may write. It commits only if `work` succeeds, and may be begun anew.
    fn in_turn<T, E: From<StorageError>>(
        &self,
        district: &DistrictId,
        work: impl FnMut(&Self::Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E>;
}

/// What every transaction may ask.
pub(crate) trait DistrictTx: RowReader {
    /// The timeline.
    fn epoch(&self) -> Result<Epoch, StorageError>;
    /// The last number of the feed.
    fn feed_head(&self) -> Result<Seq, StorageError>;
    /// The mark of the history at a number at which a transaction ended; none for another number.
    fn mark_at(&self, seq: Seq) -> Result<Option<Mark>, StorageError>;
    /// A device.
    fn device(&self, id: DeviceId) -> Result<Option<Device>, StorageError>;
}

/// What writes rows, the feed and the grants that follow from rows.
pub(crate) trait WriteTx: DistrictTx {
    /// Makes the district, settled on a day; `false` if there is one of this id.
    fn add_district(
        &self,
        district: &District,
        epoch: Epoch,
        settled_on: NaiveDate,
    ) -> Result<bool, StorageError>;
    /// Begins a timeline, on which what stands on something missing may wait until a moment.
    fn begin_epoch(&self, epoch: Epoch, recovers_until: At) -> Result<(), StorageError>;
    /// Until when that is so; `None` on the first timeline.
    fn recovers_until(&self) -> Result<Option<At>, StorageError>;
    /// What waits, in the order in which it had its effect before.
    fn waiting(&self) -> Result<Vec<MutId>, StorageError>;
    /// Has a mutation wait.
    fn put_waiting(&self, mutation: MutId, had_effect_at: Seq) -> Result<(), StorageError>;
    /// It waits no more, if it did.
    fn drop_waiting(&self, mutation: MutId) -> Result<(), StorageError>;
    /// The day that grants were last brought in line with assignments.
    fn settled_on(&self) -> Result<String, StorageError>;
    /// Says that they are in line with a day's.
    fn set_settled_on(&self, day: NaiveDate) -> Result<(), StorageError>;
    /// Takes the next `count` numbers and returns the last of them. Whoever holds them commits next.
    fn take_numbers(&self, count: u64) -> Result<Seq, StorageError>;
    /// The mark of the history so far, at the last number that has one.
    fn last_mark(&self) -> Result<Mark, StorageError>;
    /// Keeps the mark of the history at a number, and when that was.
    fn put_mark(&self, seq: Seq, mark: Mark, at: At) -> Result<(), StorageError>;
    /// Versions and bodies as they are stored, in the order of the keys.
    fn stored(&self, keys: &[&RowKey]) -> Result<Vec<Option<(Seq, String)>>, StorageError>;
    /// Writes changed rows.
    fn put_rows(&self, changes: &[Change<'_>]) -> Result<(), StorageError>;
    /// Takes memberships away from the numbers at which they stand.
    fn take_memberships(&self, places: &[(Bucket, Seq)]) -> Result<(), StorageError>;
    /// Writes memberships.
    fn put_memberships(&self, memberships: &[Membership<'_>]) -> Result<(), StorageError>;
    /// The enterprises' buckets that are held.
    fn open_enterprises(&self) -> Result<BTreeSet<(UserId, Uscc)>, StorageError>;
    /// Opens intervals, except where one is open.
    fn open(&self, grants: &[(UserId, Bucket)], seq: Seq) -> Result<(), StorageError>;
    /// Closes those of the intervals that are open.
    fn close(&self, grants: &[(UserId, Bucket)], seq: Seq, at: At) -> Result<(), StorageError>;
}

/// What writes devices and the codes that make them.
pub(crate) trait EnrolTx: DistrictTx {
    /// Notes what a laptop said of itself as it asked for a pull, and the complete cut that the pull came to.
    fn note_sync(
        &self,
        device: DeviceId,
        request: &PullRequest,
        complete: Option<Cursor>,
        at: At,
    ) -> Result<(), StorageError>;
    /// A user's devices.
    fn devices_of(&self, user: &UserId) -> Result<Vec<Device>, StorageError>;
    /// The device of a token.
    fn device_of_token(&self, token: &SecretHash) -> Result<Option<Device>, StorageError>;
    /// Adds a device with an empty chain.
    fn add_device(&self, device: &Enlisted) -> Result<(), StorageError>;
    /// Says whether a device may sync, if there is such a device.
    fn put_state(&self, device: DeviceId, state: DeviceState) -> Result<(), StorageError>;
    /// Keeps a device's receipt for having destroyed its store.
    fn put_wiped(&self, device: DeviceId, wiped: Wiped) -> Result<(), StorageError>;
    /// No longer believes the device's cuts below a number, if there is such a device.
    fn put_believed_from(&self, device: DeviceId, seq: Seq) -> Result<(), StorageError>;
    /// A code, held until the transaction ends.
    fn lock_code(&self, code: &SecretHash) -> Result<Option<StoredCode>, StorageError>;
    /// Keeps a code.
    fn add_code(&self, code: &NewCode) -> Result<(), StorageError>;
    /// Uses a code up.
    fn use_code(&self, code: &SecretHash, by: DeviceId, at: At) -> Result<(), StorageError>;
}

/// What a push needs beside writing rows.
pub(crate) trait PushTx: WriteTx {
    /// The device, locked until the transaction ends.
    fn lock_device(&self, device: DeviceId) -> Result<Option<Device>, StorageError>;
    /// The links of a chain from one number on, by number.
    fn links(&self, device: &Device, from: MutSeq, count: usize)
    -> Result<Vec<Link>, StorageError>;
    /// The places where these mutations had their effect; none for one that is new.
    fn effects(&self, mutations: &[MutId]) -> Result<Vec<Link>, StorageError>;
    /// How often the server failed on each of these mutations, where it ever did.
    fn attempts(&self, mutations: &[MutId]) -> Result<BTreeMap<MutId, u32>, StorageError>;
    /// Adds links to a chain and moves its end.
    fn extend(&self, device: &Device, links: &[Link], at: At) -> Result<(), StorageError>;
}

/// What forgets what left buckets long ago.
pub(crate) trait SweepTx: DistrictTx {
    /// The number up to which it was forgotten.
    fn floor(&self) -> Result<Seq, StorageError>;
    /// The last number whose transaction was before a moment.
    fn head_before(&self, moment: At) -> Result<Option<Seq>, StorageError>;
    /// Forgets memberships that ended, closed intervals and marks up to a number, and keeps the number.
    fn forget(&self, through: Seq) -> Result<(), StorageError>;
}

/// What keeps those apart who put bytes and those who remove them.
pub(crate) trait FileTx: WriteTx {
    /// What somebody is about to do with the bytes of a hash, and since when.
    fn hold(&self, sha256: ContentHash) -> Result<Option<(Hold, At)>, StorageError>;
    /// Says so, in the place of what was said.
    fn put_hold(&self, sha256: ContentHash, hold: Hold, at: At) -> Result<(), StorageError>;
    /// Says that it is done.
    fn drop_hold(&self, sha256: ContentHash) -> Result<(), StorageError>;
}

/// What keeps the secret that opens exports.
pub(crate) trait SecretTx: WriteTx {
    /// The secret, if there is one.
    fn secret(&self) -> Result<Option<ExportSecret>, StorageError>;
    /// Keeps the first one.
    fn put_secret(&self, secret: &ExportSecret) -> Result<(), StorageError>;
}

/// What a pull needs: its buckets and its part of the feed, in one snapshot.
pub(crate) trait PullTx: SweepTx {
    /// Tells the live memberships of each bucket that a user holds and that changed after a number, opened
    /// after it, or is among `also`: behind `after`, in the order of their names. A bucket that holds
    /// nothing is told once, without a membership. Ends when `take` says that it has enough.
    fn held(
        &self,
        user: &UserId,
        of: &Held<'_>,
        take: &mut dyn FnMut(Bucket, Option<Member>) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError>;
    /// Buckets of a user opened within the pass, or wanted whole by it, and still open.
    fn opened(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError>;
    /// Buckets that were open when the pass began and closed within it, or wanted whole by it, and that are
    /// not open.
    fn closed(&self, user: &UserId, pass: &PassPosition) -> Result<Vec<Bucket>, StorageError>;
    /// Tells the changes of the pass from its position on, in the order of bucket and number, until
    /// there are none or `take` says that it has enough.
    fn changes(
        &self,
        user: &UserId,
        pass: &PassPosition,
        take: &mut dyn FnMut(FeedRow) -> Result<bool, StorageError>,
    ) -> Result<(), StorageError>;
}

/// A live membership of a bucket.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) kind: String,
    pub(crate) id: String,
    /// The number of its row's last change.
    pub(crate) seq: Seq,
}

/// Which buckets are asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held<'a> {
    /// Those that changed or opened after this; all of them after 0.
    pub(crate) changed_after: Seq,
    /// And these.
    pub(crate) also: &'a [Bucket],
    /// Behind this one.
    pub(crate) after: Option<&'a Bucket>,
}

/// A mutation's place in a device's chain, with its outcome.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) hash: ChainHash,
    pub(crate) payload_hash: [u8; 32],
    /// It had its effect elsewhere; this outcome is a copy.
    pub(crate) copied: bool,
    pub(crate) outcome: OutcomeReply,
}

/// A code as it was stored.
#[derive(Debug, Clone)]
pub(crate) struct StoredCode {
    pub(crate) user: UserId,
    pub(crate) expires: At,
    pub(crate) used: bool,
}

/// A change of the feed as it was stored: with version and body, or none if the row left the bucket.
#[derive(Debug)]
pub(crate) struct FeedRow {
    pub(crate) bucket: Bucket,
    pub(crate) seq: Seq,
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) now: Option<(Seq, String)>,
}
