//! Owns what is done with files in a simulated district: cadres add them to visits and take them back, laptops
//! send them and let go of them, the server loses some and removes what nobody needs.
//!
//! A laptop keeps no bytes here: a file that its store says is whole is there. Elsewhere: what the server does
//! with bytes (`bytes`), what must hold of them (`kept`).

use qilian_domain::command::{AttachmentAdd, AttachmentRemove, Command};
use qilian_domain::ids::{AttachmentId, MutId};
use qilian_domain::media::ContentHash;
use qilian_domain::row::RowKey;
use qilian_domain::rows::{AttachedTo, Attachment, Outcome, Visit};
use qilian_store::{DataKey, HeldFile, LocalFile, Upload};
use sha2::{Digest as _, Sha256};

use super::action::{Action, COMMON_FILES};
use super::bytes::{Ends, Sent};
use super::claims::Broken;
use super::kept::{self, Taken};
use super::world::World;

const MIME: &str = "image/jpeg";
/// The key of each file: there are no bytes to seal with it.
const KEY: [u8; 32] = [7; 32];

impl World {
    /// Something is done with a file.
    pub(super) fn file(&mut self, action: Action) -> Result<(), Broken> {
        match action {
            Action::Attach {
                desk,
                visit,
                content,
            } => self.attach(self.desk_of(desk), visit, content)?,
            Action::Remove { desk, nth } => self.detach(self.desk_of(desk), nth)?,
            Action::Upload { desk, ends } => {
                let n = self.desk_of(desk);
                let owed = self.desks[n].store().uploads().expect("read");
                if let Some(upload) = owed.iter().find(|upload| upload.trouble.is_none()) {
                    self.send_file(n, upload, Ends::of(ends))?;
                }
            }
            Action::Evict { desk } => {
                let n = self.desk_of(desk);
                if self.desks[n].write(|store| store.free_files(0)).is_none() {
                    self.nothing_lost(n)?;
                }
            }
            Action::LoseBytes { nth } => self.district.bytes.lose(nth),
            Action::Collect => {
                self.district.check_files(self.now);
                self.look();
                self.district.collect_files(self.now);
            }
            _ => {}
        }
        self.files_hold()
    }

    /// What is said of files is so, and no only copy is gone.
    pub(super) fn files_hold(&mut self) -> Result<(), Broken> {
        let cut = self.look();
        kept::stored(&cut, &self.district.bytes)?;
        kept::only_copies(&mut self.desks, &self.oracle, &self.district.bytes)
    }

    /// A file is taken in for a visit, and attached to it.
    fn attach(&mut self, n: usize, visit: u8, content: u8) -> Result<(), Broken> {
        let me = self.desks[n].user().clone();
        let mut visits: Vec<Visit> = self.desks[n].store().all().expect("read");
        visits.retain(|visit| visit.cadres.contains(&me));
        let Some(at) = usize::from(visit).checked_rem(visits.len()) else {
            return Ok(());
        };
        let id = self.make();
        let content = if content < COMMON_FILES {
            content.into()
        } else {
            id.as_u128()
        };
        let used_at = self.desks[n].clock(self.now);
        let bytes = LocalFile {
            sha256: hash(content).to_string(),
            size: size(content),
            place: self.make(),
            key: DataKey::new(KEY),
            whole: true,
            used_at,
        };
        let held = HeldFile {
            id,
            form: visits[at].id.to_string(),
            sha256: bytes.sha256.clone(),
            size: bytes.size,
            name: format!("照片{}.jpg", self.made()),
            mime: MIME.to_owned(),
            thumbnail: None,
            added_at: used_at,
        };
        let taken = self.desks[n].write(|store| store.hold_file(&bytes, &held));
        match taken {
            Some(_) => self.settle(n),
            None => self.nothing_lost(n),
        }
    }

    /// Makes attachments of files whose visit is on record.
    pub(super) fn settle(&mut self, n: usize) -> Result<(), Broken> {
        for held in self.desks[n].store().held_files().expect("read") {
            let visit: uuid::Uuid = held.form.parse().expect("a visit's id");
            let visit: Option<Visit> = self.desks[n].store().get(visit).expect("read");
            let Some(visit) = visit else { continue };
            let sha256: ContentHash = held.sha256.parse().expect("a hash");
            let add = Command::from(AttachmentAdd {
                attachment: AttachmentId::new(held.id),
                uscc: visit.uscc,
                to: AttachedTo::Visit(visit.id),
                name: held.name.clone(),
                mime: held.mime.clone(),
                size_bytes: held.size,
                sha256,
                taken_at: None,
            });
            let mut_id = MutId::new(self.make());
            let done = self.desks[n].write_as(mut_id, self.now, |store, commit_as| {
                store.attach(&held, &[(add.clone(), commit_as)])
            });
            match done {
                Some(Err(_)) => continue,
                Some(Ok(committed)) => {
                    for committed in &committed {
                        self.shows(n, committed)?;
                    }
                    self.note(n, mut_id, add);
                }
                None => self.note_if_there(n, mut_id, add)?,
            }
            if self.oracle.written.contains_key(&mut_id) {
                let taken = Taken::new(sha256, mut_id);
                (self.oracle.files).insert(AttachmentId::new(held.id), taken);
            }
        }
        Ok(())
    }

