//! Measures the store against bare SQL in the same kind of file, in one run; prints JSON.
//!
//! `cargo run --release -p qilian-store --example measure -- FOLDER [ENTERPRISES] [COMMITS]`

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use qilian_domain::bucket::Bucket;
use qilian_domain::command::{Command, Rules, VisitRecord};
use qilian_domain::ids::{
    AssignmentId, At, DeviceId, DistrictId, Epoch, Incarnation, MutId, MutSeq, Seq, UserId, VisitId,
};
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Contact, Enterprise, Registration, VisitMode};
use qilian_domain::uscc::Uscc;
use qilian_store::{CommitAs, DataKey, Identity, Store};
use qilian_sync::client::ClientStore;
use qilian_sync::wire::{Cursor, EnrolledDistrict, EnrolledUser, Op, PullReply, Put};
use rusqlite::{Connection, TransactionBehavior};
use serde_json::{json, value::RawValue};
use uuid::Uuid;

type Failure = Box<dyn Error>;

const PLACES: &[&str] = &[
    "澜州", "东山", "西湾", "南岭", "北海", "长安", "新桥", "福永", "沙井", "松岗", "石岩", "航城",
];
const NAMES: &[&str] = &[
    "华星", "鼎力", "宏远", "智云", "瑞丰", "金蝶", "天成", "博雅", "恒达", "信诚", "海川", "云帆",
    "立讯", "安捷", "中科", "锐明", "欣旺", "赛维", "德邦", "友联", "美盈", "精诚", "创维", "迈瑞",
];
const TRADES: &[&str] = &[
    "电子",
    "光电",
    "精密",
    "半导体",
    "新能源",
    "生物医药",
    "软件",
    "物流",
    "模具",
    "五金",
    "塑胶",
    "自动化",
    "智能装备",
    "新材料",
    "食品",
    "环保",
    "通信",
    "仪器",
    "服装",
    "印刷",
];
const SCOPES: &[&str] = &[
    "电子元器件的研发、生产、销售",
    "计算机软硬件的技术开发与技术咨询",
    "国内贸易代理",
    "货物及技术进出口",
    "普通货物道路运输",
    "半导体照明器件制造",
    "工业机器人的设计与安装",
    "塑胶制品、五金制品的加工",
    "企业管理咨询",
    "房屋租赁服务",
    "医疗器械的生产与销售",
    "新材料技术推广服务",
    "集成电路芯片设计及服务",
    "光伏设备及元器件制造",
    "食品生产与经营",
];

/// A small generator with a fixed seed, so that two runs measure the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % below
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.next(from.len())]
    }
}

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("which folder?")?;
    let enterprises: u32 = args.next().map_or(Ok(40_000), |n| n.parse())?;
    let commits: u32 = args.next().map_or(Ok(400), |n| n.parse())?;
    let folder = Path::new(&folder);
    let key = DataKey::new([7; 32]);

    let mut store = Store::create(&folder.join("store.db"), &key)?;
    store.enrol(&identity())?;
    let rows = made_up(enterprises)?;
    let begun = Instant::now();
    store.take_page(&page(&rows)?)?;
    let first_pull_s = begun.elapsed().as_secs_f64();

    let report = json!({
        "enterprises": enterprises,
        "first_pull_s": first_pull_s,
        "file_bytes": std::fs::metadata(folder.join("store.db"))?.len(),
        "commit": measure_commits(&mut store, folder, commits)?,
        "search": measure_search(&store, folder)?,
    });
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(())
}

fn identity() -> Identity {
    Identity {
        device: DeviceId::new(Uuid::from_u128(1)),
        incarnation: Incarnation(1),
        epoch: Epoch::new(Uuid::from_u128(2)),
        server: "http://127.0.0.1:1".to_owned(),
        token: String::new(),
        user: EnrolledUser {
            id: UserId::new("C1"),
            name: "王敏".to_owned(),
        },
        district: EnrolledDistrict {
            id: DistrictId::new("demo"),
            name: "示范区".to_owned(),
        },
    }
}

fn code(n: u32) -> Result<Uscc, Failure> {
    Ok(Uscc::from_parts('9', '1', "990101", &format!("MA{n:06}")).map_err(|e| format!("{e:?}"))?)
}

