//! Owns what a library is asked: hints, questions, 划型 and 四上.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::Library;
use crate::classify::{
    self, ASSETS, EMPLOYEES, FourAboveAnswer, INDUSTRY, MAIN_SALES, QUALIFIED, REVENUE, SizeAnswer,
};
use crate::evaluate::Situation;
use crate::fact::{self, Facts, Known};
use crate::hint::{Hint, Outcome};
use crate::interval::Interval;
use crate::policy::Purpose;
use crate::question::{self, Question};

/// The field that 划型 fills.
pub(crate) const SIZE_CLASS: &str = "size_class";

impl Library {
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

    /// 划型 from facts, ranges included; `None` when the library has no such table.
    #[must_use]
    pub fn size_class_of(&self, facts: &Facts) -> Option<SizeAnswer> {
        self.size_in(&self.bind(facts, NaiveDate::default()))
    }

    pub(crate) fn size_in(&self, situation: &Situation) -> Option<SizeAnswer> {
        let figures = classify::Figures {
            employees: self.numbers(situation, EMPLOYEES),
            revenue: self.numbers(situation, REVENUE),
            assets: self.numbers(situation, ASSETS),
        };
        Some(classify::size(
            self.size.as_ref()?,
            self.industry(situation),
            figures,
        ))
    }

    /// 四上 from facts; `None` when the library has no such table.
    #[must_use]
    pub fn four_above(&self, facts: &Facts) -> Option<FourAboveAnswer> {
        let situation = self.bind(facts, NaiveDate::default());
        let qualified = match self
            .fields
            .find(QUALIFIED)
            .and_then(|(id, _)| situation.known(id))
        {
            Some(Known::Bool(value)) => Some(*value),
            _ => None,
        };
        Some(classify::four_above(
            self.four_above.as_ref()?,
            self.industry(&situation),
            self.numbers(&situation, MAIN_SALES),
            self.numbers(&situation, REVENUE),
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

    fn numbers(&self, situation: &Situation, name: &str) -> Option<Interval> {
        situation.numbers(self.fields.find(name)?.0)
    }

    fn industry<'s>(&self, situation: &'s Situation) -> &'s str {
        match self
            .fields
            .find(INDUSTRY)
            .and_then(|(id, _)| situation.known(id))
        {
            Some(Known::Text(text)) => text,
            _ => "",
        }
    }
}
