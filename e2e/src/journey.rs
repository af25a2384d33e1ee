//! The main job, step by step: whom to visit and why, what to ask, the visit recorded without a network, the week sent
//! when there is one, the receipt. `make run` walks it where there is no display; a test proves it.
//!
//! Elsewhere: what each screen must show in detail (specs of `ui/`), what each command answers (tests of the crates).

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

use crate::district::District;
use crate::driver::Window;
use crate::laptop::Laptop;
use crate::page::Page;
use crate::stage::Stage;

/// What is typed as the note of the visit.
pub const NOTE: &str = "看了二期厂房，设备月底到；问了用工，技工缺八人。";
/// What is typed as a demand of the enterprise.
pub const DEMAND: &str = "厂区门口晚高峰货车进不来，想协调临时停靠";

/// One step that was walked.
#[derive(Debug)]
pub struct Step {
    /// What was done.
    pub name: &'static str,
    /// How long it took, until the screen showed it.
    pub took: Duration,
    /// What the screen showed then.
    pub picture: PathBuf,
}

/// Walks, tells each step as it is done, and draws it into a folder.
#[derive(Debug)]
pub struct Walk<'a> {
    pictures: &'a Path,
    tell: fn(&Step),
    number: u32,
}

impl<'a> Walk<'a> {
    /// A walk whose pictures go to `pictures`; `tell` hears of every step.
    #[must_use]
    pub fn new(pictures: &'a Path, tell: fn(&Step)) -> Self {
        Self {
            pictures,
            tell,
            number: 0,
        }
    }

    async fn step(
        &mut self,
        name: &'static str,
        page: Page<'_>,
        body: impl AsyncFnOnce(Page<'_>) -> Result<()>,
    ) -> Result<()> {
        self.number += 1;
        let begin = Instant::now();
        let done = body(page).await;
        let took = begin.elapsed();
        let picture =
            self.pictures
                .join(format!("{:02}-{}.png", self.number, name.replace(' ', "-")));
        page.draw(&picture).await?;
        done.with_context(|| {
            format!(
                "step {}: {name}; the page as it was: {}",
                self.number,
                picture.display()
            )
        })?;
        (self.tell)(&Step {
            name,
            took,
            picture,
        });
        Ok(())
    }

    /// The whole job on an enrolled laptop. Leaves the district online.
    ///
    /// # Errors
    /// A step did not end as it must; the error names the step and its picture.
    pub async fn main_job(
        &mut self,
        stage: &Stage,
        laptop: &Laptop,
        district: &mut District,
    ) -> Result<()> {
        let window = Window::open(stage, laptop).await?;
        let page = Page::of(window.client());
        self.step("today", page, today).await?;
        self.step("hints", page, hints).await?;
        let before = this_week(laptop)?;
        district.go_offline();
        self.step("offline", page, notice_offline).await?;
        self.step("write the visit", page, write).await?;
        self.step("record it", page, record).await?;
        let after = this_week(laptop)?;
        ensure!(
            after.counted > before.counted,
            "the visit was recorded but does not count"
        );
        let sealed = async |page: Page<'_>| seal(page, before.was_sent).await;
        self.step("seal the week", page, sealed).await?;
        self.step("waiting", page, waits).await?;
        district.go_online().await?;
        self.step("online again", page, everything_sent).await?;
        self.step("receipt", page, receipt).await?;
        window.close().await
    }
}

async fn today(page: Page<'_>) -> Result<()> {
    page.see("today-plan-item").await?;
    page.see("today-week").await?;
    page.see("today-quarter").await.map(drop)
}

async fn hints(page: Page<'_>) -> Result<()> {
    page.click("plan-briefing").await?;
    page.see("briefing-question").await?;
    page.see("briefing-policy").await.map(drop)
}

/// The laptop finds out when it next tries; asked to, it tries at once.
async fn notice_offline(page: Page<'_>) -> Result<()> {
    page.click("nav-sync").await?;
    page.click("sync-now").await?;
    page.see("offline").await.map(drop)
}

async fn write(page: Page<'_>) -> Result<()> {
    page.click("nav-today").await?;
    page.click("plan-record").await?;
    page.type_into("record-note", NOTE).await?;
    answer_first_question(page).await?;
    page.type_into("record-demand", DEMAND).await?;
    page.see("draft-saved").await.map(drop)
}

/// Picks a choice of the first question that has one; questions that want a figure are left open, as a cadre would.
async fn answer_first_question(page: Page<'_>) -> Result<()> {
    page.see("question").await?;
    for choice in ["answer-true", "answer-false"] {
        if page.has(choice).await? {
            return page.click(choice).await;
        }
    }
    Ok(())
}

async fn record(page: Page<'_>) -> Result<()> {
    page.click("record-save").await?;
    page.see("today-done-item").await.map(drop)
}

/// A visit in a week that was sent before makes a supplement, which is sealed without a button.
async fn seal(page: Page<'_>, was_sent: bool) -> Result<()> {
    page.click("nav-upload").await?;
    if !was_sent {
        page.click("upload-submit").await?;
    }
    page.see(r#"upload-state[data-state="sealed"]"#)
        .await
        .map(drop)
}

async fn waits(page: Page<'_>) -> Result<()> {
    page.click("nav-sync").await?;
    page.see("offline").await?;
    page.see("waiting-item").await.map(drop)
}

async fn everything_sent(page: Page<'_>) -> Result<()> {
    page.click("sync-now").await?;
    page.see(r#"fully-synced[data-synced="true"]"#).await?;
    page.gone("offline").await
}

async fn receipt(page: Page<'_>) -> Result<()> {
    page.click("nav-upload").await?;
    page.see(r#"upload-state[data-state="done"]"#).await?;
    page.see("receipt-no").await.map(drop)
}

/// This week, as the terminal tells it.
struct ThisWeek {
    /// Visits that count.
    counted: u64,
    /// Whether it has been sealed before.
    was_sent: bool,
}

fn this_week(laptop: &Laptop) -> Result<ThisWeek> {
    let quota = laptop.terminal(&["quota"])?;
    let week = quota["week"]["week"]
        .as_str()
        .context("quota names no week")?;
    let package = laptop.terminal(&["week", "preview", "--week", week])?;
    Ok(ThisWeek {
        counted: package["counted"]
            .as_u64()
            .context("the package says nothing of visits that count")?,
        was_sent: !package["submitted_at"].is_null(),
    })
}
