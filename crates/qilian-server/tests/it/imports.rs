//! Rosters into a district: once, again, changed, replaced.

use qilian_domain::command::Loaded;
use qilian_domain::ids::UserId;
use qilian_domain::row::{Kind, Row};
use qilian_domain::rows::{Assignment, Fact};
use qilian_server::district::{ENTERPRISE_KINDS, Fresh, RosterImport, founding, roster};
use qilian_server::import::Roster;
use qilian_server::storage::Storage;
use qilian_server::storage::sqlite::SqliteStorage;
use rust_xlsxwriter::Workbook;

use crate::district::{NOON, at, day, uscc};

/// A row of a sheet: enterprise, cadre, headcount.
type SheetRow = (u32, u32, u32);

fn sheet(title: &str, rows: &[SheetRow]) -> Roster {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write(0, 0, title).expect("written");
    let header = [
        "企业名称",
        "统一社会信用代码",
        "挂点干部",
        "工号",
        "从业人数",
    ];
    for (column, text) in (0..).zip(header) {
        page.write(1, column, text).expect("written");
    }
    for (line, &(enterprise, cadre, employees)) in (2..).zip(rows) {
        page.write(line, 0, format!("澜州第{enterprise}制造有限公司"))
            .expect("written");
        page.write(line, 1, uscc(enterprise).as_str())
            .expect("written");
        page.write(line, 2, format!("干部{cadre}"))
            .expect("written");
        page.write(line, 3, format!("C{cadre}")).expect("written");
        page.write(line, 4, employees).expect("written");
    }
    Roster::read(&book.save_to_buffer().expect("a workbook")).expect("a roster")
}

struct Office {
    storage: SqliteStorage,
    district: qilian_domain::ids::DistrictId,
    _data: tempfile::TempDir,
}

struct Done {
    head: u64,
    result: qilian_server::district::RosterResult,
}

impl Office {
    fn open() -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let storage = SqliteStorage::open(data.path()).expect("opened");
        let mut random = rand::rng();
        let new =
            founding("澜州市示范区", &mut Fresh::new(&mut random, at(NOON))).expect("a district");
        storage.found(&new).expect("founded");
        Self {
            storage,
            district: new.district.id,
            _data: data,
        }
    }

    fn import(&self, now: &str, mut sheet: Roster, import: RosterImport) -> Done {
        let mut random = rand::rng();
        let mut fresh = Fresh::new(&mut random, at(now));
        let mut result = None;
        let mut decide = |loaded: &Loaded| {
            let (rows, done) = roster(&mut sheet, import, loaded, &mut fresh);
            result = Some(done);
            rows
        };
        let written = self
            .storage
            .change(&self.district, ENTERPRISE_KINDS, at(now), &mut decide)
            .expect("imported");
        Done {
            head: written.head.0,
            result: result.expect("decided"),
        }
    }

    /// The intervals of an enterprise, by first day: cadre, from, to.
    fn intervals(&self, enterprise: u32) -> Vec<(String, String, String)> {
        let rows = self
            .storage
            .rows(&self.district, &[Kind::Assignment])
            .expect("rows");
        let mut found: Vec<Assignment> = rows
            .into_iter()
            .filter_map(|row| match row {
                Row::Assignment(a) if a.uscc == uscc(enterprise) => Some(a),
                _ => None,
            })
            .collect();
        found.sort_by_key(|a| (a.from, a.to.is_none(), a.id));
        let shown = |a: Assignment| {
            let to = a.to.map(|day| day.to_string()).unwrap_or_default();
            (a.cadre.to_string(), a.from.to_string(), to)
        };
        found.into_iter().map(shown).collect()
    }

    fn facts(&self) -> Vec<Fact> {
        let rows = self
            .storage
            .rows(&self.district, &[Kind::Fact])
            .expect("rows");
        rows.into_iter()
            .filter_map(|row| Fact::try_from(row).ok())
            .collect()
    }
}

const TITLE: &str = "2026年第四季度挂点企业分配表";

fn interval(cadre: &str, from: &str, to: &str) -> (String, String, String) {
    (cadre.to_owned(), from.to_owned(), to.to_owned())
}

#[test]
fn a_roster_holds_from_the_first_day_of_the_quarter_in_its_title() {
    let office = Office::open();
    let done = office.import(
        NOON,
        sheet(TITLE, &[(1, 1, 120), (2, 1, 80)]),
        RosterImport::default(),
    );
    assert_eq!(done.result.tally.created, 2);
    assert_eq!((done.result.cadres, done.result.assignments), (1, 2));
    assert_eq!(office.intervals(1), [interval("C1", "2026-10-01", "")]);
    let facts = office.facts();
    assert_eq!(facts.len(), 2);
    assert!(
        facts
            .iter()
            .all(|f| f.field == "employees" && f.as_of == day("2026-10-01"))
    );
}

