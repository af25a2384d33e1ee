//! 今日, 企业, 走访前提示: what is known, and whom to visit.

use qilian_app::contract::{
    Briefing, BriefingArgs, EnterpriseFile, EnterprisePage, EnterprisesArgs, HintsArgs, HintsView,
    IdArgs, SearchArgs, SearchResult, Today, Topic, UsccArgs,
};
use tauri::AppHandle;

use super::{Answer, TheDesk, ask, change};

#[tauri::command]
pub(crate) async fn today(desk: TheDesk<'_>) -> Answer<Today> {
    ask(desk, |laptop| laptop.today()).await
}

#[tauri::command]
pub(crate) async fn enterprises(
    desk: TheDesk<'_>,
    args: EnterprisesArgs,
) -> Answer<EnterprisePage> {
    ask(desk, move |laptop| laptop.enterprises(&args)).await
}

#[tauri::command]
pub(crate) async fn enterprise(desk: TheDesk<'_>, args: UsccArgs) -> Answer<EnterpriseFile> {
    ask(desk, move |laptop| laptop.enterprise(&args)).await
}

#[tauri::command]
pub(crate) async fn search(desk: TheDesk<'_>, args: SearchArgs) -> Answer<SearchResult> {
    ask(desk, move |laptop| laptop.search(&args)).await
}

#[tauri::command]
pub(crate) async fn briefing(desk: TheDesk<'_>, args: BriefingArgs) -> Answer<Briefing> {
    ask(desk, move |laptop| laptop.briefing(&args)).await
}

#[tauri::command]
pub(crate) async fn hints(desk: TheDesk<'_>, args: HintsArgs) -> Answer<HintsView> {
    ask(desk, move |laptop| laptop.hints(&args)).await
}

#[tauri::command]
pub(crate) async fn promise_keep(app: AppHandle, args: IdArgs) -> Answer<()> {
    let topics = [Topic::Today, Topic::Enterprises, Topic::Sync];
    change(&app, &topics, move |laptop| laptop.promise_keep(&args)).await
}
