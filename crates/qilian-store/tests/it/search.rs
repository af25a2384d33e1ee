//! Search: everything of two characters or more is found, and nothing that does not contain it.

use proptest::prelude::*;
use qilian_domain::row::Row;
use qilian_domain::rows::{Contact, Enterprise, Registration};
use qilian_store::{Hit, SearchField, Store};
use qilian_sync::wire::PullReply;

use crate::given::{Home, complete, enterprise, puts, take, uscc};

/// A store with these names; the `n`th is the enterprise `n`, from 1.
fn named(home: &Home, names: &[&str]) -> Store {
    let mut store = home.enrolled();
    let rows = names.iter().enumerate().map(|(n, name)| with_name(n, name));
    let ops = rows.flat_map(|row| puts(&row, 5)).collect();
    take(&mut store, complete(10, ops));
    store
}

fn with_name(n: usize, name: &str) -> Row {
    let n = u32::try_from(n).expect("few") + 1;
    let enterprise = Enterprise {
        uscc: uscc(n),
        name: name.to_owned(),
        registration: Registration::default(),
        people: vec![],
    };
    enterprise.into()
}

fn names(hits: &[Hit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.name.as_str()).collect()
}

fn found(store: &Store, typed: &str) -> Vec<String> {
    let hits = store.search(typed, 50).expect("searched");
    hits.into_iter().map(|hit| hit.name).collect()
}

fn marked(hit: &Hit) -> Vec<&str> {
    (hit.ranges.iter())
        .map(|r| &hit.snippet[r.clone()])
        .collect()
}

#[test]
fn names_that_begin_with_the_word_come_first_then_the_shorter_ones() {
    let home = Home::new();
    let store = named(&home, &["澜州华星电子", "华星光电技术有限公司", "华星光电"]);
    assert_eq!(
        found(&store, "华星"),
        ["华星光电", "华星光电技术有限公司", "澜州华星电子"]
    );
}

#[test]
fn of_a_word_in_too_many_names_those_that_begin_with_it_are_kept() {
    let home = Home::new();
    let many: Vec<String> = (0..30).map(|n| format!("第{n}澜州科技")).collect();
    let mut all: Vec<&str> = many.iter().map(String::as_str).collect();
    all.push("澜州科技");
    let store = named(&home, &all);
    let hits = store.search("澜州", 5).expect("searched");
    assert_eq!(names(&hits)[0], "澜州科技");
    assert_eq!(hits.len(), 5);
}

#[test]
fn every_field_is_found_and_said_in_order_of_worth() {
    let home = Home::new();
    let mut store = home.enrolled();
    let row = Row::from(Enterprise {
        people: vec![Contact {
            name: "韩梅梅".to_owned(),
            post: None,
            phone: None,
        }],
        ..enterprise(1)
    });
    take(&mut store, complete(10, puts(&row, 5)));
    let code = uscc(1);
    let cases = [
        ("科技", SearchField::Name),
        (&code.as_str()[..6], SearchField::Code),
        (&code.as_str()[9..], SearchField::Code),
        ("lanzhoushi", SearchField::Pinyin),
        ("keji", SearchField::Pinyin),
        ("kejiy", SearchField::Pinyin),
        ("lzs", SearchField::Initials),
        ("KJYX", SearchField::Initials),
        ("梅梅", SearchField::People),
        ("长安路", SearchField::Address),
        ("元器件", SearchField::Business),
        ("k", SearchField::Pinyin),
        ("澜", SearchField::Name),
        ("路", SearchField::Address),
    ];
    for (typed, field) in cases {
        let hits = store.search(typed, 10).expect("searched");
        let fields: Vec<_> = hits.iter().map(|hit| hit.field).collect();
        assert_eq!(fields, [field], "{typed}");
    }
}

