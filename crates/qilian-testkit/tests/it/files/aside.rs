//! Files whose record the district put aside.

use qilian_app::contract::{AttachmentState, WaitingKind};
use qilian_domain::ids::MutId;
use qilian_server::storage::Released;
use qilian_sync::wire::DeviceState;

use super::{files, noise, with_file};
use crate::one_desk;

#[test]
fn bytes_of_what_was_released_are_sent_without_anybody_asking_again() {
    let (town, desk, uscc) = one_desk();
    let device = town.storage.devices(&town.district).expect("devices")[0].id;
    let set = |state| {
        (town.storage)
            .set_state(&town.district, device, state)
            .expect("set")
    };
    let (visit, _) = with_file(&desk, &uscc, "讲话.mp3", &noise(2, 100_000));
    set(DeviceState::Suspended);
    let stopped = desk.laptop.sync().expect_err("suspended");
    assert_eq!(stopped.code(), "device_suspended");
    set(DeviceState::Active);
    desk.sync();
    assert_eq!(desk.laptop.send_files().expect("asked").stored, 0);
    for _ in 0..2 {
        let waiting = desk.laptop.files_waiting().expect("listed");
        assert_eq!(waiting[0].trouble.as_deref(), Some("attachment_unknown"));
        // Nothing has become of it since.
        desk.sync();
    }

    let mut aside = desk.laptop.sync_centre().expect("centre").rejected;
    aside.sort_by_key(|one| one.kind != WaitingKind::Visit);
    assert_eq!(aside.len(), 2, "the visit and its file");
    for one in aside {
        let id = MutId::new(one.id.parse().expect("an id"));
        let released = (town.storage).release(&town.district, id, town.server_now());
        assert_eq!(released.expect("decided"), Released::Done);
    }
    desk.sync();
    assert_eq!(desk.laptop.send_files().expect("sent").stored, 1);
    desk.sync();
    assert_eq!(files(&desk, &visit)[0].state, AttachmentState::Stored);
}