fn made_up(enterprises: u32) -> Result<Vec<Row>, Failure> {
    let mut dice = Dice(42);
    let mut rows = Vec::new();
    for n in 0..enterprises {
        let scopes: Vec<_> = (0..10).map(|_| dice.pick(SCOPES)).collect();
        let name = format!(
            "{}市{}{}{}{}有限公司",
            dice.pick(PLACES),
            dice.pick(NAMES),
            char::from_u32(0x4E00 + u32::try_from(dice.next(20_000))?).unwrap_or('一'),
            dice.pick(TRADES),
            if dice.next(2) == 0 {
                "科技"
            } else {
                "技术"
            },
        );
        let registration = Registration {
            address: Some(format!(
                "{}街道{}路{}号",
                dice.pick(PLACES),
                dice.pick(NAMES),
                n % 300
            )),
            business: Some(scopes.join("；")),
            ..Registration::default()
        };
        let people = vec![Contact {
            name: format!(
                "{}{}",
                dice.pick(&["李", "王", "张", "陈"]),
                dice.pick(NAMES)
            ),
            post: None,
            phone: None,
        }];
        rows.push(
            Enterprise {
                uscc: code(n)?,
                name,
                registration,
                people,
            }
            .into(),
        );
        let assignment = Assignment {
            id: AssignmentId::new(Uuid::from_u128(u128::from(n) + 1)),
            uscc: code(n)?,
            cadre: UserId::new("C1"),
            from: "2026-01-01".parse()?,
            to: None,
        };
        rows.push(assignment.into());
    }
    Ok(rows)
}

fn page(rows: &[Row]) -> Result<PullReply, Failure> {
    let mut ops = Vec::new();
    for row in rows {
        for bucket in row.buckets() {
            ops.push(Op::Put(put(bucket, row)?));
        }
    }
    Ok(PullReply {
        reset: vec![],
        drop: vec![],
        ops,
        position: None,
        complete: Some(Cursor { seq: Seq(1) }),
        last_mut_seq: MutSeq(0),
        server_time: now()?,
    })
}

fn put(bucket: Bucket, row: &Row) -> Result<Put, Failure> {
    Ok(Put {
        bucket,
        kind: row.kind().as_str().to_owned(),
        id: row.id(),
        ver: Seq(1),
        body: RawValue::from_string(row.to_json()?)?,
    })
}

fn now() -> Result<At, Failure> {
    At::from_unix_ms(1_772_600_000_000).ok_or_else(|| "a moment".into())
}

