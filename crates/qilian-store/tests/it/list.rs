//! The list of enterprises: it follows rows in whatever way they change.

use qilian_domain::bucket::Bucket;
use qilian_domain::row::Row;
use qilian_store::{EnterpriseCounts, EnterpriseLine, Listed, Store, Whose};
use qilian_sync::wire::{Op, ReplyStatus};

use crate::given::{
    Home, assignment, commit, complete, day, enterprise, me, noted, outcome, puts, take, uscc,
    visit,
};

const ON: &str = "2026-03-04";

fn lines(store: &Store, listed: Listed) -> Vec<EnterpriseLine> {
    let me = me();
    let whose = Whose {
        cadre: &me,
        on: day(ON),
    };
    store
        .enterprises(whose, listed, 0, u32::MAX)
        .expect("a list")
}

/// The names in the list, in its order.
fn order(store: &Store, listed: Listed) -> Vec<String> {
    let lines = lines(store, listed).into_iter();
    lines.map(|line| line.name).collect()
}

fn name(n: u32) -> String {
    enterprise(n).name
}

#[test]
fn those_never_visited_come_first_then_the_longest_ago() {
    let home = Home::new();
    let mut store = home.with_enterprises(3);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let listed = lines(&store, Listed::All);
    let last: Vec<_> = listed.iter().map(|line| line.last_visit).collect();
    assert_eq!(last, [None, None, Some(day("2026-03-03"))]);
    assert_eq!(order(&store, Listed::All), [name(2), name(3), name(1)]);
}

#[test]
fn a_recorded_visit_takes_its_enterprise_off_the_unvisited() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    let quarter = day("2026-01-01");
    commit(&mut store, 1, &visit(1, 1, "走访"));
    let not_visited = order(&store, Listed::NotVisitedSince(quarter));
    assert_eq!(not_visited, [name(2)]);
    let me = me();
    let whose = Whose {
        cadre: &me,
        on: day(ON),
    };
    let counts = store.enterprise_counts(whose, quarter).expect("counts");
    let expected = EnterpriseCounts {
        all: 2,
        not_visited: 1,
        with_open_demands: 0,
    };
    assert_eq!(counts, expected);
}

#[test]
fn a_refused_visit_is_no_last_visit() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    commit(&mut store, 1, &visit(1, 1, "走访"));
    noted(&mut store, &outcome(1, 1, ReplyStatus::Rejected, 11));
    take(&mut store, complete(11, vec![]));
    assert_eq!(lines(&store, Listed::All)[0].last_visit, None);
}

#[test]
fn an_enterprise_that_leaves_the_scope_leaves_the_list() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    let mut page = complete(11, vec![]);
    page.drop = vec![Bucket::Enterprise(uscc(1))];
    take(&mut store, page);
    assert_eq!(order(&store, Listed::All), [name(2)]);
}

#[test]
fn a_new_name_is_in_the_list_with_the_row() {
    let home = Home::new();
    let mut store = home.with_enterprises(1);
    let mut renamed = enterprise(1);
    renamed.name = "改了名的公司".to_owned();
    take(&mut store, complete(11, puts(&Row::from(renamed), 11)));
    assert_eq!(order(&store, Listed::All), ["改了名的公司"]);
}

#[test]
fn mine_are_those_assigned_to_me_on_the_day() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    let mut ended = assignment(1);
    ended.to = Some(day("2026-03-01"));
    let ops: Vec<Op> = puts(&Row::from(ended), 11);
    take(&mut store, complete(11, ops));
    assert_eq!(order(&store, Listed::Mine), [name(2)]);
    let mine: Vec<_> = (lines(&store, Listed::All).iter())
        .map(|line| line.mine)
        .collect();
    assert_eq!(mine, [false, true], "both are here");
}

#[test]
fn one_line_is_what_the_list_says_of_it() {
    let home = Home::new();
    let mut store = home.with_enterprises(2);
    commit(&mut store, 1, &visit(1, 2, "走访"));
    let me = me();
    let whose = Whose {
        cadre: &me,
        on: day(ON),
    };
    for line in lines(&store, Listed::All) {
        let one = store.enterprise(whose, &line.uscc).expect("read");
        assert_eq!(one, Some(line));
    }
    assert_eq!(store.enterprise(whose, &uscc(9)).expect("read"), None);
}
