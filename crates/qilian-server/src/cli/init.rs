//! `init`: an empty district.

use serde_json::json;

use super::answer::{Answer, Failure};
use super::place::Place;
use crate::district::{ADMINISTRATOR, Fresh, founding};

/// Makes an empty district and its first administrator.
pub(super) fn run(place: &Place, name: &str) -> Result<Answer, Failure> {
    let name = name.trim();
    if name.is_empty() {
        let message = "区的名称是空的。请用 --district 写明，如 澜州市示范区。";
        return Err(Failure::new("name_missing", message));
    }
    let mut random = rand::rng();
    let founding = founding(name, &mut Fresh::new(&mut random, place.clock.now()))
        .map_err(|e| Failure::new("calendar_broken", format!("随附的日历有错：{e}")))?;
    place.create()?.found(&founding)?;
    Ok(Answer {
        text: format!(
            "已建立“{name}”，第一个管理员是 {ADMINISTRATOR}。\n下一步：import roster、import policies，然后 code --user {ADMINISTRATOR}。"
        ),
        document: json!({
            "district": name,
            "district_id": founding.district.id,
            "administrator": ADMINISTRATOR,
        }),
    })
}