#[test]
fn width_and_case_do_not_matter() {
    let home = Home::new();
    let store = named(&home, &["ＴＣＬ华星（澜州）LED有限公司"]);
    for typed in [
        "tcl",
        "TCL华",
        "ｔｃｌ",
        "(澜州)",
        "（澜州）",
        "led有",
        "ＬＥＤ",
    ] {
        assert_eq!(found(&store, typed).len(), 1, "{typed}");
    }
}

#[test]
fn rare_characters_are_found() {
    let home = Home::new();
    let store = named(&home, &["𠮷野家㙍记", "吉野家"]);
    assert_eq!(found(&store, "𠮷野"), ["𠮷野家㙍记"]);
    assert_eq!(found(&store, "家㙍"), ["𠮷野家㙍记"]);
}

#[test]
fn every_reading_of_a_character_may_be_typed() {
    let home = Home::new();
    let store = named(&home, &["重庆银行", "长沙厂"]);
    assert_eq!(found(&store, "chongqing"), ["重庆银行"]);
    assert_eq!(found(&store, "yinhang"), ["重庆银行"]);
    assert_eq!(found(&store, "changsha"), ["长沙厂"]);
    assert_eq!(found(&store, "cqyh"), ["重庆银行"]);
}

#[test]
fn all_words_must_be_found() {
    let home = Home::new();
    let store = named(&home, &["澜州华星电子", "澜州华星光电", "东山电子"]);
    assert_eq!(found(&store, "澜州 电子"), ["澜州华星电子"]);
    assert_eq!(found(&store, "lanzhou　光电"), ["澜州华星光电"]);
}

#[test]
fn what_separates_words_for_a_database_finds_nothing_and_breaks_nothing() {
    let home = Home::new();
    let store = named(&home, &["澜州华星电子"]);
    for typed in [
        "",
        " ",
        "\"",
        "*",
        "name : x",
        "AND",
        "华\" OR \"星",
        "'; --",
        "(",
        "^华",
    ] {
        assert_eq!(found(&store, typed), [] as [&str; 0], "{typed}");
    }
}

#[test]
fn the_hit_parts_are_marked_in_the_excerpt() {
    let home = Home::new();
    let mut store = home.enrolled();
    let long = "一般经营项目".repeat(20) + "半导体设备的研发" + &"与销售".repeat(30);
    let row = Row::from(Enterprise {
        registration: Registration {
            business: Some(long),
            ..Registration::default()
        },
        ..enterprise(1)
    });
    take(&mut store, complete(10, puts(&row, 5)));
    let hits = store.search("半导体", 10).expect("searched");
    assert_eq!(marked(&hits[0]), ["半导体"]);
    assert!(hits[0].snippet.chars().count() < 70, "{}", hits[0].snippet);
    let hits = store.search("keji", 10).expect("searched");
    assert_eq!(marked(&hits[0]), ["科技"], "in the name as it is written");
}

#[test]
fn a_renamed_enterprise_is_found_by_its_new_name_only() {
    let home = Home::new();
    let mut store = named(&home, &["澜州华星电子"]);
    take(
        &mut store,
        complete(11, puts(&with_name(0, "东山光电"), 11)),
    );
    assert_eq!(found(&store, "华星"), [] as [&str; 0]);
    assert_eq!(found(&store, "东山"), ["东山光电"]);
}

#[test]
fn a_dropped_enterprise_is_found_no_more() {
    let home = Home::new();
    let mut store = named(&home, &["澜州华星电子", "东山光电"]);
    let dropped = PullReply {
        drop: vec![qilian_domain::bucket::Bucket::Enterprise(uscc(1))],
        ..complete(11, vec![])
    };
    take(&mut store, dropped);
    for typed in ["华星", "huaxing", "hxdz", "华", uscc(1).as_str()] {
        assert_eq!(found(&store, typed), [] as [&str; 0], "{typed}");
    }
    assert_eq!(found(&store, "东山"), ["东山光电"]);
}

