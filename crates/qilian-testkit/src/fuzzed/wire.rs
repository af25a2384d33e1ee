//! What may arrive as a body.

use qilian_sync::codec;
use qilian_sync::wire::{
    EnrolReply, EnrolRequest, ErrorReply, ForkReply, ForkRequest, HelloReply, PullReply,
    PullRequest, PushReply, PushRequest,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Whatever arrives as a body: no panic, no more memory than the limit; what can be read can be written and read again.
pub fn wire(data: &[u8]) {
    let Some((which, body)) = data.split_first() else {
        return;
    };
    // As it came, and as the text of a message that is packed well.
    let text = String::from_utf8_lossy(body);
    let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
    let packed = json.and_then(|json| codec::encode(&json).ok());
    for body in [Some(body.to_vec()), packed].into_iter().flatten() {
        match which % 10 {
            0 => again::<PushRequest>(&body),
            1 => again::<PullRequest>(&body),
            2 => again::<EnrolRequest>(&body),
            3 => again::<ForkRequest>(&body),
            4 => again::<PushReply>(&body),
            5 => again::<PullReply>(&body),
            6 => again::<EnrolReply>(&body),
            7 => again::<ForkReply>(&body),
            8 => again::<HelloReply>(&body),
            _ => again::<ErrorReply>(&body),
        }
    }
}

fn again<T: DeserializeOwned + Serialize>(body: &[u8]) {
    if let Ok(message) = codec::decode::<T>(body) {
        let written = codec::encode(&message).expect("what was read can be written");
        let read: T = codec::decode(&written).expect("what was written can be read");
        let texts = [&message, &read].map(|m| serde_json::to_string(m).expect("JSON"));
        assert_eq!(texts[0], texts[1], "it is the same");
    }
}
