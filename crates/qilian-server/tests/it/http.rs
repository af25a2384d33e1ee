//! HTTP on a real listener: the server that the claims are made on, and a client of it.

mod admin;
mod authorised;
mod codes;
pub(crate) mod files;
mod poke;
mod served;
mod sync;

use std::sync::Arc;

use qilian_domain::ids::{At, DistrictId};
use qilian_server::clock::Clock;
use qilian_server::files::{Blobs, Files, Folder};
use qilian_server::journal::Journal;
use qilian_server::routes::Server;
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, Storage};
use qilian_sync::wire::{EnrolReply, ErrorCode};
use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::district::{NOON, TestDistrict, at, cadre};
use crate::door::Door;
use crate::laptop::Laptop;

/// A server under test; it ends with the value.
struct Running {
    url: String,
    storage: Arc<dyn Storage>,
    server: Arc<Server>,
    client: Client,
    task: JoinHandle<std::io::Result<()>>,
    data: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Running {
    async fn start() -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let storage = Arc::new(SqliteStorage::open(data.path()).expect("opened"));
        let id = TestDistrict::found(storage.as_ref()).id;
        let blobs = Arc::new(Folder::of(data.path(), &id));
        Self::serve(storage, data, blobs).await
    }

    /// One process of the district in a storage, with its own data directory.
    async fn serve(storage: Arc<dyn Storage>, data: TempDir, blobs: Arc<dyn Blobs>) -> Self {
        let server = Server::with_files(
            storage.clone(),
            DistrictId::new("d1"),
            Clock::set_to(at(NOON)),
            Journal::open(data.path()).expect("a journal"),
            Files::open(data.path(), blobs).expect("files"),
        );
        Self::serving(server, storage, data).await
    }

    async fn serving(server: Arc<Server>, storage: Arc<dyn Storage>, data: TempDir) -> Self {
        let listener = qilian_server::serve::listen("127.0.0.1:0".parse().expect("an address"))
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let serving = Arc::clone(&server);
        let task = tokio::spawn(qilian_server::serve::serve(serving, listener, None, || {}));
        let client = Door::at(&url).client;
        Self {
            url,
            storage,
            server,
            client,
            task,
            data,
        }
    }

    fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    fn code(&self, code: &str, whose: u32, expires: At) {
        let new = NewCode {
            hash: secret::hash(&secret::normal_code(code)),
            user: cadre(whose),
            issued: at(NOON),
            expires,
        };
        let id = DistrictId::new("d1");
        // It blocks, as on a terminal.
        tokio::task::block_in_place(|| self.storage.issue_code(&id, &new))
            .expect("works")
            .expect("issued");
    }

    fn door(&self) -> Door {
        Door {
            url: self.url.clone(),
            client: self.client.clone(),
        }
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        request: &Q,
    ) -> Result<A, (StatusCode, ErrorCode)> {
        self.door().post(path, token, request).await
    }

    async fn enrol(&self, code: &str) -> Result<EnrolReply, (StatusCode, ErrorCode)> {
        self.door().enrol(code).await
    }

    async fn laptop(&self, whose: u32) -> (Laptop, String) {
        let code = format!("AAAA-AAA{whose}");
        self.code(&code, whose, at(NOON).plus_ms(60_000));
        let enrolled = self.enrol(&code).await.expect("enrolled");
        let laptop = Laptop::new(enrolled.device_id, enrolled.epoch, enrolled.incarnation);
        (laptop, enrolled.token)
    }
}
