//! Files in an object store, a real S3 server on this machine; and two server processes that share it.

use std::sync::Arc;

use futures_util::TryStreamExt as _;
use hyper_util::rt::{TokioExecutor, TokioIo};
use qilian_domain::ids::DistrictId;
use qilian_server::files::{Blobs, Folder, Objects, ObjectsAddress, ObjectsFault, copy_missing};
use qilian_server::storage::postgres::{Address, PostgresStorage};
use qilian_sync::wire::UploadReply;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use tokio::net::TcpListener;

use super::{Sender, bytes, hash, stands};
use crate::cluster::Cluster;
use crate::district::TestDistrict;
use crate::http::Running;

/// An S3 server with one bucket, for who has the keys.
struct S3 {
    address: ObjectsAddress,
    _folder: TempDir,
}

impl S3 {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        std::fs::create_dir(folder.path().join("qilian")).expect("a bucket");
        let files = s3s_fs::FileSystem::new(folder.path()).expect("an object store");
        let mut service = S3ServiceBuilder::new(files);
        service.set_auth(SimpleAuth::from_single("key", "secret"));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            loop {
                let (line, _) = listener.accept().await.expect("a connection");
                let service = service.clone();
                tokio::spawn(async move {
                    let server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new());
                    let line = TokioIo::new(line);
                    server.serve_connection(line, service).await.ok();
                });
            }
        });
        let mut address = ObjectsAddress::read("s3://qilian/district/files").expect("an address");
        address.endpoint = Some(endpoint);
        address.plain = true;
        Self {
            address,
            _folder: folder,
        }
    }

    fn objects(&self) -> Arc<Objects> {
        let keys = object_store::aws::AmazonS3Builder::new()
            .with_access_key_id("key")
            .with_secret_access_key("secret")
            .with_region("cn-north-1");
        Arc::new(Objects::with(keys, &self.address, &DistrictId::new("d1")).expect("objects"))
    }
}

