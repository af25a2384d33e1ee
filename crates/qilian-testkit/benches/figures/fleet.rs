//! Owns many laptops in one process: the least that speaks the protocol, with visits that were not sent.
//!
//! They are enrolled and synced through the storage, before anything is measured.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use chrono::Days;
use qilian_domain::command::{Command, VisitRecord};
use qilian_domain::ids::{At, DeviceId, Epoch, Incarnation, MutId, MutSeq, UserId, VisitId};
use qilian_domain::row::Row;
use qilian_domain::rows::{District, Role, Service, User, VisitMode};
use qilian_domain::uscc::Uscc;
use qilian_server::district::founding::{Fresh, founding};
use qilian_server::secret;
use qilian_server::storage::{Founding, NewCode, NewDevice, Storage};
use qilian_sync::chain::ChainHash;
use qilian_sync::codec;
use qilian_sync::wire::{
    Cursor, ErrorReply, Limits, Mutation, MutationEnvelope, PROTOCOL, PROTOCOL_HEADER,
    PassPosition, PullReply, PullRequest, PushReply, PushRequest, SCHEMA,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::made_up::{Dice, assignment, enterprise, note};
use crate::rush::{district, now};

/// Enterprises of each cadre.
pub(crate) const EACH: u32 = 15;

/// Laptops that have synced once and not since.
pub(crate) struct Fleet {
    pub(crate) laptops: Vec<Laptop>,
}

/// One of them.
pub(crate) struct Laptop {
    token: String,
    device: DeviceId,
    epoch: Epoch,
    incarnation: Incarnation,
    cursor: Cursor,
    base: ChainHash,
    unsent: Vec<MutationEnvelope>,
}

/// What a sync came to.
pub(crate) struct Sent {
    /// How long each request took, seconds.
    pub(crate) requests_s: Vec<f64>,
    /// How often the server asked to come later.
    pub(crate) told_to_wait: u32,
}

impl Fleet {
    /// A district with so many cadres, each with a laptop and visits that were not sent.
    pub(crate) fn enrolled(storage: &dyn Storage, laptops: u32, visits: u32) -> Result<Self> {
        let at = now()?;
        found(storage, laptops, at)?;
        let laptops = (0..laptops)
            .map(|n| Laptop::enrolled(storage, n, visits, at))
            .collect::<Result<_>>()?;
        Ok(Self { laptops })
    }
}

/// A district with so many cadres, each with [`EACH`] enterprises.
pub(crate) fn found(storage: &dyn Storage, cadres: u32, at: At) -> Result<()> {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    let named = founding("澜州市示范区", &mut Fresh::new(&mut random, at))?;
    let own = District {
        id: district(),
        ..named.district
    };
    let mut rows: Vec<Row> = named
        .rows
        .into_iter()
        .filter(|row| !matches!(row, Row::District(_)))
        .collect();
    rows.push(own.clone().into());
    let since = at.day() - Days::new(60);
    for n in 0..cadres {
        rows.push(cadre(n).into());
        for m in 0..EACH {
            let of = n * EACH + m;
            rows.push(enterprise(of).into());
            rows.push(assignment(of, &user(n), since).into());
        }
    }
    storage.found(&Founding {
        district: own,
        rows,
        ..named
    })?;
    Ok(())
}

pub(crate) fn user(n: u32) -> UserId {
    UserId::new(format!("BA{n:05}"))
}

fn cadre(n: u32) -> User {
    User {
        id: user(n),
        name: format!("干部{n}"),
        unit: None,
        roles: [Role::Cadre].into(),
        level: None,
        area: None,
        service: Service::Serving,
    }
}

impl Laptop {
    fn enrolled(storage: &dyn Storage, n: u32, visits: u32, at: At) -> Result<Self> {
        let code = secret::hash(&format!("code {n}"));
        let new = NewCode {
            hash: code,
            user: user(n),
            issued: at,
            expires: at.plus_ms(60_000),
        };
        storage.issue_code(&district(), &new)?.context("a cadre")?;
        let token = format!("token {n}");
        let device = NewDevice {
            code,
            id: DeviceId::new(Uuid::from_u64_pair(1, u64::from(n))),
            token: secret::hash(&token),
            name: "笔记本".to_owned(),
            version: "0.1.0".to_owned(),
            at,
        };
        let enrolled = storage.enrol(&district(), &device)?;
        let enrolled = enrolled.map_err(|refused| anyhow::anyhow!("{refused:?}"))?;
        let mut laptop = Self {
            token,
            device: device.id,
            epoch: enrolled.epoch,
            incarnation: enrolled.incarnation,
            cursor: Cursor::default(),
            base: ChainHash::START,
            unsent: Vec::new(),
        };
        let mut position = None;
        loop {
            let request = laptop.pull_request(position);
            let reply = storage.pull(&district(), laptop.device, &request, at)?;
            if let Some(cursor) = reply.complete {
                laptop.cursor = cursor;
                break;
            }
            position = reply.position;
        }
        laptop.record(n, visits, at)?;
        Ok(laptop)
    }

    /// Writes visits into the outbox.
    fn record(&mut self, n: u32, visits: u32, at: At) -> Result<()> {
        let mut dice = Dice::new(0x0F1E_E700 + u64::from(n));
        for m in 0..visits {
            let of = n * EACH + u32::try_from(dice.below(usize::try_from(EACH)?))?;
            let id = Uuid::from_u64_pair(u64::from(n) + 2, u64::from(m));
            let back = Days::new(u64::try_from(dice.below(25))?);
            let command = Command::from(VisitRecord {
                visit: VisitId::new(id),
                uscc: code_of(of),
                on: at.day() - back,
                mode: VisitMode::Onsite,
                note: note(&mut dice),
                with: Vec::new(),
                met: vec!["李总".to_owned()],
                for_demands: Vec::new(),
                facts: Vec::new(),
                demands: Vec::new(),
                promises: Vec::new(),
                kept: Vec::new(),
                library: None,
            });
            let mutation = Mutation {
                mut_id: MutId::new(id),
                name: command.name().to_owned(),
                args: command.args()?,
                base_seq: self.cursor.seq,
                device_time: at,
                offset_ms: Some(0),
                schema: SCHEMA,
            };
            self.unsent.push(MutationEnvelope {
                mut_seq: MutSeq(u64::from(m) + 1),
                mut_id: mutation.mut_id,
                payload: serde_json::to_string(&mutation)?,
                had_effect_at: None,
            });
        }
        Ok(())
    }

    fn pull_request(&self, position: Option<PassPosition>) -> PullRequest {
        PullRequest {
            epoch: self.epoch,
            incarnation: self.incarnation,
            cursor: self.cursor,
            position,
            again: Vec::new(),
            max_bytes: Limits::default().page_bytes,
            pending: 0,
            oldest_pending: None,
            version: "0.1.0".to_owned(),
            last_error: None,
        }
    }

    /// Sends everything, then fetches until the cut is complete.
    pub(crate) async fn sync(mut self, line: &Line) -> Result<Sent> {
        let mut sent = Sent {
            requests_s: Vec::new(),
            told_to_wait: 0,
        };
        let request = PushRequest {
            epoch: self.epoch,
            incarnation: self.incarnation,
            base_hash: self.base,
            mutations: std::mem::take(&mut self.unsent),
        };
        let reply: PushReply = line.ask("push", &self.token, &request, &mut sent).await?;
        let applied = reply.outcomes.iter().all(|outcome| outcome.code.is_none());
        anyhow::ensure!(
            applied && reply.outcomes.len() == request.mutations.len(),
            "{:?}",
            reply.outcomes.first()
        );
        let mut position = None;
        loop {
            let request = self.pull_request(position);
            let reply: PullReply = line.ask("pull", &self.token, &request, &mut sent).await?;
            if reply.complete.is_some() {
                return Ok(sent);
            }
            position = reply.position;
        }
    }
}

fn code_of(n: u32) -> Uscc {
    qilian_testkit::code(n)
}

/// The way to a server.
pub(crate) struct Line {
    client: reqwest::Client,
    server: String,
}

impl Line {
    pub(crate) fn to(address: SocketAddr) -> Result<Self> {
        // Whoever came first has installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Each laptop has a connection of its own, and opens it when it comes.
        let client = reqwest::Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(120))
            .build()?;
        Ok(Self {
            client,
            server: format!("http://{address}/api/v1/sync/"),
        })
    }

    /// Asks until there is an answer; comes later if the server says so.
    async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        message: &impl Serialize,
        sent: &mut Sent,
    ) -> Result<T> {
        let body = codec::encode(message)?;
        loop {
            let begin = Instant::now();
            let reply = self
                .client
                .post(format!("{}{path}", self.server))
                .header("content-type", codec::CONTENT_TYPE)
                .header("authorization", format!("Bearer {token}"))
                .header(PROTOCOL_HEADER, PROTOCOL)
                .body(body.clone())
                .send()
                .await?;
            let status = reply.status();
            let bytes = reply.bytes().await?;
            sent.requests_s.push(begin.elapsed().as_secs_f64());
            if status.is_success() {
                return Ok(codec::decode(&bytes)?);
            }
            if status != reqwest::StatusCode::SERVICE_UNAVAILABLE {
                bail!("{status}: {:?}", codec::decode::<ErrorReply>(&bytes));
            }
            sent.told_to_wait += 1;
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    }
}
