//! `device`: the laptops of the district.

use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::place::Place;
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
        format!(
            "{} {} {}{copy} 上次同步 {last} 待上传 {}\n",
            d.id, d.user, d.name, d.pending
        )
    });
    Ok(Answer {
        text: format!("{}共 {} 台。", lines.collect::<String>(), devices.len()),
        document: devices.iter().map(document).collect::<Value>(),
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
    })
}
