//! Owns the list of users (`id,name,unit,roles,level,area,phone`): taken whole or not at all, with
//! everything that is wrong with it said at once.
//!
//! Elsewhere: writing them to the database (`crate::district`), enrolment codes, devices.

use std::collections::{BTreeSet, HashMap};
use std::fmt;

use csv::StringRecord;
use qilian_domain::ids::UserId;
use qilian_domain::rows::{Level, Role};

use super::registry::encoding::Encoding;
use super::text::tidy;

/// The columns, in any order.
const COLUMNS: [&str; 7] = ["id", "name", "unit", "roles", "level", "area", "phone"];

/// One user of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    /// The line on which it starts, counted from 1.
    pub line: u64,
    /// As the office numbers them.
    pub id: UserId,
    /// 姓名.
    pub name: String,
    /// 单位.
    pub unit: Option<String>,
    /// What they may do; at least one.
    pub roles: BTreeSet<Role>,
    /// The level they work at.
    pub level: Option<Level>,
    /// The street or community they work for.
    pub area: Option<String>,
    /// 电话, as text.
    pub phone: Option<String>,
}

/// What is wrong on one line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserProblem {
    /// The line, counted from 1.
    pub line: u64,
    /// The column, if one is to blame.
    pub column: Option<&'static str>,
    /// The text that is wrong, as it stood.
    pub value: String,
    /// For the office, in Chinese: where, what, and what to do.
    pub message: String,
}

/// Why a list of users is not taken. The text is for the office: what, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum UsersFault {
    /// Neither UTF-8 nor GB18030.
    #[error(
        "文件既不是 UTF-8 也不是 GB18030 编码的文本。请用 Excel 另存为“CSV UTF-8（逗号分隔）”后再导入。"
    )]
    Undecodable,
    /// Nothing but perhaps a header.
    #[error("文件里没有用户。请检查是否选错了文件。")]
    Empty,
    /// Another header.
    #[error("表头应为“id,name,unit,roles,level,area,phone”，现为“{0}”。请改正表头后再导入。")]
    Header(String),
    /// Lines that are wrong; none was taken.
    #[error("{}", Listed(.0))]
    Invalid(Vec<UserProblem>),
}

impl UsersFault {
    /// The fault as the CLI writes it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Undecodable => "users_encoding",
            Self::Empty => "users_empty",
            Self::Header(_) => "users_header",
            Self::Invalid(_) => "users_invalid",
        }
    }
}

struct Listed<'p>(&'p [UserProblem]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "名单有 {} 处错误，一个用户也没有导入。请全部改正后再导入：",
            self.0.len()
        )?;
        for problem in self.0 {
            write!(f, "{}", problem.message)?;
        }
        Ok(())
    }
}

/// Reads a list of users.
///
/// # Errors
/// Everything that is wrong with it. Then none of it may be taken.
pub fn read_users(bytes: &[u8]) -> Result<Vec<UserRow>, UsersFault> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = Encoding::ALL
        .into_iter()
        .find_map(|encoding| encoding.decode(bytes));
    let text = text.ok_or(UsersFault::Undecodable)?;
    let records = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes())
        .into_records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| UsersFault::Undecodable)?;
    let mut records = records
        .into_iter()
        .filter(|record| record.iter().any(|field| !tidy(field).is_empty()));
    let header = records.next().ok_or(UsersFault::Empty)?;
    let places = places(&header)?;
    let mut users = Vec::new();
    let mut problems = Vec::new();
    let mut seen: HashMap<UserId, u64> = HashMap::new();
    for record in records {
        let line = record.position().map_or(0, csv::Position::line);
        let mut of_line = Line {
            line,
            problems: &mut problems,
        };
        if let Some(user) = of_line.user(&record, &places, header.len(), &mut seen) {
            users.push(user);
        }
    }
    if !problems.is_empty() {
        return Err(UsersFault::Invalid(problems));
    }
    if users.is_empty() {
        Err(UsersFault::Empty)
    } else {
        Ok(users)
    }
}

/// Where each column stands.
fn places(header: &StringRecord) -> Result<[usize; COLUMNS.len()], UsersFault> {
    let wrong = || UsersFault::Header(header.iter().collect::<Vec<_>>().join(","));
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|field| tidy(field) == column)
            .ok_or_else(wrong)?;
    }
    if header.len() == COLUMNS.len() {
        Ok(places)
    } else {
        Err(wrong())
    }
}

/// A line being judged.
struct Line<'p> {
    line: u64,
    problems: &'p mut Vec<UserProblem>,
}

impl Line<'_> {
    fn user(
        &mut self,
        record: &StringRecord,
        places: &[usize; COLUMNS.len()],
        expected: usize,
        seen: &mut HashMap<UserId, u64>,
    ) -> Option<UserRow> {
        if record.len() != expected {
            let found = record.len();
            let text: String = record.iter().collect::<Vec<_>>().join(",");
            self.wrong(
                None,
                &text,
                &format!("有 {found} 个字段，应有 {expected} 个"),
            );
            return None;
        }
        let [id, name, unit, roles, level, area, phone] =
            places.map(|place| tidy(record.get(place).unwrap_or_default()));
        let id = self.id(id, seen);
        if name.is_empty() {
            self.wrong(Some("name"), name, "没有姓名（name）");
        }
        let roles = self.roles(roles);
        let level = self.level(level);
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(UserRow {
            line: self.line,
            id: id?,
            name: name.to_owned(),
            unit: filled(unit),
            roles,
            level,
            area: filled(area),
            phone: filled(phone),
        })
    }

    fn id(&mut self, text: &str, seen: &mut HashMap<UserId, u64>) -> Option<UserId> {
        if text.is_empty() {
            self.wrong(Some("id"), text, "没有编号（id）");
            return None;
        }
        if text.contains(|symbol: char| symbol.is_whitespace() || symbol.is_control()) {
            self.wrong(Some("id"), text, &format!("的编号“{text}”含有空格"));
            return None;
        }
        let id = UserId::new(text);
        if let Some(first) = seen.insert(id.clone(), self.line) {
            self.wrong(
                Some("id"),
                text,
                &format!("的编号“{text}”与第 {first} 行重复"),
            );
            return None;
        }
        Some(id)
    }

    fn roles(&mut self, text: &str) -> BTreeSet<Role> {
        let mut roles = BTreeSet::new();
        for name in text
            .split([';', '；'])
            .map(tidy)
            .filter(|name| !name.is_empty())
        {
            match Role::named(name) {
                Some(role) => {
                    roles.insert(role);
                }
                None => self.wrong(Some("roles"), name, &format!("的角色“{name}”不存在")),
            }
        }
        if text.is_empty() {
            self.wrong(Some("roles"), text, "没有角色（roles）");
        }
        roles
    }

    fn level(&mut self, text: &str) -> Option<Level> {
        match text {
            "" => None,
            "district" => Some(Level::District),
            "street" => Some(Level::Street),
            "community" => Some(Level::Community),
            other => {
                let what = format!("的层级“{other}”不是 district、street 或 community");
                self.wrong(Some("level"), other, &what);
                None
            }
        }
    }

    fn wrong(&mut self, column: Option<&'static str>, value: &str, what: &str) {
        let message = format!("第 {} 行{what}。", self.line);
        self.problems.push(UserProblem {
            line: self.line,
            column,
            value: value.to_owned(),
            message,
        });
    }
}
