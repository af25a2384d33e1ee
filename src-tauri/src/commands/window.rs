//! Commands about the window itself.

use tauri::WebviewWindow;

use crate::window;

/// The page has drawn its first screen: time to show the window.
#[tauri::command]
pub(crate) fn window_drawn(window: WebviewWindow) {
    if let Err(error) = window::show_once(&window) {
        tracing::error!(%error, "the window could not be shown");
    }
}
