//! Owns a faulty link: a TCP proxy on loopback that can be cut, and that can lose replies after the
//! server has committed.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// What a link does with what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Mode {
    Open = 0,
    Cut = 1,
    LoseReplies = 2,
}

/// A request that passed.
#[derive(Debug, Clone)]
pub struct Passed {
    /// When it began.
    pub at: Instant,
    /// Its path.
    pub path: String,
    /// The bytes that had passed to the server before it, since they were last taken.
    pub bytes_up: u64,
    /// And from the server.
    pub bytes_down: u64,
}

/// A link to one server.
#[derive(Debug, Clone)]
pub struct Link {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    mode: AtomicU8,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    /// What may still pass before the link is cut; 0 means any number.
    left_up: AtomicU64,
    left_down: AtomicU64,
    requests: Mutex<Vec<Passed>>,
}

impl State {
    /// Counts down what may still pass; the last of it cuts the link.
    fn spend(&self, bytes: u64, up: bool) {
        let left = if up { &self.left_up } else { &self.left_down };
        let before = left.load(Ordering::SeqCst);
        if before > 0 {
            left.store(before.saturating_sub(bytes), Ordering::SeqCst);
            if bytes >= before {
                self.mode.store(Mode::Cut as u8, Ordering::SeqCst);
            }
        }
    }

    fn is(&self, mode: Mode) -> bool {
        self.mode.load(Ordering::SeqCst) == mode as u8
    }
}

impl Link {
    /// Opens a link to a server.
    pub fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("its address");
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        // Ends with the process: a listener that nobody connects to costs nothing.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                thread::spawn(move || pass(&client, server, &state));
            }
        });
        Self { address, state }
    }

    /// Where laptops connect to.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything passes again.
    pub fn mend(&self) {
        self.set(Mode::Open);
    }

    /// Nothing passes.
    pub fn cut(&self) {
        self.set(Mode::Cut);
    }

    /// So many more bytes pass to the server, then nothing.
    pub fn cut_after(&self, bytes: u64) {
        self.state.left_up.store(bytes, Ordering::SeqCst);
    }

    /// So many more bytes pass from the server, then nothing.
    pub fn cut_after_down(&self, bytes: u64) {
        self.state.left_down.store(bytes, Ordering::SeqCst);
    }

    /// Requests reach the server, replies are lost.
    pub fn lose_replies(&self) {
        self.set(Mode::LoseReplies);
    }

    /// Bytes that passed since the last call: to the server, and from it.
    pub fn take_bytes(&self) -> (u64, u64) {
        let take = |counter: &AtomicU64| counter.swap(0, Ordering::SeqCst);
        (take(&self.state.bytes_up), take(&self.state.bytes_down))
    }

    /// Bytes that passed to the server since they were last taken.
    pub fn bytes_up(&self) -> u64 {
        self.state.bytes_up.load(Ordering::SeqCst)
    }

    /// The requests that passed since the last call.
    pub fn take_requests(&self) -> Vec<Passed> {
        let requests = &self.state.requests;
        std::mem::take(&mut *requests.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn set(&self, mode: Mode) {
        self.state.mode.store(mode as u8, Ordering::SeqCst);
    }
}

fn pass(client: &TcpStream, server: SocketAddr, state: &Arc<State>) {
    if state.is(Mode::Cut) {
        return;
    }
    let Ok(server) = TcpStream::connect(server) else {
        return;
    };
    let back = {
        let (from, to) = (server.try_clone(), client.try_clone());
        let state = Arc::clone(state);
        thread::spawn(move || {
            if let (Ok(from), Ok(to)) = (from, to) {
                copy(&from, &to, &state, false);
            }
        })
    };
    copy(client, &server, state, true);
    back.join().expect("the way back does not panic");
}

/// Copies until an end closes or the mode forbids it; then closes both ends.
fn copy(mut from: &TcpStream, mut to: &TcpStream, state: &State, up: bool) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n) = from.read(&mut buffer) {
        let lost = state.is(Mode::Cut) || (!up && state.is(Mode::LoseReplies));
        if n == 0 || lost || to.write_all(&buffer[..n]).is_err() {
            break;
        }
        if up && let Some(path) = path_of(&buffer[..n]) {
            let mut requests = state
                .requests
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            requests.push(Passed {
                at: Instant::now(),
                path,
                bytes_up: state.bytes_up.load(Ordering::SeqCst),
                bytes_down: state.bytes_down.load(Ordering::SeqCst),
            });
        }
        let counter = if up {
            &state.bytes_up
        } else {
            &state.bytes_down
        };
        counter.fetch_add(n as u64, Ordering::SeqCst);
        state.spend(n as u64, up);
    }
    for end in [from, to] {
        if let Err(error) = end.shutdown(Shutdown::Both)
            && error.kind() != std::io::ErrorKind::NotConnected
        {
            panic!("a loopback connection can't be closed: {error}");
        }
    }
}

/// The path of a request that begins here. Laptops send its head by itself or before anything else.
fn path_of(bytes: &[u8]) -> Option<String> {
    let line = bytes.split(|byte| *byte == b'\r').next()?;
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (method, path, version) = (words.next()?, words.next()?, words.next()?);
    let is_request = ["GET", "POST", "PATCH", "HEAD", "DELETE"].contains(&method);
    (is_request && version == "HTTP/1.1").then(|| path.to_owned())
}
