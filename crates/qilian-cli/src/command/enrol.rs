//! `enrol` and `passphrase`.

use std::path::Path;

use qilian_app::{Enrolment, ServerUrl, enrol as enrol_laptop};
use serde_json::json;

use crate::args::Arguments;
use crate::laptop;
use crate::output::{Answer, Failure};

/// Binds the laptop to a user.
pub(crate) fn enrol(
    arguments: &Arguments,
    server: &ServerUrl,
    code: &str,
    device: Option<&str>,
) -> Result<Answer, Failure> {
    let enrolment = Enrolment {
        server: server.clone(),
        code: code.to_owned(),
        device_name: device.map(ToOwned::to_owned),
        unlock: laptop::unlock(arguments)?,
    };
    let enrolled = enrol_laptop(&laptop::home(arguments)?, &enrolment, laptop::clock()?)?;
    Ok(Answer {
        json: json!({
            "device_id": enrolled.device,
            "user": enrolled.user,
            "user_name": enrolled.user_name,
            "district": enrolled.district_name,
            "district_id": enrolled.district,
        }),
        text: format!(
            "已登记：{}（{}），{}。接下来运行 qilian sync 下载企业。",
            enrolled.user_name, enrolled.user, enrolled.district_name
        ),
    })
}

/// Changes the passphrase.
pub(crate) fn passphrase(arguments: &Arguments, new_file: &Path) -> Result<Answer, Failure> {
    let new = laptop::passphrase_in(new_file)?;
    let old = laptop::unlock(arguments)?.passphrase;
    laptop::open(arguments)?.change_passphrase(old.as_ref(), &new)?;
    Ok(Answer {
        json: json!({ "changed": true }),
        text: "口令已更换。".to_owned(),
    })
}
