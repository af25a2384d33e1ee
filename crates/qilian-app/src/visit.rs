//! Owns recording a visit, from a form or from the terminal, and lists of visits.
//!
//! Elsewhere: the rules (`qilian-domain::command`), the open form (`form`).

use std::collections::BTreeMap;

use qilian_domain::command::{Command, NewDemand, NewFact, NewPromise, VisitRecord};
use qilian_domain::ids::{DemandId, FactId, LibraryVersion, PromiseId, UserId, VisitId};
use qilian_domain::row::{Kind, RowKey};
use qilian_domain::rows::{DemandKind, FactSource, FactValue, Visit, VisitTally};
use qilian_domain::week::Week;

use crate::contract::{LibraryChanged, LimitArgs, VisitDraft, VisitRecorded, VisitRow};
use crate::enterprise::{parse_uscc, why_not};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::hints::parse_version;
use crate::known::year_field;
use crate::laptop::Laptop;
use crate::library::{Shelved, newest_library};
use crate::quota::week_view;

/// The furthest back that "my visits" goes.
const HISTORY_DAYS: u64 = 400;

impl Laptop {
    /// Records the visit that a form describes, and closes the form. Recording it again is the same
    /// visit: its id is the form's.
    ///
    /// # Errors
    /// A refusal with its code, `field_unknown` or `value_wrong_type` for an answer, or the store's. The
    /// form stays as it is.
    pub fn visit_record(&self, draft: &VisitDraft) -> Result<VisitRecorded, AppError> {
        self.visit_record_as_of(draft, None)
    }

    /// As [`Laptop::visit_record`], with answers that held on another day than the visit's.
    ///
    /// # Errors
    /// As [`Laptop::visit_record`].
    pub fn visit_record_as_of(
        &self,
        draft: &VisitDraft,
        facts_as_of: Option<chrono::NaiveDate>,
    ) -> Result<VisitRecorded, AppError> {
        let newest = newest_library(&self.store())?;
        let record = self.record_of(draft, facts_as_of.unwrap_or(draft.on), newest)?;
        let (uscc, on, visit) = (record.uscc.clone(), record.on, record.visit);
        let demand_ids: Vec<String> = record.demands.iter().map(|d| d.id.to_string()).collect();
        let facts = to_u32(record.facts.len());
        let form = crate::form::key(&draft.draft_id);
        let known = self.store().get::<Visit>(visit)?.is_some();
        if !known {
            self.commit_closing(&Command::from(record), Some(&form))?;
        } else {
            self.store().discard_draft(&form)?;
        }
        self.settle_attachments()?;
        let store = self.store();
        let tally = store.get::<VisitTally>(VisitTally::key(visit, &self.user().id))?;
        let counted = tally.as_ref().is_some_and(|t| t.counted);
        tracing::info!(%visit, %uscc, counted, "visit recorded");
        Ok(VisitRecorded {
            visit_id: visit.to_string(),
            counted,
            not_counted_because: why_not(counted, true),
            late_entry: tally.is_some_and(|t| t.late),
            week: week_view(&self.week_quota_in(&store, Week::of(on))?),
            demand_ids,
            facts,
            library_changed: library_changed(draft, newest),
        })
    }

    fn record_of(
        &self,
        draft: &VisitDraft,
        facts_as_of: chrono::NaiveDate,
        newest: Option<LibraryVersion>,
    ) -> Result<VisitRecord, AppError> {
        let opened_with = draft
            .library_version
            .as_deref()
            .map(parse_version)
            .transpose()?;
        let shelved = (opened_with.or(newest))
            .map(|version| self.library(Some(version)))
            .transpose()?;
        let facts = (draft.facts.iter())
            .map(|a| {
                self.new_fact(
                    &a.field,
                    &a.value,
                    facts_as_of,
                    FactSource::Said,
                    shelved.as_deref(),
                )
            })
            .collect::<Result<_, _>>()?;
        let lines = draft
            .demands
            .iter()
            .map(|line| line.trim())
            .filter(|line| !line.is_empty());
        let promises = draft.promises.iter().filter(|p| !p.text.trim().is_empty());
        Ok(VisitRecord {
            visit: VisitId::new(id(&draft.draft_id)?),
            uscc: parse_uscc(&draft.uscc)?,
            on: draft.on,
            mode: draft.mode.into(),
            note: draft.note.clone(),
            with: draft.with.iter().map(UserId::new).collect(),
            met: draft
                .met
                .iter()
                .filter(|m| !m.trim().is_empty())
                .cloned()
                .collect(),
            for_demands: (draft.for_demands.iter())
                .map(|text| id(text).map(DemandId::new))
                .collect::<Result<_, _>>()?,
            facts,
            demands: lines
                .map(|line| NewDemand {
                    id: DemandId::new(self.new_id()),
                    kind: DemandKind::Demand,
                    title: line.to_owned(),
                })
                .collect(),
            promises: promises
                .map(|p| NewPromise {
                    id: PromiseId::new(self.new_id()),
                    text: p.text.clone(),
                    due: p.due_on,
                })
                .collect(),
            kept: (draft.kept.iter())
                .map(|text| id(text).map(PromiseId::new))
                .collect::<Result<_, _>>()?,
            library: shelved.map(|shelved| shelved.version),
        })
    }

