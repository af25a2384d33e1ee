//! Owns the open form of a visit: every keystroke is kept, and after a crash it is as it was.
//!
//! There is one open form for each enterprise. Elsewhere: recording it (`visit`).

use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;
use qilian_store::Draft;

use crate::contract::{
    DraftArgs, DraftSaved, DraftSummary, FormEnterprise, HintsArgs, Mode, UsccArgs, VisitDraft,
    VisitForm,
};
use crate::enterprise::parse_uscc;
use crate::error::AppError;
use crate::laptop::Laptop;
use crate::quota::week_view;

/// Characters of a note that a list shows.
const NOTE_SHOWN: usize = 40;

/// The key of a form in the store.
pub(crate) fn key(draft_id: &str) -> String {
    format!("visit:{draft_id}")
}

/// The id of the form of that key.
pub(crate) fn id_of(key: &str) -> Option<&str> {
    key.strip_prefix("visit:")
}

impl Laptop {
    /// What a form opens with: the kept draft, or a fresh one, prefilled from the last visit.
    ///
    /// # Errors
    /// `enterprise_unknown`, `library_missing`, or the store's.
    pub fn visit_form(&self, args: &UsccArgs) -> Result<VisitForm, AppError> {
        let uscc = parse_uscc(&args.uscc)?;
        let file = self.file(&uscc)?;
        let people = self.people()?;
        let kept = self
            .visit_drafts()?
            .into_iter()
            .find(|draft| draft.uscc == uscc.as_str());
        let restored = kept.is_some();
        let on = self.today_date();
        let contacts = file.contacts();
        let draft = match kept {
            Some(draft) => draft,
            None => VisitDraft {
                met: (contacts.iter())
                    .filter(|c| c.usual)
                    .map(|c| c.name.clone())
                    .collect(),
                library_version: self.library_if_any()?.map(|s| s.version.to_string()),
                ..self.blank(&uscc)
            },
        };
        let hints = self.hints(&HintsArgs {
            uscc: uscc.to_string(),
            on: Some(draft.on),
            facts: Vec::new(),
            library_version: draft.library_version.clone(),
        })?;
        Ok(VisitForm {
            restored,
            enterprise: FormEnterprise {
                uscc: uscc.to_string(),
                name: file.enterprise.name.clone(),
                street: file.enterprise.registration.street.clone(),
            },
            companions: self.companions(&file, &people, false),
            people: contacts,
            promises: file.promise_views(),
            demands: file.demand_views(),
            hints,
            week: week_view(&self.week_quota(Week::of(on))?),
            draft,
        })
    }

    /// A form for today with nothing in it.
    pub(crate) fn blank(&self, uscc: &Uscc) -> VisitDraft {
        VisitDraft {
            draft_id: self.new_id().to_string(),
            uscc: uscc.to_string(),
            on: self.today_date(),
            mode: Mode::Onsite,
            with: Vec::new(),
            met: Vec::new(),
            note: String::new(),
            facts: Vec::new(),
            demands: Vec::new(),
            promises: Vec::new(),
            kept: Vec::new(),
            for_demands: Vec::new(),
            library_version: None,
            saved_at: None,
        }
    }

    /// Keeps a form as it stands.
    ///
    /// # Errors
    /// If it can't be written; then what was kept before stays.
    pub fn draft_save(&self, draft: &VisitDraft) -> Result<DraftSaved, AppError> {
        crate::visit::id(&draft.draft_id)?;
        let now = self.now();
        let saved_at = now.to_string();
        let body = VisitDraft {
            saved_at: Some(saved_at.clone()),
            ..draft.clone()
        };
        self.store().save_draft(&Draft {
            key: key(&draft.draft_id),
            body: serde_json::to_string(&body).map_err(|e| AppError::Internal(e.to_string()))?,
            saved_at: now,
        })?;
        Ok(DraftSaved { saved_at })
    }

    /// Forgets a form with its files, as its user asked.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn draft_discard(&self, args: &DraftArgs) -> Result<(), AppError> {
        self.store().discard_form(&key(&args.draft_id))?;
        self.sweep_files()
    }

    /// Open forms, the latest first.
    ///
    /// # Errors
    /// If the store can't be read.
    pub fn drafts(&self) -> Result<Vec<DraftSummary>, AppError> {
        let drafts = self.visit_drafts()?;
        let reader = self.reader();
        drafts
            .into_iter()
            .map(|draft| {
                let uscc = parse_uscc(&draft.uscc)?;
                let enterprise = reader.get::<qilian_domain::rows::Enterprise>(&uscc)?;
                Ok(DraftSummary {
                    draft_id: draft.draft_id,
                    // An enterprise that left the scope leaves its code: the draft is kept.
                    name: enterprise.map_or_else(|| draft.uscc.clone(), |e| e.name),
                    uscc: draft.uscc,
                    saved_at: draft.saved_at.unwrap_or_default(),
                    note: draft.note.chars().take(NOTE_SHOWN).collect(),
                })
            })
            .collect()
    }

    fn visit_drafts(&self) -> Result<Vec<VisitDraft>, AppError> {
        let drafts = self.reader().drafts()?;
        (drafts.iter().filter(|d| d.key.starts_with("visit:")))
            .map(|d| serde_json::from_str(&d.body).map_err(|e| AppError::Internal(e.to_string())))
            .collect()
    }
}