async fn kept(blobs: &dyn Blobs) -> Vec<(String, u64)> {
    let listed: Vec<_> = blobs.list().try_collect().await.expect("listed");
    let mut kept: Vec<_> = (listed.iter())
        .map(|blob| (blob.sha256.to_string(), blob.size))
        .collect();
    kept.sort();
    kept
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_store_keeps_reads_lists_and_forgets() {
    let s3 = S3::start().await;
    let objects = s3.objects();
    let folder = tempfile::tempdir().expect("a directory");
    assert_eq!(kept(objects.as_ref()).await, []);
    let mut sizes = Vec::new();
    for len in [1, 8 * 1024 * 1024, 17_000_000] {
        let whole = bytes(len);
        let file = folder.path().join("file");
        std::fs::write(&file, &whole).expect("written");
        for _ in 0..2 {
            objects.put(hash(&whole), &file).await.expect("put");
        }
        let read = objects.read(hash(&whole), None).await.expect("read");
        let content = read.expect("it is there");
        assert_eq!(content.len, len as u64);
        let read: Vec<_> = content.bytes.try_collect().await.expect("read");
        assert!(read.concat() == whole, "{len} bytes");
        sizes.push((hash(&whole).to_string(), len as u64));
    }
    sizes.sort();
    assert_eq!(kept(objects.as_ref()).await, sizes);
    let large = bytes(17_000_000);
    let part = objects.read(hash(&large), Some(9_000_000..9_000_010)).await;
    let part = part.expect("read").expect("it is there");
    let read: Vec<_> = part.bytes.try_collect().await.expect("read");
    assert_eq!(read.concat(), large[9_000_000..9_000_010]);

    let copy = Folder::at(folder.path().join("copy"));
    let aside = folder.path().join("aside");
    let copied = copy_missing(objects.as_ref(), &copy, &aside)
        .await
        .expect("copied");
    assert_eq!((copied.files, copied.damaged), (3, 0));
    assert_eq!(kept(&copy).await, sizes);
    let again = copy_missing(objects.as_ref(), &copy, &aside)
        .await
        .expect("copied");
    assert_eq!(again.files, 0);

    for _ in 0..2 {
        objects.remove(hash(&large)).await.expect("removed");
    }
    assert!(
        (objects.read(hash(&large), None).await)
            .expect("read")
            .is_none()
    );
    assert_eq!(kept(objects.as_ref()).await.len(), 2);
}

/// The client of PostgreSQL blocks, also when it ends: storages live outside of the runtime.
#[test]
fn an_upload_goes_on_at_another_process_and_never_gets_mixed_up() {
    let cluster = Cluster::start();
    let address = Address::read(&cluster.database()).expect("an address");
    let opens = || Arc::new(PostgresStorage::open(&address).expect("opened"));
    let storages = [opens(), opens()];
    TestDistrict::found(storages[0].as_ref());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(at_two_processes(&storages));
    drop(runtime);
    drop(storages);
}

async fn at_two_processes(storages: &[Arc<PostgresStorage>; 2]) {
    let s3 = S3::start().await;
    let folder = || tempfile::tempdir().expect("a directory");
    let first = Running::serve(storages[0].clone(), folder(), s3.objects()).await;
    let second = Running::serve(storages[1].clone(), folder(), s3.objects()).await;

    let mut at_first = Sender::new(&first, 1).await;
    let whole = bytes(9_500_000);
    at_first.adds(1, 1, &whole).await;
    let (laptop, token) = (at_first.laptop.clone(), at_first.token.clone());
    let at_second = Sender::at(second.url.clone(), laptop, token);
    let said = at_first.sends(1, 0, false, &whole[..4_000_000]).await;
    assert_eq!(said, stands(4_000_000, false));
    // The second knows nothing of it: it begins anew, at 0, and says so.
    assert_eq!(at_second.asks(1).await, stands(0, false));
    let said = at_second
        .sends(1, 4_000_000, false, &whole[4_000_000..5_000_000])
        .await;
    assert_eq!((said.status, said.offset), (409, Some(0)));
    for (sender, offset, upto) in [
        (&at_second, 0, 3_000_000),
        (&at_first, 4_000_000, 8_000_000),
        (&at_second, 3_000_000, 6_000_000),
        (&at_second, 6_000_000, 9_500_000),
    ] {
        let said = sender.sends(1, offset, false, &whole[offset..upto]).await;
        assert_eq!(said, stands(upto, false));
    }
    assert_eq!(
        at_second.sends(1, 9_500_000, true, &[]).await,
        stands(9_500_000, true)
    );
    for sender in [&at_first, &at_second] {
        assert_eq!(sender.asks(1).await, stands(9_500_000, true));
        assert_eq!(sender.begins(1, &whole).await, Ok(UploadReply::Stored));
        assert!(sender.content(hash(&whole)).await.as_ref() == Some(&whole));
    }
    assert_eq!(kept(s3.objects().as_ref()).await.len(), 1);
}

#[test]
fn an_object_store_without_tls_is_on_this_machine() {
    let mut address = ObjectsAddress::read("s3://bucket").expect("an address");
    address.plain = true;
    for (endpoint, works) in [
        ("http://127.0.0.1:9000", true),
        ("http://localhost:9000", true),
        ("http://10.0.0.1:9000", false),
        ("http://127.0.0.1.example.cn", false),
        ("http://localhost@example.cn", false),
    ] {
        address.endpoint = Some(endpoint.to_owned());
        let opened = Objects::of(&address, &DistrictId::new("d1"));
        let refused = matches!(opened, Err(ObjectsFault::NotLoopback));
        assert_eq!(refused, !works, "{endpoint}");
    }
    for url in [
        "",
        "bucket",
        "https://bucket",
        "s3://",
        "s3:///prefix",
        "s3://b/p?x",
    ] {
        assert!(ObjectsAddress::read(url).is_err(), "{url}");
    }
}
