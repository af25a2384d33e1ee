//! Files and the program itself: killed in the middle of uploads, backed up, brought back, checked.

use std::path::Path;
use std::time::Duration;

use qilian_server::storage::sqlite::SqliteStorage;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::{done, refused, run, serve};
use crate::district::TestDistrict;
use crate::http::files::{Sender, bytes, hash, stands};

/// A district with a laptop of a cadre, whose token is known.
fn district() -> (tempfile::TempDir, Sender) {
    let data = tempfile::tempdir().expect("a directory");
    let storage = SqliteStorage::open(data.path()).expect("opened");
    let laptop = TestDistrict::found(&storage).laptop(1, 1);
    let sender = Sender::at(String::new(), laptop, "token 1".to_owned());
    (data, sender)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_has_what_it_acknowledged() {
    let (data, mut sender) = district();
    let whole = bytes(20_000_000);
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut have, mut lives, mut known) = (0, 0, false);
    while have < whole.len() {
        lives += 1;
        let (mut serving, url) = serve(data.path());
        sender.url = url;
        if !known {
            sender.adds(1, 1, &whole).await;
            known = true;
        }
        let found = usize::try_from(sender.asks(1).await.offset.expect("an offset")).expect("fits");
        assert!(
            have <= found,
            "{have} was acknowledged, {found} found in life {lives}"
        );
        have = found;
        let pid = serving.0.id();
        let life = Duration::from_micros(random.random_range(0..40_000));
        let killer = std::thread::spawn(move || {
            let (_open, wait) = std::sync::mpsc::channel::<()>();
            // Nobody sends: it is time that passes.
            wait.recv_timeout(life).ok();
            serving.0.kill().expect("killed");
            serving.0.wait().expect("ended");
        });
        // Pieces follow each other until the server is gone.
        while have < whole.len() {
            let upto = whole.len().min(have + random.random_range(1..1_000_000));
            match sender.tries(1, have, &whole[have..upto]).await {
                Ok(said) => {
                    assert_eq!(said, stands(upto, false));
                    have = upto;
                }
                Err(_) => break,
            }
        }
        killer.join().expect("the server with pid is gone");
        assert!(lives < 2_000, "no progress: {have} bytes, {pid}");
    }
    assert!(lives > 3, "{lives} lives");
    let (_serving, url) = serve(data.path());
    sender.url = url;
    assert_eq!(sender.asks(1).await, stands(whole.len(), false));
    assert_eq!(
        sender.sends(1, whole.len(), true, &[]).await,
        stands(whole.len(), true)
    );
    assert!(sender.content(hash(&whole)).await.as_ref() == Some(&whole));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_while_it_stores_a_file_stores_it_later() {
    let (data, mut sender) = district();
    let mut random = ChaCha8Rng::seed_from_u64(2);
    let mut stored_by_the_killed = 0;
    for n in 1..=8_u64 {
        let mut whole = bytes(3_000_000);
        whole.extend(n.to_le_bytes());
        let (mut serving, url) = serve(data.path());
        sender.url = url;
        sender.adds(n, 1, &whole).await;
        sender.sends(n, 0, false, &whole).await;
        let life = Duration::from_micros(random.random_range(0..60_000));
        let killer = std::thread::spawn(move || {
            let (_open, wait) = std::sync::mpsc::channel::<()>();
            wait.recv_timeout(life).ok();
            serving.0.kill().expect("killed");
            serving.0.wait().expect("ended");
        });
        let told = sender.tries_last(n, whole.len()).await;
        killer.join().expect("killed");
        let (_serving, url) = serve(data.path());
        sender.url = url;
        let said = sender.asks(n).await;
        if let Ok(told) = told {
            assert_eq!(
                (told, &said),
                (stands(whole.len(), true), &stands(whole.len(), true))
            );
            stored_by_the_killed += 1;
        }
        assert_eq!(said.offset, Some(whole.len() as u64), "nothing is lost");
        assert_eq!(
            sender.sends(n, whole.len(), true, &[]).await,
            stands(whole.len(), true)
        );
        assert!(sender.content(hash(&whole)).await.as_ref() == Some(&whole));
    }
    assert!(stored_by_the_killed < 8, "none was killed in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_back_with_a_backup_and_what_was_stored_since_too() {
    let (data, mut sender) = district();
    let backup = data.path().join("monday.backup");
    let copies = data.path().join("monday.files");
    let (first, second) = (bytes(1000), bytes(2000));
    {
        let (_serving, url) = serve(data.path());
        sender.url = url;
        sender.adds(1, 1, &first).await;
        sender.sends(1, 0, true, &first).await;
        let made = done(
            data.path(),
            &["backup", text(&backup), "--files", text(&copies)],
        );
        assert_eq!(made["files"]["copied"], 1);
        sender.adds(2, 1, &second).await;
        sender.sends(2, 0, true, &second).await;
    }
    let again = data.path().join("tuesday.backup");
    let made = done(
        data.path(),
        &["backup", text(&again), "--files", text(&copies)],
    );
    assert_eq!(made["files"]["copied"], 1, "only what is new");
    let blobs = data.path().join("blobs");
    let name = hash(&first).to_string();
    std::fs::remove_file(blobs.join("d1").join(&name[..2]).join(&name)).expect("removed");

    let lost = done(data.path(), &["restore", text(&backup)]);
    assert_eq!(
        (&lost["files_found"], &lost["files_missing"]),
        (&1.into(), &1.into())
    );
    let back = done(
        data.path(),
        &["restore", text(&backup), "--files", text(&copies)],
    );
    assert_eq!(back["files"]["copied"], 1, "what was not there");
    assert_eq!(
        (&back["files_found"], &back["files_missing"]),
        (&1.into(), &0.into())
    );
    let (_serving, url) = serve(data.path());
    sender.url = url;
    assert_eq!(sender.content(hash(&first)).await, Some(first));
    assert_eq!(
        sender.content(hash(&second)).await,
        Some(second),
        "stored after the backup, before its attachment is sent again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_others_put_back_is_told_what_was_stored_since() {
    let (data, mut sender) = district();
    let backup = data.path().join("monday.backup");
    let (lost, stored) = (bytes(1000), bytes(2000));
    {
        let (_serving, url) = serve(data.path());
        sender.url = url;
        sender.adds(1, 1, &lost).await;
        sender.sends(1, 0, true, &lost).await;
        done(data.path(), &["backup", text(&backup)]);
        sender.adds(2, 1, &stored).await;
        sender.sends(2, 0, true, &stored).await;
    }
    let name = hash(&lost).to_string();
    let blobs = data.path().join("blobs/d1");
    std::fs::remove_file(blobs.join(&name[..2]).join(&name)).expect("removed");
    for end in ["-wal", "-shm"] {
        // The server may have ended in order.
        drop(std::fs::remove_file(
            data.path().join(format!("district.sqlite{end}")),
        ));
    }
    std::fs::copy(&backup, data.path().join("district.sqlite")).expect("put back");

    let begun = done(data.path(), &["epoch", "new"]);
    assert_eq!(
        (&begun["files_found"], &begun["files_missing"]),
        (&1.into(), &1.into())
    );
    let journal = std::fs::read_to_string(data.path().join("journal.jsonl")).expect("a journal");
    assert!(journal.contains("\"act\":\"restored\""), "{journal}");
    let (_serving, url) = serve(data.path());
    sender.url = url;
    assert_eq!(sender.content(hash(&stored)).await, Some(stored));
    assert_eq!(sender.content(hash(&lost)).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_what_is_missing_and_what_is_there_again() {
    let (data, mut sender) = district();
    let whole = bytes(1000);
    let (_serving, url) = serve(data.path());
    sender.url = url;
    sender.adds(1, 1, &whole).await;
    sender.sends(1, 0, true, &whole).await;
    let check = || {
        let found = done(data.path(), &["files", "check"]);
        ["stored", "missing", "found"].map(|of| found[of].as_u64().expect("a number"))
    };
    assert_eq!(check(), [1, 0, 0]);
    let blobs = data.path().join("blobs");
    std::fs::rename(&blobs, data.path().join("elsewhere")).expect("moved");
    assert_eq!(check(), [1, 1, 0]);
    assert_eq!(sender.content(hash(&whole)).await, None);
    assert_eq!(
        sender.asks(1).await,
        stands(0, false),
        "it may be sent again"
    );
    std::fs::rename(data.path().join("elsewhere"), &blobs).expect("moved back");
    assert_eq!(check(), [0, 0, 1]);
    assert_eq!(sender.content(hash(&whole)).await, Some(whole));
}

#[test]
fn where_objects_are_is_said_rightly_or_refused() {
    let (data, _) = district();
    let check = |more: &[&str]| refused(data.path(), &[&["files", "check"], more].concat());
    assert_eq!(check(&["--objects", "bucket"]), "objects_unusable");
    assert_eq!(check(&["--objects-plain-http"]), "objects_missing");
    let remote = [
        "--objects",
        "s3://b",
        "--objects-endpoint",
        "http://10.0.0.1",
        "--objects-plain-http",
    ];
    assert_eq!(check(&remote), "objects_unusable");
    assert_eq!(run(data.path(), &["files"]).status.code(), Some(2));
}
