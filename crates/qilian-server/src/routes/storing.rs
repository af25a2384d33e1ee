//! Owns the end of an upload: the hash is verified, the bytes are put where they stay, the journal notes it,
//! the database says it; only then the laptop is told. Killed in between, the laptop asks again and it is
//! done again.
//!
//! Elsewhere: the routes (`uploads`).

use std::sync::Arc;

use qilian_domain::ids::AttachmentId;
use qilian_domain::rows::StoredFile;
use qilian_sync::wire::ErrorCode;

use super::Server;
use super::error::Refused;
use crate::files::{BlobFault, Files, Turn};
use crate::journal::Entry;
use crate::storage::Device;
use crate::storage::files::{Proof, Upload, stored_now};

/// The server's files.
pub(super) fn has_files(server: &Server) -> Result<&Files, Refused> {
    let missing = || Refused::new(ErrorCode::BUSY, "this server keeps no files");
    server.files().ok_or_else(missing)
}

/// What a device may do about an attachment of its user's.
pub(super) async fn mine(
    server: &Arc<Server>,
    device: &Device,
    id: AttachmentId,
) -> Result<Upload, Refused> {
    let (device, now) = (device.id, server.clock.now());
    let found = server
        .blocking(move |storage, district| storage.upload(district, device, id, now))
        .await??;
    found.ok_or_else(unknown)
}

fn unknown() -> Refused {
    Refused::new(ErrorCode::AttachmentUnknown, "no such attachment of yours")
}

impl Server {
    /// Ends an upload whose bytes are all there. It goes on to its end also if the laptop goes away.
    pub(super) async fn store(
        self: &Arc<Self>,
        device: Device,
        turn: Turn,
        upload: Upload,
    ) -> Result<(), Refused> {
        let server = Arc::clone(self);
        let stored = tokio::spawn(async move { server.store_now(&device, turn, &upload).await });
        stored.await.unwrap_or_else(|error| {
            tracing::error!(%error, "storing a file panicked");
            Err(Refused::new(ErrorCode::Internal, "a request panicked"))
        })
    }

    async fn store_now(
        self: &Arc<Self>,
        device: &Device,
        turn: Turn,
        upload: &Upload,
    ) -> Result<(), Refused> {
        let sha256 = upload.attachment.sha256;
        if !turn.has_hash(sha256).await? {
            turn.forget().await?;
            return Err(Refused::new(
                ErrorCode::HashMismatch,
                "the bytes have another hash: begin at 0",
            ));
        }
        let now = self.clock.now();
        let may_begin = self
            .blocking(move |storage, district| storage.begin_keeping(district, sha256, now))
            .await??;
        if !may_begin {
            let message = "bytes of this hash are being removed";
            return Err(Refused::new(ErrorCode::BUSY, message));
        }
        has_files(self)?.blobs.put(sha256, turn.path()).await?;
        let kept = self.keep(device, upload, Proof::Sent).await?;
        // Stored, or wanted by nobody any more.
        turn.forget().await?;
        kept.map(drop).ok_or_else(unknown)
    }

    /// Says in the journal and in the database that the bytes of an attachment are stored.
    pub(super) async fn keep(
        self: &Arc<Self>,
        device: &Device,
        upload: &Upload,
        proof: Proof,
    ) -> Result<Option<StoredFile>, Refused> {
        let now = self.clock.now();
        self.write_down(Entry::Stored {
            district: self.district.clone(),
            file: stored_now(&upload.attachment, now),
            at: now,
        })
        .await?;
        let (device, attachment) = (device.id, upload.attachment.id);
        Ok(self
            .blocking(move |storage, district| {
                storage.keep(district, device, attachment, proof, now)
            })
            .await??)
    }
}

impl From<std::io::Error> for Refused {
    fn from(error: std::io::Error) -> Self {
        BlobFault::from(error).into()
    }
}

impl From<BlobFault> for Refused {
    fn from(fault: BlobFault) -> Self {
        tracing::error!(error = %fault, "files can't be read or written");
        match fault {
            BlobFault::Full(_) => Self::new(ErrorCode::DiskFull, "the server's disk is full"),
            BlobFault::Failed(_) => Self::new(ErrorCode::BUSY, "try again"),
        }
    }
}
