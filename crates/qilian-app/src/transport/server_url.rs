//! Owns the server's address: scheme, host, port and path, and the addresses of its endpoints.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

use crate::error::AppError;

/// Where a server is. A district may serve it below a path, which is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl(Url);

impl ServerUrl {
    /// The address of an endpoint, such as `sync/push`.
    pub(crate) fn endpoint(&self, name: &str) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}/api/v1/{name}", self.0.path().trim_end_matches('/'));
        url.set_path(&path);
        url
    }

    /// Whether the server is on this machine: no proxy leads there.
    pub(crate) fn loopback(&self) -> bool {
        match self.0.host_str() {
            Some("localhost") => true,
            Some(host) => host
                .trim_matches(['[', ']'])
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback()),
            None => false,
        }
    }
}

impl FromStr for ServerUrl {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, AppError> {
        let invalid = || AppError::ServerUrlInvalid(text.to_owned());
        let mut url = Url::parse(text.trim()).map_err(|_| invalid())?;
        let plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !plain {
            return Err(invalid());
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_kept_and_endpoints_stand_below_it() {
        let server: ServerUrl = " https://qilian.example/district/ ".parse().unwrap();
        assert_eq!(server.to_string(), "https://qilian.example/district");
        assert_eq!(
            server.endpoint("sync/push").as_str(),
            "https://qilian.example/district/api/v1/sync/push"
        );
    }

    #[test]
    fn what_is_no_address_of_a_server_is_refused() {
        for text in [
            "",
            "qilian.example",
            "ftp://qilian.example",
            "https://a:b@qilian.example",
            "https://qilian.example/?x=1",
            "file:///etc/passwd",
        ] {
            assert!(text.parse::<ServerUrl>().is_err(), "{text:?} is no server");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        let loopback = |text: &str| text.parse::<ServerUrl>().unwrap().loopback();
        assert!(loopback("http://127.0.0.1:8650"));
        assert!(loopback("http://[::1]:8650"));
        assert!(loopback("http://localhost:8650"));
        assert!(!loopback("http://127.0.0.1.example"));
    }
}
