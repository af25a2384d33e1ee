//! Owns what becomes of the district's rules when an administrator sets one.

use qilian_domain::command::Loaded;
use qilian_domain::quota::QuotaRule;
use qilian_domain::rows::Programme;

/// The rules with another lease; all others stay as they are.
pub fn with_lease(loaded: &Loaded, lease_days: u32) -> Programme {
    let quota = (loaded.get::<Programme>(Programme::ID))
        .map_or_else(QuotaRule::default, |programme| programme.quota.clone());
    Programme { quota, lease_days }
}
