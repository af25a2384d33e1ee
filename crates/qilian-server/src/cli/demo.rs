//! `demo`: a made-up district.

use std::num::NonZeroUsize;

use serde_json::json;

use super::answer::{Answer, Failure};
use super::arguments::Demo;
use super::place::Place;
use crate::demo::{DISTRICT, DemoError, Plan, demo};

/// Makes the district; a directory that holds one is left as it is.
pub(super) fn run(place: &Place, arguments: &Demo) -> Result<Answer, Failure> {
    let storage = place.create()?;
    let plan = Plan {
        enterprises: usize::try_from(arguments.enterprises).unwrap_or(usize::MAX),
        cadres: NonZeroUsize::MIN.saturating_add(usize::from(arguments.cadres.saturating_sub(1))),
        seed: arguments.seed,
    };
    let made = demo(storage.as_ref(), plan, place.clock.now()).map_err(|error| match error {
        DemoError::Storage(error) => error.into(),
        other => Failure::new(
            "demo_broken",
            format!("随附的示范数据有错，请把这句话交给维护人员：{other}"),
        ),
    })?;
    let first = &made.first_cadre;
    Ok(Answer {
        text: format!(
            "已建立“{DISTRICT}”（人物、企业、代码均为虚构）：企业 {} 家，挂点干部 {} 名，走访 {} 次，政策 {} 项。\n下一步：serve，然后 code --user {first}。",
            made.enterprises, made.cadres, made.visits, made.policies
        ),
        document: json!({
            "district": DISTRICT,
            "district_id": made.district,
            "administrator": made.administrator,
            "enterprises": made.enterprises,
            "cadres": made.cadres,
            "visits": made.visits,
            "policies": made.policies,
            "first_cadre": first,
        }),
    })
}
