//! Owns units and users. Elsewhere: device tokens and enrolment codes, which never travel.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::bucket::Bucket;
use crate::ids::{At, UnitId, UserId};
use crate::row::Body;

/// A unit: department, street office, service centre.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id; a unit known only by name has its name as id.
    pub id: UnitId,
    /// Its name.
    pub name: String,
}

impl Body for Unit {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}

/// What a user may do (`domain.md` 5.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 挂点干部.
    Cadre,
    /// 服务小组组长.
    GroupLead,
    /// 首席服务官.
    ChiefOfficer,
    /// 专家服务团.
    Expert,
    /// 分拨员.
    Dispatcher,
    /// 承办单位联络员.
    UnitContact,
    /// 承办单位经办人.
    UnitHandler,
    /// 单位负责人.
    UnitHead,
    /// 督办员.
    Supervisor,
    /// 回访员.
    Caller,
    /// 统计员.
    Statistician,
    /// 系统管理员.
    Admin,
    /// 审计只读.
    Auditor,
}

impl Role {
    /// The role of a name as `import users` writes it (`group_lead`).
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }
}

/// The level a user works at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 区.
    District,
    /// 街道.
    Street,
    /// 社区.
    Community,
}

/// Whether a user works here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Service {
    /// 在岗.
    #[default]
    Serving,
    /// 离岗: laptops still send what was written on them, and are given nothing (`sync.md` A.0 18).
    Leaving {
        /// Since when.
        since: At,
    },
    /// 已离岗: every laptop has sent all, or an administrator said that what is missing is not waited for.
    Left {
        /// When.
        at: At,
        /// Why an administrator did not wait.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

impl Service {
    fn is_serving(&self) -> bool {
        *self == Self::Serving
    }
}

/// A user, as every colleague may see them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// As the office numbers them.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// The unit they belong to; never a reason to route a demand there (`domain.md` row 2).
    pub unit: Option<UnitId>,
    /// What they may do.
    pub roles: BTreeSet<Role>,
    /// The level they work at, if that matters for their roles.
    #[serde(default)]
    pub level: Option<Level>,
    /// The street or community they work for.
    #[serde(default)]
    pub area: Option<String>,
    /// Whether they work here.
    #[serde(default, skip_serializing_if = "Service::is_serving")]
    pub service: Service,
}

impl Body for User {
    fn row_id(&self) -> String {
        self.id.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Public]
    }
}

/// A user's telephone: another row than [`User`], since fewer may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserContact {
    /// Whose.
    pub user: UserId,
    /// As the office wrote it.
    pub phone: String,
}

impl Body for UserContact {
    fn row_id(&self) -> String {
        self.user.to_string()
    }

    fn buckets(&self) -> Vec<Bucket> {
        vec![Bucket::Me(self.user.clone())]
    }
}
