//! Owns the library: all policy files together, loaded whole or not at all, read facts by its fields.
//!
//! What it is asked is in `ask`.

mod ask;

pub(crate) use ask::SIZE_CLASS;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde_json::Value;

use crate::classify::{FourAboveRow, SizeTable, Table};
use crate::condition::Leaf;
use crate::error::{ErrorCode, FileError, Warning};
use crate::fact::{self, FactError, FactValue, Facts};
use crate::field::Field;
use crate::policy::{Policy, Purpose};
use crate::read::{self, Entry, FieldTable, Reader, Report, Source};

/// Fields, policies and tables of one or several files.
#[derive(Debug, Clone)]
pub struct Library {
    pub(crate) fields: FieldTable,
    pub(crate) policies: Vec<Policy>,
    places: HashMap<String, usize>,
    /// For each policy the later versions, for new applications and for reviews.
    superseders: Vec<[Vec<usize>; 2]>,
    size: Option<SizeTable>,
    four_above: Option<Vec<FourAboveRow>>,
    documents: Vec<(String, Value)>,
    examples: usize,
}

impl Library {
    /// Loads files given as (name, text): all of them without fault, or nothing.
    ///
    /// Fields of the files are merged; `supersedes` may name a policy of another file, or one that is
    /// not there. Every example is worked.
    ///
    /// # Errors
    /// Every fault of every file, with its line.
    pub fn load<N: AsRef<str>, T: AsRef<str>>(
        files: &[(N, T)],
    ) -> Result<(Self, Vec<Warning>), Vec<FileError>> {
        let mut report = Report::default();
        let sources: Vec<Source<'_>> = files
            .iter()
            .filter_map(|(name, text)| Source::read(name.as_ref(), text.as_ref(), &mut report))
            .collect();
        let fields = read::read_fields(&sources, &mut report);
        let entries = read::read_policies(&sources, &fields, &mut report);
        let as_of_any = sources.iter().find_map(|source| source.as_of);
        let documents = sources
            .iter()
            .map(|source| (source.name.to_owned(), read::to_json(&source.root)))
            .collect();
        let mut library = Self {
            fields,
            policies: Vec::new(),
            places: HashMap::new(),
            superseders: Vec::new(),
            size: None,
            four_above: None,
            documents,
            examples: 0,
        };
        for (file, entry) in entries {
            let as_of = sources
                .get(file)
                .and_then(|source| source.as_of)
                .or(as_of_any);
            library.add(entry, as_of, &mut report);
        }
        library.link(&mut report);
        let order = |name: &str| files.iter().position(|(file, _)| file.as_ref() == name);
        report
            .errors
            .sort_by_key(|error| (order(&error.file), error.line));
        report
            .warnings
            .sort_by_key(|warning| (order(&warning.file), warning.line));
        if report.errors.is_empty() {
            Ok((library, report.warnings))
        } else {
            Err(report.errors)
        }
    }

    fn add(&mut self, entry: Entry, as_of: Option<NaiveDate>, report: &mut Report) {
        match entry {
            Entry::Table(Table::Size(table)) => self.size = Some(table),
            Entry::Table(Table::FourAbove(rows)) => self.four_above = Some(rows),
            Entry::Table(Table::Other) => {}
            Entry::Policy { policy, examples } => {
                let mut reader = Reader {
                    file: &policy.file,
                    policy: Some(policy.id.clone()),
                    fields: &self.fields,
                    report,
                };
                reader.work(&policy, &examples, as_of);
                self.examples += examples.len();
                self.places.insert(policy.id.clone(), self.policies.len());
                self.policies.push(*policy);
            }
        }
    }

