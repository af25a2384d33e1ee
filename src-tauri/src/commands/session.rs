//! Who is at this laptop.

use qilian_app::contract::{EnrolArgs, PassphraseChangeArgs, SessionView, UnlockArgs};

use super::{Answer, TheDesk, blocking};

#[tauri::command]
pub(crate) async fn session(desk: TheDesk<'_>) -> Answer<SessionView> {
    blocking(&desk, |desk| desk.session()).await
}

#[tauri::command]
pub(crate) async fn enrol(desk: TheDesk<'_>, args: EnrolArgs) -> Answer<SessionView> {
    blocking(&desk, |desk| desk.enrol(args)).await
}

#[tauri::command]
pub(crate) async fn unlock(desk: TheDesk<'_>, args: UnlockArgs) -> Answer<SessionView> {
    blocking(&desk, move |desk| desk.unlock(&args)).await
}

#[tauri::command]
pub(crate) async fn passphrase_change(desk: TheDesk<'_>, args: PassphraseChangeArgs) -> Answer<()> {
    blocking(&desk, move |desk| desk.passphrase_change(&args)).await
}
