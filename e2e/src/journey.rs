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
        let begin = Instant::now();
        let window = Window::open(stage, laptop.home(), Some(laptop.passphrase())).await?;
        let page = Page::of(window.client());
        self.step("today", page, async |page| {
            page.see("today-plan-item").await?;
            page.see("today-week").await?;
            page.see("today-quarter").await.map(drop)
        })
        .await?;
        println!(
            "(window opened and 今日 drawn {:.1} s after its start)",
            begin.elapsed().as_secs_f64()
        );
        self.step("hints", page, async |page| {
            page.click("plan-briefing").await?;
            page.see("briefing-hint").await.map(drop)
        })
        .await?;
        let before = visits_counted(laptop)?;
        district.go_offline();
        self.step("record offline", page, record).await?;
        ensure!(
            visits_counted(laptop)? > before,
            "the visit was recorded but does not count"
        );
        self.step("waiting offline", page, waits).await?;
        district.go_online().await?;
        self.step("upload", page, upload).await?;
        self.step("synced", page, everything_sent).await?;
        window.close().await
    }
}

async fn record(page: Page<'_>) -> Result<()> {
    page.click("nav-today").await?;
    page.click("plan-record").await?;
    page.type_into("record-note", NOTE).await?;
    if page.has("question").await? {
        answer_first_question(page).await?;
    }
    page.type_into("record-demand", DEMAND).await?;
    page.see("draft-saved").await?;
    page.click("record-save").await?;
    page.see("today-done-item").await.map(drop)
}

/// Picks the first choice of the first question; a question that wants a figure is left open, as a cadre would.
async fn answer_first_question(page: Page<'_>) -> Result<()> {
    for choice in ["answer-true", "answer-false"] {
        if page.has(choice).await? {
            return page.click(choice).await;
        }
    }
    Ok(())
}

async fn waits(page: Page<'_>) -> Result<()> {
    page.click("nav-sync").await?;
    page.see("offline").await?;
    page.see("sync-waiting-item").await.map(drop)
}

async fn upload(page: Page<'_>) -> Result<()> {
    page.click("nav-upload").await?;
    page.click("upload-submit").await?;
    page.see("upload-receipt").await.map(drop)
}

async fn everything_sent(page: Page<'_>) -> Result<()> {
    page.click("nav-sync").await?;
    page.gone("sync-waiting-item").await?;
    page.gone("offline").await
}

/// How many visits of this week count, as the terminal tells it.
fn visits_counted(laptop: &Laptop) -> Result<u64> {
    let quota = laptop.terminal(&["quota"])?;
    quota["week"]["counted"]
        .as_u64()
        .with_context(|| format!("quota says nothing of the week: {quota}"))
}
