//! The line on which the server pokes: what it does when it is live, and that nothing else depends on it.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use qilian_app::{AutoSync, Clock, Enrolment, Home, Laptop, Session, SyncEvent, enrol};
use serde_json::json;

use crate::enrol::{home, unlock};
use crate::listener::{http, listen, ours, read_request};

/// Shorter than the shortest pause between syncs that nobody asked for.
const PATIENCE: Duration = Duration::from_secs(50);

/// A server that enrols everybody, has nothing new, and answers whoever wants to listen with `stream`.
fn server(stream: impl Fn(TcpStream) + Send + Sync + 'static) -> SocketAddr {
    let stream = Arc::new(stream);
    listen(move |mut connection| {
        let stream = Arc::clone(&stream);
        thread::spawn(move || {
            let head = read_request(&mut connection);
            if head.starts_with("GET /api/v1/sync/poke?epoch=") {
                assert!(head.contains("authorization: Bearer t"), "{head}");
                return stream(connection);
            }
            let reply = if head.contains("/devices/enrol") {
                welcome()
            } else {
                json!({
                    "ops": [],
                    "complete": { "seq": 0 },
                    "last_mut_seq": 0,
                    "server_time": "2026-11-20T10:00:00+08:00",
                })
            };
            let _ = connection.write_all(&ours("200 OK", &reply));
        });
    })
}

fn welcome() -> serde_json::Value {
    json!({
        "device_id": "0190a000-0000-7000-8000-000000000001",
        "incarnation": 1,
        "token": "t",
        "epoch": "0190a000-0000-7000-8000-000000000002",
        "user": { "id": "BA0001", "name": "王敏" },
        "district": { "id": "d", "name": "示范区" },
        "server_time": "2026-11-20T10:00:00+08:00",
    })
}

/// The head of a stream, as our servers write it.
const STREAM: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nqilian-protocol: 1\r\n\r\n";

/// A laptop of that server which syncs by itself, and what it tells.
fn syncing(server: SocketAddr, home: &Home) -> (AutoSync, Receiver<SyncEvent>) {
    let enrolment = Enrolment {
        server: format!("http://{server}").parse().unwrap(),
        code: "ABCD".to_owned(),
        device_name: None,
        unlock: unlock(Some("a")),
    };
    enrol(home, &enrolment, Clock::system()).unwrap();
    let laptop = Laptop::open(home.clone(), &unlock(Some("a")), Clock::system())
        .and_then(Session::laptop)
        .unwrap();
    let (tell, told) = channel();
    let auto = AutoSync::start(Arc::new(laptop), move |event| {
        // Whoever listened may have heard enough.
        let _ = tell.send(event);
    });
    (auto.unwrap(), told)
}

/// Waits for a sync, which goes well.
fn synced(told: &Receiver<SyncEvent>) {
    assert!(matches!(
        told.recv_timeout(PATIENCE).unwrap(),
        SyncEvent::Started
    ));
    let ended = loop {
        match told.recv_timeout(PATIENCE).unwrap() {
            SyncEvent::Ended(synced) => break synced,
            SyncEvent::Started | SyncEvent::Files => {}
        }
    };
    ended.result.unwrap();
}

#[test]
fn a_poke_begins_a_sync() {
    let (poke, pokes) = channel::<&str>();
    let pokes = Mutex::new(pokes);
    let server = server(move |mut stream| {
        stream.write_all(STREAM.as_bytes()).unwrap();
        stream.write_all(b"event: open\ndata: \n\n").unwrap();
        for event in pokes.lock().unwrap().iter() {
            stream.write_all(event.as_bytes()).unwrap();
        }
    });
    let (_folder, home) = home();
    let (auto, told) = syncing(server, &home);
    synced(&told);
    for _ in 0..2 {
        poke.send(": alive\n\nevent: poke\ndata: \n\n").unwrap();
        synced(&told);
    }
    auto.stop();
}

#[test]
fn a_log_in_page_is_no_line_is_not_asked_again_at_once_and_holds_up_no_sync() {
    let (tell, asked) = channel();
    let portal = server(move |mut stream| {
        tell.send(Instant::now()).unwrap();
        let page = http(
            "200 OK",
            "text/html",
            b"<html>event: open\n\nevent: poke\n\n",
        );
        let _ = stream.write_all(&page);
    });
    let (_folder, home) = home();
    let (auto, told) = syncing(portal, &home);
    synced(&told);
    let first = asked.recv_timeout(PATIENCE).unwrap();
    let second = asked.recv_timeout(PATIENCE).unwrap();
    assert!(second - first >= Duration::from_secs(5));
    auto.now();
    synced(&told);
    auto.stop();
}

#[test]
fn whatever_the_line_waits_for_the_program_ends_at_once() {
    for answer in ["", "HTTP/1.1 200 OK\r\n", STREAM, "live"] {
        let (tell, asked) = channel();
        let server = server(move |mut stream| {
            match answer {
                "live" => write!(stream, "{STREAM}event: open\ndata: \n\n").unwrap(),
                part => stream.write_all(part.as_bytes()).unwrap(),
            }
            // The connection stays open for as long as the test does.
            tell.send(stream).unwrap();
        });
        let (_folder, home) = home();
        let (auto, told) = syncing(server, &home);
        synced(&told);
        let _held = asked.recv_timeout(PATIENCE).unwrap();
        let begun = Instant::now();
        auto.stop();
        assert!(begun.elapsed() < Duration::from_secs(5), "{answer:?}");
    }
}

#[test]
fn a_server_that_is_full_says_when_to_ask_again_and_is_not_asked_before() {
    let (tell, asked) = channel();
    let server = server(move |mut stream| {
        tell.send(Instant::now()).unwrap();
        let busy = json!({ "error": { "code": "busy" }, "message": "" });
        let answer = ours("503 Service Unavailable\r\nretry-after: 20", &busy);
        let _ = stream.write_all(&answer);
    });
    let (_folder, home) = home();
    let (auto, told) = syncing(server, &home);
    synced(&told);
    let first = asked.recv_timeout(PATIENCE).unwrap();
    let second = asked.recv_timeout(PATIENCE).unwrap();
    assert!(second - first >= Duration::from_secs(20));
    auto.stop();
}
