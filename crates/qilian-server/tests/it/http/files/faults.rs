//! Files on a server whose disk is full, and what nobody needs any more.

use std::convert::Infallible;
use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use qilian_domain::ids::{At, DeviceId, DistrictId};
use qilian_domain::media::ContentHash;
use qilian_server::files::{
    BlobFault, Blobs, Collected, Content, Files, Folder, Listed, Uploads, collect,
};
use qilian_server::journal::{Entry, Journal};
use qilian_server::storage::Storage;
use qilian_server::storage::files::UNUSED_KEPT_MS;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_sync::wire::ErrorCode;

use super::{Sender, bytes, hash, stands};
use crate::district::{NOON, TestDistrict, at, uuid};
use crate::http::Running;

/// A folder on a disk that is full for now.
struct Full {
    folder: Folder,
    is_full: AtomicBool,
}

impl Blobs for Full {
    fn put<'a>(
        &'a self,
        sha256: ContentHash,
        file: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobFault>> {
        if self.is_full.load(Ordering::SeqCst) {
            async { Err(BlobFault::Full("for now".to_owned())) }.boxed()
        } else {
            self.folder.put(sha256, file)
        }
    }

    fn read(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'_, Result<Option<Content>, BlobFault>> {
        self.folder.read(sha256, range)
    }

    fn remove(&self, sha256: ContentHash) -> BoxFuture<'_, Result<(), BlobFault>> {
        self.folder.remove(sha256)
    }

    fn list(&self) -> BoxStream<'_, Result<Listed, BlobFault>> {
        self.folder.list()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_that_was_acknowledged_is_lost() {
    let data = tempfile::tempdir().expect("a directory");
    let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
    let id = TestDistrict::found(storage.as_ref()).id;
    let full = Arc::new(Full {
        folder: Folder::of(data.path(), &id),
        is_full: AtomicBool::new(true),
    });
    let server = Running::serve(storage, data, full.clone()).await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    sender.adds(1, 1, &whole).await;
    assert_eq!(
        sender.sends(1, 0, false, &whole[..600]).await,
        stands(600, false)
    );
    let said = sender.sends(1, 600, true, &whole[600..]).await;
    assert_eq!((said.status, said.error), (507, Some(ErrorCode::DiskFull)));
    assert_eq!(sender.asks(1).await, stands(1000, false), "it is all there");
    assert_eq!(sender.content(hash(&whole)).await, None);
    full.is_full.store(false, Ordering::SeqCst);
    assert_eq!(sender.sends(1, 1000, true, &[]).await, stands(1000, true));
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
}

#[tokio::test]
async fn a_piece_for_which_there_is_no_room_may_come_again() {
    let data = tempfile::tempdir().expect("a directory");
    let uploads = Uploads::open(data.path()).expect("opened");
    let whole = bytes(1000);
    let piece = || stream::iter([Ok::<_, Infallible>(Bytes::from(whole.clone()))]);
    let device = DeviceId::new(uuid(1));
    let turn = uploads.take(device, hash(&whole)).await.expect("a turn");
    let path = turn.path().to_owned();
    symlink("/dev/full", &path).expect("linked");
    let (turn, ended) = turn.append(piece(), 1000).await;
    let error = ended.expect_err("no room");
    assert_eq!(error.kind(), ErrorKind::StorageFull);
    assert!(matches!(BlobFault::from(error), BlobFault::Full(_)));
    std::fs::remove_file(&path).expect("removed");
    let turn = turn.expect("the turn is given back");
    assert_eq!(turn.offset().await.expect("read"), 0);
    let (turn, ended) = turn.append(piece(), 1000).await;
    ended.expect("written");
    let turn = turn.expect("the turn is given back");
    assert!(turn.has_hash(hash(&whole)).await.expect("read"));
}

