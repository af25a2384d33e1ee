//! What the made-up district promises to those who try the product on it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;

use chrono::{DateTime, Datelike as _};
use qilian_domain::calendar::Calendars;
use qilian_domain::coverage::{Mine, Visited, coverage};
use qilian_domain::ids::{At, UserId};
use qilian_domain::quota::{QuotaRule, WeekQuota};
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{
    Assignment, Enterprise, Fact, FactSource, PolicyLibrary, Promise, User, Visit, VisitTally,
    WeekSubmission,
};
use qilian_domain::uscc::Uscc;
use qilian_domain::week::Week;
use qilian_policy::{Facts, Library, Outcome, Purpose};
use qilian_server::demo::{Demo, DemoError, Plan, demo};
use qilian_server::storage::sqlite::SqliteStorage;
use qilian_server::storage::{Storage as _, StorageError};
use tempfile::TempDir;

const FRIDAY: &str = "2026-11-20T10:00:00+08:00";

fn at(moment: &str) -> At {
    At::new(DateTime::parse_from_rfc3339(moment).unwrap())
}

fn plan(enterprises: usize, cadres: usize, seed: u64) -> Plan {
    Plan {
        enterprises,
        cadres: NonZeroUsize::new(cadres).unwrap(),
        seed,
    }
}

/// A demo on disk, with all its rows.
struct Tried {
    made: Demo,
    rows: Vec<Row>,
    _data: TempDir,
}

impl Tried {
    fn new(plan: Plan, now: &str) -> Self {
        let data = TempDir::new().unwrap();
        let storage = SqliteStorage::open(data.path()).unwrap();
        let made = demo(&storage, plan, at(now)).unwrap();
        let rows = storage.rows(&made.district, Kind::ALL).unwrap();
        Self {
            made,
            rows,
            _data: data,
        }
    }

    fn usual() -> Self {
        Self::new(plan(120, 8, 7), FRIDAY)
    }

    fn all<B: TryFrom<Row>>(&self) -> Vec<B> {
        self.rows
            .iter()
            .filter_map(|row| B::try_from(row.clone()).ok())
            .collect()
    }

    /// How the first cadre's current week stands.
    fn first_week(&self, now: &str) -> WeekQuota {
        let first = &self.made.first_cadre;
        let tallies: Vec<VisitTally> = self.all();
        let mine = tallies.iter().filter(|t| t.cadre == *first);
        let calendars = Calendars::builtin().unwrap();
        QuotaRule::default().week(Week::of(at(now).day()), mine, &calendars)
    }
}

#[test]
fn the_same_seed_and_day_make_the_same_rows() {
    let one = Tried::new(plan(60, 4, 3), FRIDAY);
    let two = Tried::new(plan(60, 4, 3), FRIDAY);
    assert_eq!(one.made, two.made);
    assert_eq!(one.rows, two.rows);
}

#[test]
fn another_seed_makes_other_enterprises() {
    let one: Vec<Enterprise> = Tried::new(plan(30, 2, 3), FRIDAY).all();
    let two: Vec<Enterprise> = Tried::new(plan(30, 2, 4), FRIDAY).all();
    assert_ne!(one, two);
}

#[test]
fn the_report_says_what_is_there() {
    let tried = Tried::usual();
    assert_eq!(tried.made.enterprises, 120);
    assert_eq!(tried.all::<Enterprise>().len(), 120);
    assert_eq!(tried.made.visits, tried.all::<Visit>().len());
    let roles = tried.all::<User>().len();
    assert_eq!(roles, tried.made.cadres + 3, "and three of the office");
    assert_eq!(tried.all::<PolicyLibrary>().len(), 1);
}

#[test]
fn both_check_digits_of_every_code_fit_and_its_region_is_nowhere() {
    for enterprise in Tried::usual().all::<Enterprise>() {
        let code = &enterprise.uscc;
        let checked: Uscc = code.as_str().parse().unwrap();
        assert_eq!(checked, *code);
        assert!(code.inner_check_ok(), "{code}");
        assert!(code.as_str()[2..].starts_with("99"), "{code}");
    }
}

#[test]
fn enterprises_look_like_registered_ones() {
    let enterprises: Vec<Enterprise> = Tried::usual().all();
    let names: BTreeSet<&str> = enterprises.iter().map(|e| e.name.as_str()).collect();
    assert_eq!(names.len(), enterprises.len(), "no two have one name");
    let rare = |name: &&str| name.contains('𠮷') || name.contains('㙍');
    assert!(names.iter().any(rare));
    assert!(names.iter().any(|n| n.ends_with("示范区第一分公司")));
    for enterprise in &enterprises {
        let business = enterprise.registration.business.as_deref().unwrap();
        let length = business.chars().count();
        assert!((60..=200).contains(&length), "{length}: {business}");
        assert!((1..=3).contains(&enterprise.people.len()));
        for person in &enterprise.people {
            assert!(person.phone.as_deref().unwrap().contains("****"));
        }
    }
}

