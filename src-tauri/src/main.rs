//! The window: one page of `ui/`, a tray icon, notifications, and commands that each call one function of `qilian-app`.
//!
//! Deliberately elsewhere: what the commands do (`qilian-app`), what the page shows and says (`ui/`).

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod desk;
mod home;
mod logging;
mod telling;
mod text;
mod tray;
mod window;

use std::env;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

use commands::{
    admin, attachments, enterprises, session, sync, visits, weeks, window as window_commands,
};
use desk::{Desk, Listener, Place};
use home::Home;
use qilian_app::{Clock, OsKeyStore, Passphrase};
use tauri::{App, Manager as _};
use text::ShellText;

fn main() -> ExitCode {
    logging::start();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not start");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let home = Home::from_environment()?;
    let text = ShellText::load()?;
    let first = tauri_plugin_single_instance::Builder::new()
        .dbus_id(home.instance_name())
        .callback(|app, _arguments, _folder| window::bring_forward(app))
        .build();
    let mut context = tauri::generate_context!();
    // Windows and macOS take the name of the instance from here.
    context.config_mut().identifier = home.instance_name();
    let place = place(&home)?;
    tauri::Builder::default()
        .plugin(first)
        .plugin(tauri_plugin_notification::init())
        .manage(window::Drawn::default())
        .invoke_handler(tauri::generate_handler![
            window_commands::window_drawn,
            session::session,
            session::enrol,
            session::unlock,
            session::passphrase_change,
            enterprises::today,
            enterprises::enterprises,
            enterprises::enterprise,
            enterprises::search,
            enterprises::briefing,
            enterprises::hints,
            enterprises::promise_keep,
            visits::visits,
            visits::visit_drafts,
            visits::visit_form,
            visits::draft_save,
            visits::draft_discard,
            visits::visit_record,
            weeks::week_preview,
            weeks::week_submit,
            weeks::weeks,
            sync::sync_status,
            sync::sync_now,
            visits::visit_blank,
            sync::export_unsent,
            sync::sync_centre,
            sync::rejected_resubmit,
            sync::rejected_note,
            sync::rejected_discard,
            admin::admin_sync_health,
            admin::admin_devices,
            admin::admin_device_state,
            admin::admin_resync,
            admin::admin_programme,
            admin::admin_programme_change,
            admin::admin_release,
            attachments::attachments,
            attachments::intake_begin,
            attachments::intake_piece,
            attachments::intake_cancel,
            attachments::intake_end,
            attachments::attachment_remove,
            attachments::attachment_bytes,
            attachments::attachment_save,
            attachments::attachment_retry,
            attachments::file_settings,
            attachments::file_room,
            attachments::file_settings_change,
            attachments::files_send,
        ])
        .setup(move |app| {
            let desk = Arc::new(Desk::new(place, listener(app, text.clone())));
            open_early(Arc::clone(&desk));
            app.manage(desk);
            window::open(app.handle(), &home, &text)?;
            tray::install(app.handle(), &text)?;
            Ok(())
        })
        .run(context)?;
    Ok(())
}

/// Opens the store while the page is still loading: deriving its key takes a quarter of a second. What there
/// is to say about it is said when the page asks.
fn open_early(desk: Arc<Desk>) {
    thread::spawn(move || {
        if let Err(error) = desk.session() {
            tracing::debug!(%error, "the store could not be opened early");
        }
    });
}

/// The store, the clock and the keys, as the environment names them.
fn place(home: &Home) -> Result<Place, Box<dyn std::error::Error>> {
    let given = env::var("QILIAN_PASSPHRASE")
        .ok()
        .filter(|text| !text.is_empty());
    Ok(Place {
        home: qilian_app::Home::new(home.folder())?,
        clock: Clock::from_environment()?,
        key_store: OsKeyStore::from_environment(),
        given: given.map(Passphrase::new).transpose()?,
    })
}

fn listener(app: &App, text: ShellText) -> Listener {
    let app = app.handle().clone();
    Arc::new(move |laptop, event| telling::sync_event(&app, &text, laptop, event))
}
