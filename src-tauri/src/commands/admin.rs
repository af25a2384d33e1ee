//! 管理: what an administrator asks of the district. Each goes over the network.

use qilian_app::contract::{
    HealthArgs, IdArgs, LaptopRow, LaptopStateArgs, Laptops, ProgrammeArgs, ProgrammeView,
    ReleasedView, ResyncArgs, ResyncView, SyncHealth, Topic,
};
use tauri::AppHandle;

use super::{Answer, TheDesk, ask, change};

#[tauri::command]
pub(crate) async fn admin_sync_health(desk: TheDesk<'_>, args: HealthArgs) -> Answer<SyncHealth> {
    ask(desk, move |laptop| laptop.admin_sync_health(&args)).await
}

#[tauri::command]
pub(crate) async fn admin_devices(desk: TheDesk<'_>) -> Answer<Laptops> {
    ask(desk, |laptop| laptop.admin_devices()).await
}

#[tauri::command]
pub(crate) async fn admin_device_state(app: AppHandle, args: LaptopStateArgs) -> Answer<LaptopRow> {
    change(&app, &[Topic::Admin], move |laptop| {
        laptop.admin_device_state(&args)
    })
    .await
}

#[tauri::command]
pub(crate) async fn admin_resync(app: AppHandle, args: ResyncArgs) -> Answer<ResyncView> {
    change(&app, &[Topic::Admin], move |laptop| {
        laptop.admin_resync(&args)
    })
    .await
}

#[tauri::command]
pub(crate) async fn admin_programme(desk: TheDesk<'_>) -> Answer<ProgrammeView> {
    ask(desk, |laptop| laptop.admin_programme()).await
}

#[tauri::command]
pub(crate) async fn admin_programme_change(
    app: AppHandle,
    args: ProgrammeArgs,
) -> Answer<ProgrammeView> {
    change(&app, &[Topic::Admin], move |laptop| {
        laptop.admin_programme_change(&args)
    })
    .await
}

#[tauri::command]
pub(crate) async fn admin_release(app: AppHandle, args: IdArgs) -> Answer<ReleasedView> {
    change(&app, &[Topic::Admin], move |laptop| {
        laptop.admin_release(&args)
    })
    .await
}
