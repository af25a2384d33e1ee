//! `device`: the laptops of the district.

use qilian_domain::ids::{At, DeviceId, UserId};
use qilian_sync::wire::{DeviceState, InvalidateRequest};
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::arguments::Resync;
use super::place::{self, Place};
use crate::journal::Entry;
use crate::people::People;
use crate::storage::Device;

/// Lists all devices.
pub(super) fn list(place: &Place) -> Result<Answer, Failure> {
    let here = place.open()?;
    let devices = here.storage.devices(here.id())?;
    let lines = devices.iter().map(|d| {
        let last = d
            .last_sync
            .map_or_else(|| "从未".to_owned(), |at| at.to_string());
        let copy = d
            .copy_of
            .map_or_else(String::new, |of| format!("（{of} 的副本）"));
        let state = standing(d.state, d.wiped.map(|wiped| (wiped.at, wiped.unsent)));
        let failed = failed(d.last_error.as_deref());
        format!(
            "{} {} {}{copy} 版本 {} 上次同步 {last} {}{failed}{state}\n",
            d.id,
            d.user,
            d.name,
            d.version,
            waiting(d.pending, d.oldest_pending)
        )
    });
    Ok(Answer {
        text: format!("{}共 {} 台。", lines.collect::<String>(), devices.len()),
        document: devices.iter().map(document).collect::<Value>(),
    })
}

/// What keeps a device from syncing, in words; nothing of one that may. A receipt says when it destroyed its store,
/// and how many mutations with it.
pub(super) fn standing(state: DeviceState, receipt: Option<(At, u32)>) -> String {
    match (state, receipt) {
        (DeviceState::Active, _) => String::new(),
        (DeviceState::Suspended, _) => " 已暂停".to_owned(),
        (DeviceState::Revoked, _) => " 已撤销".to_owned(),
        (DeviceState::Wipe, None) => " 等待清除".to_owned(),
        (DeviceState::Wipe, Some((at, unsent))) => {
            format!(" 已清除（{at}，没送出的 {unsent} 条）")
        }
    }
}

/// What waits on a device, in words.
pub(super) fn waiting(pending: u32, oldest: Option<At>) -> String {
    match oldest.filter(|_| pending > 0) {
        Some(oldest) => format!("待上传 {pending}（最早 {oldest}）"),
        None => format!("待上传 {pending}"),
    }
}

/// Why the sync before the last failed, in words; nothing if it did not.
pub(super) fn failed(code: Option<&str>) -> String {
    let Some(code) = code else {
        return String::new();
    };
    let why = match code {
        "certificate_invalid" => "证书不对",
        "disk_full" => "电脑的磁盘满了",
        "epoch_changed" => "服务器上的数据被换过，要用 epoch new",
        "fork_detected" => "资料被复制到了别的电脑",
        "gap" => "中间缺了一段记录",
        "lease_over" => "很久没同步，资料锁上了",
        "not_a_qilian_server" => "那个地址不是企联服务器",
        "protocol_unsupported" => "程序版本对不上",
        "server_failed" => "服务器出错",
        "store_busy" | "store_corrupt" | "store_failed" | "store_newer" | "store_unopenable" => {
            "读写电脑上的资料出错"
        }
        _ => "",
    };
    if why.is_empty() {
        format!(" 上次没同步成：{code}")
    } else {
        format!(" 上次没同步成：{why}（{code}）")
    }
}

/// Says whether a device may sync. The journal has it first: a backup brought back does not forget it.
pub(super) fn set_state(place: &Place, id: &str, state: DeviceState) -> Result<Answer, Failure> {
    let data = place.data()?;
    let here = place.open()?;
    let unknown = || {
        let message = format!("没有设备 {id}。用 device list 查看设备号。");
        Failure::new("device_unknown", message).with(json!({ "device": id }))
    };
    let device: DeviceId = id.parse().map_err(|_| unknown())?;
    let devices = here.storage.devices(here.id())?;
    if devices.iter().all(|d| d.id != device) {
        return Err(unknown());
    }
    let entry = Entry::State {
        district: here.id().clone(),
        device,
        state,
        at: Some(here.now),
    };
    let noted = place::journal(data).and_then(|journal| journal.append(&entry));
    noted.map_err(|e| place::journal_unwritable(&e))?;
    let set = here.storage.set_state(here.id(), device, state)?;
    let set = set.ok_or_else(unknown)?;
    let done = match state {
        DeviceState::Active => "可以同步",
        DeviceState::Suspended => "已暂停：不再给它任何东西；它送来的先放着，由系统管理员放行",
        DeviceState::Revoked => "已撤销，不再能同步",
        DeviceState::Wipe => "等待清除：下次联网时销毁它上面的数据，没送出的也随之销毁",
    };
    Ok(Answer {
        text: format!("{} 的“{}”{done}。", set.user, set.name),
        document: document(&set),
    })
}

/// Has laptops pull their cut from the beginning.
pub(super) fn resync(place: &Place, cohort: &Resync) -> Result<Answer, Failure> {
    let here = place.open()?;
    let device = |text: &String| {
        text.parse::<DeviceId>().map_err(|_| {
            let message = format!("没有设备 {text}。用 device list 查看设备号。");
            Failure::new("device_unknown", message).with(json!({ "device": text }))
        })
    };
    let request = InvalidateRequest {
        all: cohort.all,
        users: cohort.user.iter().map(UserId::new).collect(),
        units: cohort.unit.clone(),
        devices: cohort.device.iter().map(device).collect::<Result<_, _>>()?,
    };
    let people = People::read(here.storage.as_ref(), here.id())?;
    let ids: Vec<DeviceId> = (here.storage.devices(here.id())?.iter())
        .filter(|device| people.is_meant(device, &request))
        .map(|device| device.id)
        .collect();
    if ids.is_empty() {
        let message = "没有一台电脑符合。用 device list 查看设备号和用户。";
        return Err(Failure::new("device_unknown", message));
    }
    let told = here
        .storage
        .invalidate_cuts(here.id(), &ids, place.clock.now())?;
    Ok(Answer {
        text: format!(
            "{} 台电脑下次同步时重新取一遍数据；没送出的照常送出，取完以前显示原来的。",
            told.len()
        ),
        document: told.iter().map(document).collect::<Value>(),
    })
}

fn document(device: &Device) -> Value {
    json!({
        "device_id": device.id,
        "user": device.user,
        "name": device.name,
        "copy_of": device.copy_of,
        "state": device.state,
        "last_sync": device.last_sync,
        "pending": device.pending,
        "oldest_pending": device.oldest_pending,
        "version": device.version,
        "last_seen": device.last_seen,
        "last_error": device.last_error,
        "resync_due": device.resync_due(),
        "wiped": device.wiped.map(|wiped| json!({ "at": wiped.at, "unsent": wiped.unsent })),
    })
}
