//! `device health`: which laptops somebody should look at, and what the server put aside.
//!
//! Elsewhere: what is listed and why (`sync_health`), all laptops (`device`).

use qilian_sync::wire::{Need, NeedyLaptop, QuarantinedView};
use serde_json::json;

use super::answer::{Answer, Failure};
use super::device::{failed, standing, waiting};
use super::place::Place;
use crate::people::People;
use crate::sync_health;

/// Lists them; a laptop after so many days without a complete sync.
pub(super) fn run(place: &Place, days: u32) -> Result<Answer, Failure> {
    let here = place.open()?;
    let people = People::read(here.storage.as_ref(), here.id())?;
    let health = sync_health::read(here.storage.as_ref(), here.id(), &people, days, here.now)?;
    let laptops: String = health.needy.iter().map(laptop).collect();
    let aside: String = health.quarantined.iter().map(aside).collect();
    let text = format!(
        "{laptops}共 {} 台，要看一看的 {} 台（{days} 天没有完整同步算很久，最久的在前）。\n{aside}放在一边没有办的 {} 条。",
        health.laptops,
        health.needy.len(),
        health.quarantined.len(),
    );
    Ok(Answer {
        document: json!(health),
        text,
    })
}

fn laptop(needy: &NeedyLaptop) -> String {
    let laptop = &needy.laptop;
    let last = (laptop.last_sync).map_or_else(|| "从未".to_owned(), |at| at.to_string());
    let needs: Vec<&str> = needy.needs.iter().map(|need| words(*need)).collect();
    format!(
        "{} {} {} {} 版本 {} 上次同步 {last} {}{}{}：{}\n",
        laptop.device_id,
        laptop.user.id,
        laptop.user.name,
        laptop.name,
        laptop.version,
        waiting(laptop.pending, laptop.oldest_pending),
        failed(laptop.last_error.as_deref()),
        standing(
            laptop.state,
            laptop.wiped.map(|wiped| (wiped.at, wiped.unsent))
        ),
        needs.join("、"),
    )
}

const fn words(need: Need) -> &'static str {
    match need {
        Need::NotSynced => "很久没同步",
        Need::WaitingLong => "有记录等了很久",
        Need::Stopped => "停用了",
        Need::Failed => "上次没同步成",
        Need::ResyncDue => "等着重新取数据",
    }
}

fn aside(one: &QuarantinedView) -> String {
    let why = match one.code.as_str() {
        "quarantined" => "服务器办了三次没办成",
        "sent_while_suspended" => "电脑暂停期间送来的",
        "too_late" => "换人超过 35 天才送到",
        "waiting" => "等它所依据的送到，自动办",
        "mutation_unreadable" => "读不懂",
        other => other,
    };
    let name = if one.name.is_empty() {
        "（读不出是什么）"
    } else {
        &one.name
    };
    format!(
        "{} {} {} {name} {} 放在一边：{why}\n",
        one.mutation, one.user.id, one.user.name, one.at
    )
}
