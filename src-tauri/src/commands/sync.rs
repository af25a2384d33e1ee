//! 同步中心: the lights, what waits, what came back.

use qilian_app::AppError;
use qilian_app::contract::{ExportView, IdArgs, SyncCentre, SyncStatus, Topic};
use tauri::{AppHandle, Manager as _};

use super::{Answer, TheDesk, ask, ask_to_write, change};
use crate::telling;

/// After a sync any screen may show something else.
const EVERYTHING: [Topic; 7] = [
    Topic::Session,
    Topic::Sync,
    Topic::Today,
    Topic::Visits,
    Topic::Enterprises,
    Topic::Upload,
    Topic::Policies,
];

#[tauri::command]
pub(crate) async fn sync_status(desk: TheDesk<'_>) -> Answer<SyncStatus> {
    ask_to_write(desk, |laptop| laptop.sync_status()).await
}

/// Syncs while the page waits, so that it can say what came of it. A sync that failed changes the lights too.
#[tauri::command]
pub(crate) async fn sync_now(app: AppHandle, desk: TheDesk<'_>) -> Answer<SyncStatus> {
    let answer = ask_to_write(desk, |laptop| {
        laptop.sync()?;
        let status = laptop.sync_status()?;
        if status.files.waiting > 0 {
            // After a pause that failures had made long.
            laptop.sync_soon();
        }
        Ok(status)
    })
    .await;
    telling::changed(&app, EVERYTHING);
    answer
}

/// Into the user's folder for downloads, where they find it; where none is set up, into that for documents or their own.
#[tauri::command]
pub(crate) async fn export_unsent(app: AppHandle, desk: TheDesk<'_>) -> Answer<ExportView> {
    let path = app.path();
    let folder = (path.download_dir())
        .or_else(|_| path.document_dir())
        .or_else(|_| path.home_dir());
    ask_to_write(desk, |laptop| {
        let folder = folder.map_err(|error| AppError::Internal(error.to_string()))?;
        laptop.export_unsent(&folder)
    })
    .await
}

#[tauri::command]
pub(crate) async fn sync_centre(desk: TheDesk<'_>) -> Answer<SyncCentre> {
    ask(desk, |laptop| laptop.sync_centre()).await
}

#[tauri::command]
pub(crate) async fn rejected_resubmit(app: AppHandle, args: IdArgs) -> Answer<()> {
    let topics = [
        Topic::Sync,
        Topic::Today,
        Topic::Visits,
        Topic::Enterprises,
        Topic::Upload,
    ];
    change(&app, &topics, move |laptop| laptop.rejected_resubmit(&args)).await
}

#[tauri::command]
pub(crate) async fn rejected_note(app: AppHandle, args: IdArgs) -> Answer<()> {
    let topics = [Topic::Sync, Topic::Today, Topic::Enterprises];
    change(&app, &topics, move |laptop| laptop.rejected_note(&args)).await
}

#[tauri::command]
pub(crate) async fn rejected_discard(app: AppHandle, args: IdArgs) -> Answer<()> {
    change(&app, &[Topic::Sync, Topic::Today], move |laptop| {
        laptop.rejected_discard(&args)
    })
    .await
}
