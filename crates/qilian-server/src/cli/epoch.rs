//! `epoch new`: a timeline for a database that went back to an earlier state by other hands than ours: a dump
//! brought back, a standby that had not everything.

use std::path::PathBuf;

use qilian_domain::ids::Epoch;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::place::Place;
use crate::journal::{self, Told};
use crate::restore;
use crate::secret::fresh_id;

/// Begins a timeline, and adds from the journals what the database does not know.
pub(super) fn begin(place: &Place, journals: &[PathBuf]) -> Result<Answer, Failure> {
    let data = place.data()?;
    let here = place.open()?;
    let unreadable = |file: PathBuf| {
        move |e: std::io::Error| {
            let file = file.display().to_string();
            let message = format!("读不了 {file}：{e}。没有改动。");
            Failure::new("file_unreadable", message).with(json!({ "file": file }))
        }
    };
    let mut told = journal::read(data).map_err(unreadable(data.to_owned()))?;
    for file in journals {
        let other = journal::read_file(file).map_err(unreadable(file.clone()))?;
        told = Told {
            entries: [told.entries, other.entries].concat(),
            unreadable: told.unreadable + other.unreadable,
        };
    }
    let epoch = Epoch::new(fresh_id(&mut rand::rng(), here.now));
    let enlisted = restore::begin(
        here.storage.as_ref(),
        here.id(),
        &told.entries,
        epoch,
        here.now,
    )?;
    if told.unreadable > 0 {
        eprintln!(
            "journal.jsonl 里有 {} 行读不懂，已跳过：那时登记的电脑可能要重新登记。",
            told.unreadable
        );
    }
    let name = &here.district.name;
    Ok(Answer {
        text: format!(
            "“{name}”已换到新的时间线，补回 {enlisted} 台数据库里没有的电脑。各台电脑下次同步时会把数据库里没有的内容再送一遍，再全部取一遍。"
        ),
        document: json!({
            "district": name,
            "epoch": epoch,
            "enlisted": enlisted,
            "journal_unreadable": told.unreadable,
        }),
    })
}
