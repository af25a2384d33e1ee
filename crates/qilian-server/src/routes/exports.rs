//! Owns bringing in the export of a laptop that may not send any more (`sync.md` A.0 18). What it wrote becomes a chain
//! of its own, that of a copy of the laptop: mutations that the district has are known by their ids, the others
//! are decided as for their author, and its files go up as ever. An administrator who brings it in vouches for it.
//!
//! The copy has the id of the export and a token that nobody knows; it may send while this goes on, and never else.
//! A laptop that the district does not know any more is enlisted first, revoked, if the administrator says whose it is.
//! Killed anywhere, or brought in twice: the same again comes to the same end. Elsewhere: the file
//! (`qilian_sync::export`), who may (whoever has the server's terminal: `cli::import`).

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use futures_util::Stream;
use qilian_domain::ids::UserId;
use qilian_domain::row::Kind;
use qilian_domain::rows::User;
use qilian_sync::chain::ChainHash;
use qilian_sync::export::{Export, ExportFault, ExportReader, ExportSecret, ExportedFile};
use qilian_sync::wire::{
    DeviceState, ErrorCode, Limits, MutationEnvelope, OutcomeReply, PushRequest, ReplyStatus,
};

use super::Server;
use super::error::Refused;
use super::storing::has_files;
use crate::files::Appended;
use crate::secret;
use crate::storage::{ATTEMPTS, Device, Enlisted};

/// Read at a time.
const CHUNK_BYTES: usize = 256 * 1024;

/// What a laptop is called that somebody else vouches for: its export does not say.
const VOUCHED_FOR: &str = "凭导出文件登记的电脑";

/// What an export came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BroughtIn {
    /// Whose it is.
    pub user: UserId,
    /// What they call the laptop.
    pub laptop: String,
    /// Mutations that have their effect, now or since before.
    pub applied: u32,
    /// Mutations that were refused: their author sees why.
    pub rejected: u32,
    /// Mutations that an administrator is to look at.
    pub aside: u32,
    /// Files that the district has.
    pub files: u32,
    /// Files whose visit was not taken: once it is, the export may be brought in again.
    pub files_left: u32,
}

/// Why an export was not brought in, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum NotBroughtIn {
    /// The file is no good.
    #[error(transparent)]
    File(#[from] ExportFault),
    /// No laptop of this district made it.
    #[error("of no laptop of this district")]
    LaptopUnknown,
    /// The laptop is another's than the administrator says.
    #[error("of a laptop of {0}")]
    LaptopOf(UserId),
    /// The administrator names nobody of this district.
    #[error("there is no user {0}")]
    UserUnknown(UserId),
    /// The server could not; brought in again, it goes on.
    #[error("the server failed: {0}")]
    Failed(String),
}

impl From<Refused> for NotBroughtIn {
    fn from(refused: Refused) -> Self {
        Self::Failed(refused.to_string())
    }
}

impl From<io::Error> for NotBroughtIn {
    fn from(error: io::Error) -> Self {
        Self::File(error.into())
    }
}

/// The export's bytes, read where reading may block.
type Contents = Arc<Mutex<ExportReader<BufReader<File>>>>;

impl Server {
    /// Brings an export in. `user` is whose laptop made it, as the administrator says, should the district not know it.
    ///
    /// # Errors
    /// [`NotBroughtIn`].
    pub async fn bring_in(
        self: &Arc<Self>,
        file: PathBuf,
        user: Option<UserId>,
    ) -> Result<BroughtIn, NotBroughtIn> {
        let fresh = ExportSecret(secret::key(&mut rand::rng()));
        let now = self.clock.now();
        let secret = self
            .blocking(move |storage, district| storage.export_secret(district, fresh, now))
            .await?
            .map_err(Refused::from)?;
        let district = self.district.clone();
        let opened = blocking(move || {
            let file = BufReader::new(File::open(file)?);
            Ok::<_, NotBroughtIn>(ExportReader::begin(file, &secret, &district)?)
        });
        let (export, contents) = opened.await?;
        let laptop = self.laptop_of(&export, user).await?;
        let copy = self.enlist_copy(&export, laptop).await?;
        self.put_state(copy.id, DeviceState::Active).await?;
        let taken = self.take(&copy, &export, contents).await;
        self.put_state(copy.id, DeviceState::Revoked).await?;
        taken
    }

