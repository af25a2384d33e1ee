//! Owns 本周上报: the preview, sealing it, and the receipt.
//!
//! Everything in the package was written before; nothing is typed here. Elsewhere: how it is computed
//! and sealed (`qilian-domain::command::WeekPackage`).

use std::collections::BTreeMap;

use qilian_domain::command::{Command, WeekPackage, WeekSubmit};
use qilian_domain::rows::{Demand, Fact, Promise, VisitTally, WeekSubmission};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;

use crate::contract::{
    LimitArgs, PackageDemand, PackageDraft, PackageFact, PackagePromise, ReceiptView, WeekArgs,
    WeekPackageView, WeekPreviewArgs,
};
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::known::Told;
use crate::laptop::Laptop;
use crate::quota::state_view;

impl Laptop {
    /// What a week's package holds, sealed or not.
    ///
    /// # Errors
    /// `week_unreadable`, or the store's.
    pub fn week_preview(&self, args: &WeekPreviewArgs) -> Result<WeekPackageView, AppError> {
        let week = match &args.week {
            Some(text) => parse_week(text)?,
            None => Week::of(self.today_date()),
        };
        self.package(week)
    }

    /// Seals the week and puts it into the outbox; the receipt comes with a sync.
    ///
    /// # Errors
    /// `week_unreadable`, `week_in_future`, or the store's.
    pub fn week_submit(&self, args: &WeekArgs) -> Result<WeekPackageView, AppError> {
        let week = parse_week(&args.week)?;
        self.commit(&Command::from(WeekSubmit { week }))?;
        self.package(week)
    }

    /// Sealed weeks, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn weeks(&self, args: &LimitArgs) -> Result<Vec<WeekPackageView>, AppError> {
        let mut sealed = self.reader().children::<WeekSubmission>(&self.user().id)?;
        sealed.sort_by_key(|s| std::cmp::Reverse(s.week));
        sealed.truncate(args.limit as usize);
        sealed.iter().map(|s| self.package(s.week)).collect()
    }

    fn package(&self, week: Week) -> Result<WeekPackageView, AppError> {
        let me = self.user().id.clone();
        let (tallies, sealed) = {
            let reader = self.reader();
            let tallies = reader.tallies(&me, week.monday(), week.sunday())?;
            (
                tallies,
                reader.get::<WeekSubmission>(WeekSubmission::key(&me, week))?,
            )
        };
        let package = WeekPackage::of(week, tallies, &*self.rules()?);
        let brought = self.brought(&package.tallies)?;
        let receipted = sealed.as_ref().filter(|s| s.receipt.is_some());
        let supplement = receipted.map_or(0, |s| {
            to_u32(
                package
                    .tallies
                    .iter()
                    .filter(|t| !s.visits.contains(&t.visit))
                    .count(),
            )
        });
        Ok(WeekPackageView {
            week: week.to_string(),
            from: week.monday(),
            to: week.sunday(),
            required: package.quota.required,
            counted: package.quota.counted,
            state: state_view(package.quota.state),
            revision: sealed.as_ref().map_or(0, |s| s.revision),
            visits: self.tally_rows(&package.tallies)?,
            demands: brought.demands,
            facts: brought.facts,
            promises: brought.promises,
            drafts: self
                .drafts()?
                .into_iter()
                .map(|d| PackageDraft { name: d.name })
                .collect(),
            submitted_at: sealed.as_ref().map(|s| s.submitted.corrected().to_string()),
            receipt: sealed.as_ref().and_then(|s| self.receipt(s, &package)),
            supplement,
        })
    }

    fn receipt(&self, sealed: &WeekSubmission, package: &WeekPackage) -> Option<ReceiptView> {
        let receipt = sealed.receipt.as_ref()?;
        let digits: Vec<char> = receipt.sum.chars().collect();
        let groups: Vec<String> = digits.chunks(4).map(|four| four.iter().collect()).collect();
        Some(ReceiptView {
            no: receipt.no.clone(),
            received_at: receipt.received.to_string(),
            by: self.identity().district.name.clone(),
            visits: to_u32(sealed.visits.len()),
            counted: sealed.counted,
            checksum: groups.join(" "),
            agrees: receipt.sum == package.sum(&sealed.cadre),
        })
    }

    /// What the visits of a package brought, as far as their enterprises are still here.
    fn brought(&self, tallies: &[VisitTally]) -> Result<Brought, AppError> {
        let names: BTreeMap<&Uscc, &str> =
            tallies.iter().map(|t| (&t.uscc, t.name.as_str())).collect();
        let shelved = self.library_if_any()?;
        let of_visit = |visit| tallies.iter().any(|t| Some(t.visit) == visit);
        let reader = self.reader();
        let mut brought = Brought::default();
        for (uscc, name) in names {
            let kept_on = |p: &Promise| {
                p.kept_on
                    .is_some_and(|day| tallies.iter().any(|t| &t.uscc == uscc && t.on == day))
            };
            for d in reader
                .children::<Demand>(uscc)?
                .into_iter()
                .filter(|d| of_visit(d.visit))
            {
                brought.demands.push(PackageDemand {
                    title: d.title,
                    name: name.to_owned(),
                });
            }
            for f in reader
                .children::<Fact>(uscc)?
                .into_iter()
                .filter(|f| of_visit(f.visit))
            {
                let library = shelved.as_ref().map(|s| &s.library);
                let Told { label, value, unit } = Told::of(&f.field, &f.value.0, library);
                let name = name.to_owned();
                brought.facts.push(PackageFact {
                    name,
                    label,
                    value,
                    unit,
                });
            }
            for p in reader.children::<Promise>(uscc)? {
                let kept = kept_on(&p);
                if kept || of_visit(Some(p.visit)) {
                    let name = name.to_owned();
                    brought.promises.push(PackagePromise {
                        name,
                        text: p.text,
                        kept,
                    });
                }
            }
        }
        Ok(brought)
    }
}

#[derive(Default)]
struct Brought {
    demands: Vec<PackageDemand>,
    facts: Vec<PackageFact>,
    promises: Vec<PackagePromise>,
}

/// A week as screens and terminals send it.
pub(crate) fn parse_week(text: &str) -> Result<Week, AppError> {
    text.parse().map_err(|_| AppError::ArgumentInvalid {
        field: "week".to_owned(),
        why: format!("not a week such as 2026-W47: {text}"),
    })
}