#[test]
fn every_cadre_has_a_fair_share_of_enterprises() {
    let tried = Tried::new(plan(103, 10, 5), FRIDAY);
    let mut shares: BTreeMap<UserId, usize> = BTreeMap::new();
    for assignment in tried.all::<Assignment>() {
        *shares.entry(assignment.cadre).or_default() += 1;
    }
    assert_eq!(shares.len(), 10);
    assert!(shares.values().all(|n| (10..=11).contains(n)), "{shares:?}");
}

#[test]
fn the_first_cadre_has_one_of_two_visits_this_week() {
    let week = Tried::usual().first_week(FRIDAY);
    assert_eq!((week.required, week.counted), (Some(2), 1));
}

#[test]
fn the_first_cadre_has_a_promise_to_keep() {
    let tried = Tried::new(plan(45, 3, 7), FRIDAY);
    let today = at(FRIDAY).day();
    let promises: Vec<Promise> = tried.all();
    let mut mine = promises.iter().filter(|p| p.by == tried.made.first_cadre);
    assert!(mine.any(|p| p.kept_on.is_none() && p.due.is_some_and(|due| due >= today)));
}

#[test]
fn before_the_week_has_begun_the_first_cadre_has_no_visit_in_it() {
    let monday = "2026-11-16T08:00:00+08:00";
    let week = Tried::new(plan(60, 4, 7), monday).first_week(monday);
    assert_eq!((week.required, week.counted), (Some(2), 0));
}

#[test]
fn the_first_cadre_has_covered_four_fifths_of_the_quarter() {
    for (enterprises, cadres) in [(300, 20), (200, 4)] {
        let tried = Tried::new(plan(enterprises, cadres, 7), FRIDAY);
        let first = &tried.made.first_cadre;
        let assignments: Vec<Assignment> = tried.all();
        let named: Vec<Enterprise> = tried.all();
        let visits: Vec<Visit> = tried.all();
        let theirs = |e: &&Enterprise| {
            let mut of = assignments.iter();
            of.any(|a| a.uscc == e.uscc && a.cadre == *first)
        };
        let mine = named.iter().filter(theirs).map(|e| Mine {
            uscc: &e.uscc,
            name: &e.name,
        });
        let visited = visits.iter().map(|v| Visited {
            uscc: &v.uscc,
            on: v.on,
            cadres: &v.cadres,
        });
        let calendars = Calendars::builtin().unwrap();
        let on = at(FRIDAY).day();
        let stands = coverage(on, first, mine, &assignments, visited, &calendars);
        let share = stands.covered * 100 / stands.assigned;
        assert!((75..=85).contains(&share), "{share} of {}", stands.assigned);
    }
}

#[test]
fn hints_come_out_in_every_way() {
    let tried = Tried::new(plan(300, 20, 7), FRIDAY);
    let stored: Vec<PolicyLibrary> = tried.all();
    let files: Vec<(&str, &str)> = stored[0]
        .files
        .iter()
        .map(|f| (f.name.as_str(), f.text.as_str()))
        .collect();
    let (library, _) = Library::load(&files).unwrap();
    let facts: Vec<Fact> = tried.all();
    let on = at(FRIDAY).day();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut near, mut asked) = (0, 0);
    for enterprise in tried.all::<Enterprise>() {
        let known = known(&library, &enterprise, &facts);
        let hints = library.hints(&known, on, Purpose::New);
        near += usize::from(hints.iter().any(|h| h.near_miss.is_some()));
        asked += usize::from(!library.questions(&hints).is_empty());
        for hint in hints {
            if hint.outcome != Outcome::NotApplicable {
                *outcomes.entry(format!("{:?}", hint.outcome)).or_default() += 1;
            }
        }
    }
    for outcome in ["Likely", "NeedsInfo", "NeedsReview", "Unlikely"] {
        let count = outcomes.get(outcome).copied().unwrap_or(0);
        assert!(count >= 20, "{outcome}: {outcomes:?}");
    }
    assert!(near >= 20, "near misses at {near} enterprises");
    assert!(asked >= 100, "questions at {asked} enterprises");
}