    /// The laptop that made the export.
    async fn laptop_of(
        self: &Arc<Self>,
        export: &Export,
        user: Option<UserId>,
    ) -> Result<Device, NotBroughtIn> {
        let laptop = match (self.proven(export).await?, user) {
            (None, Some(user)) => self.enlist_vouched_for(export, user).await?,
            (Some(laptop), Some(user)) if laptop.user != user => {
                return Err(NotBroughtIn::LaptopOf(laptop.user));
            }
            (laptop, _) => laptop,
        };
        let laptop = laptop.filter(|laptop| laptop.id == export.device);
        laptop.ok_or(NotBroughtIn::LaptopUnknown)
    }

    /// The laptop whose token the export shows.
    async fn proven(self: &Arc<Self>, export: &Export) -> Result<Option<Device>, NotBroughtIn> {
        let token = secret::hash(&export.token);
        Ok(self
            .blocking(move |storage, district| storage.device(district, &token))
            .await?
            .map_err(Refused::from)?)
    }

    /// Enlists the laptop under the id and the token that its export shows, so that the next export of it is known. It
    /// may not sync before an administrator restores it: who vouches for a file has not seen the laptop.
    async fn enlist_vouched_for(
        self: &Arc<Self>,
        export: &Export,
        user: UserId,
    ) -> Result<Option<Device>, NotBroughtIn> {
        let users = self
            .blocking(move |storage, district| storage.rows(district, &[Kind::User]))
            .await?
            .map_err(Refused::from)?;
        let mut users = users.into_iter().filter_map(|row| User::try_from(row).ok());
        if !users.any(|known| known.id == user) {
            return Err(NotBroughtIn::UserUnknown(user));
        }
        let laptop = Enlisted {
            id: export.device,
            user,
            name: VOUCHED_FOR.to_owned(),
            copy_of: None,
            token: secret::hash(&export.token),
            version: String::new(),
            at: self.clock.now(),
        };
        self.note(laptop.clone()).await?;
        let is_new = self
            .blocking(move |storage, district| storage.enlist(district, &laptop))
            .await?
            .map_err(Refused::from)?;
        if is_new {
            self.put_state(export.device, DeviceState::Revoked).await?;
        }
        self.proven(export).await
    }

    /// The copy of the laptop, as which the export is taken.
    async fn enlist_copy(
        self: &Arc<Self>,
        export: &Export,
        laptop: Device,
    ) -> Result<Device, NotBroughtIn> {
        let copy = Enlisted {
            id: export.id,
            user: laptop.user,
            name: laptop.name,
            copy_of: Some(laptop.id),
            token: secret::hash(&secret::token(&mut rand::rng())),
            version: laptop.version,
            at: self.clock.now(),
        };
        self.note(copy.clone()).await?;
        let devices = self
            .blocking(move |storage, district| {
                storage.enlist(district, &copy)?;
                storage.devices(district)
            })
            .await?
            .map_err(Refused::from)?;
        let copy = devices
            .into_iter()
            .find(|device| device.id == export.id && device.copy_of == Some(laptop.id));
        copy.ok_or(NotBroughtIn::LaptopUnknown)
    }

    async fn take(
        self: &Arc<Self>,
        copy: &Device,
        export: &Export,
        contents: ExportReader<BufReader<File>>,
    ) -> Result<BroughtIn, NotBroughtIn> {
        let mut brought = BroughtIn {
            user: copy.user.clone(),
            laptop: copy.name.clone(),
            applied: 0,
            rejected: 0,
            aside: 0,
            files: 0,
            files_left: 0,
        };
        for outcome in self.push_all(copy, &export.mutations).await? {
            match outcome.status {
                ReplyStatus::Applied | ReplyStatus::Merged => brought.applied += 1,
                ReplyStatus::Rejected => brought.rejected += 1,
                ReplyStatus::Quarantined => brought.aside += 1,
            }
        }
        let contents = Arc::new(Mutex::new(contents));
        for file in &export.files {
            if self.take_file(copy, file, &contents).await? {
                brought.files += 1;
            } else {
                brought.files_left += 1;
            }
        }
        let end = blocking(move || {
            let contents = Arc::into_inner(contents);
            let contents =
                contents.map(|it| it.into_inner().unwrap_or_else(PoisonError::into_inner));
            contents.map_or(Ok(()), ExportReader::end)
        });
        end.await?;
        Ok(brought)
    }

