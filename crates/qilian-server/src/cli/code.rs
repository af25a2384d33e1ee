//! `code`: a one-time enrolment code.

use qilian_domain::ids::UserId;
use qilian_domain::row::Kind;
use qilian_domain::rows::User;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::place::{Here, Place};
use crate::secret;
use crate::storage::NewCode;

const MINUTE_MS: i64 = 60 * 1000;

/// Issues a code for a user.
pub(super) fn run(place: &Place, user: &str, minutes: u32) -> Result<Answer, Failure> {
    let here = place.open()?;
    let code = secret::code(&mut rand::rng());
    let new = NewCode {
        hash: secret::hash(&secret::normal_code(&code)),
        user: UserId::new(user),
        issued: here.now,
        expires: here.now.plus_ms(i64::from(minutes) * MINUTE_MS),
    };
    let Some(found) = here.storage.issue_code(here.id(), &new)? else {
        return Err(refused(&here, user)?);
    };
    Ok(Answer {
        text: format!(
            "{code}\n给 {}（{}）的绑定码，{minutes} 分钟内有效，只能用一次。",
            found.name, found.id
        ),
        document: json!({ "code": code, "user": found.id, "expires_at": new.expires }),
    })
}

/// Why somebody gets no code.
fn refused(here: &Here, user: &str) -> Result<Failure, Failure> {
    let rows = here.storage.rows(here.id(), &[Kind::User])?;
    let mut users = rows.into_iter().filter_map(|row| User::try_from(row).ok());
    let (code, message) = if users.any(|known| known.id.as_str() == user) {
        let message = format!("{user} 离岗中或已离岗，不发绑定码。回来了先用 user return {user}。");
        ("user_leaving", message)
    } else {
        let message = format!("没有编号为 {user} 的用户。请核对编号，或先导入分配表、用户表。");
        ("user_unknown", message)
    };
    Ok(Failure::new(code, message).with(json!({ "user": user })))
}
