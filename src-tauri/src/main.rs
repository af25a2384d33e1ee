//! The window: one page of `ui/`, a tray icon, notifications, and commands that each call one function of `qilian-app`.
//!
//! Deliberately elsewhere: what the commands do (`qilian-app`), what the page shows and says (`ui/`).

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod home;
mod logging;
mod text;
mod tray;
mod window;

use std::process::ExitCode;

use home::Home;
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
    tauri::Builder::default()
        .plugin(first)
        .plugin(tauri_plugin_notification::init())
        .manage(window::Drawn::default())
        .invoke_handler(tauri::generate_handler![commands::window::window_drawn])
        .setup(move |app| {
            window::open(app.handle(), &home, &text)?;
            tray::install(app.handle(), &text)?;
            Ok(())
        })
        .run(context)?;
    Ok(())
}
