//! Owns a mutation in words of the field: what it is, which enterprise, what was typed.
//!
//! Elsewhere: lists of them (`outcomes`), words of screens (`ui/src/locales`).

use qilian_domain::command::{Command, NewFact, VisitRecord};
use qilian_domain::rows::Enterprise;
use qilian_policy::Library;

use crate::contract::WaitingKind;
use crate::enterprises::to_u32;
use crate::error::AppError;
use crate::known::shown;
use crate::laptop::Laptop;

/// A mutation as people read of it.
pub(crate) struct Told {
    pub(crate) kind: WaitingKind,
    pub(crate) uscc: Option<String>,
    /// The enterprise's name, where this laptop has it.
    pub(crate) name: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) count: u32,
    /// All that was typed, a paragraph each.
    pub(crate) text: String,
}

impl Told {
    fn of(kind: WaitingKind, uscc: Option<String>) -> Self {
        Self {
            kind,
            uscc,
            name: None,
            title: None,
            count: 1,
            text: String::new(),
        }
    }
}

impl Laptop {
    /// A mutation in words of the field.
    ///
    /// # Errors
    /// If the store can't be read.
    pub(crate) fn told(&self, name: &str, args: &serde_json::Value) -> Result<Told, AppError> {
        let shelved = self.library_if_any()?;
        let library = shelved.as_ref().map(|shelved| &shelved.library);
        let of = |kind, uscc: &qilian_domain::uscc::Uscc| Told::of(kind, Some(uscc.to_string()));
        let mut told = match Command::parse(name, args) {
            Ok(Command::VisitRecord(v)) => Told {
                title: Some(v.on.to_string()),
                count: to_u32(1 + v.facts.len() + v.demands.len() + v.promises.len()),
                text: visit_text(&v, library),
                ..of(WaitingKind::Visit, &v.uscc)
            },
            Ok(Command::FactSet(f)) => Told {
                count: to_u32(f.facts.len()),
                text: (f.facts.iter().map(|f| fact_text(f, library)))
                    .collect::<Vec<_>>()
                    .join("\n"),
                ..of(WaitingKind::Fact, &f.uscc)
            },
            Ok(Command::PromiseKeep(p)) => of(WaitingKind::Promise, &p.uscc),
            Ok(Command::NoteWrite(n)) => Told {
                text: n.text.clone(),
                ..of(WaitingKind::Note, &n.uscc)
            },
            Ok(Command::WeekSubmit(w)) => Told {
                title: Some(w.week.to_string()),
                ..Told::of(WaitingKind::Week, None)
            },
            Ok(Command::AttachmentAdd(a)) => Told {
                title: Some(a.name.clone()),
                text: a.name.clone(),
                ..of(WaitingKind::File, &a.uscc)
            },
            // Taking one away, and a small picture, are nothing that anybody wrote.
            Ok(
                Command::OutcomeHandle(_) | Command::AttachmentRemove(_) | Command::ThumbnailAdd(_),
            ) => Told::of(WaitingKind::Other, None),
            // Written by a newer version: shown as it is, never hidden.
            Err(_) => Told {
                text: args
                    .as_str()
                    .map_or_else(|| args.to_string(), str::to_owned),
                title: Some(name.to_owned()).filter(|name| !name.is_empty()),
                ..Told::of(WaitingKind::Other, None)
            },
        };
        if let Some(uscc) = &told.uscc {
            told.name = self.reader().get::<Enterprise>(uscc)?.map(|e| e.name);
        }
        Ok(told)
    }
}

/// A fact by the name that the library gives its field.
fn fact_text(fact: &NewFact, library: Option<&Library>) -> String {
    let label = library
        .and_then(|library| library.field(&fact.field))
        .map_or(fact.field.as_str(), |field| field.label.as_str());
    format!("{label}={}", shown(&fact.value.0))
}

/// All that was typed on a visit, a paragraph each.
fn visit_text(visit: &VisitRecord, library: Option<&Library>) -> String {
    let demands = visit.demands.iter().map(|d| d.title.clone());
    let promises = visit.promises.iter().map(|p| p.text.clone());
    let facts = visit.facts.iter().map(|f| fact_text(f, library));
    let met = (!visit.met.is_empty()).then(|| visit.met.join("、"));
    std::iter::once(visit.note.clone())
        .chain(demands)
        .chain(promises)
        .chain(facts)
        .chain(met)
        .filter(|part| !part.trim().is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}
