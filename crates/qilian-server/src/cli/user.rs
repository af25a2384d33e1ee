//! `user`: who works here, who leaves, who has left.

use qilian_domain::ids::{DeviceId, UserId};
use qilian_domain::row::Kind;
use qilian_domain::rows::{Service, User};
use qilian_sync::wire::DeviceState;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::arguments::UserCommand;
use super::place::{self, Here, Place};
use crate::journal::Entry;
use crate::storage::{Served, StorageError};

/// Runs one of them.
pub(super) fn run(place: &Place, command: UserCommand) -> Result<Answer, Failure> {
    let here = place.open()?;
    let since = here.now;
    match command {
        UserCommand::List => list(&here),
        UserCommand::Leave { id } => set(place, &here, &id, Service::Leaving { since }),
        UserCommand::Close { id, reason } => {
            let reason = reason.trim();
            if reason.is_empty() {
                let message = "原因是空的。请用 --reason 写明为什么不再等，如 电脑已报废。";
                return Err(Failure::new("reason_missing", message));
            }
            let reason = Some(reason.to_owned());
            set(place, &here, &id, Service::Left { at: since, reason })
        }
        UserCommand::Return { id } => set(place, &here, &id, Service::Serving),
    }
}

fn list(here: &Here) -> Result<Answer, Failure> {
    let users = users(here)?;
    let lines = users
        .iter()
        .map(|user| format!("{} {}{}\n", user.id, user.name, words(&user.service)));
    Ok(Answer {
        text: format!("{}共 {} 人。", lines.collect::<String>(), users.len()),
        document: users.iter().map(document).collect::<Value>(),
    })
}

fn users(here: &Here) -> Result<Vec<User>, StorageError> {
    let rows = here.storage.rows(here.id(), &[Kind::User])?.into_iter();
    Ok(rows.filter_map(|row| row.try_into().ok()).collect())
}

fn words(service: &Service) -> String {
    match service {
        Service::Serving => String::new(),
        Service::Leaving { since } => format!(" 离岗中（{since} 起，等电脑送完）"),
        Service::Left { at, reason: None } => format!(" 已离岗（{at}）"),
        Service::Left {
            at,
            reason: Some(reason),
        } => format!(" 已离岗（{at}，{reason}）"),
    }
}

/// Says whether a user works here. The journal has it first: a backup brought back does not forget it.
fn set(place: &Place, here: &Here, id: &str, service: Service) -> Result<Answer, Failure> {
    let data = place.data()?;
    let unknown = || {
        let message = format!("没有编号为 {id} 的用户。用 user list 查看编号。");
        Failure::new("user_unknown", message).with(json!({ "user": id }))
    };
    let known = users(here)?.into_iter().find(|user| user.id.as_str() == id);
    let known = known.ok_or_else(unknown)?;
    let revoked = match service {
        Service::Left { .. } => sending(here, &known.id)?,
        Service::Serving | Service::Leaving { .. } => Vec::new(),
    };
    let user = User { service, ..known };
    let said = Served { user, revoked };
    let journal = place::journal(data).map_err(|e| place::journal_unwritable(&e))?;
    let note = |served: &Served| {
        let mut entries = Entry::of_service(here.id(), served, here.now).into_iter();
        let noted = entries.try_for_each(|entry| journal.append(&entry));
        noted.map_err(|e| place::journal_unwritable(&e))
    };
    note(&said)?;
    let User { id, service, .. } = &said.user;
    let set = (here.storage).set_service(here.id(), id, service, here.now)?;
    let set = set.ok_or_else(unknown)?;
    if set.user.service != *service {
        // Nothing was to be waited for: they have left at once.
        note(&set)?;
    }
    let set = set.user;
    let what = match &set.service {
        Service::Serving => "在岗。撤销过的电脑用 device restore 恢复。",
        Service::Leaving { .. } => {
            "离岗中：写下的照常收，不再给他的电脑任何资料，也不再发绑定码。都送完了就自动成为已离岗；等不到的，用 user close 结束。"
        }
        Service::Left { .. } => "已离岗，他的电脑都已撤销。",
    };
    Ok(Answer {
        text: format!("{}（{}）{what}", set.name, set.id),
        document: document(&set),
    })
}

/// The laptops of a user that something may still come from.
fn sending(here: &Here, user: &UserId) -> Result<Vec<DeviceId>, StorageError> {
    let devices = here.storage.devices(here.id())?.into_iter();
    let sending = devices.filter(|device| {
        let may_send = matches!(device.state, DeviceState::Active | DeviceState::Suspended);
        device.user == *user && may_send
    });
    Ok(sending.map(|device| device.id).collect())
}

fn document(user: &User) -> Value {
    json!({ "user": user.id, "name": user.name, "service": user.service })
}
