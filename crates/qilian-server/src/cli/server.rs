//! `serve`: the district's server.

use std::io;

use qilian_sync::export::ExportSecret;
use serde_json::json;
use tracing_subscriber::EnvFilter;

use super::answer::Failure;
use super::arguments::Serve;
use super::files;
use super::place::{self, Place};
use crate::routes::Server;
use crate::secret;
use crate::serve::{self, Tls};

/// Serves until told to end. With `--json` each line of the log is a document; standard output has one
/// line with the address once it listens.
pub(super) fn run(place: &Place, arguments: Serve, json: bool) -> Result<(), Failure> {
    log_to_stderr();
    let data = place.data()?;
    let here = place.open()?;
    let address = arguments.listen;
    let unable = |e: io::Error| {
        let message =
            format!("不能在 {address} 上监听：{e}。请换一个地址或端口，或结束占用它的程序。");
        Failure::new("address_unusable", message)
    };
    let listener = serve::listen(address).map_err(unable)?;
    let address = listener.local_addr().map_err(unable)?;
    let tls = match (arguments.tls_cert, arguments.tls_key) {
        (Some(cert), Some(key)) => Some(Tls { cert, key }),
        _ => None,
    };
    let scheme = if tls.is_some() { "https" } else { "http" };
    let url = format!("{scheme}://{address}");
    let told = if json {
        json!({ "listening": url }).to_string()
    } else {
        let name = &here.district.name;
        format!("“{name}”已在 {url} 上提供服务，按 Ctrl-C 结束。")
    };
    let ready = || {
        tracing::info!(%url, "listening");
        println!("{told}");
    };
    let journal = place::journal(data).map_err(|e| {
        let data = data.display();
        let message = format!("写不了 {data} 里的 journal.jsonl：{e}。请检查权限和剩余空间。");
        Failure::new("directory_unwritable", message)
    })?;
    let files = files::open(place, data, &here.district.id)?;
    // Laptops have its public half long before one of them needs it.
    let fresh = ExportSecret(secret::key(&mut rand::rng()));
    here.storage.export_secret(here.id(), fresh, here.now)?;
    let server = Server::with_files(here.storage, here.district.id, place.clock, journal, files);
    server.limit_pokes(arguments.pokes.min(serve::most_streams()));
    let stopped = |e: io::Error| {
        let message =
            format!("服务不能运行：{e}。若用了 --tls-cert、--tls-key，请检查这两个文件。");
        Failure::new("serve_failed", message)
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(stopped)?
        .block_on(serve::serve(server, listener, tls, ready))
        .map_err(stopped)
}

/// Structured, without personal data: ids, codes of errors, durations. `RUST_LOG` chooses what, but not the
/// parameters of statements, which the database's client would tell: they are rows.
fn log_to_stderr() {
    let mut filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    if let Ok(quiet) = "tokio_postgres::query=info".parse() {
        filter = filter.add_directive(quiet);
    }
    let chosen = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .try_init();
    if let Err(error) = chosen {
        tracing::debug!(%error, "another log was chosen before");
    }
}
