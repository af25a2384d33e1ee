//! HTTP on a real listener: the server that the claims are made on, and a client of it.

mod authorised;
mod codes;
mod served;
mod sync;

use std::sync::Arc;

use qilian_domain::ids::At;
use qilian_server::clock::Clock;
use qilian_server::routes::Server;
use qilian_server::secret;
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{NewCode, Storage};
use qilian_sync::codec;
use qilian_sync::wire::{EnrolReply, EnrolRequest, ErrorCode, ErrorReply};
use reqwest::{Client, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use crate::district::{NOON, TestDistrict, at, cadre};
use crate::laptop::Laptop;

/// A server under test; it ends with the value.
struct Running {
    url: String,
    storage: Arc<SqliteStorage>,
    client: Client,
    task: JoinHandle<std::io::Result<()>>,
    _data: TempDir,
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
        let server = Server::new(storage.clone(), id, Clock::set_to(at(NOON)));
        let listener = qilian_server::serve::listen("127.0.0.1:0".parse().expect("an address"))
            .expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let task = tokio::spawn(qilian_server::serve::serve(server, listener, None, || {}));
        // The first test to come here chooses the provider for all.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_proxy().build().expect("a client");
        Self {
            url,
            storage,
            client,
            task,
            _data: data,
        }
    }

    fn code(&self, code: &str, whose: u32, expires: At) {
        let new = NewCode {
            hash: secret::hash(&secret::normal_code(code)),
            user: cadre(whose),
            issued: at(NOON),
            expires,
        };
        let id = qilian_domain::ids::DistrictId::new("d1");
        self.storage
            .issue_code(&id, &new)
            .expect("works")
            .expect("issued");
    }

    async fn post<Q: Serialize, A: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        request: &Q,
    ) -> Result<A, (StatusCode, ErrorCode)> {
        let response = self
            .client
            .post(format!("{}{path}", self.url))
            .header("qilian-protocol", "1")
            .header("content-type", codec::CONTENT_TYPE)
            .bearer_auth(token)
            .body(codec::encode(request).expect("a body"))
            .send()
            .await
            .expect("answered");
        let status = response.status();
        assert_eq!(response.headers()["qilian-protocol"], "1");
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert_eq!(response.headers()["content-type"], codec::CONTENT_TYPE);
        let body = response.bytes().await.expect("a body");
        if status.is_success() {
            Ok(codec::decode(&body).expect("a reply"))
        } else {
            let reply: ErrorReply = codec::decode(&body).expect("an error");
            Err((status, reply.error))
        }
    }

    async fn enrol(&self, code: &str) -> Result<EnrolReply, (StatusCode, ErrorCode)> {
        let request = EnrolRequest {
            code: code.to_owned(),
            device_name: "办公室笔记本".to_owned(),
            version: "0.1.0".to_owned(),
        };
        self.post("/api/v1/devices/enrol", "", &request).await
    }

    async fn laptop(&self, whose: u32) -> (Laptop, String) {
        let code = format!("AAAA-AAA{whose}");
        self.code(&code, whose, at(NOON).plus_ms(60_000));
        let enrolled = self.enrol(&code).await.expect("enrolled");
        let laptop = Laptop::new(enrolled.device_id, enrolled.epoch, enrolled.incarnation);
        (laptop, enrolled.token)
    }
}
