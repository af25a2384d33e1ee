//! Where the window's log goes: standard error, warnings by default, `RUST_LOG` to see more. No personal data is logged.

use tracing_subscriber::EnvFilter;

/// Starts logging. D-Bus traffic is left out even when everything else is asked for: it holds notification texts.
pub(crate) fn start() {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,qilian=info"));
    let quiet = ["zbus=warn", "zbus::object_server=error"];
    let filter = quiet
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