fn touched(path: &Path, days_ago: u64) {
    let file = File::options().append(true).open(path).expect("opened");
    let then = SystemTime::UNIX_EPOCH
        + Duration::from_millis(u64::try_from(at(NOON).unix_ms()).expect("after 1970"))
        - Duration::from_secs(days_ago * 24 * 3600);
    file.set_modified(then).expect("set");
}

/// What is removed at a moment by a process of its own in the same data directory.
async fn removed(server: &Running, now: At) -> Collected {
    let id = DistrictId::new("d1");
    let blobs = Arc::new(Folder::of(server.data.path(), &id));
    let files = Files::open(server.data.path(), blobs).expect("files");
    let storage: Arc<dyn Storage> = server.storage.clone();
    collect(&storage, &id, &files, now)
        .await
        .expect("collected")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_needs_goes_after_thirty_days_and_the_rest_stays() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let (needed, taken_back, new) = (bytes(1000), bytes(2000), bytes(3000));
    let folder = server.data.path().join("blobs/d1");
    for (n, whole) in [(1, &needed), (2, &taken_back), (3, &new)] {
        sender.adds(n, 1, whole).await;
        sender.sends(n, 0, true, whole).await;
        let name = hash(whole).to_string();
        touched(&folder.join(&name[..2]).join(name), 90);
    }
    sender.removes(2, 1).await;
    let now = at(NOON);
    assert_eq!(removed(&server, now).await.blobs, 0);
    // The server's clock went on a little since.
    let later = now.plus_ms(UNUSED_KEPT_MS + 3600 * 1000);
    assert_eq!(removed(&server, later).await.blobs, 1);
    assert_eq!(removed(&server, later).await.blobs, 0);
    assert!(sender.content(hash(&needed)).await.is_some());
    assert!(sender.content(hash(&new)).await.is_some());
    sender.adds(4, 1, &taken_back).await;
    assert_eq!(
        sender.sends(4, 0, true, &taken_back).await,
        stands(2000, true)
    );
    assert_eq!(sender.content(hash(&taken_back)).await, Some(taken_back));
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_week_after_a_restore_nothing_stored_is_removed() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    sender.adds(1, 1, &whole).await;
    sender.sends(1, 0, true, &whole).await;
    sender.removes(1, 1).await;
    let name = hash(&whole).to_string();
    let path = server
        .data
        .path()
        .join("blobs/d1")
        .join(&name[..2])
        .join(name);
    touched(&path, 90);
    let day = 24 * 3600 * 1000;
    let later = at(NOON).plus_ms(UNUSED_KEPT_MS + day);
    let entry = Entry::Restored {
        district: DistrictId::new("d1"),
        at: later,
    };
    let journal = Journal::open(server.data.path()).expect("a journal");
    journal.append(&entry).expect("noted");
    assert_eq!(removed(&server, later.plus_ms(6 * day)).await.blobs, 0);
    assert_eq!(removed(&server, later.plus_ms(8 * day)).await.blobs, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_nobody_goes_on_with_goes_after_thirty_days() {
    let server = Running::start().await;
    let mut sender = Sender::new(&server, 1).await;
    let whole = bytes(1000);
    for n in [1, 2] {
        let whole = [&whole[..], &[u8::try_from(n).expect("small")]].concat();
        sender.adds(n, 1, &whole).await;
        sender.sends(n, 0, false, &whole[..600]).await;
        let name = format!("{}-{}", sender.laptop.device, hash(&whole));
        let part = server.data.path().join("uploads/0").join(name);
        touched(&part, if n == 1 { 31 } else { 29 });
    }
    let files = server.server.files().expect("files");
    let id = DistrictId::new("d1");
    let storage: Arc<dyn Storage> = server.storage.clone();
    let gone = collect(&storage, &id, files, at(NOON))
        .await
        .expect("collected");
    assert_eq!(gone.uploads, 1);
    assert_eq!(sender.asks(1).await, stands(0, false));
    assert_eq!(sender.asks(2).await, stands(600, false));
}
