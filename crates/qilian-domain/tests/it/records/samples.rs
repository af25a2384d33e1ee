//! A sample of each command and of each kind of row, with every field that it may have, and of each refusal.

use qilian_domain::command::Command;
use qilian_domain::refusal::Refusal;
use qilian_domain::row::Kind;
use serde_json::{Value, json};

use crate::given;

/// The samples' moments: written on a laptop, taken by the server.
const WRITTEN: &str = "2026-11-20T10:15:00.000+08:00";
const TAKEN: &str = "2026-11-20T10:20:03.120+08:00";
const PICTURE: &str = "/9j/4AAQ";

/// Ids that a reader can tell apart.
fn id(n: u32) -> String {
    format!("0190a000-0000-7000-8000-{n:012}")
}

fn uscc() -> String {
    given::uscc(1).to_string()
}

fn sha256() -> String {
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned()
}

fn stamp() -> Value {
    json!({ "device": WRITTEN, "offset_ms": 1200, "received": TAKEN })
}

fn new_fact() -> Value {
    json!({ "id": id(3), "field": "revenue", "value": 1200, "period": "2025", "source": "accounts",
        "source_note": "年度审计报告", "as_of": "2025-12-31" })
}

/// The arguments of a command.
pub(crate) fn arguments(name: &str) -> Value {
    match name {
        "visit.record@1" => json!({
            "visit": id(1), "uscc": uscc(), "on": "2026-11-20", "mode": "onsite", "note": "了解生产经营情况。",
            "with": ["BA0002"], "met": ["王经理"], "for_demands": [id(2)], "facts": [new_fact()],
            "demands": [{ "id": id(4), "kind": "demand", "title": "招工难" }],
            "promises": [{ "id": id(5), "text": "送政策指南", "due": "2026-11-27" }], "kept": [id(6)], "library": 3,
        }),
        "fact.set@1" => json!({ "uscc": uscc(), "facts": [new_fact()] }),
        "promise.keep@1" => json!({ "uscc": uscc(), "promise": id(5), "on": "2026-11-25" }),
        "week.submit@1" => json!({ "week": "2026-W47" }),
        "outcome.handle@1" => json!({ "mutation": id(7), "how": "noted" }),
        "note.write@1" => json!({
            "note": id(8), "uscc": uscc(), "visit": id(1), "from": id(7), "on": "2026-11-20", "text": "退回的话",
        }),
        "attachment.add@1" => json!({
            "attachment": id(9), "uscc": uscc(), "to": { "visit": id(1) }, "name": "厂房.jpg", "mime": "image/jpeg",
            "size_bytes": 482_113, "sha256": sha256(), "taken_at": WRITTEN,
        }),
        "attachment.remove@1" => json!({ "uscc": uscc(), "attachment": id(9) }),
        "thumbnail.add@1" => {
            json!({ "uscc": uscc(), "attachment": id(9), "mime": "image/jpeg", "data": PICTURE })
        }
        other => panic!("give a sample of {other}"),
    }
}

/// Bodies of a kind: one with every field, then others that go to other buckets.
pub(crate) fn bodies(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::District => vec![json!({ "id": "d1", "name": "澜州市示范区", "export_key": "5c".repeat(32) })],
        Kind::Programme => vec![json!({
            "quota": { "visits_per_week": 2, "short_weeks": [{ "under_workdays": 3, "required": 0 }],
                "every_enterprise_per_quarter": true, "late_entry_after_days": 3 },
            "lease_days": 14 })],
        Kind::Unit => vec![json!({ "id": "U7", "name": "区工业和信息化局" })],
        Kind::User => vec![json!({
            "id": "BA0001", "name": "王敏", "unit": "U7", "roles": ["cadre"], "level": "street", "area": "新安街道",
            "service": { "is": "leaving", "since": TAKEN } })],
        Kind::UserContact => vec![json!({ "user": "BA0001", "phone": "13800000000" })],
        Kind::Calendar => vec![json!({
            "year": 2026, "off": ["2026-10-01"], "work": ["2026-10-10"], "source": "国务院办公厅通知" })],
        Kind::PolicyLibrary => vec![json!({
            "version": 3, "imported": TAKEN, "files": [{ "name": "a.yaml", "text": "policies: []" }] })],
        Kind::Enterprise => vec![enterprise()],
        Kind::Assignment => vec![json!({
            "id": id(10), "uscc": uscc(), "cadre": "BA0001", "from": "2026-10-01", "to": "2026-12-31" })],
        Kind::Visit | Kind::VisitTally | Kind::Promise | Kind::WeekSubmission => vec![of_a_visit(kind)],
        Kind::Fact => vec![json!({
            "id": id(3), "uscc": uscc(), "field": "revenue", "value": { "min": 1000, "max": 1500 }, "period": "2025",
            "source": "accounts", "source_note": "年度审计报告", "as_of": "2025-12-31", "by": "BA0001",
            "visit": id(1), "recorded": stamp() })],
        Kind::Demand => vec![json!({
            "id": id(4), "uscc": uscc(), "kind": "demand", "title": "招工难", "collected_by": "BA0001",
            "visit": id(1), "raised_on": "2026-11-20", "state": { "stage": "collected" }, "recorded": stamp() })],
        Kind::Outcome => vec![json!({
            "mutation": id(7), "user": "BA0001", "device": id(11), "status": "rejected", "code": "scope_lost",
            "params": { "by": "BA0002", "since": "2026-11-18" }, "name": "fact.set@1",
            "args": { "uscc": uscc(), "facts": [] }, "written": stamp(), "base_seq": 88_210, "at": TAKEN,
            "handled": { "at": TAKEN, "how": "noted" } })],
        Kind::Note => vec![json!({
            "id": id(8), "uscc": uscc(), "visit": id(1), "from": id(7), "by": "BA0001", "on": "2026-11-20",
            "text": "退回的话", "recorded": stamp() })],
        Kind::Attachment => vec![json!({
            "id": id(9), "uscc": uscc(), "to": { "visit": id(1) }, "on": "2026-11-20", "by": "BA0001",
            "name": "厂房.jpg", "mime": "image/jpeg", "kind": "photo", "size_bytes": 482_113, "sha256": sha256(),
            "taken_at": WRITTEN, "recorded": stamp(), "removed": { "by": "BA0001", "recorded": stamp() } })],
        Kind::Thumbnail => vec![
            json!({ "attachment": id(9), "uscc": uscc(), "image": { "mime": "image/jpeg", "data": PICTURE } }),
            json!({ "attachment": id(9), "uscc": uscc(), "image": null }),
        ],
        Kind::StoredFile => ["stored", "removed", "missing"]
            .map(|state| {
                json!({ "attachment": id(9), "uscc": uscc(), "sha256": sha256(), "size_bytes": 482_113,
                    "held": { "state": state, "at": TAKEN } })
            })
            .into(),
    }
}

