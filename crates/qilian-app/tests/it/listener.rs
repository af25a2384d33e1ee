//! A listener of a few lines that answers as it is told: a log-in page, a cut, a refusal.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use qilian_sync::codec::{self, CONTENT_TYPE};
use qilian_sync::wire::PROTOCOL_HEADER;
use serde::Serialize;

/// Listens on a free port of this machine and answers every connection with `serve`.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap());
        }
    });
    address
}

/// Answers every request with these bytes.
pub(crate) fn answering(answer: impl Into<Vec<u8>>) -> SocketAddr {
    let answer = answer.into();
    listen(move |mut stream| {
        read_request(&mut stream);
        // The other side may have gone away; that is what some tests are about.
        let _ = stream.write_all(&answer);
    })
}

/// An answer with a body of some type.
pub(crate) fn http(status: &str, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// An answer as our servers write it.
pub(crate) fn ours(status: &str, message: &impl Serialize) -> Vec<u8> {
    let body = codec::encode(message).unwrap();
    let kind = format!("{CONTENT_TYPE}\r\n{PROTOCOL_HEADER}: 1");
    http(status, &kind, &body)
}

/// Reads a request to its end; says what its head was, as far as it came.
pub(crate) fn read_request(stream: &mut TcpStream) -> String {
    let mut seen = Vec::new();
    let mut part = [0; 4096];
    loop {
        let read = stream.read(&mut part).unwrap_or(0);
        if read == 0 {
            return String::from_utf8_lossy(&seen).into_owned();
        }
        seen.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&seen);
        let Some(head_end) = text.find("\r\n\r\n") else {
            continue;
        };
        let length: usize = text
            .to_ascii_lowercase()
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ").map(str::to_owned))
            .and_then(|length| length.trim().parse().ok())
            .unwrap_or(0);
        // Lossy text is longer than the bytes, never shorter in the ASCII head.
        if seen.len() >= head_end + 4 + length {
            return text[..head_end].to_owned();
        }
    }
}
