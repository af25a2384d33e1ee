//! Owns what must hold of files: what is said to be stored is there, no only copy is ever gone, and nobody reads or
//! keeps what is not theirs.
//!
//! Elsewhere: what is done with files (`files`, `bytes`), rows of files at rest (`at_rest`).

use qilian_domain::ids::{AttachmentId, MutId, UserId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Row, RowKey};
use qilian_domain::rows::{Attachment, StoredFile};

use super::bytes::Bytes;
use super::claims::{Broken, Claim};
use super::desk::Desk;
use super::oracle::{Cut, Oracle};

/// A file whose bytes were taken in on a laptop.
pub(super) struct Taken {
    sha256: ContentHash,
    /// What made an attachment of it.
    mutation: MutId,
    /// Its author let go of it, or the disk on which it was is gone.
    pub(super) gone: bool,
}

impl Taken {
    pub(super) const fn new(sha256: ContentHash, mutation: MutId) -> Self {
        Self {
            sha256,
            mutation,
            gone: false,
        }
    }
}

impl Oracle {
    /// The author of a file let go of it.
    pub(super) fn let_go_of(&mut self, attachment: AttachmentId) {
        if let Some(taken) = self.files.get_mut(&attachment) {
            taken.gone = true;
        }
    }

    /// All contents of files.
    pub(super) fn hashes(&self) -> Vec<ContentHash> {
        let mut hashes: Vec<_> = self.files.values().map(|taken| taken.sha256).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    /// A disk went: files that were nowhere else are gone with it.
    pub(super) fn disk_went(&mut self, desks: &mut [Desk], bytes: &Bytes) {
        for taken in self.files.values_mut() {
            taken.gone |= !bytes.has(taken.sha256) && !is_on_one(desks, taken.sha256);
        }
    }
}

/// What the district says is stored is there.
pub(super) fn stored(cut: &Cut, bytes: &Bytes) -> Result<(), Broken> {
    for held in cut.rows.values() {
        if let Row::StoredFile(file) = &held.row
            && file.is_stored()
            && !bytes.bears_out(file)
        {
            return Err(Claim::Stored.broken(format!("{file:?}, and no bytes are there")));
        }
    }
    Ok(())
}

/// Bytes that are not at the server are on a laptop.
pub(super) fn only_copies(
    desks: &mut [Desk],
    oracle: &Oracle,
    bytes: &Bytes,
) -> Result<(), Broken> {
    for (attachment, taken) in &oracle.files {
        let sha256 = taken.sha256;
        let gone = taken.gone || oracle.written[&taken.mutation].gone;
        if !gone && !bytes.has(sha256) && !bytes.is_lost(sha256) && !is_on_one(desks, sha256) {
            return Err(Claim::OnlyCopy.broken(format!("the bytes of {attachment} are nowhere")));
        }
    }
    Ok(())
}

fn is_on_one(desks: &mut [Desk], sha256: ContentHash) -> bool {
    desks.iter_mut().any(|desk| is_on(desk, sha256))
}

fn is_on(desk: &mut Desk, sha256: ContentHash) -> bool {
    let file = desk.store().local_file(&sha256.to_string()).expect("read");
    file.is_some_and(|file| file.whole)
}

/// Bytes are read by who sees an attachment of them. What only the journal knows to be stored after a restore is
/// readable before its attachment is back.
pub(super) fn may_read(cut: &Cut, user: &UserId, file: &StoredFile) -> Result<(), Broken> {
    let names = |key: &RowKey| match &cut.rows[key].row {
        Row::Attachment(seen) => seen.sha256 == file.sha256 && seen.removed.is_none(),
        Row::StoredFile(seen) => {
            let attachment = RowKey::of::<Attachment>(seen.attachment);
            seen.sha256 == file.sha256 && !cut.rows.contains_key(&attachment)
        }
        _ => false,
    };
    if cut.projected(user).into_keys().any(names) {
        return Ok(());
    }
    Err(Claim::ScopeSound.broken(format!("{user} may read {file:?}")))
}

/// After a complete pull a laptop has the bytes of what it shows and of what it owes, and no others.
pub(super) fn none_left_behind(desk: &mut Desk, oracle: &Oracle) -> Result<(), Broken> {
    let here: Vec<_> = (oracle.hashes().into_iter())
        .filter(|sha256| is_on(desk, *sha256))
        .collect();
    if here.is_empty() {
        return Ok(());
    }
    let store = desk.store();
    let owed = store.uploads().expect("read").into_iter();
    let held = store.held_files().expect("read").into_iter();
    let mut may: Vec<String> = owed.map(|upload| upload.sha256).collect();
    may.extend(held.map(|held| held.sha256));
    let cut = oracle.cut(desk.identity().epoch, desk.cursor());
    let user = desk.user().clone();
    let of_cut = cut.iter().flat_map(|cut| {
        let rows = cut.projected(&user).into_keys();
        rows.map(|key| cut.rows[key].row.clone())
    });
    let of_overlay: Vec<Attachment> = desk.store().all().expect("read");
    let named = of_cut.chain(of_overlay.into_iter().map(Row::from));
    may.extend(named.filter_map(|row| match row {
        Row::Attachment(seen) if seen.removed.is_none() => Some(seen.sha256.to_string()),
        _ => None,
    }));
    match here
        .iter()
        .find(|sha256| !may.contains(&sha256.to_string()))
    {
        None => Ok(()),
        Some(sha256) => {
            Err(Claim::ScopeSound.broken(format!("{user} still has the bytes of {sha256}")))
        }
    }
}

/// At rest nothing is owed of what the district knows, and the bytes that a laptop brought are stored.
pub(super) fn all_stored(desk: &mut Desk, cut: &Cut) -> Result<(), Broken> {
    for held in cut.rows.values() {
        let Row::Attachment(attachment) = &held.row else {
            continue;
        };
        let (id, store) = (attachment.id.uuid(), desk.store());
        let owed = store.upload(id).expect("read").is_some();
        let brought = owed || store.has_sent(id).expect("read");
        if attachment.removed.is_some() || !brought || !is_on(desk, attachment.sha256) {
            continue;
        }
        let said = cut.rows.get(&RowKey::of::<StoredFile>(attachment.id));
        let said = said.and_then(|held| StoredFile::try_from(held.row.clone()).ok());
        if owed || !said.as_ref().is_some_and(StoredFile::is_stored) {
            let told = format!("{attachment:?} of {}: {said:?}", desk.user());
            return Err(Claim::Stored.broken(told));
        }
    }
    Ok(())
}
