//! Owns what is still being sent when the answer is known: it is read and thrown away, for a while. A laptop that
//! still sends would see a broken connection instead of the reason.
//!
//! Elsewhere: what is read of a body (`body`, `uploads`).

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt as _;
use http_body::{Frame, SizeHint};
use qilian_sync::wire::APPEND_BYTES;

/// No request sends more than a piece of a file; who does is cut off.
const MOST_BYTES: u64 = 2 * APPEND_BYTES;
/// Nothing comes for so long: the line is dead, or nothing more will come.
const SILENCE: Duration = Duration::from_secs(2);
/// Whoever sends slower than that is cut off.
const LONGEST: Duration = Duration::from_secs(60);

/// A body that can still be read when whoever answers has let it go.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl Shared {
    fn body(&self) -> MutexGuard<'_, Body> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *self.body()).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body().size_hint()
    }
}

/// Answers a request when all that it sends is read.
pub(super) async fn read_to_end(request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let body = Shared(Arc::new(Mutex::new(body)));
    let request = Request::from_parts(head, Body::new(body.clone()));
    let response = next.run(request).await;
    if !body.is_end_stream() && tokio::time::timeout(LONGEST, drain(body)).await.is_err() {
        tracing::debug!("a request was answered while it was still sending");
    }
    response
}

async fn drain(body: Shared) {
    let mut chunks = Body::new(body).into_data_stream();
    let mut left = MOST_BYTES;
    while left > 0
        && let Ok(Some(Ok(chunk))) = tokio::time::timeout(SILENCE, chunks.next()).await
    {
        left = left.saturating_sub(chunk.len() as u64);
    }
}