    /// A fact as typed, checked against the library's declaration of its field.
    pub(crate) fn new_fact(
        &self,
        field: &str,
        text: &str,
        as_of: chrono::NaiveDate,
        source: FactSource,
        shelved: Option<&Shelved>,
    ) -> Result<NewFact, AppError> {
        let library = &shelved.ok_or(AppError::LibraryMissing)?.library;
        let value = library.parse_fact(field, text)?;
        let period =
            year_field(field).map(|(_, back)| (chrono::Datelike::year(&as_of) - back).to_string());
        Ok(NewFact {
            id: FactId::new(self.new_id()),
            field: field.to_owned(),
            value: FactValue(
                serde_json::to_value(&value).map_err(|e| AppError::Internal(e.to_string()))?,
            ),
            period,
            source,
            source_note: None,
            as_of,
        })
    }

    /// My visits of a week, by day, as tallies have them: also those of enterprises that are not mine
    /// any more.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn week_visits(&self, week: Week) -> Result<Vec<VisitRow>, AppError> {
        let tallies = self
            .reader()
            .tallies(&self.user().id, week.monday(), week.sunday())?;
        self.tally_rows(&tallies)
    }

    /// My visits, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn visits(&self, args: &LimitArgs) -> Result<Vec<VisitRow>, AppError> {
        let on = self.today_date();
        let since = on - chrono::Days::new(HISTORY_DAYS);
        let mut tallies = self.reader().tallies(&self.user().id, since, on)?;
        tallies.sort_by_key(|t| std::cmp::Reverse((t.on, t.visit)));
        tallies.truncate(args.limit as usize);
        self.tally_rows(&tallies)
    }

    pub(crate) fn tally_rows(&self, tallies: &[VisitTally]) -> Result<Vec<VisitRow>, AppError> {
        let people = self.people()?;
        let reader = self.reader();
        let pending = reader.pending_keys()?;
        let mut visits = BTreeMap::new();
        let mut files = BTreeMap::new();
        for tally in tallies {
            if let Some(visit) = reader.get::<Visit>(tally.visit)? {
                let on_the_day = reader.children_on(&visit.uscc, visit.on, visit.on)?;
                files.insert(tally.visit, Self::count_attachments(&on_the_day, visit.id));
                visits.insert(tally.visit, visit);
            }
        }
        Ok((tallies.iter())
            .map(|t| {
                let visit = visits.get(&t.visit);
                VisitRow {
                    visit_id: t.visit.to_string(),
                    uscc: t.uscc.to_string(),
                    name: t.name.clone(),
                    on: t.on,
                    mode: t.mode.into(),
                    cadres: visit.map_or_else(
                        || vec![people.person(&t.cadre)],
                        |v| v.cadres.iter().map(|id| people.person(id)).collect(),
                    ),
                    note: visit.map_or_else(String::new, |v| v.note.clone()),
                    late_entry: t.late,
                    counted: t.counted,
                    not_counted_because: why_not(t.counted, true),
                    demands: t.brought.demands,
                    facts: t.brought.facts,
                    files: files.get(&t.visit).copied().unwrap_or_default(),
                    pending: pending.contains(&RowKey {
                        kind: Kind::VisitTally,
                        id: VisitTally::key(t.visit, &t.cadre),
                    }),
                }
            })
            .collect())
    }
}

/// Whether the library in force is another than the form opened with.
fn library_changed(draft: &VisitDraft, newest: Option<LibraryVersion>) -> Option<LibraryChanged> {
    let (opened_with, now) = (draft.library_version.as_ref()?, newest?.to_string());
    (&now != opened_with).then(|| LibraryChanged {
        opened_with: opened_with.clone(),
        now,
    })
}

/// An id as screens send it back.
pub(crate) fn id(text: &str) -> Result<uuid::Uuid, AppError> {
    uuid::Uuid::parse_str(text).map_err(|_| AppError::ArgumentInvalid {
        field: "id".to_owned(),
        why: format!("not a UUID: {text}"),
    })
}
