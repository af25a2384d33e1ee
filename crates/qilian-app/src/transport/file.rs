//! Owns the exchanges about files: bytes go and come as they are, refusals as everywhere.

use std::io::Read;
use std::time::{Duration, Instant};

use qilian_sync::wire::{
    FALSE, PARTIAL_UPLOAD, PROTOCOL_HEADER, TRUE, UPLOAD_COMPLETE, UPLOAD_OFFSET, UploadReply,
    UploadRequest,
};
use reqwest::StatusCode;
use reqwest::blocking::Response;
use reqwest::header::{CONTENT_RANGE, CONTENT_TYPE as TYPE, RANGE};

use super::{Answered, Transport, TransportError, told_refusal};

impl Transport {
    /// Asks where the bytes of an attachment go on.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn upload(
        &self,
        token: &str,
        request: &UploadRequest,
    ) -> Result<Answered<UploadReply>, TransportError> {
        self.exchange("uploads", Some(token), request)
    }

    /// Sends bytes from an offset on; says how long it took. They are on the server's disk then, and if they were
    /// the last, their hash is right.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn append(
        &self,
        token: &str,
        upload: &str,
        offset: u64,
        complete: bool,
        bytes: Vec<u8>,
    ) -> Result<Duration, TransportError> {
        let request = self
            .client
            .patch(self.server.endpoint(&format!("uploads/{upload}")))
            .header(TYPE, PARTIAL_UPLOAD)
            .header(UPLOAD_OFFSET, offset)
            .header(UPLOAD_COMPLETE, if complete { TRUE } else { FALSE })
            .body(bytes);
        let sent = Instant::now();
        let response = self.call(request, Some(token))?;
        if response.status() == StatusCode::NO_CONTENT
            && response.headers().contains_key(PROTOCOL_HEADER)
        {
            return Ok(sent.elapsed());
        }
        Err(self.refused(response)?)
    }

    /// The bytes of a file from `from` to `to`, both included; fewer if the answer was cut.
    ///
    /// # Errors
    /// [`TransportError`].
    pub(crate) fn blob(
        &self,
        token: &str,
        sha256: &str,
        from: u64,
        to: u64,
    ) -> Result<Vec<u8>, TransportError> {
        let request = self
            .client
            .get(self.server.endpoint(&format!("blobs/{sha256}")))
            .header(RANGE, format!("bytes={from}-{to}"));
        let response = self.call(request, Some(token))?;
        let ours = response.headers().contains_key(PROTOCOL_HEADER);
        match response.status() {
            StatusCode::PARTIAL_CONTENT if ours && begins_at(&response, from) => {}
            StatusCode::OK if ours && from == 0 => {}
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => {
                return Err(TransportError::not_ours(&self.server, response.status()));
            }
            _ => return Err(self.refused(response)?),
        }
        let mut bytes = Vec::new();
        // What came of a cut answer is right as far as it goes; the rest is asked for next.
        let read = response.take(to - from + 1).read_to_end(&mut bytes);
        match read {
            Err(error) if bytes.is_empty() => {
                Err(TransportError::from_failure(&self.server, &error))
            }
            _ => Ok(bytes),
        }
    }

    fn refused(&self, response: Response) -> Result<TransportError, TransportError> {
        let (status, body) = self.read(response)?;
        if status.is_success() {
            return Err(TransportError::not_ours(&self.server, status));
        }
        told_refusal(&body)
    }
}

fn begins_at(response: &Response, from: u64) -> bool {
    response
        .headers()
        .get(CONTENT_RANGE)
        .and_then(|range| range.to_str().ok())
        .is_some_and(|range| range.starts_with(&format!("bytes {from}-")))
}