#[test]
fn an_index_made_by_another_version_is_made_anew() {
    let home = Home::new();
    drop(named(&home, &["澜州华星电子"]));
    crate::opening::raw(&home)
        .execute_batch(
            "DELETE FROM search_entry; INSERT INTO search_name (search_name) VALUES ('delete-all');
             UPDATE setting SET value = 'other' WHERE key = 'store.writer'",
        )
        .expect("aged");
    assert_eq!(found(&home.reopened(), "华星"), ["澜州华星电子"]);
}

/// Few characters, so that texts share many pairs; some that tokenisers stumble over.
fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let characters = prop::sample::select(
        "华星光电公司有限技术深圳市𠮷㙍aB3（）、·\"*-。"
            .chars()
            .collect::<Vec<_>>(),
    );
    prop::collection::vec(characters, length).prop_map(|c| c.into_iter().collect())
}

fn anything() -> impl Strategy<Value = Enterprise> {
    (text(1..12), text(0..12), text(0..40), text(0..4)).prop_map(
        |(name, address, business, who)| Enterprise {
            uscc: uscc(1),
            name,
            registration: Registration {
                address: Some(address),
                business: Some(business),
                ..Registration::default()
            },
            people: vec![Contact {
                name: who,
                post: None,
                phone: None,
            }],
        },
    )
}

fn fold(text: &str) -> String {
    let narrow = text.replace('（', "(").replace('）', ")");
    narrow.to_lowercase()
}

fn contains(enterprise: &Enterprise, typed: &str) -> bool {
    let registration = &enterprise.registration;
    [
        Some(&enterprise.name),
        registration.address.as_ref(),
        registration.business.as_ref(),
        enterprise.people.first().map(|p| &p.name),
    ]
    .into_iter()
    .flatten()
    .any(|field| fold(field).contains(&fold(typed)))
        || fold(enterprise.uscc.as_str()).contains(&fold(typed))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What a scan for the substring finds, and nothing else (typed letters alone may also be pinyin).
    #[test]
    fn a_search_finds_what_a_scan_finds(
        enterprises in prop::collection::vec(anything(), 12),
        typed in prop::collection::vec(text(2..5), 4),
        cuts in prop::collection::vec((0usize..12, 0usize..60, 2usize..6), 40),
    ) {
        let home = Home::new();
        let mut store = home.enrolled();
        let rows: Vec<Enterprise> = enterprises.into_iter().enumerate()
            .map(|(n, e)| Enterprise { uscc: uscc(u32::try_from(n).expect("few") + 1), ..e })
            .collect();
        let ops = rows.iter().flat_map(|e| puts(&Row::from(e.clone()), 5)).collect();
        take(&mut store, complete(10, ops));
        let parts = cuts.iter().filter_map(|(n, at, length)| {
            let all = format!("{}{}", rows[*n].name, rows[*n].registration.business.as_deref()?);
            let part: String = all.chars().skip(*at).take(*length).collect();
            (part.chars().count() >= 2).then_some(part)
        });
        for typed in typed.iter().cloned().chain(parts) {
            let mut expected: Vec<_> = rows.iter().filter(|e| contains(e, &typed))
                .map(|e| e.uscc.clone()).collect();
            let letters = typed.chars().all(|c| c.is_ascii_alphanumeric());
            let hits = store.search(&typed, 50).expect("searched");
            let mut got: Vec<_> = hits.into_iter()
                .filter(|hit| !letters || !matches!(hit.field, SearchField::Pinyin | SearchField::Initials))
                .map(|hit| hit.uscc).collect();
            if letters {
                // A name hit by its pinyin may stand for a lesser field that contains the letters too.
                let all: Vec<_> = store.search(&typed, 50).expect("searched").into_iter()
                    .map(|hit| hit.uscc).collect();
                prop_assert!(expected.iter().all(|e| all.contains(e)), "{typed}");
                prop_assert!(got.iter().all(|e| expected.contains(e)), "{typed}");
                continue;
            }
            expected.sort();
            got.sort();
            prop_assert_eq!(got, expected, "{}", typed);
        }
    }
}
