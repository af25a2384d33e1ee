//! The cadre's week, end to end.

use anyhow::Result;
use qilian_e2e::journey::Walk;

use crate::support::{World, pictures};

#[tokio::test]
async fn a_visit_recorded_offline_reaches_the_district_with_its_week_and_a_receipt_comes_back()
-> Result<()> {
    let mut world = World::enrolled().await?;
    let folder = pictures("main-job")?;
    let mut walk = Walk::new(&folder, |step| {
        println!("{:.1} s {}", step.took.as_secs_f64(), step.name);
    });
    walk.main_job(&world.stage, &world.laptop, &mut world.district)
        .await
}
