//! The tray icon and its three entries.
//!
//! Elsewhere: what syncing is (`qilian-app`).

use std::sync::Arc;

use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager as _, include_image};

use crate::desk::Desk;
use crate::text::ShellText;
use crate::window;

const ICON: Image<'_> = include_image!("../icons/tray.png");

/// Puts the icon into the tray.
pub(crate) fn install(app: &AppHandle, text: &ShellText) -> tauri::Result<()> {
    let open = MenuItem::with_id(app, "open", &text.tray_open, true, None::<&str>)?;
    let sync = MenuItem::with_id(app, "sync", &text.tray_sync, true, None::<&str>)?;
    let quit = MenuItem::with_id(app, "quit", &text.tray_quit, true, None::<&str>)?;
    TrayIconBuilder::with_id("main")
        .icon(ICON)
        .tooltip(&text.window_title)
        .menu(&Menu::with_items(app, &[&open, &sync, &quit])?)
        .on_menu_event(|app, event| match event.id().as_ref() {
            "open" => window::bring_forward(app),
            "sync" => app.state::<Arc<Desk>>().sync_soon(),
            "quit" => app.exit(0),
            other => tracing::warn!(entry = other, "unknown tray entry"),
        })
        .build(app)?;
    Ok(())
}
