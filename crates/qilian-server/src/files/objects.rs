//! Owns bytes in an S3-compatible object store: `<prefix>/<district>/<first two digits>/<sha256>`.
//!
//! What is on its way stays on the server's own disk until it is whole: an object store takes parts of 5 MiB
//! and more and acknowledges nothing in between, and a laptop on a bad line must be able to go on from any
//! byte. Elsewhere: what is on its way (`uploads`).

use std::io::Read as _;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use axum::body::Bytes;
use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt as _, StreamExt as _, TryStreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Key;
use object_store::{
    Error, GetOptions, GetRange, ObjectMeta, ObjectStore, ObjectStoreExt as _, WriteMultipart,
};
use qilian_domain::ids::{At, DistrictId};
use qilian_domain::media::ContentHash;

use super::blobs::{BlobFault, Blobs, Content, Listed};

/// Sent at a time; also the most that goes up in one piece.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Parts that may be under way at the same time.
const PARTS: usize = 2;

/// Where the objects are. Access keys, region and endpoint come from the environment, as S3's own tools
/// read it (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectsAddress {
    /// The bucket.
    pub bucket: String,
    /// What all keys begin with; empty for none.
    pub prefix: String,
    /// The endpoint, if not the one that the environment says.
    pub endpoint: Option<String>,
    /// Whether the endpoint may be without TLS; only for this machine's own address.
    pub plain: bool,
}

/// Why objects can't be kept there.
#[derive(Debug, thiserror::Error)]
pub enum ObjectsFault {
    /// The address is not `s3://bucket/prefix`.
    #[error("not s3://bucket/prefix")]
    AddressUnreadable,
    /// Without TLS, to another machine.
    #[error("without TLS the endpoint must be on this machine")]
    NotLoopback,
    /// The settings make no sense to the client.
    #[error("{0}")]
    Settings(String),
}

impl ObjectsAddress {
    /// Reads `s3://bucket/prefix`.
    ///
    /// # Errors
    /// [`ObjectsFault::AddressUnreadable`].
    pub fn read(url: &str) -> Result<Self, ObjectsFault> {
        let rest = (url.strip_prefix("s3://")).ok_or(ObjectsFault::AddressUnreadable)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let odd = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
        if bucket.is_empty() || bucket.contains(odd) || prefix.contains(['?', '#', ' ']) {
            return Err(ObjectsFault::AddressUnreadable);
        }
        Ok(Self {
            bucket: bucket.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint: None,
            plain: false,
        })
    }

    fn check_plain(&self) -> Result<(), ObjectsFault> {
        if !self.plain {
            return Ok(());
        }
        let endpoint = self.endpoint.as_deref().unwrap_or_default();
        let host = endpoint.strip_prefix("http://").unwrap_or_default();
        let host = host.split(['/', ':']).next().unwrap_or_default();
        let is_loopback = |ip: std::net::Ipv4Addr| ip.is_loopback();
        if host == "localhost" || host.parse().is_ok_and(is_loopback) {
            Ok(())
        } else {
            Err(ObjectsFault::NotLoopback)
        }
    }
}

/// An S3-compatible object store.
#[derive(Debug, Clone)]
pub struct Objects {
    store: Arc<AmazonS3>,
    prefix: Key,
}

impl Objects {
    /// The files of a district in an object store. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`ObjectsFault`].
    pub fn of(address: &ObjectsAddress, district: &DistrictId) -> Result<Self, ObjectsFault> {
        Self::with(AmazonS3Builder::from_env(), address, district)
    }

    /// The same, with keys and region from elsewhere than the environment.
    ///
    /// # Errors
    /// [`ObjectsFault`].
    pub fn with(
        keys: AmazonS3Builder,
        address: &ObjectsAddress,
        district: &DistrictId,
    ) -> Result<Self, ObjectsFault> {
        address.check_plain()?;
        // Another part of the process may have chosen the same provider before.
        if rustls::crypto::ring::default_provider()
            .install_default()
            .is_err()
        {
            tracing::debug!("a TLS provider was chosen before");
        }
        let mut builder = keys
            .with_bucket_name(&address.bucket)
            .with_allow_http(address.plain);
        if let Some(endpoint) = &address.endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let store = builder
            .build()
            .map_err(|e| ObjectsFault::Settings(e.to_string()))?;
        let prefix = Key::from(address.prefix.as_str()).join(district.as_str());
        Ok(Self {
            store: Arc::new(store),
            prefix,
        })
    }

