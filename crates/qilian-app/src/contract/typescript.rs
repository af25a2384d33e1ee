//! Owns the contract's types as the page has them: a file for each module here, of `ui/src/api/generated/`.
//!
//! Elsewhere: the types (the modules beside this one), writing the files (`cargo xtask codegen`).

use std::collections::{BTreeMap, BTreeSet};

use ts_rs::{Config, TS};

use super::*;

const HEAD: &str = "// Generated from crates/qilian-app/src/contract; `cargo xtask codegen` writes it. Do not edit.\n";

/// A file's declarations: the type's name, its text.
type Declarations = Vec<(String, String)>;

macro_rules! declarations {
    ($config:expr, $($type:ty),+ $(,)?) => {
        vec![$((<$type as TS>::ident($config), laid_out(&<$type as TS>::decl($config)))),+]
    };
}

/// The files by name, with all of their text, in a fixed order.
pub fn typescript() -> BTreeMap<String, String> {
    let config = Config::new();
    let modules: BTreeMap<&str, Declarations> = BTreeMap::from([
        ("session", session(&config)),
        ("today", today(&config)),
        ("enterprise", enterprise(&config)),
        ("policy", policy(&config)),
        ("visit", visit(&config)),
        ("upload", upload(&config)),
        ("sync", sync(&config)),
        ("admin", admin(&config)),
        ("attachment", attachment(&config)),
    ]);
    let mut files: BTreeMap<String, String> = (modules.keys())
        .map(|module| (format!("{module}.ts"), file(module, &modules)))
        .collect();
    let index = (modules.keys()).map(|module| format!("export type * from './{module}'\n"));
    files.insert(
        "index.ts".to_owned(),
        HEAD.to_owned() + &index.collect::<String>(),
    );
    files
}

fn file(module: &str, modules: &BTreeMap<&str, Declarations>) -> String {
    let own = &modules[module];
    let used: BTreeSet<&str> = own.iter().flat_map(|(_, text)| names_in(text)).collect();
    let mut text = HEAD.to_owned();
    for (other, declarations) in modules.iter().filter(|(other, _)| **other != module) {
        let names: Vec<&str> = (declarations.iter())
            .map(|(name, _)| name.as_str())
            .filter(|name| used.contains(name))
            .collect();
        if !names.is_empty() {
            text += &format!("import type {{ {} }} from './{other}'\n", names.join(", "));
        }
    }
    for (_, declaration) in own {
        text += &format!("\nexport {declaration}\n");
    }
    text
}

/// What may name a type: the words outside comments.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("/**"))
        .flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()))
}

/// A comment on one line, a field on one line, each set in.
fn laid_out(declaration: &str) -> String {
    let mut text = String::new();
    let mut comment: Option<Vec<&str>> = None;
    for line in declaration.lines().map(str::trim) {
        match (line, &mut comment) {
            ("/**", _) => comment = Some(Vec::new()),
            ("*/", Some(words)) => {
                text += &format!("\n  /** {} */", words.join(" "));
                comment = None;
            }
            (_, Some(words)) => words.push(line.trim_start_matches('*').trim()),
            (_, None) if text.is_empty() => text += line,
            (_, None) => text += &format!("\n  {line}"),
        }
    }
    match text.strip_suffix(", };") {
        Some(body) if body.contains('\n') => format!("{body},\n}};"),
        _ => text,
    }
}

fn session(config: &Config) -> Declarations {
    declarations!(
        config,
        Person,
        SessionDevice,
        KeyPlace,
        SessionView,
        EnrolArgs,
        UnlockArgs,
        PassphraseChangeArgs,
    )
}

fn today(config: &Config) -> Declarations {
    declarations!(
        config,
        QuotaStateView,
        WeekQuotaView,
        QuarterQuota,
        LaterView,
        Later,
        PlanReason,
        PlanItem,
        OpenPromiseView,
        Today,
    )
}

fn enterprise(config: &Config) -> Declarations {
    declarations!(
        config,
        HitField,
        Hit,
        EnterpriseFilter,
        EnterprisesArgs,
        UsccArgs,
        SearchArgs,
        SearchResult,
        EnterpriseRow,
        EnterpriseCounts,
        EnterprisePage,
        FactView,
        PromiseView,
        DemandView,
        ContactView,
        RegistrationView,
        NoteView,
        EnterpriseFile,
    )
}

fn policy(config: &Config) -> Declarations {
    declarations!(
        config,
        OutcomeView,
        NearMissView,
        MissingField,
        AmountView,
        WindowState,
        WindowView,
        VerifiedView,
        PolicyHint,
        FieldKind,
        SettledPolicy,
        QuestionView,
        LibraryView,
        HintsView,
        Answer,
        HintsArgs,
        BriefingArgs,
        BriefingEnterprise,
        Briefing,
    )
}

fn visit(config: &Config) -> Declarations {
    declarations!(
        config,
        Mode,
        VisitRow,
        DraftPromise,
        VisitDraft,
        DraftArgs,
        NamedArgs,
        DraftSaved,
        DraftSummary,
        FormEnterprise,
        VisitForm,
        LibraryChanged,
        VisitRecorded,
    )
}

fn upload(config: &Config) -> Declarations {
    declarations!(
        config,
        ReceiptView,
        PackageDemand,
        PackageFact,
        PackagePromise,
        PackageDraft,
        WeekArgs,
        WeekPreviewArgs,
        WeekPackageView,
    )
}

fn attachment(config: &Config) -> Declarations {
    declarations!(
        config,
        AttachmentKind,
        AttachmentState,
        AttachmentView,
        AttachmentsArgs,
        IntakeBeginArgs,
        IntakeBegun,
        IntakePieceArgs,
        IntakeArgs,
        AttachmentArgs,
        AttachmentBytes,
        AttachmentSaved,
        FilePace,
        FileSettings,
        FileRoom,
        FileWaiting,
    )
}

fn sync(config: &Config) -> Declarations {
    declarations!(
        config,
        WaitingKind,
        WaitingItem,
        FilesWaiting,
        LeaseView,
        ExportView,
        SyncStatus,
        CameBackAs,
        HandledAs,
        HandledView,
        ConflictView,
        RejectedItem,
        SyncCentre,
        IdArgs,
        LimitArgs,
        HostError,
        Topic,
        Changed,
    )
}

fn admin(config: &Config) -> Declarations {
    declarations!(
        config,
        LaptopState,
        WipedRow,
        LaptopRow,
        LaptopNeed,
        NeedyRow,
        QuarantinedItem,
        SyncHealth,
        Laptops,
        HealthArgs,
        LaptopStateArgs,
        ResyncArgs,
        ResyncView,
        ReleasedView,
        ProgrammeView,
        ProgrammeArgs,
    )
}
