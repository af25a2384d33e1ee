//! Owns learning a fact outside a visit, and keeping a promise.

use chrono::NaiveDate;
use qilian_domain::command::{Command, FactSet, PromiseKeep};
use qilian_domain::ids::PromiseId;
use qilian_domain::refusal::Refusal;
use qilian_domain::rows::{FactSource, Promise};

use crate::contract::IdArgs;
use crate::enterprise::parse_uscc;
use crate::error::AppError;
use crate::laptop::Laptop;

impl Laptop {
    /// Records facts of one enterprise, each as (field, text); returns their ids.
    ///
    /// # Errors
    /// `enterprise_unknown`, `field_unknown`, `value_wrong_type`, or the store's.
    pub fn fact_set(
        &self,
        uscc: &str,
        facts: &[(String, String)],
        as_of: Option<NaiveDate>,
        source: Option<&str>,
    ) -> Result<Vec<String>, AppError> {
        let uscc = parse_uscc(uscc)?;
        let as_of = as_of.unwrap_or_else(|| self.today_date());
        let shelved = self.library(None)?;
        let facts = (facts.iter())
            .map(|(field, text)| {
                let mut fact =
                    self.new_fact(field, text, as_of, FactSource::Said, Some(&shelved))?;
                match source.map(source_of) {
                    Some(Ok(known)) => fact.source = known,
                    Some(Err(note)) => fact.source_note = Some(note.to_owned()),
                    None => {}
                }
                Ok(fact)
            })
            .collect::<Result<Vec<_>, AppError>>()?;
        let ids = facts.iter().map(|f| f.id.to_string()).collect();
        self.commit(&Command::from(FactSet { uscc, facts }))?;
        Ok(ids)
    }

    /// Notes that a promise was kept today.
    ///
    /// # Errors
    /// `promise_unknown`, or the store's.
    pub fn promise_keep(&self, args: &IdArgs) -> Result<(), AppError> {
        let id = PromiseId::new(crate::visit::id(&args.id)?);
        let promise: Promise = (self.reader().get(id)?)
            .ok_or_else(|| AppError::from(Refusal::PromiseUnknown(args.id.clone())))?;
        let on = self.today_date();
        self.commit(&Command::from(PromiseKeep {
            uscc: promise.uscc,
            promise: id,
            on,
        }))?;
        Ok(())
    }
}

/// A source by its code or its word; any other text is a remark.
fn source_of(text: &str) -> Result<FactSource, &str> {
    match text {
        "registry" | "公示" => Ok(FactSource::Registry),
        "roster" => Ok(FactSource::Roster),
        "said" | "企业口述" => Ok(FactSource::Said),
        "accounts" | "财报" => Ok(FactSource::Accounts),
        "platform" | "平台" => Ok(FactSource::Platform),
        other => Err(other),
    }
}
