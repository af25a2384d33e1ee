//! Owns the export of what this laptop may not send any more (`sync.md` A.0 18): its user hands the file to an
//! administrator, and nobody else can open it. Nothing is removed here: whatever becomes of the file, all is where it
//! was.
//!
//! Elsewhere: what is in the file (`qilian_sync::export`), what the district makes of it (`qilian-server import laptop`).

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use qilian_domain::ids::{AttachmentId, DeviceId, DistrictId};
use qilian_domain::rows::{District, ExportKey};
use qilian_store::LocalFile;
use qilian_sync::export::{Export, ExportFault, ExportWriter, ExportedFile};

use crate::attachment::{AttachmentError, new_file};
use crate::contract::ExportView;
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// Writes all that this laptop has written, and the files that it owes, sealed for its district, into a folder.
    ///
    /// # Errors
    /// `export_key_missing` before the first sync with a server that has one; the folder's, or the store's.
    pub fn export_unsent(&self, folder: &Path) -> Result<ExportView, AppError> {
        let identity = self.reader().identity()?.ok_or(AppError::NotEnrolled)?;
        let district: Option<District> = self.reader().get(&identity.district.id)?;
        let key = district.and_then(|district| district.export_key);
        let key = key.ok_or(AppError::ExportKeyMissing)?;
        let files = self.owed_files()?;
        let (unsent, _) = self.reader().waiting()?;
        let now = self.now();
        let export = Export {
            id: DeviceId::new(self.ids.id(now)),
            device: identity.device,
            token: identity.token,
            made: now,
            mutations: self.reader().written()?,
            files: files.iter().map(|(file, _)| file.clone()).collect(),
        };
        let name = format!(
            "qilian-{}-{}.export",
            identity.user.id,
            self.today_date().format("%Y%m%d")
        );
        let failed = |error| AppError::home(folder, error);
        let (path, file) = new_file(folder, &name).map_err(failed)?;
        if let Err(fault) = self.write(file, key, &identity.district.id, &export, &files) {
            // Half an export would look like one.
            let _ = std::fs::remove_file(&path);
            return Err(match fault {
                ExportFault::Io(error) => AppError::home(&path, error),
                fault => AppError::Internal(fault.to_string()),
            });
        }
        Ok(ExportView {
            path: path.display().to_string(),
            unsent: u32::try_from(unsent).unwrap_or(u32::MAX),
            files: to_u32(files.len()),
        })
    }

    /// The files that the district does not have, and where their bytes are. One whose bytes were lost with the
    /// disk can't be handed over.
    fn owed_files(&self) -> Result<Vec<(ExportedFile, LocalFile)>, AppError> {
        let mut files = Vec::new();
        let uploads = self.reader().uploads()?;
        for owed in uploads {
            let kept = self.reader().local_file(&owed.sha256)?;
            let readable = kept.filter(|file| file.whole && self.is_readable(file));
            let Some(kept) = readable else {
                tracing::warn!(attachment = %owed.attachment, "a file is not there to be handed over");
                continue;
            };
            let damaged = |_| AttachmentError::Damaged(owed.sha256.clone());
            let file = ExportedFile {
                attachment: AttachmentId::new(owed.attachment),
                sha256: owed.sha256.parse().map_err(damaged)?,
                size: owed.size,
            };
            files.push((file, kept));
        }
        Ok(files)
    }

    /// Whether all of a file is there: one that is damaged must not keep the others back.
    fn is_readable(&self, file: &LocalFile) -> bool {
        let read = self
            .open_file(file)
            .map(|mut bytes| io::copy(&mut bytes, &mut io::sink()));
        matches!(read, Ok(Ok(size)) if size == file.size)
    }

    fn write(
        &self,
        to: File,
        key: ExportKey,
        district: &DistrictId,
        export: &Export,
        files: &[(ExportedFile, LocalFile)],
    ) -> Result<(), ExportFault> {
        let to = BufWriter::new(to);
        let mut writer = ExportWriter::begin(to, key, district, &mut self.ids.random(), export)?;
        for (_, kept) in files {
            let mut bytes = self.open_file(kept).map_err(io::Error::other)?;
            io::copy(&mut bytes, &mut writer)?;
        }
        let file = writer.finish()?.into_inner().map_err(io::Error::other)?;
        Ok(file.sync_all()?)
    }
}
