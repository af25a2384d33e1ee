//! The one window: its size, when it is shown, how it is brought forward.
//!
//! It stays hidden until the page says that it has drawn, so nobody sees a white rectangle; a page that never says so
//! is shown all the same after [`SHOW_AT_LATEST`].

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::home::Home;
use crate::text::ShellText;

/// Label of the window, as capabilities name it.
pub(crate) const MAIN: &str = "main";

/// Watches the page for its first content, so that the page itself need not know how it is shown.
const TELL_WHEN_DRAWN: &str = include_str!("drawn.js");

const SHOW_AT_LATEST: Duration = Duration::from_secs(5);

/// Whether the window has been shown; the page's word and the deadline race for it.
#[derive(Debug, Default)]
pub(crate) struct Drawn(AtomicBool);

/// Creates the window, hidden.
pub(crate) fn open(app: &AppHandle, home: &Home, text: &ShellText) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title(&text.window_title)
        .inner_size(1280.0, 800.0)
        .min_inner_size(1093.0, 614.0)
        .center()
        .visible(false)
        .initialization_script(TELL_WHEN_DRAWN)
        // Files are dropped on the page, which knows for which visit they are.
        .disable_drag_drop_handler()
        .data_directory(home.webview_folder())
        .build()?;
    #[cfg(target_os = "linux")]
    draw_in_plain_memory(&window)?;
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(SHOW_AT_LATEST).await;
        if let Err(error) = show_once(&window) {
            tracing::error!(%error, "the window could not be shown");
        }
    });
    Ok(())
}

/// Pages of text and forms gain nothing from the graphics card, whose buffers cost WebKitGTK a third of the window's
/// memory; and the blank windows that some drivers are known for can't happen.
#[cfg(target_os = "linux")]
fn draw_in_plain_memory(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};

    window.with_webview(|webview| {
        if let Some(settings) = webview.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Shows the window the first time it is called, and does nothing after that: a user may have hidden it since.
pub(crate) fn show_once(window: &WebviewWindow) -> tauri::Result<()> {
    if window.state::<Drawn>().0.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    window.show()?;
    window.set_focus()
}

/// Shows, restores and focuses the window, because somebody asked for it.
pub(crate) fn bring_forward(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    if let Err(error) = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus())
    {
        tracing::error!(%error, "the window could not be brought forward");
    }
}
