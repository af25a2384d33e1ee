//! Owns the library: all policy files together, loaded whole or not at all, and the questions it answers.

use std::collections::HashMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::classify::{
    self, ASSETS, EMPLOYEES, FourAboveAnswer, FourAboveRow, INDUSTRY, MAIN_SALES, QUALIFIED,
    REVENUE, SizeAnswer, SizeTable, Table,
};
use crate::condition::Leaf;
use crate::error::{ErrorCode, FileError, Warning};
use crate::evaluate::Situation;
use crate::fact::{self, FactError, FactValue, Facts, Known};
use crate::field::Field;
use crate::hint::{Hint, Outcome};
use crate::interval::Interval;
use crate::policy::{Policy, Purpose};
use crate::question::{self, Question};
use crate::read::{self, Entry, FieldTable, Reader, Report, Source};

/// The field that 划型 fills.
const SIZE_CLASS: &str = "size_class";

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
    /// Every field that is not declared or whose value does not fit; an empty list when it is no map.
    pub fn facts_from_json(&self, value: &Value) -> Result<Facts, Vec<FactError>> {
        let Value::Object(map) = value else {
            return Err(Vec::new());
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

    /// Hints for every policy but those that are shown on request only, in the library's order.
    #[must_use]
    pub fn hints(&self, facts: &Facts, on: NaiveDate, purpose: Purpose) -> Vec<Hint> {
        let situation = self.bind(facts, on);
        let shown = self
            .policies
            .iter()
            .enumerate()
            .filter(|(_, policy)| !policy.needs_check);
        shown
            .map(|(place, policy)| self.hint_at(place, policy, &situation, purpose))
            .collect()
    }

    /// One policy on request, also one with `status: needs_check`; `None` when there is none of this id.
    #[must_use]
    pub fn hint(&self, id: &str, facts: &Facts, on: NaiveDate, purpose: Purpose) -> Option<Hint> {
        let place = *self.places.get(id)?;
        let policy = self.policies.get(place)?;
        Some(self.hint_at(place, policy, &self.bind(facts, on), purpose))
    }

    /// Only the outcomes of what `hints` gives, for going over many enterprises.
    #[must_use]
    pub fn outcomes(&self, facts: &Facts, on: NaiveDate, purpose: Purpose) -> Vec<(&str, Outcome)> {
        let situation = self.bind(facts, on);
        let shown = self
            .policies
            .iter()
            .enumerate()
            .filter(|(_, policy)| !policy.needs_check);
        shown
            .map(|(at, policy)| {
                (
                    policy.id.as_str(),
                    self.outcome_at(at, policy, &situation, purpose),
                )
            })
            .collect()
    }

    /// At most five questions for a visit, best first.
    #[must_use]
    pub fn questions(&self, hints: &[Hint]) -> Vec<Question> {
        question::rank(&self.fields.fields, hints)
    }

    fn bind(&self, facts: &Facts, on: NaiveDate) -> Situation {
        let mut known: Vec<Option<Known>> = vec![None; self.fields.fields.len()];
        for (name, value) in facts.iter() {
            if let Some((id, field)) = self.fields.find(name)
                && let Some(slot) = known.get_mut(id.index())
            {
                *slot = value.bind(field);
            }
        }
        Situation::new(known, on)
    }

    /// 划型 for exact figures (people, 万元, 万元); `None` when the library has no such table.
    #[must_use]
    pub fn size_class(
        &self,
        industry: &str,
        employees: Option<Decimal>,
        revenue: Option<Decimal>,
        assets: Option<Decimal>,
    ) -> Option<SizeAnswer> {
        let figures = classify::Figures {
            employees: employees.map(Interval::point),
            revenue: revenue.map(Interval::point),
            assets: assets.map(Interval::point),
        };
        Some(classify::size(self.size.as_ref()?, industry, figures))
    }

    /// 划型 from facts, ranges included.
    #[must_use]
    pub fn size_class_of(&self, facts: &Facts) -> Option<SizeAnswer> {
        let figures = classify::Figures {
            employees: self.numbers(facts, EMPLOYEES),
            revenue: self.numbers(facts, REVENUE),
            assets: self.numbers(facts, ASSETS),
        };
        Some(classify::size(
            self.size.as_ref()?,
            text(facts, INDUSTRY),
            figures,
        ))
    }

    /// 四上 from facts; `None` when the library has no such table.
    #[must_use]
    pub fn four_above(&self, facts: &Facts) -> Option<FourAboveAnswer> {
        let qualified = match facts.get(QUALIFIED) {
            Some(FactValue::Bool(value)) => Some(*value),
            _ => None,
        };
        Some(classify::four_above(
            self.four_above.as_ref()?,
            text(facts, INDUSTRY),
            self.numbers(facts, MAIN_SALES),
            self.numbers(facts, REVENUE),
            qualified,
        ))
    }

    /// The same facts with `size_class` filled from the table, where it is not known but follows.
    #[must_use]
    pub fn with_derived(&self, facts: &Facts) -> Facts {
        let mut facts = facts.clone();
        if facts.get(SIZE_CLASS).is_none()
            && let Some(field) = self.field(SIZE_CLASS)
            && let Some(class) = self
                .size_class_of(&facts)
                .and_then(|answer| answer.size_class)
            && let Ok(value) = fact::parse_text(field, class.zh())
        {
            facts.set(SIZE_CLASS, value);
        }
        facts
    }

    fn numbers(&self, facts: &Facts, name: &str) -> Option<Interval> {
        match facts.get(name)?.bind(self.field(name)?)? {
            Known::Numbers(interval) => Some(interval),
            _ => None,
        }
    }
}

fn text<'a>(facts: &'a Facts, name: &str) -> &'a str {
    match facts.get(name) {
        Some(FactValue::Text(text)) => text,
        _ => "",
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