    fn key(&self, sha256: ContentHash) -> Key {
        let name = sha256.to_string();
        let shard = name.get(..2).unwrap_or_default().to_owned();
        self.prefix.clone().join(shard).join(name)
    }

    async fn put_file(&self, sha256: ContentHash, file: &Path) -> Result<(), BlobFault> {
        let key = self.key(sha256);
        let mut file = std::fs::File::open(file)?;
        let size = file.metadata()?.len();
        if size <= PART_BYTES as u64 {
            let (bytes, _) = part(file).await?;
            let put = self.store.put(&key, bytes.into()).await;
            return put.map(drop).map_err(|e| fault(&e));
        }
        let upload = self
            .store
            .put_multipart(&key)
            .await
            .map_err(|e| fault(&e))?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, PART_BYTES);
        loop {
            let (bytes, rest) = match part(file).await {
                Ok(read) => read,
                Err(error) => {
                    abort(upload).await;
                    return Err(error);
                }
            };
            if bytes.is_empty() {
                break;
            }
            file = rest;
            if let Err(error) = upload.wait_for_capacity(PARTS).await {
                abort(upload).await;
                return Err(fault(&error));
            }
            upload.put(bytes);
        }
        upload.finish().await.map(drop).map_err(|e| fault(&e))
    }

    async fn get(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> Result<Option<Content>, BlobFault> {
        let options = GetOptions {
            range: range.map(GetRange::Bounded),
            ..GetOptions::default()
        };
        match self.store.get_opts(&self.key(sha256), options).await {
            Ok(found) => Ok(Some(Content {
                len: found.range.end - found.range.start,
                bytes: found.into_stream().map_err(|e| fault(&e)).boxed(),
            })),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }
}

impl Blobs for Objects {
    fn put<'a>(
        &'a self,
        sha256: ContentHash,
        file: &'a Path,
    ) -> BoxFuture<'a, Result<(), BlobFault>> {
        self.put_file(sha256, file).boxed()
    }

    fn read(
        &self,
        sha256: ContentHash,
        range: Option<Range<u64>>,
    ) -> BoxFuture<'_, Result<Option<Content>, BlobFault>> {
        self.get(sha256, range).boxed()
    }

    fn remove(&self, sha256: ContentHash) -> BoxFuture<'_, Result<(), BlobFault>> {
        let key = self.key(sha256);
        async move {
            match self.store.delete(&key).await {
                Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
                Err(error) => Err(fault(&error)),
            }
        }
        .boxed()
    }

    fn list(&self) -> BoxStream<'_, Result<Listed, BlobFault>> {
        let all = self.store.list(Some(&self.prefix)).map_err(|e| fault(&e));
        all.try_filter_map(|object| async move { Ok(listed(&object)) })
            .boxed()
    }
}

/// An object of ours; others under the prefix are not told.
fn listed(object: &ObjectMeta) -> Option<Listed> {
    Some(Listed {
        sha256: object.location.filename()?.parse().ok()?,
        size: object.size,
        modified: At::new(object.last_modified),
    })
}

/// The next part of a file; empty at its end.
async fn part(mut file: std::fs::File) -> Result<(Bytes, std::fs::File), BlobFault> {
    let read = tokio::task::spawn_blocking(move || {
        let mut bytes = Vec::with_capacity(PART_BYTES);
        (&mut file)
            .take(PART_BYTES as u64)
            .read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>((Bytes::from(bytes), file))
    });
    let read = read.await.map_err(|e| BlobFault::Failed(e.to_string()))?;
    read.map_err(BlobFault::from)
}

async fn abort(upload: WriteMultipart) {
    if let Err(error) = upload.abort().await {
        tracing::warn!(%error, "parts of an upload stay in the object store until its rules remove them");
    }
}

fn fault(error: &Error) -> BlobFault {
    BlobFault::Failed(format!("object store: {error}"))
}