    /// Finds every policy's later versions, through versions in between, for each purpose.
    fn link(&mut self, report: &mut Report) {
        let count = self.policies.len();
        let mut direct = vec![Vec::new(); count];
        for (place, policy) in self.policies.iter().enumerate() {
            let known = |ids: &[String]| -> Vec<usize> {
                ids.iter()
                    .filter_map(|id| self.places.get(id).copied())
                    .collect()
            };
            for older in known(&policy.supersedes) {
                push_once(&mut direct, older, place);
            }
            for newer in known(&policy.superseded_by) {
                push_once(&mut direct, place, newer);
            }
        }
        for (place, policy) in self.policies.iter().enumerate() {
            if reach(&direct, place, |_| true).contains(&place) {
                report.errors.push(FileError {
                    file: policy.file.clone(),
                    line: policy.line,
                    policy: Some(policy.id.clone()),
                    code: ErrorCode::SupersessionCircle,
                    message: "这条政策经 supersedes / superseded_by 绕回了自己，请核对新旧关系"
                        .to_owned(),
                });
            }
        }
        let serves = |purpose: Purpose| {
            let policies = &self.policies;
            move |at: usize| {
                policies
                    .get(at)
                    .is_some_and(|p| p.purposes.contains(&purpose))
            }
        };
        let superseders = (0..count)
            .map(|place| {
                [Purpose::New, Purpose::Review]
                    .map(|purpose| reach(&direct, place, serves(purpose)))
            })
            .collect();
        self.superseders = superseders;
    }

    pub(crate) fn superseders(
        &self,
        place: usize,
        purpose: Purpose,
    ) -> impl Iterator<Item = usize> + '_ {
        let [new, review] = self
            .superseders
            .get(place)
            .map_or([&[][..], &[][..]], |[new, review]| {
                [new.as_slice(), review.as_slice()]
            });
        match purpose {
            Purpose::New => new,
            Purpose::Review => review,
        }
        .iter()
        .copied()
    }

    /// All declared fields in the order of the files.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields.fields
    }

    /// One field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.find(name).map(|(_, field)| field)
    }

    /// All policies in the order of the files, without the tables.
    #[must_use]
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }

    /// One policy by id.
    #[must_use]
    pub fn policy(&self, id: &str) -> Option<&Policy> {
        self.policies.get(*self.places.get(id)?)
    }

    /// One criterion of a policy, for its words and its clause.
    #[must_use]
    pub fn leaf(&self, policy: &str, leaf: &str) -> Option<&Leaf> {
        self.policy(policy)?.leaf(leaf)
    }

    /// The files as read, with every key, also those the format does not know.
    #[must_use]
    pub fn documents(&self) -> &[(String, Value)] {
        &self.documents
    }

    /// How many worked examples came out as they say.
    #[must_use]
    pub fn example_count(&self) -> usize {
        self.examples
    }

    /// Reads a fact as typed on a terminal: `500`, `500..1000`, `500..`, `..1000`, `true`,
    /// `2026-01-31`, `小型`, `甲,乙`.
    ///
    /// # Errors
    /// No such field, or a value that does not fit its type.
    pub fn parse_fact(&self, field: &str, text: &str) -> Result<FactValue, FactError> {
        fact::parse_text(self.declared(field)?, text)
    }

    /// Reads one fact in JSON: a value or `{"min": a, "max": b}`; null is "not known".
    ///
    /// # Errors
    /// No such field, or a value that does not fit its type.
    pub fn fact_from_json(
        &self,
        field: &str,
        value: &Value,
    ) -> Result<Option<FactValue>, FactError> {
        fact::parse_raw(self.declared(field)?, &value.into())
    }

    /// Reads `{"field": value}`.
    ///
    /// # Errors
    /// Every field that is not declared or whose value does not fit, or that it is no map.
    pub fn facts_from_json(&self, value: &Value) -> Result<Facts, Vec<FactError>> {
        let Value::Object(map) = value else {
            return Err(vec![FactError::FactsNotMap]);
        };
        let (mut facts, mut errors) = (Facts::new(), Vec::new());
        for (field, value) in map {
            match self.fact_from_json(field, value) {
                Ok(Some(fact)) => facts.set(field.as_str(), fact),
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() {
            Ok(facts)
        } else {
            Err(errors)
        }
    }

    fn declared(&self, name: &str) -> Result<&Field, FactError> {
        self.field(name).ok_or_else(|| FactError::FieldUnknown {
            field: name.to_owned(),
        })
    }
}

fn push_once(lists: &mut [Vec<usize>], at: usize, value: usize) {
    if let Some(list) = lists.get_mut(at)
        && !list.contains(&value)
    {
        list.push(value);
    }
}

/// Everything reachable from `start` by steps that `through` allows.
fn reach(direct: &[Vec<usize>], start: usize, through: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut reached = Vec::new();
    let mut next = vec![start];
    while let Some(place) = next.pop() {
        for newer in direct.get(place).into_iter().flatten().copied() {
            if through(newer) && !reached.contains(&newer) {
                reached.push(newer);
                next.push(newer);
            }
        }
    }
    reached
}
