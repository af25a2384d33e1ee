//! 附件: taking files in, showing them, sending them.

use qilian_app::AppError;
use qilian_app::contract::{
    AttachmentArgs, AttachmentBytes, AttachmentSaved, AttachmentView, AttachmentsArgs, FileRoom,
    FileSettings, IntakeArgs, IntakeBeginArgs, IntakeBegun, IntakePieceArgs, Topic,
};
use tauri::{AppHandle, Manager as _};

use super::{Answer, TheDesk, ask, change};

/// What shows files.
const SHOWN: [Topic; 4] = [Topic::Files, Topic::Visits, Topic::Enterprises, Topic::Sync];

#[tauri::command]
pub(crate) async fn attachments(
    desk: TheDesk<'_>,
    args: AttachmentsArgs,
) -> Answer<Vec<AttachmentView>> {
    ask(desk, move |laptop| laptop.attachments(&args)).await
}

#[tauri::command]
pub(crate) async fn intake_begin(desk: TheDesk<'_>, args: IntakeBeginArgs) -> Answer<IntakeBegun> {
    ask(desk, move |laptop| laptop.intake_begin(&args)).await
}

#[tauri::command]
pub(crate) async fn intake_piece(desk: TheDesk<'_>, args: IntakePieceArgs) -> Answer<()> {
    ask(desk, move |laptop| laptop.intake_piece(&args)).await
}

#[tauri::command]
pub(crate) async fn intake_cancel(desk: TheDesk<'_>, args: IntakeArgs) -> Answer<()> {
    ask(desk, move |laptop| laptop.intake_cancel(&args)).await
}

#[tauri::command]
pub(crate) async fn intake_end(app: AppHandle, args: IntakeArgs) -> Answer<AttachmentView> {
    change(&app, &SHOWN, move |laptop| laptop.intake_end(&args)).await
}

#[tauri::command]
pub(crate) async fn attachment_remove(app: AppHandle, args: AttachmentArgs) -> Answer<()> {
    change(&app, &SHOWN, move |laptop| laptop.attachment_remove(&args)).await
}

#[tauri::command]
pub(crate) async fn attachment_bytes(
    desk: TheDesk<'_>,
    args: AttachmentArgs,
) -> Answer<AttachmentBytes> {
    ask(desk, move |laptop| laptop.attachment_bytes(&args)).await
}

/// Into the user's folder for downloads: the one place where a copy in the clear may be left, because they asked.
#[tauri::command]
pub(crate) async fn attachment_save(
    app: AppHandle,
    desk: TheDesk<'_>,
    args: AttachmentArgs,
) -> Answer<AttachmentSaved> {
    let folder = app.path().download_dir();
    ask(desk, move |laptop| {
        let folder = folder.map_err(|error| AppError::Internal(error.to_string()))?;
        laptop.attachment_save(&args, &folder)
    })
    .await
}

#[tauri::command]
pub(crate) async fn attachment_retry(app: AppHandle, args: AttachmentArgs) -> Answer<()> {
    change(&app, &SHOWN, move |laptop| laptop.attachment_retry(&args)).await
}

#[tauri::command]
pub(crate) async fn file_settings(desk: TheDesk<'_>) -> Answer<FileSettings> {
    ask(desk, |laptop| laptop.file_settings()).await
}

#[tauri::command]
pub(crate) async fn file_room(desk: TheDesk<'_>) -> Answer<FileRoom> {
    ask(desk, |laptop| laptop.file_room()).await
}

#[tauri::command]
pub(crate) async fn file_settings_change(app: AppHandle, args: FileSettings) -> Answer<()> {
    change(&app, &SHOWN, move |laptop| {
        laptop.file_settings_change(&args)
    })
    .await
}

#[tauri::command]
pub(crate) async fn files_send(desk: TheDesk<'_>) -> Answer<()> {
    ask(desk, |laptop| {
        laptop.send_files_soon();
        Ok(())
    })
    .await
}
