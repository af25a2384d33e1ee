//! 记走访: the form, its draft, the record.

use qilian_app::contract::{
    DraftArgs, DraftSaved, DraftSummary, LimitArgs, NamedArgs, Topic, UsccArgs, VisitDraft,
    VisitForm, VisitRecorded, VisitRow,
};
use tauri::AppHandle;

use super::{Answer, TheDesk, ask, ask_to_write, change};
use crate::telling;

#[tauri::command]
pub(crate) async fn visits(desk: TheDesk<'_>, args: LimitArgs) -> Answer<Vec<VisitRow>> {
    ask(desk, move |laptop| laptop.visits(&args)).await
}

#[tauri::command]
pub(crate) async fn visit_drafts(desk: TheDesk<'_>) -> Answer<Vec<DraftSummary>> {
    ask(desk, |laptop| laptop.drafts()).await
}

#[tauri::command]
pub(crate) async fn visit_form(desk: TheDesk<'_>, args: UsccArgs) -> Answer<VisitForm> {
    ask(desk, move |laptop| laptop.visit_form(&args)).await
}

/// The form of a laptop that shows nothing.
#[tauri::command]
pub(crate) async fn visit_blank(desk: TheDesk<'_>, args: NamedArgs) -> Answer<VisitDraft> {
    ask_to_write(desk, move |laptop| laptop.visit_blank(&args)).await
}

/// Comes with every keystroke, so no screen is told: the one that shows drafts asks when it is opened.
#[tauri::command]
pub(crate) async fn draft_save(desk: TheDesk<'_>, args: VisitDraft) -> Answer<DraftSaved> {
    ask_to_write(desk, move |laptop| laptop.draft_save(&args)).await
}

#[tauri::command]
pub(crate) async fn draft_discard(app: AppHandle, args: DraftArgs) -> Answer<()> {
    let topics = [Topic::Drafts, Topic::Today];
    change(&app, &topics, move |laptop| laptop.draft_discard(&args)).await
}

#[tauri::command]
pub(crate) async fn visit_record(
    app: AppHandle,
    desk: TheDesk<'_>,
    args: VisitDraft,
) -> Answer<VisitRecorded> {
    let topics = [
        Topic::Today,
        Topic::Visits,
        Topic::Enterprises,
        Topic::Drafts,
        Topic::Sync,
        Topic::Upload,
    ];
    let answer = ask_to_write(desk, move |laptop| laptop.visit_record(&args)).await?;
    telling::changed(&app, topics);
    Ok(answer)
}
