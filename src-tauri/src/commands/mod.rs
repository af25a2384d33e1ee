//! The commands the page may call, by the names of `ui/src/api/host.ts`. Each unpacks its arguments, calls one function
//! of `qilian-app` on a blocking thread and returns its answer; those that change something tell the page what.

pub(crate) mod admin;
pub(crate) mod attachments;
pub(crate) mod enterprises;
pub(crate) mod session;
pub(crate) mod sync;
pub(crate) mod visits;
pub(crate) mod weeks;
pub(crate) mod window;

use std::sync::Arc;

use qilian_app::contract::Topic;
use qilian_app::{AppError, ErrorDocument, Laptop};
use tauri::{AppHandle, Manager as _, State};

use crate::desk::Desk;
use crate::telling;

/// What a command returns.
pub(crate) type Answer<T> = Result<T, ErrorDocument>;
/// The desk, as Tauri hands it to commands.
pub(crate) type TheDesk<'a> = State<'a, Arc<Desk>>;

/// Runs `call` where it may block: the store and the network never stop the window.
async fn blocking<T: Send + 'static>(
    desk: &Arc<Desk>,
    call: impl FnOnce(&Desk) -> Result<T, AppError> + Send + 'static,
) -> Answer<T> {
    let desk = Arc::clone(desk);
    let answer = tauri::async_runtime::spawn_blocking(move || call(&desk)).await;
    let answer = answer.unwrap_or_else(|error| Err(AppError::Internal(error.to_string())));
    answer.map_err(|error| {
        tracing::info!(code = error.code(), %error, "refused");
        error.document()
    })
}

/// Asks the open laptop.
async fn ask<T: Send + 'static>(
    desk: TheDesk<'_>,
    call: impl FnOnce(&Laptop) -> Result<T, AppError> + Send + 'static,
) -> Answer<T> {
    blocking(&desk, move |desk| call(&*desk.laptop()?)).await
}

/// Asks the open laptop for what it also does when its lease is over.
async fn ask_to_write<T: Send + 'static>(
    desk: TheDesk<'_>,
    call: impl FnOnce(&Laptop) -> Result<T, AppError> + Send + 'static,
) -> Answer<T> {
    blocking(&desk, move |desk| call(&*desk.laptop_to_write()?)).await
}

/// Asks the open laptop for something that changes what concerns `topics`, and tells the page when it has.
async fn change<T: Send + 'static>(
    app: &AppHandle,
    topics: &[Topic],
    call: impl FnOnce(&Laptop) -> Result<T, AppError> + Send + 'static,
) -> Answer<T> {
    let answer = ask(app.state(), call).await?;
    telling::changed(app, topics.iter().copied());
    Ok(answer)
}