fn enterprise() -> Value {
    json!({
        "uscc": uscc(), "name": "澜州某某制造有限公司",
        "registration": {
            "kind": "有限责任公司", "founded_on": "2012-05-18", "capital": { "amount": "500", "text": "500万元" },
            "business": "电子元件制造", "industry": "C3981", "province": "某省", "city": "澜州市",
            "district": "示范区", "street": "新安街道", "address": "新安街道一路1号" },
        "people": [{ "name": "王某", "post": "总经理", "phone": "13800000001" }] })
}

/// What is written with a visit.
fn of_a_visit(kind: Kind) -> Value {
    match kind {
        Kind::VisitTally => json!({
            "visit": id(1), "cadre": "BA0001", "on": "2026-11-20", "week": "2026-W47", "uscc": uscc(),
            "name": "澜州某某制造有限公司", "mode": "onsite", "counted": true, "late": false,
            "brought": { "facts": 1, "demands": 1, "promises": 1 } }),
        Kind::Promise => json!({
            "id": id(5), "uscc": uscc(), "visit": id(1), "by": "BA0001", "text": "送政策指南", "due": "2026-11-27",
            "kept_on": "2026-11-25", "kept_by": "BA0002", "kept_said": stamp() }),
        Kind::WeekSubmission => json!({
            "cadre": "BA0001", "week": "2026-W47", "required": 2, "counted": 1, "visits": [id(1)], "revision": 1,
            "submitted": stamp(),
            "receipt": { "no": "HZ-2026W47-BA0001-1", "received": TAKEN, "sum": "8E4B1A6F00C2D97E" } }),
        _ => json!({
            "id": id(1), "uscc": uscc(), "on": "2026-11-20", "mode": "onsite", "note": "了解生产经营情况。",
            "cadres": ["BA0001", "BA0002"], "met": ["王经理"], "for_demands": [id(2)], "library": 3,
            "late_entry": false, "recorded": stamp() }),
    }
}

/// Each refusal.
pub(crate) fn refusals() -> Vec<Refusal> {
    let day = given::day("2026-11-21");
    let unknown = |kind: fn(String) -> Refusal, n| kind(id(n));
    vec![
        Command::parse("visit.record@9", &json!({})).expect_err("no such command"),
        Refusal::VisitInFuture { on: day },
        Refusal::EnterpriseUnknown(uscc()),
        Refusal::UserUnknown("BA0002".to_owned()),
        unknown(Refusal::DemandUnknown, 2),
        unknown(Refusal::PromiseUnknown, 6),
        unknown(Refusal::OutcomeUnknown, 7),
        unknown(Refusal::IdTaken, 1),
        Refusal::ScopeLost,
        Refusal::TooLate,
        Refusal::NotYours,
        Refusal::RoleMissing("admin"),
        Refusal::TextTooLong {
            field: "note",
            limit: 50_000,
        },
        Refusal::TextMissing("demand"),
        Refusal::ValueUnreadable("revenue".to_owned()),
        Refusal::FactInFuture {
            field: "revenue".to_owned(),
            as_of: day,
        },
        Refusal::WeekInFuture("2026-W48".parse().expect("a week")),
        unknown(Refusal::VisitUnknown, 1),
        unknown(Refusal::AttachmentUnknown, 9),
        Refusal::FileEmpty,
        Refusal::FileTooLarge {
            size_bytes: 30_000_000,
            limit: 20_971_520,
        },
        Refusal::FileTypeUnsupported("application/zip".to_owned()),
        Refusal::FileNameUnusable("../合同.pdf".to_owned()),
        Refusal::ThumbnailUnreadable,
    ]
}
