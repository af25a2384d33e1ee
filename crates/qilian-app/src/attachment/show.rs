//! Owns what screens show of files: those of a form or a visit, those that are owed to the district.

use qilian_domain::ids::VisitId;
use qilian_domain::media;
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{
    AttachedTo, Attachment, Enterprise, StoredFile, Thumbnail, ThumbnailImage, Visit,
};
use qilian_store::{Contents, HeldFile, StoreError, Upload};
use uuid::Uuid;

use super::{id, photo};
use crate::contract::{
    AttachmentKind, AttachmentState, AttachmentView, AttachmentsArgs, FileWaiting,
};
use crate::error::AppError;
use crate::file::People;
use crate::laptop::Laptop;

impl Laptop {
    /// The files of an open form or a visit, in the order in which they were added.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn attachments(&self, args: &AttachmentsArgs) -> Result<Vec<AttachmentView>, AppError> {
        let visit = VisitId::new(id(&args.visit_id)?);
        let people = self.people()?;
        let reader = self.reader();
        let held = reader.held_files_of(&crate::form::key(&args.visit_id))?;
        let mut views: Vec<_> = held.iter().map(held_view).collect();
        if let Some(visit) = reader.get::<Visit>(visit)? {
            let on_the_day = reader.children_on::<Attachment>(&visit.uscc, visit.on, visit.on)?;
            for attachment in on_the_day {
                if attachment.to == AttachedTo::Visit(visit.id) && attachment.removed.is_none() {
                    views.push(self.attachment_view(&reader, &attachment, &people)?);
                }
            }
        }
        views.sort_by(|a, b| a.attachment_id.cmp(&b.attachment_id));
        Ok(views)
    }

    /// Nothing, if a visit is on record here.
    ///
    /// # Errors
    /// `visit_unknown`, or the store's.
    pub fn visit_known(&self, visit_id: &str) -> Result<(), AppError> {
        let visit = self.reader().get::<Visit>(id(visit_id)?)?;
        Ok(visit
            .map(|_| ())
            .ok_or_else(|| Refusal::VisitUnknown(visit_id.to_owned()))?)
    }

    /// The hash of a file's bytes, in hexadecimal.
    ///
    /// # Errors
    /// `attachment_unknown`, or the store's.
    pub fn attachment_sha256(&self, attachment_id: &str) -> Result<String, AppError> {
        let id = id(attachment_id)?;
        let reader = self.reader();
        if let Some(held) = reader.held_file(id)? {
            return Ok(held.sha256);
        }
        let row: Option<Attachment> = reader.get(id)?;
        Ok(row
            .map(|row| row.sha256.to_string())
            .ok_or_else(|| Refusal::AttachmentUnknown(attachment_id.to_owned()))?)
    }

    /// One file of a form or a visit.
    ///
    /// # Errors
    /// `attachment_unknown`, or the store's.
    pub fn attachment(&self, id: Uuid) -> Result<AttachmentView, AppError> {
        let people = self.people()?;
        let reader = self.reader();
        if let Some(held) = reader.held_file(id)? {
            return Ok(held_view(&held));
        }
        let attachment: Attachment = reader
            .get(id)?
            .filter(|attachment: &Attachment| attachment.removed.is_none())
            .ok_or_else(|| Refusal::AttachmentUnknown(id.to_string()))?;
        Ok(self.attachment_view(&reader, &attachment, &people)?)
    }

    fn attachment_view(
        &self,
        reader: &Contents,
        attachment: &Attachment,
        people: &People,
    ) -> Result<AttachmentView, StoreError> {
        let id = attachment.id;
        let thumbnail = reader.get::<Thumbnail>(id)?.and_then(|t| t.image);
        let upload = reader.upload(id.uuid())?;
        let stored = reader.get::<StoredFile>(id)?;
        let here = (reader.local_file(&attachment.sha256.to_string())?).is_some_and(|f| f.whole);
        let mine = attachment.by == self.user().id;
        let at_server = stored.is_some_and(|stored| stored.is_stored());
        Ok(AttachmentView {
            attachment_id: id.to_string(),
            name: attachment.name.clone(),
            kind: attachment.kind.into(),
            mime: attachment.mime.clone(),
            size_bytes: attachment.size_bytes,
            thumbnail: thumbnail.map(|ThumbnailImage { mime, data }| data_address(&mime, &data)),
            by: Some(people.person(&attachment.by)),
            mine,
            here,
            state: match upload {
                Some(upload) => state_of(&upload),
                // What this laptop brought is there as soon as the server says so; the row comes later.
                None if at_server || (mine && reader.has_sent(id.uuid())?) => {
                    AttachmentState::Stored
                }
                None => AttachmentState::Elsewhere,
            },
        })
    }

    /// How many files each visit to an enterprise has.
    pub(crate) fn count_attachments(attachments: &[Attachment], visit: VisitId) -> u32 {
        let of = |a: &&Attachment| a.to == AttachedTo::Visit(visit) && a.removed.is_none();
        crate::enterprises::to_u32(attachments.iter().filter(of).count())
    }

    /// The files that this laptop owes the district, the smallest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn files_waiting(&self) -> Result<Vec<FileWaiting>, AppError> {
        let reader = self.reader();
        let mut waiting = Vec::new();
        for upload in reader.uploads()? {
            let attachment: Option<Attachment> = reader.get(upload.attachment)?;
            let enterprise = match &attachment {
                Some(attachment) => reader.get::<Enterprise>(&attachment.uscc)?,
                None => None,
            };
            waiting.push(FileWaiting {
                attachment_id: upload.attachment.to_string(),
                name: upload.name,
                enterprise: enterprise.map(|e| e.name),
                size_bytes: upload.size,
                sent_bytes: upload.sent,
                trouble: upload.trouble,
            });
        }
        Ok(waiting)
    }
}

fn held_view(held: &HeldFile) -> AttachmentView {
    let kind = media::of_mime(&held.mime).map_or(media::MediaKind::Document, |media| media.kind);
    AttachmentView {
        attachment_id: held.id.to_string(),
        name: held.name.clone(),
        kind: AttachmentKind::from(kind),
        mime: held.mime.clone(),
        size_bytes: held.size,
        thumbnail: (held.thumbnail.as_ref()).map(|data| data_address(photo::THUMBNAIL_MIME, data)),
        by: None,
        mine: true,
        here: true,
        state: AttachmentState::Held,
    }
}

fn state_of(upload: &Upload) -> AttachmentState {
    match &upload.trouble {
        Some(code) => AttachmentState::Trouble { code: code.clone() },
        None => AttachmentState::Waiting {
            sent_bytes: upload.sent,
        },
    }
}

fn data_address(mime: &str, base64: &str) -> String {
    format!("data:{mime};base64,{base64}")
}