/// What a laptop knows of an enterprise: registration, its latest statements, 划型.
fn known(library: &Library, enterprise: &Enterprise, facts: &[Fact]) -> Facts {
    let mut known = Facts::new();
    let r = &enterprise.registration;
    for (field, text) in [
        ("region_province", &r.province),
        ("region_city", &r.city),
        ("gb4754", &r.industry),
    ] {
        let value = library.parse_fact(field, text.as_deref().unwrap()).unwrap();
        known.set(field, value);
    }
    let founded = r.founded_on.unwrap().to_string();
    let founded = library.parse_fact("registered_on", &founded).unwrap();
    known.set("registered_on", founded);
    let mut stated: Vec<&Fact> = facts.iter().filter(|f| f.uscc == enterprise.uscc).collect();
    stated.sort_by_key(|f| f.as_of);
    for fact in stated {
        let value = library.fact_from_json(&fact.field, &fact.value.0).unwrap();
        known.set(fact.field.as_str(), value.unwrap());
    }
    if let Some(class) = library.size_class_of(&known).and_then(|s| s.size_class) {
        let class = library.parse_fact("size_class", class.zh()).unwrap();
        known.set("size_class", class);
    }
    known
}

#[test]
fn some_fields_have_two_statements_side_by_side() {
    let mut sources: BTreeMap<(Uscc, String), BTreeSet<String>> = BTreeMap::new();
    for fact in Tried::usual().all::<Fact>() {
        let said = sources.entry((fact.uscc, fact.field)).or_default();
        said.insert(format!("{:?} {}", fact.source, fact.value.0));
    }
    let doubled = sources.values().filter(|said| said.len() > 1).count();
    assert!(doubled >= 20, "{doubled}");
}

#[test]
fn nothing_is_dated_after_now() {
    for now in [
        FRIDAY,
        "2026-11-16T09:50:00+08:00",
        "2027-01-03T12:00:00+08:00",
    ] {
        let tried = Tried::new(plan(40, 4, 11), now);
        let now = at(now);
        for visit in tried.all::<Visit>() {
            assert!(visit.on <= now.day() && visit.recorded.device <= now);
        }
        for fact in tried.all::<Fact>() {
            assert!(fact.as_of <= now.day() && fact.recorded.device <= now);
        }
        for promise in tried.all::<Promise>() {
            assert!(promise.kept_on.is_none_or(|on| on <= now.day()));
        }
    }
}

#[test]
fn visits_are_on_workdays_and_about_two_a_week() {
    let tried = Tried::usual();
    let calendars = Calendars::builtin().unwrap();
    let visits: Vec<Visit> = tried.all();
    assert!(visits.iter().all(|v| calendars.is_workday(v.on).unwrap()));
    let weeks: BTreeSet<Week> = visits.iter().map(|v| Week::of(v.on)).collect();
    let per_week = visits.len() * 100 / (weeks.len() * tried.made.cadres);
    assert!((140..=210).contains(&per_week), "{per_week} in 100");
}

#[test]
fn history_has_late_entries_kept_and_open_promises_demands_and_receipts() {
    let tried = Tried::usual();
    let today = at(FRIDAY).day();
    let visits: Vec<Visit> = tried.all();
    assert!(visits.iter().any(|v| v.late_entry));
    assert!(visits.iter().any(|v| !v.for_demands.is_empty()));
    assert!(visits.iter().all(|v| v.note.matches('。').count() >= 3));
    let promises: Vec<Promise> = tried.all();
    assert!(promises.iter().any(|p| p.kept_on.is_some()));
    let soon = |p: &&Promise| p.kept_on.is_none() && p.due.is_some_and(|due| due >= today);
    assert!(promises.iter().filter(soon).count() >= 2);
    let sent: Vec<WeekSubmission> = tried.all();
    assert!(sent.iter().all(|s| s.receipt.is_some()));
    assert!(
        sent.iter().any(|s| s.revision > 1),
        "a late visit supplements"
    );
    assert!(sent.iter().all(|s| s.week < Week::of(today)));
    let said = tried.all::<Fact>().into_iter();
    assert!(
        said.filter(|f| f.source == FactSource::Said)
            .any(|f| f.visit.is_some())
    );
}

#[test]
fn history_goes_back_to_the_quarter_before() {
    let visits: Vec<Visit> = Tried::usual().all();
    let first = visits.iter().map(|v| v.on).min().unwrap();
    assert_eq!((first.year(), first.month()), (2026, 7));
}

#[test]
fn more_cadres_than_enterprises_is_a_demo_too() {
    let tried = Tried::new(plan(2, 5, 1), FRIDAY);
    assert!(tried.made.visits > 0);
}

#[test]
fn a_storage_with_a_district_is_left_as_it_is() {
    let data = TempDir::new().unwrap();
    let storage = SqliteStorage::open(data.path()).unwrap();
    let made = demo(&storage, plan(10, 2, 1), at(FRIDAY)).unwrap();
    let head = storage.head(&made.district).unwrap();
    let again = demo(&storage, plan(10, 2, 2), at(FRIDAY));
    assert!(matches!(
        again,
        Err(DemoError::Storage(StorageError::DistrictExists))
    ));
    assert_eq!(storage.head(&made.district).unwrap(), head);
    assert_eq!(storage.districts().unwrap().len(), 1);
}
