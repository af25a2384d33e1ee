//! Owns made-up enterprises.

use qilian_domain::rows::{Enterprise, Registration};
use qilian_domain::uscc::Uscc;

/// The code of the `n`th made-up enterprise.
pub fn code(n: u32) -> Uscc {
    Uscc::from_parts('9', '1', "990101", &format!("MA{n:06}")).expect("a valid code")
}

pub(crate) fn enterprise(n: u32) -> Enterprise {
    Enterprise {
        uscc: code(n),
        name: format!("澜州市第{n}精密制造有限公司"),
        registration: Registration {
            street: Some("云桥街道".to_owned()),
            address: Some(format!("云桥街道锦茂路{n}号")),
            business: Some("机械零部件加工、精密模具、光学元件".to_owned()),
            industry: Some("C3484".to_owned()),
            ..Registration::default()
        },
        people: Vec::new(),
    }
}