    /// A cadre takes one of their files back.
    fn detach(&mut self, n: usize, nth: u8) -> Result<(), Broken> {
        let me = self.desks[n].user().clone();
        let mut shown: Vec<Attachment> = self.desks[n].store().all().expect("read");
        shown.retain(|attachment| attachment.by == me && attachment.removed.is_none());
        let Some(at) = usize::from(nth).checked_rem(shown.len()) else {
            return Ok(());
        };
        let attachment = shown.swap_remove(at);
        let remove = Command::from(AttachmentRemove {
            uscc: attachment.uscc,
            attachment: attachment.id,
        });
        let mut_id = MutId::new(self.make());
        let done = self.desks[n].write_as(mut_id, self.now, |store, commit_as| {
            store.detach(attachment.id.uuid(), &remove, &commit_as)
        });
        match done {
            Some(Err(_)) => return Ok(()),
            Some(Ok(committed)) => {
                self.shows(n, &committed)?;
                self.note(n, mut_id, remove);
            }
            None => self.note_if_there(n, mut_id, remove)?,
        }
        if self.oracle.written.contains_key(&mut_id) {
            self.oracle.let_go_of(attachment.id);
        }
        Ok(())
    }

    /// Whoever lets go of a file that came to nothing lets go of its bytes.
    pub(super) fn forget_file(&mut self, n: usize, outcome: &Outcome) -> Result<(), Broken> {
        let closed: Option<Outcome> = (self.desks[n].store().get(outcome.mutation)).expect("read");
        let closed = closed.is_none_or(|outcome| outcome.handled.is_some());
        let Ok(Command::AttachmentAdd(add)) = Command::parse(&outcome.name, &outcome.args) else {
            return Ok(());
        };
        if closed {
            self.oracle.let_go_of(add.attachment);
            let id = add.attachment.uuid();
            if self.desks[n]
                .write(|store| store.forget_upload(id))
                .is_none()
            {
                self.nothing_lost(n)?;
            }
        }
        Ok(())
    }

    /// A laptop sends all that it owes on a fair network.
    pub(super) fn send_files(&mut self, n: usize) -> Result<(), Broken> {
        for upload in self.desks[n].store().uploads().expect("read") {
            self.now = self.now.plus_ms(50);
            if upload.trouble.is_none() {
                self.send_file(n, &upload, Ends::Heard)?;
            }
        }
        self.files_hold()
    }

    /// One go at an upload.
    fn send_file(&mut self, n: usize, upload: &Upload, ends: Ends) -> Result<(), Broken> {
        let id = upload.attachment;
        let here = self.desks[n].store().local_file(&upload.sha256);
        let sent = if here.expect("read").is_some_and(|file| file.whole) {
            let token = self.desks[n].identity().token;
            (self.district).take_file(&token, AttachmentId::new(id), ends, self.now)?
        } else {
            Sent::Unknown
        };
        self.look();
        self.trace(format!("{id} {sent:?}"));
        let desk = &mut self.desks[n];
        let noted = match sent {
            Sent::Nothing => Some(()),
            Sent::Open(offset) => desk.write(|store| store.note_sent(id, offset)),
            Sent::Stored => desk.write(|store| store.note_stored(id)),
            Sent::Unknown => {
                let key = RowKey::of::<Attachment>(id);
                match desk.store().pending(&key).expect("read") {
                    Some(_) => Some(()),
                    None => desk.write(|store| store.note_trouble(id, Some("attachment_unknown"))),
                }
            }
        };
        match noted {
            Some(()) => Ok(()),
            None => self.nothing_lost(n),
        }
    }

    /// A laptop's user may read the bytes of what they see, and of nothing else.
    pub(super) fn readable_in_scope(&mut self, n: usize) -> Result<(), Broken> {
        let (user, token) = (self.desks[n].user().clone(), self.desks[n].identity().token);
        for sha256 in self.oracle.hashes() {
            let file = self.district.readable(&token, sha256, self.now)?;
            let cut = self.look();
            if let Some(file) = file {
                kept::may_read(&cut, &user, &file)?;
            }
        }
        Ok(())
    }
}

/// What a content's bytes are.
fn hash(content: u128) -> ContentHash {
    ContentHash::new(Sha256::digest(content.to_le_bytes()).into())
}

/// How many they are.
const fn size(content: u128) -> u64 {
    1_000 + (content % 7) as u64 * 100
}
