//! `epoch new`: a timeline for a database that went back to an earlier state by other hands than ours: a dump
//! brought back, a standby that had not everything.

use std::path::PathBuf;

use qilian_domain::ids::Epoch;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::place::{self, Place};
use super::{backup, files};
use crate::journal::{self, Entry};
use crate::replay::{self, Listed};
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
    let journal = place::journal(data).map_err(|e| place::journal_unwritable(&e))?;
    let mut told = vec![journal::read_all(data).map_err(unreadable(data.to_owned()))?];
    for file in journals {
        told.push(journal::read_file(file).map_err(unreadable(file.clone()))?);
    }
    let there = files::all(place.blobs(here.id())?.as_ref())?;
    // First: from now on nothing that laptops may ask for again is removed.
    let restored = Entry::Restored {
        district: here.id().clone(),
        at: here.now,
    };
    (journal.append(&restored)).map_err(|e| place::journal_unwritable(&e))?;
    let epoch = Epoch::new(fresh_id(&mut rand::rng(), here.now));
    let listed = Listed {
        there: &there,
        at: Some(here.now),
    };
    let storage = here.storage.as_ref();
    let replayed = replay::begin(storage, here.id(), &told, listed, epoch, here.now)?;
    let lines = told.iter().map(|told| told.unreadable).sum();
    backup::tell_unreadable(lines);
    let name = &here.district.name;
    let enlisted = replayed.enlisted;
    Ok(Answer {
        text: format!(
            "“{name}”已换到新的时间线，补回 {enlisted} 台数据库里没有的电脑。{}各台电脑下次同步时会把数据库里没有的内容再送一遍，再全部取一遍。",
            backup::replayed_text(&replayed)
        ),
        document: json!({
            "district": name,
            "epoch": epoch,
            "enlisted": enlisted,
            "services": replayed.services,
            "users_missing": replayed.users_missing,
            "journal_unreadable": lines,
            "files_found": replayed.files_found,
            "files_missing": replayed.files_missing,
        }),
    })
}
