//! `user`: who works here, who leaves, who has left.

use qilian_domain::ids::UserId;
use qilian_domain::row::Kind;
use qilian_domain::rows::{Service, User};
use qilian_sync::wire::DeviceState;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::arguments::UserCommand;
use super::place::{self, Here, Place};
use crate::journal::Entry;

/// Runs one of them.
pub(super) fn run(place: &Place, command: UserCommand) -> Result<Answer, Failure> {
    let here = place.open()?;
    let since = here.now;
    match command {
        UserCommand::List => list(&here),
        UserCommand::Leave { id } => set(&here, &id, &Service::Leaving { since }),
        UserCommand::Close { id, reason } => {
            let reason = reason.trim();
            if reason.is_empty() {
                let message = "原因是空的。请用 --reason 写明为什么不再等，如 电脑已报废。";
                return Err(Failure::new("reason_missing", message));
            }
            revoke_in_journal(place, &here, &UserId::new(&id))?;
            let reason = Some(reason.to_owned());
            set(&here, &id, &Service::Left { at: since, reason })
        }
        UserCommand::Return { id } => set(&here, &id, &Service::Serving),
    }
}

fn list(here: &Here) -> Result<Answer, Failure> {
    let rows = here.storage.rows(here.id(), &[Kind::User])?;
    let users: Vec<User> = rows
        .into_iter()
        .filter_map(|row| row.try_into().ok())
        .collect();
    let lines = users
        .iter()
        .map(|user| format!("{} {}{}\n", user.id, user.name, words(&user.service)));
    Ok(Answer {
        text: format!("{}共 {} 人。", lines.collect::<String>(), users.len()),
        document: users.iter().map(document).collect::<Value>(),
    })
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

fn set(here: &Here, id: &str, service: &Service) -> Result<Answer, Failure> {
    let user = UserId::new(id);
    let set = here
        .storage
        .set_service(here.id(), &user, service, here.now)?;
    let set = set.ok_or_else(|| {
        let message = format!("没有编号为 {id} 的用户。用 user list 查看编号。");
        Failure::new("user_unknown", message).with(json!({ "user": id }))
    })?;
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

/// The journal has it first: a backup that comes back does not let these laptops sync again.
fn revoke_in_journal(place: &Place, here: &Here, user: &UserId) -> Result<(), Failure> {
    let journal = place::journal(place.data()?).map_err(|e| place::journal_unwritable(&e))?;
    for device in here.storage.devices(here.id())? {
        let may_send = matches!(device.state, DeviceState::Active | DeviceState::Suspended);
        if device.user == *user && may_send {
            let entry = Entry::State {
                district: here.id().clone(),
                device: device.id,
                state: DeviceState::Revoked,
            };
            let noted = journal.append(&entry);
            noted.map_err(|e| place::journal_unwritable(&e))?;
        }
    }
    Ok(())
}

fn document(user: &User) -> Value {
    json!({ "user": user.id, "name": user.name, "service": user.service })
}
