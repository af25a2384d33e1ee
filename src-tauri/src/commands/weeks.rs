//! 本周上报: the package and its receipt.

use qilian_app::contract::{LimitArgs, Topic, WeekArgs, WeekPackageView, WeekPreviewArgs};
use tauri::AppHandle;

use super::{Answer, TheDesk, ask, change};

#[tauri::command]
pub(crate) async fn week_preview(
    desk: TheDesk<'_>,
    args: WeekPreviewArgs,
) -> Answer<WeekPackageView> {
    ask(desk, move |laptop| laptop.week_preview(&args)).await
}

/// Sealed is sent: whoever presses the button waits for no timer.
#[tauri::command]
pub(crate) async fn week_submit(
    app: AppHandle,
    desk: TheDesk<'_>,
    args: WeekArgs,
) -> Answer<WeekPackageView> {
    let topics = [Topic::Upload, Topic::Sync, Topic::Today];
    let sealed = change(&app, &topics, move |laptop| laptop.week_submit(&args)).await?;
    desk.sync_soon();
    Ok(sealed)
}

#[tauri::command]
pub(crate) async fn weeks(desk: TheDesk<'_>, args: LimitArgs) -> Answer<Vec<WeekPackageView>> {
    ask(desk, move |laptop| laptop.weeks(&args)).await
}
