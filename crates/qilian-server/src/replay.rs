//! Owns what a database that went back is told of the journals: laptops that began since, whether they may sync, who
//! leaves, which files are stored. Then its new timeline begins.
//!
//! Each of several servers has a journal. Within one its last word holds; of several, the latest. One that does not say
//! when, as an earlier version wrote it, holds if it is the stricter: a laptop that was to be wiped is not let in by it.
//!
//! Elsewhere: the journal itself (`journal`), putting a backup in its place (`restore`).

use std::collections::BTreeMap;

use qilian_domain::ids::{At, DeviceId, DistrictId, Epoch, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Service, StoredFile, User};
use qilian_sync::wire::DeviceState;

use crate::files::reconcile;
use crate::journal::{Entry, Told};
use crate::storage::{Storage, StorageError};

/// What a database did not know.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Laptops that only the journals knew.
    pub enlisted: u32,
    /// Users of whom the journals knew that they leave, have left or are back.
    pub services: u32,
    /// Those who leave or have left and who are not there at all: it is to be said again once they are.
    pub users_missing: Vec<UserId>,
    /// Files that only the journals knew to be stored.
    pub files_found: u32,
    /// Files that were stored and whose bytes are not there.
    pub files_missing: u32,
}

/// What there is of the bytes of a district's files.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// By hash, with their length.
    pub there: &'a BTreeMap<ContentHash, u64>,
    /// When they were listed, if somebody may have stored something since.
    pub at: Option<At>,
}

/// Begins a timeline in a district whose database is older than the journals say. Cut short, it can be done again.
///
/// # Errors
/// What goes wrong in the database.
pub fn begin(
    storage: &dyn Storage,
    district: &DistrictId,
    journals: &[Told],
    listed: Listed<'_>,
    epoch: Epoch,
    at: At,
) -> Result<Replayed, StorageError> {
    let mut replayed = Replayed::default();
    for entry in journals.iter().flat_map(|told| &told.entries) {
        if let Entry::Device {
            district: of,
            device,
        } = entry
            && of == district
        {
            replayed.enlisted += u32::from(storage.enlist(of, device)?);
        }
    }
    // Before the laptops: who has left has theirs revoked, and one of them may have been let in again.
    put_services(storage, district, journals, at, &mut replayed)?;
    // Only now: a laptop may be in the journal of one server, and stopped in that of another.
    for (device, state) in last_words(journals, |entry| state(district, entry), strict_state) {
        storage.set_state(district, device, state)?;
    }
    let stored = journals.iter().flat_map(|told| &told.entries);
    let stored = stored.filter_map(|entry| match entry {
        Entry::Stored {
            district: of, file, ..
        } if of == district => Some(file),
        _ => None,
    });
    let stored: Vec<&StoredFile> = stored.collect();
    put_files(storage, district, &stored, listed, at, &mut replayed)?;
    // Last: what laptops send from now on finds everybody there.
    storage.begin_epoch(district, epoch, at)?;
    Ok(replayed)
}

fn put_services(
    storage: &dyn Storage,
    district: &DistrictId,
    journals: &[Told],
    at: At,
    replayed: &mut Replayed,
) -> Result<(), StorageError> {
    let rows = storage.rows(district, &[Kind::User])?.into_iter();
    let users = rows.filter_map(|row| User::try_from(row).ok());
    let known: BTreeMap<UserId, Service> = users.map(|user| (user.id, user.service)).collect();
    let said = last_words(journals, |entry| service(district, entry), strict_service);
    for (user, service) in said {
        match known.get(&user) {
            // Not said once more: they would have left with what laptops said before the restore.
            Some(known) if *known == service => {}
            Some(_) => {
                storage.set_service(district, &user, &service, at)?;
                replayed.services += 1;
            }
            None if service == Service::Serving => {}
            None => replayed.users_missing.push(user),
        }
    }
    Ok(())
}

/// Says what is stored again: what the journals know beyond the database and whose bytes are there is; what the
/// database says and whose bytes are not there is not.
fn put_files(
    storage: &dyn Storage,
    district: &DistrictId,
    stored: &[&StoredFile],
    listed: Listed<'_>,
    at: At,
    replayed: &mut Replayed,
) -> Result<(), StorageError> {
    let there = listed.there;
    storage.change(district, &[Kind::StoredFile], at, &mut |loaded| {
        let of_journal = stored.iter().filter(|file| {
            loaded.get::<StoredFile>(file.attachment).is_none()
                && there.get(&file.sha256) == Some(&file.size_bytes)
        });
        let found_again: BTreeMap<_, Row> = of_journal
            .map(|file| (file.attachment, Row::from((*file).clone())))
            .collect();
        let said = loaded.all::<StoredFile>().cloned();
        let differently = reconcile(said, there, listed.at, at);
        replayed.files_found = count(found_again.len());
        replayed.files_missing = count(differently.iter().filter(|f| !f.is_stored()).count());
        found_again
            .into_values()
            .chain(differently.into_iter().map(Row::from))
            .collect()
    })?;
    Ok(())
}

