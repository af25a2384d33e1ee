//! `files`: where the bytes of attachments are, whether they are all there, and copying them.

use std::path::Path;

use qilian_domain::ids::DistrictId;
use qilian_domain::media::ContentHash;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::StoredFile;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::arguments::ObjectsAt;
use super::place::Place;
use crate::files::{
    self, BlobFault, Blobs, Copied, Files, ObjectsAddress, ObjectsFault, copy_missing, reconcile,
};

/// A file on its way between two places.
const ASIDE: &str = "copying.part";

/// Where the objects are, if the arguments say so.
pub(super) fn objects(said: ObjectsAt) -> Result<Option<ObjectsAddress>, Failure> {
    let Some(url) = said.objects else {
        if said.objects_endpoint.is_some() || said.objects_plain_http {
            let message = "写了 --objects-endpoint 或 --objects-plain-http，但没有写 --objects。";
            return Err(Failure::new("objects_missing", message));
        }
        return Ok(None);
    };
    Ok(Some(ObjectsAddress {
        endpoint: said.objects_endpoint,
        plain: said.objects_plain_http,
        ..ObjectsAddress::read(&url)?
    }))
}

/// The files of a server. An object store is asked once, so that a wrong key is told at the start.
pub(super) fn open(place: &Place, data: &Path, district: &DistrictId) -> Result<Files, Failure> {
    let blobs = place.blobs(district)?;
    if place.objects.is_some() {
        run(async { first(blobs.as_ref()).await })?;
    }
    Files::open(data, blobs).map_err(|e| {
        let data = data.display();
        let message = format!("写不了 {data} 里的 uploads：{e}。请检查权限和剩余空间。");
        Failure::new("directory_unwritable", message)
    })
}

async fn first(blobs: &dyn Blobs) -> Result<(), BlobFault> {
    use futures_util::TryStreamExt as _;
    blobs.list().try_next().await.map(drop)
}

/// Compares what the database says with what is there.
pub(super) fn check(place: &Place) -> Result<Answer, Failure> {
    let here = place.open()?;
    let blobs = place.blobs(here.id())?;
    let there = all(blobs.as_ref())?;
    let (mut stored, mut missing, mut found) = (0_u64, 0_u64, 0_u64);
    let now = here.now;
    here.storage
        .change(here.id(), &[Kind::StoredFile], now, &mut |loaded| {
            let said = loaded.all::<StoredFile>();
            stored = said.filter(|file| file.is_stored()).count() as u64;
            let said = loaded.all::<StoredFile>().cloned();
            let differently = reconcile(said, &there, Some(now), now);
            found = differently.iter().filter(|file| file.is_stored()).count() as u64;
            missing = differently.len() as u64 - found;
            differently.into_iter().map(Row::from).collect()
        })?;
    let bytes: u64 = there.values().sum();
    let kept = there.len();
    Ok(Answer {
        text: format!(
            "数据库记着 {stored} 个附件已存好；存放处有 {kept} 个文件，{} MiB。\
             缺 {missing} 个，已标记，还有它们的电脑会再送一次；重新找到 {found} 个。",
            bytes / (1024 * 1024)
        ),
        document: json!({
            "stored": stored, "missing": missing, "found": found, "kept": kept, "bytes": bytes,
        }),
    })
}

/// All that a place keeps.
pub(super) fn all(
    blobs: &dyn Blobs,
) -> Result<std::collections::BTreeMap<ContentHash, u64>, BlobFault> {
    run(files::all(blobs))
}

/// Copies what `to` does not have; a file on its way is in `folder`.
pub(super) fn copy(from: &dyn Blobs, to: &dyn Blobs, folder: &Path) -> Result<Copied, BlobFault> {
    std::fs::create_dir_all(folder)?;
    run(copy_missing(from, to, &folder.join(ASIDE)))
}

/// What was copied, for people.
pub(super) fn copied_text(copied: &Copied) -> String {
    let damaged = match copied.damaged {
        0 => String::new(),
        n => format!("{n} 个附件的内容已损坏，没有复制。"),
    };
    format!("新复制附件 {} 个。{damaged}", copied.files)
}

/// What was copied, for programs.
pub(super) fn copied_document(copied: &Copied) -> Value {
    json!({ "copied": copied.files, "bytes": copied.bytes, "damaged": copied.damaged })
}

fn run<T>(work: impl Future<Output = Result<T, BlobFault>>) -> Result<T, BlobFault> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(work)
}

impl From<BlobFault> for Failure {
    fn from(fault: BlobFault) -> Self {
        let details = json!({ "cause": fault.to_string() });
        let (code, message) = match fault {
            BlobFault::Full(_) => ("disk_full", "放附件的磁盘已满。请腾出空间后再试。"),
            BlobFault::Failed(_) => (
                "files_unreachable",
                "附件的存放处读写不了。请检查 --objects、密钥和网络，或目录的权限。",
            ),
        };
        Self::new(code, message).with(details)
    }
}

impl From<ObjectsFault> for Failure {
    fn from(fault: ObjectsFault) -> Self {
        let details = json!({ "cause": fault.to_string() });
        let message = match fault {
            ObjectsFault::AddressUnreadable => {
                "--objects 写的地址看不懂。请写成 s3://桶 或 s3://桶/前缀。"
            }
            ObjectsFault::NotLoopback => {
                "--objects-plain-http 只用于本机的 http:// 地址，要和 --objects-endpoint 一起写。"
            }
            ObjectsFault::Settings(_) => {
                "对象存储的设置不全或不对。请检查环境变量 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_REGION。"
            }
        };
        Self::new("objects_unusable", message).with(details)
    }
}
