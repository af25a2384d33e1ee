//! Owns reading policies: dates, windows, purposes, region, and what their keys must be.

use std::collections::HashMap;

use super::{Example, FieldTable, Reader, Report, Source, raw, shown};
use crate::classify::Table;
use crate::error::{ErrorCode, WarningCode};
use crate::fact::{self, Known};
use crate::field::FieldId;
use crate::policy::{ApplicationPeriod, NoApply, Policy, Purpose, Verified};
use crate::yaml::Node;

const KEYS: [&str; 26] = [
    "id",
    "title",
    "kind",
    "issuers",
    "doc_no",
    "level",
    "effective_from",
    "effective_to",
    "windows",
    "supersedes",
    "superseded_by",
    "for",
    "region",
    "no_apply",
    "verified",
    "note",
    "status",
    "condition",
    "benefit",
    "examples",
    "materials",
    "sources",
    "computation",
    "table",
    "rule",
    "link",
];

/// What one entry of `policies` is.
pub(crate) enum Entry {
    Policy {
        policy: Box<Policy>,
        examples: Vec<Example>,
    },
    /// `kind: 口径`.
    Table(Table),
}

/// All entries of all files, in order, each with the place of its file.
pub(crate) fn read_policies(
    sources: &[Source<'_>],
    fields: &FieldTable,
    report: &mut Report,
) -> Vec<(usize, Entry)> {
    let mut entries = Vec::new();
    let mut first_seen: HashMap<String, (String, usize)> = HashMap::new();
    for (place, source) in sources.iter().enumerate() {
        let mut reader = Reader {
            file: source.name,
            policy: None,
            fields,
            report,
        };
        let Some(list) = source.root.get("policies").filter(|list| !list.is_null()) else {
            continue;
        };
        for node in reader.list(list, "policies ").unwrap_or_default() {
            reader.policy = None;
            let Some(id) = reader.policy_id(node) else {
                continue;
            };
            reader.policy = Some(id.clone());
            if let Some((file, line)) = first_seen.get(&id) {
                let message = format!("政策 id {id} 重复，已在 {file} 第 {line} 行用过，请改名");
                reader.error(node.line, ErrorCode::PolicyDuplicate, message);
                continue;
            }
            first_seen.insert(id.clone(), (source.name.to_owned(), node.line));
            if let Some(entry) = reader.entry(node, id) {
                entries.push((place, entry));
            }
        }
    }
    entries
}

impl Reader<'_> {
    fn policy_id(&mut self, node: &Node) -> Option<String> {
        self.map(node, "每条政策")?;
        let id = self.require(node, "id", "政策")?;
        self.words(id, "政策的 id ")
    }

    fn entry(&mut self, node: &Node, id: String) -> Option<Entry> {
        self.known_keys(node, &KEYS, "政策");
        if node.get("kind").and_then(Node::word) == Some("口径") {
            return self.table(node, &id).map(Entry::Table);
        }
        let condition = match self.require(node, "condition", "政策") {
            Some(condition) => self.condition(condition),
            None => None,
        };
        // Everything else is read before giving up, so that all faults are told at once.
        let policy = self.head(node, id);
        let examples = match (&condition, node.get("examples")) {
            (Some(condition), Some(examples)) => self.examples(examples, condition),
            _ => Vec::new(),
        };
        let (mut policy, condition) = (policy?, condition?);
        policy.condition = condition;
        Some(Entry::Policy {
            policy: Box::new(policy),
            examples,
        })
    }

    /// Everything but the condition and the examples.
    fn head(&mut self, node: &Node, id: String) -> Option<Policy> {
        let title = self.optional_words(node, "title");
        if title.is_none() {
            self.warn(
                node.line,
                WarningCode::Incomplete,
                "政策没有 title，屏幕上只能显示 id",
            );
        }
        let before = self.report.errors.len();
        let (effective_from, effective_to) = self.period(node, "effective_from", "effective_to");
        let list = |reader: &mut Self, key: &str| {
            node.get(key)
                .map(|list| reader.word_list(list, key))
                .unwrap_or_default()
        };
        let policy = Policy {
            title: title.unwrap_or_else(|| id.clone()),
            kind: self.optional_words(node, "kind"),
            doc_no: self.optional_words(node, "doc_no"),
            issuers: list(self, "issuers"),
            level: self.optional_words(node, "level"),
            effective_from,
            effective_to,
            windows: self.windows(node),
            purposes: self.purposes(node),
            verified: self.verified(node),
            note: self.optional_words(node, "note"),
            no_apply: self.no_apply(node),
            needs_check: self.needs_check(node),
            materials: list(self, "materials"),
            sources: list(self, "sources"),
            benefit: self.benefit(node),
            file: self.file.to_owned(),
            line: node.line,
            supersedes: list(self, "supersedes"),
            superseded_by: list(self, "superseded_by"),
            region: self.region(node),
            condition: crate::condition::Condition::default(),
            id,
        };
        (self.report.errors.len() == before).then_some(policy)
    }

    /// Two days, the first not after the second.
    pub(super) fn period(
        &mut self,
        node: &Node,
        from_key: &str,
        to_key: &str,
    ) -> (Option<chrono::NaiveDate>, Option<chrono::NaiveDate>) {
        let from = self.open_date(node, from_key, "");
        let to = self.open_date(node, to_key, "");
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            let message = format!("{from_key} {from} 在 {to_key} {to} 之后，日期写反了，请对调");
            self.error(
                node.get(from_key).map_or(node.line, |n| n.line),
                ErrorCode::DatesReversed,
                message,
            );
        }
        (from, to)
    }

    fn windows(&mut self, node: &Node) -> Vec<ApplicationPeriod> {
        let Some(windows) = node.get("windows").filter(|windows| !windows.is_null()) else {
            return Vec::new();
        };
        let mut read = Vec::new();
        for window in self.list(windows, "windows ").unwrap_or_default() {
            if self.map(window, "windows 的每一项").is_none() {
                continue;
            }
            self.known_keys(window, &["label", "from", "to"], "windows ");
            let (from, to) = self.period(window, "from", "to");
            if from.is_none() && to.is_none() {
                let message =
                    "windows 的这一项既没有 from 也没有 to，请补上日期，或删去 windows（常年受理）";
                self.error(window.line, ErrorCode::KeyMissing, message);
            }
            read.push(ApplicationPeriod {
                label: self.optional_words(window, "label"),
                from,
                to,
            });
        }
        read
    }

    /// One of a few words.
    fn choice<T: Copy>(&mut self, node: &Node, place: &str, words: &[(&str, T)]) -> Option<T> {
        let found = words
            .iter()
            .find(|(word, _)| node.word() == Some(*word))
            .map(|(_, value)| *value);
        if found.is_none() {
            let known = words
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join("、");
            let message = format!("{place}应为 {known} 之一，这里是{}", shown(node));
            self.error(node.line, ErrorCode::ValueWrongType, message);
        }
        found
    }

    fn purposes(&mut self, node: &Node) -> Vec<Purpose> {
        const WORDS: [(&str, Purpose); 2] = [("new", Purpose::New), ("review", Purpose::Review)];
        let both = vec![Purpose::New, Purpose::Review];
        let Some(purposes) = node.get("for").filter(|purposes| !purposes.is_null()) else {
            return both;
        };
        let items = purposes.items().unwrap_or(std::slice::from_ref(purposes));
        if items.is_empty() {
            self.error(
                purposes.line,
                ErrorCode::KeyMissing,
                "for 是空的，请写 new、review 或删去",
            );
        }
        items
            .iter()
            .filter_map(|item| self.choice(item, "for ", &WORDS))
            .collect()
    }

    fn verified(&mut self, node: &Node) -> Verified {
        const WORDS: [(&str, Verified); 3] = [
            ("yes", Verified::Yes),
            ("partly", Verified::Partly),
            ("no", Verified::No),
        ];
        let value = node.get("verified").filter(|value| !value.is_null());
        value
            .and_then(|value| self.choice(value, "verified ", &WORDS))
            .unwrap_or(Verified::No)
    }

    fn no_apply(&mut self, node: &Node) -> Option<NoApply> {
        const WORDS: [(&str, NoApply); 3] = [
            ("yes", NoApply::Yes),
            ("partly", NoApply::Partly),
            ("no", NoApply::No),
        ];
        let value = node.get("no_apply").filter(|value| !value.is_null())?;
        self.choice(value, "no_apply ", &WORDS)
    }

    fn needs_check(&mut self, node: &Node) -> bool {
        let Some(status) = node.get("status").filter(|status| !status.is_null()) else {
            return false;
        };
        if status.word() == Some("needs_check") {
            return true;
        }
        let message = format!("status {}不是 needs_check：保留，但不起作用", shown(status));
        self.warn(status.line, WarningCode::UnknownKey, message);
        false
    }

    fn region(&mut self, node: &Node) -> Vec<(FieldId, Known)> {
        let Some(region) = node.get("region").filter(|region| !region.is_null()) else {
            return Vec::new();
        };
        if self.map(region, "region ").is_none() {
            return Vec::new();
        }
        let mut read = Vec::new();
        for entry in region.entries().unwrap_or_default() {
            let Some((id, field)) = self.fields.find(&entry.key) else {
                self.undeclared(entry.line, &entry.key, "region ");
                continue;
            };
            let value = fact::parse_raw(field, &raw(&entry.value)).ok().flatten();
            let value = value.filter(|_| entry.value.entries().is_none());
            match value.and_then(|value| value.bind(field)) {
                Some(value) => read.push((id, value)),
                None => {
                    let message = format!(
                        "region 的 {} 应为{}，这里是{}",
                        entry.key,
                        field.kind.zh(),
                        shown(&entry.value)
                    );
                    self.error(entry.value.line, ErrorCode::ValueWrongType, message);
                }
            }
        }
        read
    }
}
