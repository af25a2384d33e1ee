//! The few words outside the page: tray, title, notifications. They come from `locales/zh-CN.json` and stand nowhere else.

use serde::Deserialize;

const ZH_CN: &str = include_str!("../locales/zh-CN.json");

/// Words of the tray, the title bar and the notifications. `{name}` in a text is filled with [`fill`].
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShellText {
    /// Title of the window.
    pub(crate) window_title: String,
    /// Tray: show the window.
    pub(crate) tray_open: String,
    /// Tray: sync now.
    pub(crate) tray_sync: String,
    /// Tray: end the program.
    pub(crate) tray_quit: String,
    /// A week's receipt came: `{week}`, `{receipt}`.
    pub(crate) notify_receipt: String,
    /// Records were refused or merged: `{count}`.
    pub(crate) notify_outcomes: String,
}

impl ShellText {
    /// The words as shipped.
    pub(crate) fn load() -> serde_json::Result<Self> {
        serde_json::from_str(ZH_CN)
    }
}

/// Puts `value` where `{name}` stands.
pub(crate) fn fill(text: &str, name: &str, value: &str) -> String {
    text.replace(&format!("{{{name}}}"), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there() {
        let text = ShellText::load().unwrap();
        assert!(!text.window_title.is_empty());
    }

    #[test]
    fn a_place_is_filled_by_its_name() {
        assert_eq!(fill("a {count} b", "count", "3"), "a 3 b");
    }
}
