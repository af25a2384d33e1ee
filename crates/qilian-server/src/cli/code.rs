//! `code`: a one-time enrolment code.

use qilian_domain::ids::UserId;
use serde_json::json;

use super::answer::{Answer, Failure};
use super::place::Place;
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
    let found = here.storage.issue_code(here.id(), &new)?.ok_or_else(|| {
        Failure::new(
            "user_unknown",
            format!("没有编号为 {user} 的用户。请核对编号，或先导入分配表、用户表。"),
        )
        .with(json!({ "user": user }))
    })?;
    Ok(Answer {
        text: format!(
            "{code}\n给 {}（{}）的绑定码，{minutes} 分钟内有效，只能用一次。",
            found.name, found.id
        ),
        document: json!({ "code": code, "user": found.id, "expires_at": new.expires }),
    })
}
