//! `enterprises`, `enterprise` and `fact set`.

use chrono::NaiveDate;
use qilian_app::Laptop;
use qilian_app::contract::{EnterpriseFile, EnterprisesArgs, UsccArgs, VisitRow};
use serde_json::{Value, json};

use crate::output::{Answer, Failure, to_json};

/// The enterprises here, all or those that a search finds.
pub(crate) fn list(laptop: &Laptop, search: &str, limit: Option<u32>) -> Result<Answer, Failure> {
    let page = laptop.enterprises(&EnterprisesArgs {
        search: search.to_owned(),
        limit: limit.unwrap_or(u32::MAX),
        ..EnterprisesArgs::default()
    })?;
    let found = page.items.iter().map(|row| {
        json!({
            "uscc": row.uscc,
            "name": row.name,
            "street": row.street,
            "last_visit": row.last_visit,
            "open_demands": row.open_demands,
        })
    });
    let lines: Vec<String> = page
        .items
        .iter()
        .map(|row| {
            let last = row
                .last_visit
                .map_or_else(|| "未走访".to_owned(), |day| format!("上次走访 {day}"));
            format!("{}  {}  {last}", row.uscc, row.name)
        })
        .collect();
    let text = if lines.is_empty() {
        "没有找到企业。".to_owned()
    } else {
        lines.join("\n")
    };
    Ok(Answer {
        json: found.collect(),
        text,
    })
}

/// The file of one enterprise.
pub(crate) fn file(laptop: &Laptop, uscc: &str) -> Result<Answer, Failure> {
    let file = laptop.enterprise(&UsccArgs {
        uscc: uscc.to_owned(),
    })?;
    let facts = laptop.fact_records(uscc)?;
    let people: Vec<Value> = file
        .people
        .iter()
        .map(|person| {
            json!({ "name": person.name, "post": person.post, "phone": person.phone,
                    "last_met": person.last_met })
        })
        .collect();
    let json = json!({
        "uscc": file.uscc,
        "name": file.name,
        "assigned": file.assigned,
        "registration": to_json(&file.registration)?,
        "facts": to_json(&facts)?,
        "people": people,
        "visits": file.visits.iter().map(visit).collect::<Vec<_>>(),
        "demands": to_json(&file.demands)?,
        "promises": to_json(&file.promises)?,
        "notes": to_json(&file.notes)?,
    });
    Ok(Answer {
        json,
        text: in_words(&file),
    })
}

fn visit(visit: &VisitRow) -> Value {
    let ids: Vec<&str> = visit.cadres.iter().map(|cadre| cadre.id.as_str()).collect();
    let names: Vec<&str> = visit
        .cadres
        .iter()
        .map(|cadre| cadre.name.as_str())
        .collect();
    json!({
        "visit_id": visit.visit_id,
        "on": visit.on,
        "mode": visit.mode,
        "cadres": ids,
        "cadre_names": names,
        "note": visit.note,
        "late_entry": visit.late_entry,
        "pending": visit.pending,
    })
}

fn in_words(file: &EnterpriseFile) -> String {
    let mut lines = vec![format!("{}  {}", file.uscc, file.name)];
    let registration = &file.registration;
    for (label, value) in [
        ("行业", &registration.industry),
        ("注册资金", &registration.capital),
        ("街道", &registration.street),
        ("地址", &registration.address),
    ] {
        if let Some(value) = value {
            lines.push(format!("{label}：{value}"));
        }
    }
    for fact in file.facts.iter().filter(|fact| fact.current) {
        let unit = fact.unit.as_deref().unwrap_or_default();
        lines.push(format!("{}：{}{unit}", fact.label, fact.value));
    }
    for visit in &file.visits {
        let late = if visit.late_entry { "（补录）" } else { "" };
        lines.push(format!("走访 {}{late}：{}", visit.on, visit.note));
    }
    for demand in &file.demands {
        lines.push(format!("诉求 {}：{}", demand.created_on, demand.title));
    }
    for note in &file.notes {
        let by = note.by.as_deref().unwrap_or_default();
        lines.push(format!("备注 {} {by}：{}", note.on, note.text));
    }
    lines.join("\n")
}

/// Records facts.
pub(crate) fn set_facts(
    laptop: &Laptop,
    uscc: &str,
    facts: &[(String, String)],
    as_of: Option<NaiveDate>,
    source: Option<&str>,
) -> Result<Answer, Failure> {
    let ids = laptop.fact_set(uscc, facts, as_of, source)?;
    let text = format!("已记下 {} 项情况。", ids.len());
    Ok(Answer {
        json: json!({ "uscc": uscc, "fact_ids": ids }),
        text,
    })
}
