//! What each journey begins with, and what it leaves behind when it fails.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use qilian_e2e::address;
use qilian_e2e::district::{District, Size};
use qilian_e2e::driver::Window;
use qilian_e2e::laptop::Laptop;
use qilian_e2e::page::Page;
use qilian_e2e::stage::Stage;
use tempfile::TempDir;

/// Unlocks every laptop here.
pub(crate) const PASSPHRASE: &str = "correct horse battery";

/// A stage, a district with its server running, and a laptop. They end in this order.
pub(crate) struct World {
    pub(crate) laptop: Laptop,
    pub(crate) district: District,
    pub(crate) stage: Stage,
    folder: TempDir,
}

impl World {
    /// With a laptop that belongs to nobody yet.
    pub(crate) async fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let stage = Stage::set_up(folder.path())?;
        let size = Size {
            enterprises: 40,
            cadres: 2,
        };
        let data = folder.path().join("district");
        let district = District::open(&data, &stage.logs(), size, address::free()?).await?;
        let laptop = Laptop::new(&folder.path().join("laptop"), PASSPHRASE);
        Ok(Self {
            laptop,
            district,
            stage,
            folder,
        })
    }

    /// With the laptop of the district's first cadre, synced.
    pub(crate) async fn enrolled() -> Result<Self> {
        let world = Self::new().await?;
        world.laptop.enrol(&world.district.url(), &world.code()?)?;
        Ok(world)
    }

    /// Another laptop of the district's first cadre, synced.
    pub(crate) fn second_laptop(&self) -> Result<Laptop> {
        self.laptop_of(&self.district.first_cadre()?)
    }

    /// One more laptop of a user, synced.
    pub(crate) fn laptop_of(&self, user: &str) -> Result<Laptop> {
        let home = self.folder.path().join(format!("laptop-of-{user}"));
        let laptop = Laptop::new(&home, PASSPHRASE);
        laptop.enrol(&self.district.url(), &self.district.code(user)?)?;
        Ok(laptop)
    }

    /// A code for the district's first cadre.
    pub(crate) fn code(&self) -> Result<String> {
        self.district.code(&self.district.first_cadre()?)
    }

    /// The window, unlocked by the start.
    pub(crate) async fn window(&self) -> Result<Window> {
        Window::open(&self.stage, &self.laptop).await
    }
}

/// Runs `body` on the page; when it fails, leaves a picture of the page and says where.
pub(crate) async fn on_page<T>(
    window: &Window,
    name: &str,
    body: impl AsyncFnOnce(Page<'_>) -> Result<T>,
) -> Result<T> {
    let page = Page::of(window.client());
    match body(page).await {
        Ok(value) => Ok(value),
        Err(error) => {
            let picture = pictures(name)?.join("failed.png");
            page.draw(&picture).await?;
            Err(error).context(format!("the page as it was: {}", picture.display()))
        }
    }
}

/// A folder for the pictures of the test `name`.
pub(crate) fn pictures(name: &str) -> Result<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("pictures")
        .join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