/// Commits visits, each followed by the bare SQL of the same writes into another encrypted file.
fn measure_commits(store: &mut Store, folder: &Path, n: u32) -> Result<serde_json::Value, Failure> {
    let mut bare = bare_file(&folder.join("bare.db"))?;
    bare.execute_batch(include_str!("../src/migrations/001_begin.sql"))?;
    let rules: Rules = store.rules()?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for i in 0..n {
        let command: Command = VisitRecord {
            visit: VisitId::new(Uuid::from_u128(9_000_000 + u128::from(i))),
            uscc: code(i % 2_000)?,
            // A cadre makes a few visits a week: each decision reads one week's tallies.
            on: "2020-01-01".parse::<NaiveDate>()? + Days::new(u64::from(i) * 2 % 2_200),
            mode: VisitMode::Onsite,
            note: "企业反映用工紧张，已记下诉求，答应周五前联系人社部门。".repeat(4),
            with: vec![],
            met: vec!["李总".to_owned()],
            for_demands: vec![],
            facts: vec![],
            demands: vec![],
            promises: vec![],
            kept: vec![],
            library: None,
        }
        .into();
        let commit_as = CommitAs {
            mut_id: MutId::new(Uuid::from_u128(5_000_000 + u128::from(i))),
            device_time: now()?,
            rules: &rules,
        };
        let begun = Instant::now();
        let committed = store
            .commit(&command, &commit_as)?
            .map_err(|r| format!("{r}"))?;
        ours.push(begun.elapsed());
        let payload = serde_json::to_string(&command.args()?)?;
        let rows: Vec<_> = committed
            .rows
            .iter()
            .map(|r| Ok((r, r.to_json()?)))
            .collect::<Result<_, serde_json::Error>>()?;
        let begun = Instant::now();
        let transaction = bare.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction
            .prepare_cached("INSERT INTO outbox (mut_seq, mut_id, name, payload, hash, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute((i + 1, commit_as.mut_id.to_string(), command.name(), &payload, [0u8; 32], 0))?;
        transaction
            .prepare_cached(
                "UPDATE sync_state SET last_mut_seq = ?1, last_hash = ?2, changes = changes + 1",
            )?
            .execute((i + 1, [1u8; 32]))?;
        for (row, body) in &rows {
            transaction
                .prepare_cached("INSERT INTO overlay (kind, id, parent, day, body, mut_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute((row.kind().as_str(), row.id(), row.parent(), row.day().map(|d| d.to_string()), body, i + 1))?;
        }
        transaction.commit()?;
        theirs.push(begun.elapsed());
    }
    Ok(ratios(&mut ours, &mut theirs))
}

fn bare_file(path: &Path) -> Result<Connection, Failure> {
    let bare = Connection::open(path)?;
    bare.execute_batch(
        "PRAGMA key = \"x'0707070707070707070707070707070707070707070707070707070707070707'\"",
    )?;
    bare.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    bare.execute_batch("PRAGMA synchronous = FULL")?;
    Ok(bare)
}

/// Searches as one types, against the bare query of the same index tables.
fn measure_search(store: &Store, folder: &Path) -> Result<serde_json::Value, Failure> {
    let bare = bare_file(&folder.join("store.db"))?;
    let typed = [
        "华",
        "华星",
        "华星光",
        "华星光电",
        "澜州",
        "澜州市",
        "澜州市鼎力",
        "有限公司",
        "半导体",
        "半导体照",
        "照明器件",
        "鼎力精密",
        "s",
        "sh",
        "shaj",
        "shajing",
        "huaxing",
        "huaxinggd",
        "hxgd",
        "lzsdl",
        "91990101",
        "MA0399",
        "长安街道",
        "机器人",
        "进出口",
        "不存在的词",
        "李华星",
        "gongsi",
        "sigong",
        "keji",
    ];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut slowest = BTreeMap::new();
    for round in 0..6 {
        for word in typed {
            let begun = Instant::now();
            let found = store.search(word, 50)?.len();
            let took = begun.elapsed();
            let begun = Instant::now();
            bare_search(&bare, word)?;
            let bare_took = begun.elapsed();
            if round > 0 {
                ours.push(took);
                theirs.push(bare_took);
            }
            slowest.insert(
                word,
                json!([found, took.as_micros(), bare_took.as_micros()]),
            );
        }
    }
    let mut report = ratios(&mut ours, &mut theirs);
    report["words"] = json!(slowest);
    Ok(report)
}

fn bare_search(bare: &Connection, word: &str) -> Result<usize, Failure> {
    let characters: Vec<char> = word.to_lowercase().chars().collect();
    let pairs: Vec<String> = characters.windows(2).map(|p| p.iter().collect()).collect();
    let (table, expression) = if pairs.is_empty() {
        ("search_name", format!("\"{word}\""))
    } else {
        ("search_text", format!("\"{}\"", pairs.join(" ")))
    };
    let sql = format!(
        "SELECT e.uscc, e.name FROM {table} CROSS JOIN search_entry e ON e.n = {table}.rowid WHERE {table} MATCH ?1 LIMIT 50"
    );
    let mut statement = bare.prepare_cached(&sql)?;
    let found = statement.query_map([expression], |row| row.get::<_, String>(1))?;
    Ok(found.collect::<Result<Vec<_>, _>>()?.len())
}

fn ratios(ours: &mut [Duration], theirs: &mut [Duration]) -> serde_json::Value {
    ours.sort_unstable();
    theirs.sort_unstable();
    let at = |of: &[Duration], percent: usize| {
        of.get(of.len() * percent / 100)
            .copied()
            .unwrap_or_default()
            .as_micros()
    };
    let percentiles = |of: &[Duration]| json!({ "p50_us": at(of, 50), "p95_us": at(of, 95), "p99_us": at(of, 99) });
    json!({ "store": percentiles(ours), "bare": percentiles(theirs) })
}
