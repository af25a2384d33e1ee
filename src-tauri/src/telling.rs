//! What the shell tells without being asked: the page, that something it may show has changed; the user, that
//! something came back from the district.
//!
//! Elsewhere: what changed (`qilian-app`), how it is worded on the page (`ui/src/locales`).

use chrono::Timelike as _;
use qilian_app::contract::{Changed, Topic};
use qilian_app::{Laptop, SyncEvent, Synced};
use tauri::{AppHandle, Emitter as _, Manager as _};
use tauri_plugin_notification::NotificationExt as _;

use crate::text::{ShellText, fill};
use crate::window::MAIN;

const CHANGED: &str = "qilian://changed";

/// Nobody is disturbed before or after these hours of China Standard Time.
const WAKING_HOURS: std::ops::Range<u32> = 8..20;

/// Tells the page that what concerns `topics` has changed.
pub(crate) fn changed(app: &AppHandle, topics: impl IntoIterator<Item = Topic>) {
    let changed = Changed {
        topics: topics.into_iter().collect(),
    };
    if let Err(error) = app.emit_to(MAIN, CHANGED, changed) {
        tracing::warn!(%error, "the page could not be told that something changed");
    }
}

/// Passes on what the syncing thread tells.
pub(crate) fn sync_event(app: &AppHandle, text: &ShellText, laptop: &Laptop, event: SyncEvent) {
    match event {
        SyncEvent::Started => changed(app, [Topic::Sync]),
        SyncEvent::Files => changed(app, [Topic::Files, Topic::Sync]),
        SyncEvent::Ended(synced) => {
            for line in lines(text, &synced, laptop.now().cst().hour(), is_looked_at(app)) {
                notify(app, &line);
            }
            changed(app, synced.topics);
        }
    }
}

/// What to notify the user of: receipts and refusals that came back while they were looking elsewhere.
fn lines(text: &ShellText, synced: &Synced, hour: u32, looked_at: bool) -> Vec<String> {
    if looked_at || !WAKING_HOURS.contains(&hour) {
        return Vec::new();
    }
    let mut lines: Vec<String> = Vec::new();
    for week in &synced.receipts {
        if let Some(receipt) = &week.receipt {
            let line = fill(&text.notify_receipt, "week", &week.week.to_string());
            lines.push(fill(&line, "receipt", &receipt.no));
        }
    }
    if !synced.outcomes.is_empty() {
        lines.push(fill(
            &text.notify_outcomes,
            "count",
            &synced.outcomes.len().to_string(),
        ));
    }
    lines
}

fn notify(app: &AppHandle, line: &str) {
    if let Err(error) = app.notification().builder().body(line).show() {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

fn is_looked_at(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN)
        .is_some_and(|window| window.is_focused().unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use qilian_app::AppError;

    fn synced(outcomes: serde_json::Value, receipts: serde_json::Value) -> Synced {
        Synced {
            topics: BTreeSet::new(),
            outcomes: serde_json::from_value(outcomes).unwrap(),
            receipts: serde_json::from_value(receipts).unwrap(),
            result: Err(AppError::NotEnrolled),
        }
    }

    fn refused() -> Synced {
        let outcome = serde_json::json!([{
            "mutation": "01930000-0000-7000-8000-000000000001", "user": "BA0001",
            "device": "01930000-0000-7000-8000-000000000002", "status": "rejected", "code": "enterprise_unknown",
            "name": "visit.record@1", "args": {}, "at": "2026-11-20T10:00:00+08:00",
        }]);
        synced(outcome, serde_json::json!([]))
    }

    #[test]
    fn what_was_refused_is_told_in_waking_hours() {
        let text = ShellText::load().unwrap();
        assert_eq!(lines(&text, &refused(), 8, false).len(), 1);
        assert_eq!(lines(&text, &refused(), 19, false).len(), 1);
    }

    #[test]
    fn nobody_is_disturbed_at_night() {
        let text = ShellText::load().unwrap();
        assert_eq!(lines(&text, &refused(), 7, false), Vec::<String>::new());
        assert_eq!(lines(&text, &refused(), 20, false), Vec::<String>::new());
    }

    #[test]
    fn somebody_who_looks_at_the_window_sees_it_there() {
        let text = ShellText::load().unwrap();
        assert_eq!(lines(&text, &refused(), 10, true), Vec::<String>::new());
    }

    #[test]
    fn a_sync_that_brought_nothing_back_is_silent() {
        let text = ShellText::load().unwrap();
        let quiet = synced(serde_json::json!([]), serde_json::json!([]));
        assert_eq!(lines(&text, &quiet, 10, false), Vec::<String>::new());
    }
}