    /// Sends the mutations, as the laptop would.
    async fn push_all(
        self: &Arc<Self>,
        copy: &Device,
        mutations: &[MutationEnvelope],
    ) -> Result<Vec<OutcomeReply>, NotBroughtIn> {
        let mut outcomes: Vec<OutcomeReply> = Vec::new();
        let mut base_hash = ChainHash::START;
        let mut tries = 0;
        while let Some(rest) = mutations
            .get(outcomes.len()..)
            .filter(|rest| !rest.is_empty())
        {
            let run = rest[..fitting(rest)].to_vec();
            let device = copy.id;
            let (incarnation, now) = (copy.incarnation, self.clock.now());
            let sent = run.clone();
            let pushed = self
                .blocking(move |storage, district| {
                    let (epoch, _) = storage.head(district)?;
                    let request = PushRequest {
                        epoch,
                        incarnation,
                        base_hash,
                        mutations: sent,
                    };
                    storage.push(district, device, &request, now)
                })
                .await?
                .map_err(Refused::from)?;
            tries += 1;
            if !pushed.outcomes.is_empty() {
                tries = 0;
            } else if tries > ATTEMPTS {
                let message = "the server failed on a mutation";
                return Err(Refused::new(ErrorCode::Internal, message).into());
            }
            let taken = run.iter().take(pushed.outcomes.len());
            base_hash = taken.fold(base_hash, |hash, taken| hash.then(&taken.payload));
            outcomes.extend(pushed.outcomes);
        }
        Ok(outcomes)
    }

    /// Stores a file; `false` if its attachment is not there.
    async fn take_file(
        self: &Arc<Self>,
        copy: &Device,
        file: &ExportedFile,
        contents: &Contents,
    ) -> Result<bool, NotBroughtIn> {
        let (device, attachment, now) = (copy.id, file.attachment, self.clock.now());
        let upload = self
            .blocking(move |storage, district| storage.upload(district, device, attachment, now))
            .await?
            .map_err(Refused::from)?;
        let is_same = |row: &qilian_domain::rows::Attachment| {
            (row.sha256, row.size_bytes) == (file.sha256, file.size)
        };
        let Some(upload) = upload.filter(|upload| is_same(&upload.attachment)) else {
            skip(contents, file.size).await?;
            return Ok(false);
        };
        if upload.stored {
            skip(contents, file.size).await?;
            return Ok(true);
        }
        let turn = has_files(self)?.uploads.take(copy.id, file.sha256).await;
        let busy = || Refused::new(ErrorCode::Superseded, "it is being brought in elsewhere");
        let turn = turn.ok_or_else(busy)?;
        let have = turn.offset().await?.min(file.size);
        skip(contents, have).await?;
        let rest = file.size - have;
        let (turn, ended) = turn.append(pieces(contents, rest), rest).await;
        match (turn, ended?) {
            (Some(turn), Appended::Whole) => {
                self.store(copy.clone(), turn, upload).await?;
                Ok(true)
            }
            (_, Appended::Cut) => Err(ExportFault::CutOff.into()),
            _ => Err(busy().into()),
        }
    }
}

/// How many of these fit in one push; at least one.
fn fitting(mutations: &[MutationEnvelope]) -> usize {
    let Limits {
        push_mutations,
        push_bytes,
        ..
    } = Limits::default();
    let mut room = push_bytes as usize;
    let fits = mutations
        .iter()
        .take(push_mutations as usize)
        .take_while(|m| {
            let fits = m.payload.len() <= room;
            room = room.saturating_sub(m.payload.len());
            fits
        });
    fits.count().max(1)
}

/// The next `left` bytes.
fn pieces(contents: &Contents, left: u64) -> impl Stream<Item = io::Result<Bytes>> {
    let contents = Arc::clone(contents);
    futures_util::stream::try_unfold(left, move |left| {
        let contents = Arc::clone(&contents);
        async move {
            if left == 0 {
                return Ok(None);
            }
            let piece = blocking(move || read(&contents, left)).await?;
            let left = left - piece.len() as u64;
            Ok(Some((piece, left)))
        }
    })
}

async fn skip(contents: &Contents, mut bytes: u64) -> io::Result<()> {
    while bytes > 0 {
        let contents = Arc::clone(contents);
        bytes -= blocking(move || read(&contents, bytes)).await?.len() as u64;
    }
    Ok(())
}

fn read(contents: &Contents, most: u64) -> io::Result<Bytes> {
    let mut contents = contents.lock().unwrap_or_else(PoisonError::into_inner);
    let most = usize::try_from(most).unwrap_or(usize::MAX).min(CHUNK_BYTES);
    let mut piece = vec![0; most];
    let length = contents.read(&mut piece)?;
    if length == 0 {
        return Err(io::Error::other(ExportFault::CutOff));
    }
    piece.truncate(length);
    Ok(piece.into())
}

async fn blocking<T: Send + 'static, E: From<io::Error> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|e| Err(io::Error::other(e).into()))
}
