//! `import`: files of the office into the district, each in one transaction.

mod files;
mod laptop;
mod policies;
mod told;

use std::fs;
use std::io::BufReader;
use std::path::Path;

use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::Calendar;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::arguments::Import;
use super::place::{Here, Place};
use crate::district::{
    ENTERPRISE_KINDS, Fresh, RosterImport, Tally, read_calendar, registry, roster, users,
};
use crate::import::{RegistryFault, RegistryReader, Roster, read_users};
use files::{read_text, unreadable};
use laptop::import_laptop;
use policies::import_policies;
use told::{calendar_fault, enterprises, users_fault};

/// Runs one import.
pub(super) fn run(place: &Place, import: Import) -> Result<Answer, Failure> {
    let here = place.open()?;
    match import {
        Import::Laptop { file, user } => import_laptop(place, &file, user.as_deref()),
        Import::Roster {
            file,
            from,
            replace,
        } => import_roster(&here, &file, RosterImport { from, replace }),
        Import::Registry { file } => import_registry(&here, &file),
        Import::Policies { path } => import_policies(&here, &path),
        Import::Calendar { file } => import_calendar(&here, &file),
        Import::Users { file } => import_users(&here, &file),
    }
}

fn import_roster(here: &Here, file: &Path, import: RosterImport) -> Result<Answer, Failure> {
    let mut read = Roster::read_file(file).map_err(|e| Failure::new(e.code(), e.to_string()))?;
    let mut random = rand::rng();
    let mut fresh = Fresh::new(&mut random, here.now);
    let mut result = None;
    here.storage
        .change(here.id(), ENTERPRISE_KINDS, here.now, &mut |loaded| {
            let (rows, done) = roster(&mut read, import, loaded, &mut fresh);
            result = Some(done);
            rows
        })?;
    let result = result.unwrap_or_default();
    let mut answer = enterprises(result.accepted, &read.rejected, &read.warned, result.tally);
    if let Some(document) = answer.document.as_object_mut() {
        document.insert("cadres".to_owned(), json!(result.cadres));
        document.insert("assignments".to_owned(), json!(result.assignments));
        document.insert("sheet".to_owned(), json!(read.sheet));
        document.insert("unread_sheets".to_owned(), json!(read.unread_sheets));
    }
    Ok(answer)
}

fn import_registry(here: &Here, file: &Path) -> Result<Answer, Failure> {
    let fault = |e: RegistryFault| Failure::new(e.code(), e.to_string());
    let opened = fs::File::open(file).map_err(|e| unreadable(file, &e))?;
    let mut reader = RegistryReader::new(BufReader::new(opened)).map_err(fault)?;
    let rows = reader
        .by_ref()
        .collect::<Result<Vec<_>, _>>()
        .map_err(fault)?;
    let notices = reader.into_notices();
    let accepted = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    let mut told = Some(rows);
    let mut tally = Tally::default();
    here.storage
        .change(here.id(), &[Kind::Enterprise], here.now, &mut |loaded| {
            let (rows, done) = registry(told.take().unwrap_or_default(), loaded);
            tally = done;
            rows
        })?;
    Ok(enterprises(
        accepted,
        &notices.rejected,
        &notices.warned,
        tally,
    ))
}

fn import_calendar(here: &Here, file: &Path) -> Result<Answer, Failure> {
    let text = read_text(file)?;
    let year = read_calendar(&text).map_err(|e| calendar_fault(file, &e))?;
    let number = year.year;
    let document = json!({ "year": number, "off": year.off.len(), "work": year.work.len() });
    let row = Row::from(Calendar(year));
    let written = here
        .storage
        .change(here.id(), &[], here.now, &mut |_| vec![row.clone()])?;
    let mut answer = Answer {
        text: format!("已导入 {number} 年的放假调休安排。"),
        document,
    };
    if let Some(document) = answer.document.as_object_mut() {
        document.insert("unchanged".to_owned(), json!(written.rows == 0));
    }
    Ok(answer)
}

fn import_users(here: &Here, file: &Path) -> Result<Answer, Failure> {
    let bytes = fs::read(file).map_err(|e| unreadable(file, &e))?;
    let list = read_users(&bytes).map_err(|fault| users_fault(&fault))?;
    let kinds = [Kind::User, Kind::UserContact, Kind::Unit];
    let mut tally = Tally::default();
    here.storage
        .change(here.id(), &kinds, here.now, &mut |loaded| {
            let (rows, done) = users(&list, loaded);
            tally = done;
            rows
        })?;
    Ok(Answer {
        text: format!(
            "名单 {} 人：新增 {}，更新 {}，未变 {}。",
            list.len(),
            tally.created,
            tally.updated,
            tally.unchanged
        ),
        document: json!({
            "accepted": list.len(),
            "rejected": [],
            "created": tally.created,
            "updated": tally.updated,
            "unchanged": tally.unchanged,
        }),
    })
}