#[test]
fn importing_twice_changes_nothing() {
    let office = Office::open();
    let rows = [(1, 1, 120), (2, 2, 80)];
    let first = office.import(NOON, sheet(TITLE, &rows), RosterImport::default());
    let second = office.import(
        "2026-12-01T09:00:00+08:00",
        sheet(TITLE, &rows),
        RosterImport::default(),
    );
    assert_eq!(second.result.tally.unchanged, 2);
    assert_eq!(
        (second.result.tally.created, second.result.tally.updated),
        (0, 0)
    );
    assert_eq!(second.head, first.head, "no number of the feed was taken");
}

#[test]
fn a_changed_sheet_reassigns_from_today_and_keeps_history() {
    let office = Office::open();
    office.import(
        NOON,
        sheet(TITLE, &[(1, 1, 120), (2, 1, 80)]),
        RosterImport::default(),
    );
    let done = office.import(NOON, sheet(TITLE, &[(1, 2, 120)]), RosterImport::default());
    assert_eq!(done.result.tally.updated, 1);
    let history = [
        interval("C1", "2026-10-01", "2026-11-19"),
        interval("C2", "2026-11-20", ""),
    ];
    assert_eq!(office.intervals(1), history);
    assert_eq!(
        office.intervals(2),
        [interval("C1", "2026-10-01", "")],
        "a row that is absent"
    );
}

#[test]
fn a_sheet_of_the_next_quarter_reassigns_from_its_first_day() {
    let office = Office::open();
    office.import(NOON, sheet(TITLE, &[(1, 1, 120)]), RosterImport::default());
    let next = "2027年第一季度挂点企业分配表";
    office.import(NOON, sheet(next, &[(1, 2, 120)]), RosterImport::default());
    let history = [
        interval("C1", "2026-10-01", "2026-12-31"),
        interval("C2", "2027-01-01", ""),
    ];
    assert_eq!(office.intervals(1), history);
}

#[test]
fn a_given_day_holds_also_if_it_is_past() {
    let office = Office::open();
    office.import(NOON, sheet(TITLE, &[(1, 1, 120)]), RosterImport::default());
    let given = RosterImport {
        from: Some(day("2026-11-02")),
        replace: false,
    };
    office.import(NOON, sheet(TITLE, &[(1, 2, 120)]), given);
    let history = [
        interval("C1", "2026-10-01", "2026-11-01"),
        interval("C2", "2026-11-02", ""),
    ];
    assert_eq!(office.intervals(1), history);
}

#[test]
fn replacing_ends_what_the_sheet_does_not_name() {
    let office = Office::open();
    office.import(
        NOON,
        sheet(TITLE, &[(1, 1, 120), (2, 1, 80)]),
        RosterImport::default(),
    );
    let replace = RosterImport {
        from: None,
        replace: true,
    };
    office.import(NOON, sheet(TITLE, &[(1, 1, 120)]), replace);
    assert_eq!(office.intervals(1), [interval("C1", "2026-10-01", "")]);
    assert_eq!(
        office.intervals(2),
        [interval("C1", "2026-10-01", "2026-11-19")]
    );
    office.import(
        NOON,
        sheet(TITLE, &[(1, 1, 120), (2, 2, 80)]),
        RosterImport::default(),
    );
    let history = [
        interval("C1", "2026-10-01", "2026-11-19"),
        interval("C2", "2026-11-20", ""),
    ];
    assert_eq!(
        office.intervals(2),
        history,
        "nobody's enterprise begins after its history"
    );
}

#[test]
fn another_figure_stands_beside_the_earlier_one() {
    let office = Office::open();
    office.import(NOON, sheet(TITLE, &[(1, 1, 120)]), RosterImport::default());
    let done = office.import(NOON, sheet(TITLE, &[(1, 1, 150)]), RosterImport::default());
    assert_eq!(done.result.tally.updated, 1);
    let mut values: Vec<_> = office
        .facts()
        .into_iter()
        .map(|f| f.value.0.to_string())
        .collect();
    values.sort();
    assert_eq!(values, ["120", "150"]);
}

#[test]
fn cadres_of_a_roster_become_users_with_that_role() {
    let office = Office::open();
    office.import(NOON, sheet(TITLE, &[(1, 1, 120)]), RosterImport::default());
    let rows = office
        .storage
        .rows(&office.district, &[Kind::User])
        .expect("rows");
    let cadre = rows.iter().find_map(|row| match row {
        Row::User(user) if user.id == UserId::new("C1") => Some(user),
        _ => None,
    });
    let cadre = cadre.expect("a user");
    assert_eq!(cadre.name, "干部1");
    assert!(cadre.roles.contains(&qilian_domain::rows::Role::Cadre));
}
