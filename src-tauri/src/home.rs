//! The folder that holds one laptop's store, and the name under which a second start finds the first.
//!
//! Elsewhere: what lies in the folder (`qilian-store`).

use std::env;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf, absolute};

const IDENTIFIER: &str = "cn.qilian.desktop";

/// Where this laptop's store is: `QILIAN_HOME`, or the user's data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Home {
    folder: PathBuf,
    /// Named by the environment, so another store than the user's own.
    named: bool,
}

impl Home {
    /// Reads `QILIAN_HOME`; without it, the data folder of the platform.
    pub(crate) fn from_environment() -> io::Result<Self> {
        Self::from_lookup(|name| env::var_os(name).map(PathBuf::from))
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<PathBuf>) -> io::Result<Self> {
        let given = |name: &str| lookup(name).filter(|path| !path.as_os_str().is_empty());
        if let Some(folder) = given("QILIAN_HOME") {
            return Ok(Self {
                folder: absolute(folder)?,
                named: true,
            });
        }
        let data = given("LOCALAPPDATA")
            .or_else(|| given("XDG_DATA_HOME"))
            .or_else(|| given("HOME").map(|home| home.join(".local/share")))
            .ok_or_else(|| {
                io::Error::new(
                    io::ErrorKind::NotFound,
                    "neither QILIAN_HOME nor HOME is set",
                )
            })?;
        Ok(Self {
            folder: absolute(data.join("qilian"))?,
            named: false,
        })
    }

    /// The folder of the store.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the page's engine keeps its own files; never shared between two stores.
    pub(crate) fn webview_folder(&self) -> PathBuf {
        self.folder.join("webview")
    }

    /// One name per store: two windows on one store would fight, two on two stores (tests, a trainer's laptop) must not.
    pub(crate) fn instance_name(&self) -> String {
        if !self.named {
            return IDENTIFIER.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        self.folder.hash(&mut hasher);
        format!("{IDENTIFIER}.h{:016x}", hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(variables: &[(&str, &str)]) -> io::Result<Home> {
        Home::from_lookup(|name| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| PathBuf::from(value))
        })
    }

    #[test]
    fn the_environment_names_the_store() {
        let named = home(&[("QILIAN_HOME", "/a/store"), ("HOME", "/home/u")]).unwrap();
        assert_eq!(named.folder(), Path::new("/a/store"));
    }

    #[test]
    fn without_a_name_the_store_is_in_the_users_data() {
        let own = home(&[("HOME", "/home/u")]).unwrap();
        assert_eq!(own.folder(), Path::new("/home/u/.local/share/qilian"));
        assert_eq!(own.instance_name(), IDENTIFIER);
    }

    #[test]
    fn an_empty_name_is_no_name() {
        let own = home(&[("QILIAN_HOME", ""), ("HOME", "/home/u")]).unwrap();
        assert_eq!(own.instance_name(), IDENTIFIER);
    }

    #[test]
    fn two_stores_are_two_instances_and_one_store_is_one() {
        let name = |folder| home(&[("QILIAN_HOME", folder)]).unwrap().instance_name();
        assert_ne!(name("/a"), name("/b"));
        assert_eq!(name("/a"), name("/a"));
    }

    #[test]
    fn no_folder_at_all_is_an_error() {
        assert_eq!(home(&[]).unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