fn count(items: usize) -> u32 {
    u32::try_from(items).unwrap_or(u32::MAX)
}

/// What a journal says of something, and when that was.
type Word<T> = (Option<At>, T);

fn state(district: &DistrictId, entry: &Entry) -> Option<(DeviceId, Word<DeviceState>)> {
    match entry {
        Entry::State {
            district: of,
            device,
            state,
            at,
        } if of == district => Some((*device, (*at, *state))),
        _ => None,
    }
}

fn service(district: &DistrictId, entry: &Entry) -> Option<(UserId, Word<Service>)> {
    match entry {
        Entry::Service {
            district: of,
            user,
            service,
            at,
        } if of == district => Some((user.clone(), (Some(*at), service.clone()))),
        _ => None,
    }
}

const fn strict_state(state: &DeviceState) -> u8 {
    match state {
        DeviceState::Active => 0,
        DeviceState::Suspended => 1,
        DeviceState::Revoked => 2,
        DeviceState::Wipe => 3,
    }
}

const fn strict_service(service: &Service) -> u8 {
    match service {
        Service::Serving => 0,
        Service::Leaving { .. } => 1,
        Service::Left { .. } => 2,
    }
}

/// What holds of each thing that the journals speak of.
fn last_words<K: Ord, T>(
    journals: &[Told],
    word: impl Fn(&Entry) -> Option<(K, Word<T>)>,
    strictness: impl Fn(&T) -> u8,
) -> BTreeMap<K, T> {
    let mut words: BTreeMap<K, Vec<Word<T>>> = BTreeMap::new();
    for told in journals {
        // The last of a journal is the one that counts, also if its clock was set back.
        let last: BTreeMap<K, Word<T>> = told.entries.iter().filter_map(&word).collect();
        for (thing, word) in last {
            words.entry(thing).or_default().push(word);
        }
    }
    let holds = |words: Vec<Word<T>>| {
        let (dated, undated): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|(at, _)| at.is_some());
        let latest = dated
            .into_iter()
            .max_by_key(|(at, what)| (*at, strictness(what)));
        let said = undated.into_iter().chain(latest).map(|(_, what)| what);
        said.max_by_key(&strictness)
    };
    let held = words.into_iter();
    held.filter_map(|(thing, words)| Some((thing, holds(words)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LAPTOP: DeviceId = DeviceId::new(Uuid::from_u128(1));

    /// A journal that says this of a laptop, each at a second or without a time.
    fn journal(words: &[(Option<i64>, DeviceState)]) -> Told {
        let entries = words.iter().map(|(second, state)| Entry::State {
            district: DistrictId::new("d1"),
            device: LAPTOP,
            state: *state,
            at: second.map(|s| At::from_unix_ms(s * 1000).expect("a moment")),
        });
        Told {
            entries: entries.collect(),
            unreadable: 0,
        }
    }

    fn holds(journals: &[Told]) -> Option<DeviceState> {
        let district = DistrictId::new("d1");
        let mut words = last_words(journals, |entry| state(&district, entry), strict_state);
        words.remove(&LAPTOP)
    }

    #[test]
    fn of_several_journals_the_latest_word_holds_in_whatever_order_they_are_read() {
        use DeviceState::{Active, Wipe};
        let mut journals = [
            journal(&[(Some(3), Wipe)]),
            journal(&[(Some(1), Wipe), (Some(2), Active)]),
        ];
        for _ in 0..2 {
            assert_eq!(holds(&journals), Some(Wipe));
            journals.reverse();
        }
        let later = journal(&[(Some(4), Active)]);
        let [one, two] = journals;
        assert_eq!(holds(&[later, one, two]), Some(Active));
    }

    #[test]
    fn a_word_without_a_time_holds_if_it_is_the_stricter() {
        use DeviceState::{Active, Revoked, Suspended, Wipe};
        let undated = |state| journal(&[(None, state)]);
        for (one, other, which) in [
            (undated(Wipe), undated(Active), Wipe),
            (undated(Active), undated(Suspended), Suspended),
            (journal(&[(Some(1), Revoked)]), undated(Active), Revoked),
            (undated(Wipe), journal(&[(Some(1), Active)]), Wipe),
        ] {
            assert_eq!(holds(&[one, other]), Some(which));
        }
    }

    #[test]
    fn within_one_journal_the_last_word_holds_whatever_its_clock_said() {
        use DeviceState::{Active, Revoked, Suspended};
        let without = journal(&[(None, Revoked), (None, Active)]);
        assert_eq!(holds(&[without]), Some(Active));
        let set_back = journal(&[(Some(9), Suspended), (Some(1), Active)]);
        assert_eq!(holds(&[set_back]), Some(Active));
    }

    #[test]
    fn another_district_s_laptops_are_its_own() {
        let journals = [journal(&[(Some(1), DeviceState::Wipe)])];
        let district = DistrictId::new("d2");
        let words = last_words(&journals, |entry| state(&district, entry), strict_state);
        assert!(words.is_empty());
    }
}
