//! The folder of sealed files: noise on the disk, whole or not there.

use std::collections::BTreeSet;
use std::io::{Read, Seek, SeekFrom, Write};

use super::{SIZE, bytes, folder, here, hold, key, sealed};
use crate::given::{Home, uuid};

#[test]
fn a_file_reads_back_from_any_place_and_is_noise_on_the_disk() {
    let home = Home::new();
    let plain = bytes(3, SIZE);
    let file = sealed(&home, 3);
    let mut reader = folder(&home)
        .open(file.place, &file.key, file.size)
        .expect("opened");
    let mut read = Vec::new();
    reader.read_to_end(&mut read).expect("read");
    assert!(read == plain, "as it was written");
    for begin in [0, 1, 65_535, 65_536, 131_080, SIZE - 1] {
        reader.seek(SeekFrom::Start(begin as u64)).expect("there");
        let mut some = [0; 300];
        let n = reader.read(&mut some).expect("read");
        assert!(
            n > 0 && some[..n] == plain[begin..begin + n],
            "from {begin}"
        );
    }
    let raw = std::fs::read(home.files().join(file.place.to_string())).expect("there");
    assert!(
        !raw.windows(16).any(|window| window == &plain[1_000..1_016]),
        "nothing of it stands in plain"
    );
}

#[test]
fn a_changed_or_shortened_file_is_not_read_as_if_it_were_whole() {
    let home = Home::new();
    let file = sealed(&home, 3);
    let path = home.files().join(file.place.to_string());
    let mut raw = std::fs::read(&path).expect("there");
    raw[70_000] ^= 1;
    std::fs::write(&path, &raw).expect("changed");
    let mut reader = folder(&home)
        .open(file.place, &file.key, file.size)
        .expect("of its size");
    let read = reader.read_to_end(&mut Vec::new());
    assert_eq!(
        read.expect_err("refused").kind(),
        std::io::ErrorKind::InvalidData
    );
    raw.truncate(100_000);
    std::fs::write(&path, &raw).expect("cut");
    let opened = folder(&home).open(file.place, &file.key, file.size);
    assert_eq!(
        opened.expect_err("refused").kind(),
        std::io::ErrorKind::InvalidData
    );
}

#[test]
fn a_copy_that_was_killed_counts_for_nothing_and_is_swept() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let kept = hold(&home, &mut store, 1);
    let mut writer = folder(&home).begin(uuid(42), &key(9)).expect("begun");
    writer.write_all(&bytes(9, SIZE)).expect("written");
    let named = store.file_places().expect("read");
    assert_eq!(
        folder(&home).sweep(&named).expect("swept"),
        0,
        "nobody takes it from whoever is writing it"
    );
    drop(writer);
    assert_eq!(folder(&home).sweep(&named).expect("swept"), 1);
    let left: Vec<_> = std::fs::read_dir(home.files()).expect("listed").collect();
    assert_eq!(left.len(), 1, "the one that counts");
    assert!(here(&store, &kept));
}

#[test]
fn a_file_that_is_whole_and_has_no_row_yet_is_not_swept() {
    let home = Home::new();
    let mut writer = folder(&home).begin(uuid(42), &key(9)).expect("begun");
    writer.write_all(b"whole").expect("written");
    let sealed = writer.finish().expect("finished");
    assert_eq!(folder(&home).sweep(&BTreeSet::new()).expect("swept"), 0);
    drop(sealed);
    assert_eq!(folder(&home).sweep(&BTreeSet::new()).expect("swept"), 1);
}

#[test]
fn a_file_that_was_begun_goes_on_after_its_last_whole_segment() {
    let home = Home::new();
    let plain = bytes(5, SIZE);
    let mut writer = folder(&home).begin(uuid(42), &key(5)).expect("begun");
    writer.write_all(&plain[..150_000]).expect("written");
    drop(writer);
    // Half of what was written last did not reach the disk.
    let part = home.files().join(format!("{}.part", uuid(42)));
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(part)
        .expect("there");
    file.set_len(100_000).expect("torn");
    drop(file);
    let mut writer = folder(&home).resume(uuid(42), &key(5)).expect("resumed");
    let from = usize::try_from(writer.position()).expect("small");
    assert_eq!(from, 65_536);
    writer.write_all(&plain[from..]).expect("written");
    writer.finish().expect("finished");
    let mut read = Vec::new();
    folder(&home)
        .open(uuid(42), &key(5), SIZE as u64)
        .expect("opened")
        .read_to_end(&mut read)
        .expect("read");
    assert!(read == plain, "one file");
}
