//! Owns files of visits on the laptop: taking them in, showing them, sending their bytes and fetching others'.
//!
//! A file belongs to a form first. Its id is chosen when it is taken in, and the form's id becomes the visit's:
//! so once the visit is on record, each of its files is made an attachment by [`Laptop::settle_attachments`],
//! which may be killed and run again at any moment. Elsewhere: sealed bytes and which of them are kept
//! (`qilian-store`), what an attachment is (`qilian-domain`).

mod error;
mod fetch;
mod intake;
mod pace;
mod photo;
mod send;
mod settings;
mod show;

use std::io::Read as _;

use qilian_domain::command::{AttachmentAdd, AttachmentRemove, Command, ThumbnailAdd};
use qilian_domain::ids::{AttachmentId, MutId, VisitId};
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{AttachedTo, Attachment, HandledHow, Visit};
use qilian_store::{CommitAs, HeldFile, LocalFile};

use crate::contract::AttachmentArgs;
use crate::error::AppError;
use crate::handling::handle;
use crate::laptop::Laptop;
use crate::visit::id;

pub use error::AttachmentError;
pub(crate) use fetch::new_file;
pub(crate) use intake::Intakes;
pub use send::FilesSent;
pub(crate) use send::Watch;

impl Laptop {
    /// Makes attachments of the files of forms that are on record. Each is one transaction; what is refused stays
    /// with its form.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn settle_attachments(&self) -> Result<(), AppError> {
        let held = self.reader().held_files()?;
        for file in held {
            let Some(form) = crate::form::id_of(&file.form) else {
                continue;
            };
            let visit = VisitId::new(id(form)?);
            let recorded = self.reader().get::<Visit>(visit)?;
            if let Some(visit) = recorded
                && let Err(refusal) = self.attach(&visit, &file)?
            {
                tracing::warn!(%refusal, file = %file.id, "a file could not be attached");
            }
        }
        Ok(())
    }

    /// A visit that came back was sent again under another id: its files, which came back with it, follow it.
    ///
    /// # Errors
    /// The store's.
    pub(crate) fn files_follow(&self, old: VisitId, new: VisitId) -> Result<(), AppError> {
        let outcomes = self.reader().outcomes_to_handle()?;
        for outcome in outcomes {
            let Ok(Command::AttachmentAdd(add)) = Command::parse(&outcome.name, &outcome.args)
            else {
                continue;
            };
            let sha256 = add.sha256.to_string();
            let here = self.reader().local_file(&sha256)?;
            let Some(bytes) = here.filter(|_| add.to == AttachedTo::Visit(old)) else {
                continue;
            };
            let held = HeldFile {
                id: self.new_id(),
                form: crate::form::key(&new.to_string()),
                sha256,
                size: bytes.size,
                thumbnail: self.thumbnail_of(&bytes, &add.mime),
                name: add.name,
                mime: add.mime,
                added_at: self.now(),
            };
            self.store().hold_again(add.attachment.uuid(), &held)?;
            self.commit(&handle(&outcome, HandledHow::Resubmitted))?;
        }
        self.settle_attachments()
    }

    /// The small picture of a photo that is here, made anew.
    fn thumbnail_of(&self, file: &LocalFile, mime: &str) -> Option<String> {
        if !photo::cleaned(mime) {
            return None;
        }
        let mut bytes = Vec::new();
        self.open_file(file).ok()?.read_to_end(&mut bytes).ok()?;
        photo::take_in(bytes).ok()?.thumbnail
    }

    fn attach(&self, visit: &Visit, file: &HeldFile) -> Result<Result<(), Refusal>, AppError> {
        let attachment = AttachmentId::new(file.id);
        let uscc = visit.uscc.clone();
        let mut commands: Vec<Command> = vec![
            AttachmentAdd {
                attachment,
                uscc: uscc.clone(),
                to: AttachedTo::Visit(visit.id),
                name: file.name.clone(),
                mime: file.mime.clone(),
                size_bytes: file.size,
                sha256: (file.sha256.parse())
                    .map_err(|_| AppError::Internal("a held file's hash".to_owned()))?,
                // Taken off with all else that a camera writes into its pictures.
                taken_at: None,
            }
            .into(),
        ];
        if let Some(data) = &file.thumbnail {
            commands.push(
                ThumbnailAdd {
                    uscc,
                    attachment,
                    mime: photo::THUMBNAIL_MIME.to_owned(),
                    data: data.clone(),
                }
                .into(),
            );
        }
        let mut store = self.store();
        let rules = self.rules_in(&store)?;
        let commands: Vec<_> = (commands.into_iter())
            .map(|command| {
                let commit_as = CommitAs {
                    mut_id: MutId::new(self.new_id()),
                    device_time: self.now(),
                    rules: &rules,
                    closes: None,
                };
                (command, commit_as)
            })
            .collect();
        let done = store.attach(file, &commands)?.map(|_| ());
        drop(store);
        if done.is_ok() {
            self.bell.committed();
        }
        Ok(done)
    }

    /// Takes a file away: from its form, or from its visit.
    ///
    /// # Errors
    /// `attachment_unknown`, `not_yours`, or the store's.
    pub fn attachment_remove(&self, args: &AttachmentArgs) -> Result<(), AppError> {
        let id = id(&args.attachment_id)?;
        let held = self.reader().held_file(id)?;
        if held.is_some() {
            self.store().drop_held_file(id)?;
            return self.sweep_files();
        }
        let attachment: Attachment = (self.reader().get(id)?)
            .ok_or_else(|| Refusal::AttachmentUnknown(args.attachment_id.clone()))?;
        let command = AttachmentRemove {
            uscc: attachment.uscc,
            attachment: attachment.id,
        }
        .into();
        let mut store = self.store();
        let rules = self.rules_in(&store)?;
        let commit_as = CommitAs {
            mut_id: MutId::new(self.new_id()),
            device_time: self.now(),
            rules: &rules,
            closes: None,
        };
        store.detach(id, &command, &commit_as)??;
        drop(store);
        self.bell.committed();
        self.sweep_files()
    }

    /// Removes from the folder what no row names.
    pub(crate) fn sweep_files(&self) -> Result<(), AppError> {
        let named = self.reader().file_places()?;
        let removed = self.files.sweep(&named).map_err(AttachmentError::from)?;
        if removed > 0 {
            tracing::debug!(removed, "files were swept");
        }
        Ok(())
    }
}
