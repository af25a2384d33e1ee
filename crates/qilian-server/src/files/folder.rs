//! Owns bytes in a folder: `<folder>/<first two digits>/<sha256>`. What is put is linked to its name only when
//! it is whole and on the disk; what is there is never written again.
//!
//! Elsewhere: what is on its way (`uploads`).

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use qilian_domain::ids::{At, DistrictId};
use qilian_domain::media::ContentHash;

use super::blobs::{BlobFault, Blobs, Content, Listed};

/// Read at a time.
const CHUNK_BYTES: u64 = 256 * 1024;
/// The folder's name in the data directory.
const FOLDER: &str = "blobs";
/// The end of the name of a copy that is not whole yet.
const PART: &str = "part";

/// A folder of bytes.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The files of a district in a data directory.
    pub fn of(data: &Path, district: &DistrictId) -> Self {
        Self::at(data.join(FOLDER).join(district.as_str()))
    }

    /// Any folder; it is made when something is put.
    pub const fn at(root: PathBuf) -> Self {
        Self { root }
    }

    fn shard(&self, sha256: ContentHash) -> PathBuf {
        let name = sha256.to_string();
        self.root.join(name.get(..2).unwrap_or_default())
    }

    fn path(&self, sha256: ContentHash) -> PathBuf {
        self.shard(sha256).join(sha256.to_string())
    }

    fn put_file(&self, sha256: ContentHash, file: &Path) -> io::Result<()> {
        let (shard, path) = (self.shard(sha256), self.path(sha256));
        if !shard.is_dir() {
            fs::create_dir_all(&shard)?;
            sync_folder(&self.root)?;
        }
        // What a crash left under the name before it was on the disk may be short.
        let size = fs::metadata(file)?.len();
        if fs::metadata(&path).is_ok_and(|there| there.len() != size) {
            fs::remove_file(&path)?;
        }
        File::open(file)?.sync_all()?;
        match fs::hard_link(file, &path) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => renew(&path)?,
            Err(e) if e.kind() == io::ErrorKind::StorageFull => return Err(e),
            // Another disk, or one without links.
            Err(_) => copy(file, &path)?,
            Ok(()) => {}
        }
        sync_folder(&shard)
    }

    fn open(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> io::Result<Option<(File, u64)>> {
        let mut file = match File::open(self.path(sha256)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let range = match range {
            Some(range) => range,
            None => 0..file.metadata()?.len(),
        };
        file.seek(SeekFrom::Start(range.start))?;
        Ok(Some((file, range.end.saturating_sub(range.start))))
    }

    fn names(&self) -> io::Result<Vec<Listed>> {
        let mut found = Vec::new();
        for shard in entries(&self.root)? {
            for path in entries(&shard)? {
                let name = path.file_name().and_then(|name| name.to_str());
                let Some(sha256) = name.and_then(|name| name.parse().ok()) else {
                    continue;
                };
                let about = fs::metadata(&path)?;
                found.push(Listed {
                    sha256,
                    size: about.len(),
                    modified: At::new(chrono::DateTime::<chrono::Utc>::from(about.modified()?)),
                });
            }
        }
        Ok(found)
    }
}

impl Blobs for Folder {
    fn put<'a>(
        &'a self,
        sha256: ContentHash,
        file: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobFault>> {
        let (folder, file) = (self.clone(), file.to_owned());
        blocking(move || folder.put_file(sha256, &file)).boxed()
    }

    fn read(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'_, Result<Option<Content>, BlobFault>> {
        let folder = self.clone();
        async move {
            let opened = blocking(move || folder.open(sha256, range)).await?;
            Ok(opened.map(|(file, len)| Content {
                len,
                bytes: chunks(file, len),
            }))
        }
        .boxed()
    }

    fn remove(&self, sha256: ContentHash) -> BoxFuture<'_, Result<(), BlobFault>> {
        let path = self.path(sha256);
        blocking(move || match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
            _ => Ok(()),
        })
        .boxed()
    }

    fn list(&self) -> BoxStream<'_, Result<Listed, BlobFault>> {
        let folder = self.clone();
        let names = blocking(move || folder.names());
        let all = names.map(|names| names.map(|names| stream::iter(names.into_iter().map(Ok))));
        stream::once(all).try_flatten().boxed()
    }
}

/// Does what blocks where it may.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, BlobFault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(BlobFault::from),
        Err(error) => Err(BlobFault::Failed(error.to_string())),
    }
}

/// The next `left` bytes of a file. A file that ends before is an error: half of it is not the file.
fn chunks(file: File, left: u64) -> BoxStream<'static, Result<Bytes, BlobFault>> {
    stream::try_unfold((file, left), |(mut file, left)| async move {
        if left == 0 {
            return Ok(None);
        }
        let read = blocking(move || {
            let wanted = left.min(CHUNK_BYTES);
            let mut chunk = Vec::with_capacity(usize::try_from(wanted).unwrap_or_default());
            let got = (&mut file).take(wanted).read_to_end(&mut chunk)? as u64;
            if got < wanted {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok((Bytes::from(chunk), (file, left - got)))
        });
        read.await.map(Some)
    })
    .boxed()
}

/// Bytes that were put again are as if they were new to whoever removes what nobody needs.
#[expect(
    clippy::disallowed_methods,
    reason = "compared with other times of files only, which the file system gives"
)]
fn renew(path: &Path) -> io::Result<()> {
    File::options()
        .append(true)
        .open(path)?
        .set_modified(std::time::SystemTime::now())
}

fn copy(file: &Path, path: &Path) -> io::Result<()> {
    let part = path.with_added_extension(PART);
    fs::copy(file, &part)?;
    File::open(&part)?.sync_all()?;
    fs::rename(&part, path)
}

/// What is in a folder; nothing if there is none.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(Vec::new())
        }
        other => other?.map(|entry| entry.map(|e| e.path())).collect(),
    }
}

/// Has the names in a folder on the disk.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows opens no directory as a file; there the names are durable with the file.
    if cfg!(windows) {
        return Ok(());
    }
    File::open(folder)?.sync_all()
}
