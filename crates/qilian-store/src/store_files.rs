//! Owns which files the laptop keeps: those of open forms, those it owes the server, those it may let go of.
//!
//! The one rule: bytes that only this laptop may have are never let go of. Elsewhere: the bytes themselves
//! (`files`), sending and fetching them (`qilian-app`).

use std::collections::BTreeSet;

use qilian_domain::command::Command;
use qilian_domain::ids::At;
use qilian_domain::refusal::Refusal;
use uuid::Uuid;

use crate::contents::Contents;
use crate::error::StoreError;
use crate::store::{CommitAs, Committed, Store, commit_in};
use crate::table::file::{self, LocalFile};
use crate::table::held_file::{self, HeldFile};
use crate::table::upload::{self, Upload};
use crate::table::{draft, sync_state};

impl Contents {
    /// Bytes that are here, or are being fetched.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn local_file(&self, sha256: &str) -> Result<Option<LocalFile>, StoreError> {
        file::find(&self.connection, sha256)
    }

    /// How many bytes of files are here, and how many of those stay whatever the room: a form's, or owed to the
    /// server.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn files_room(&self) -> Result<(u64, u64), StoreError> {
        file::room(&self.connection)
    }

    /// The names in the folder of all files that count.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn file_places(&self) -> Result<BTreeSet<Uuid>, StoreError> {
        file::places(&self.connection)
    }

    /// The files of an open form, in the order in which they were taken in.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn held_files_of(&self, form: &str) -> Result<Vec<HeldFile>, StoreError> {
        held_file::of(&self.connection, form)
    }

    /// The files of all forms.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn held_files(&self) -> Result<Vec<HeldFile>, StoreError> {
        held_file::all(&self.connection)
    }

    /// One file of a form.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn held_file(&self, id: Uuid) -> Result<Option<HeldFile>, StoreError> {
        held_file::find(&self.connection, id)
    }

    /// What this laptop owes the server, the smallest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn uploads(&self) -> Result<Vec<Upload>, StoreError> {
        upload::owed(&self.connection)
    }

    /// Whether this laptop brought an attachment to the server, on its present timeline.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn has_sent(&self, attachment: Uuid) -> Result<bool, StoreError> {
        upload::is_stored(&self.connection, attachment)
    }

    /// What this laptop owes the server of one attachment; `None` if nothing.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn upload(&self, attachment: Uuid) -> Result<Option<Upload>, StoreError> {
        upload::find(&self.connection, attachment)
    }
}

impl Store {
    /// Keeps a file for an open form. If its bytes are here already, those serve: `false` says that the ones
    /// just written are not needed.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    pub fn hold_file(&mut self, bytes: &LocalFile, held: &HeldFile) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        let written = file::put(&transaction, bytes)?;
        held_file::put(&transaction, held)?;
        transaction.commit()?;
        Ok(written)
    }

    /// Keeps a file of an attachment that came to nothing for another form, and owes it no more under its old id.
    ///
    /// # Errors
    /// If it can't be written; then nothing was.
    pub fn hold_again(&mut self, attachment: Uuid, held: &HeldFile) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        held_file::put(&transaction, held)?;
        upload::delete(&transaction, attachment)?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets a file of an open form, as its user asked.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn drop_held_file(&mut self, id: Uuid) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        held_file::delete(&transaction, id)?;
        file::forget_unnamed(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Forgets an open form with its files, as its user asked.
    ///
    /// # Errors
    /// If it can't be written; then all of it stays.
    pub fn discard_form(&mut self, key: &str) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        draft::delete(&transaction, key)?;
        held_file::delete_of(&transaction, key)?;
        file::forget_unnamed(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Turns a held file into an attachment: does the commands that say so, and owes its bytes from then on.
    /// The inner error is the domain's refusal; then it stays held.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn attach(
        &mut self,
        held: &HeldFile,
        commands: &[(Command, CommitAs<'_>)],
    ) -> Result<Result<Vec<Committed>, Refusal>, StoreError> {
        let transaction = self.begin()?;
        let mut done = Vec::with_capacity(commands.len());
        for (command, commit_as) in commands {
            match commit_in(&transaction, command, commit_as)? {
                Ok(committed) => done.push(committed),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        upload::owe(&transaction, held)?;
        held_file::delete(&transaction, held.id)?;
        transaction.commit()?;
        Ok(Ok(done))
    }

    /// Takes an attachment away: does the command that says so, and owes its bytes no more.
    ///
    /// # Errors
    /// As [`Store::commit`].
    pub fn detach(
        &mut self,
        attachment: Uuid,
        command: &Command,
        commit_as: &CommitAs<'_>,
    ) -> Result<Result<Committed, Refusal>, StoreError> {
        let transaction = self.begin()?;
        let done = commit_in(&transaction, command, commit_as)?;
        if done.is_ok() {
            upload::delete(&transaction, attachment)?;
            transaction.commit()?;
        }
        Ok(done)
    }

    /// Notes how much of an attachment the server has.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn note_sent(&mut self, attachment: Uuid, sent: u64) -> Result<(), StoreError> {
        upload::set_sent(&self.connection, attachment, sent)
    }

    /// Notes that the server has an attachment whole and durable.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn note_stored(&mut self, attachment: Uuid) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        upload::set_stored(&transaction, attachment)?;
        upload::forget_done(&transaction)?;
        sync_state::note_change(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Notes why an attachment does not go on by itself; `None` lets it try again.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn note_trouble(
        &mut self,
        attachment: Uuid,
        trouble: Option<&str>,
    ) -> Result<(), StoreError> {
        upload::set_trouble(&self.connection, attachment, trouble)
    }

    /// Owes nothing of an attachment any more, as its user asked.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn forget_upload(&mut self, attachment: Uuid) -> Result<(), StoreError> {
        let transaction = self.begin()?;
        upload::delete(&transaction, attachment)?;
        file::forget_unnamed(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// Keeps bytes that were fetched, or are being fetched. If they are here already, those stay (`false`).
    ///
    /// # Errors
    /// If it can't be written.
    pub fn keep_file(&mut self, bytes: &LocalFile) -> Result<bool, StoreError> {
        file::put(&self.connection, bytes)
    }

    /// Forgets bytes: what lies in the folder is noise from here on.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn forget_file(&mut self, sha256: &str) -> Result<(), StoreError> {
        file::delete(&self.connection, sha256)
    }

    /// As [`Store::forget_file`], unless this laptop may be the only one to have them; tells whether it did.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn forget_spare_file(&mut self, sha256: &str) -> Result<bool, StoreError> {
        file::delete_spare(&self.connection, sha256)
    }

    /// Notes that bytes were looked at.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn use_file(&mut self, sha256: &str, at: At) -> Result<(), StoreError> {
        file::touch(&self.connection, sha256, at)
    }

    /// Lets go of the oldest of what the server has, until the rest fits into `budget` bytes. Tells whether
    /// something went.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn free_files(&mut self, budget: u64) -> Result<bool, StoreError> {
        let transaction = self.begin()?;
        let freed = file::free(&transaction, budget)?;
        transaction.commit()?;
        Ok(freed)
    }
}

/// What a flip leaves of files: those of attachments that left the scope go with it.
pub(crate) fn after_flip(connection: &rusqlite::Connection) -> Result<(), StoreError> {
    upload::compare_with_rows(connection)?;
    upload::try_known_again(connection)?;
    upload::forget_done(connection)?;
    file::forget_unnamed(connection)?;
    Ok(())
}
