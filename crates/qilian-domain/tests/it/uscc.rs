//! Claims about unified social credit codes.

use proptest::prelude::*;
use qilian_domain::uscc::{Uscc, UsccFault};

const SYMBOLS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const VALID: [&str; 4] = [
    "914403001922038216",
    "9144030071526726XG",
    "91330106673959654P",
    "91110000802100433B",
];

fn fault(text: &str) -> Option<&'static str> {
    Uscc::check(text).result.err().map(UsccFault::code)
}

#[test]
fn real_codes_pass_both_checks() {
    for code in VALID {
        let checked = Uscc::check(code);
        assert_eq!(checked.result.as_ref().map(Uscc::as_str), Ok(code));
        assert!(!checked.repaired, "{code} was in normal form");
        assert!(!checked.inner_check_failed(), "{code}");
        assert!(
            checked.suggestions.is_empty(),
            "a valid code leaves nothing to ask"
        );
    }
}

#[test]
fn each_fault_has_its_reason() {
    for nothing in ["", "   ", "\u{3000}\u{200b}", "''"] {
        assert_eq!(fault(nothing), Some("uscc_missing"), "{nothing:?}");
    }
    assert_eq!(fault("91440300X18933589"), Some("uscc_length"));
    assert_eq!(fault("914403001922038216X"), Some("uscc_length"));
    for symbol in ["O", "I", "S", "V", "Z", "-", "企", "𠮷"] {
        assert_eq!(
            fault(&format!("91440300192203{symbol}216")),
            Some("uscc_symbol"),
            "{symbol}"
        );
    }
    assert_eq!(
        fault("91A403001922038216"),
        Some("uscc_symbol"),
        "a region is digits"
    );
    assert_eq!(fault("914403001922038217"), Some("uscc_check_digit"));
}

#[test]
fn spaces_quotes_case_and_width_are_put_right_and_said_so() {
    for written in [
        " 9144030071526726xg\u{3000}",
        "９１４４０３００７１５２６７２６ＸＧ",
        "9144 0300 7152 6726 XG",
        "\u{feff}91440300\u{a0}71526726\u{200b}XG",
        "'9144030071526726XG",
        "“9144030071526726XG”",
        "9144030071526726XG\t\n",
    ] {
        let checked = Uscc::check(written);
        assert_eq!(checked.normalised, "9144030071526726XG", "{written:?}");
        assert!(checked.result.is_ok() && checked.repaired, "{written:?}");
    }
}

#[test]
fn letters_that_look_like_digits_are_offered_and_not_taken() {
    let checked = Uscc::check("9I44O3001922038216");
    assert_eq!(checked.result, Err(UsccFault::Symbol));
    assert_eq!(
        checked.normalised, "9I44O3001922038216",
        "nothing is changed silently"
    );
    let offered: Vec<&str> = checked.suggestions.iter().map(Uscc::as_str).collect();
    assert_eq!(offered, ["914403001922038216"]);
}

#[test]
fn a_letter_that_looks_like_a_digit_is_not_offered_where_it_makes_no_valid_code() {
    assert!(Uscc::check("9144O3001922038217").suggestions.is_empty());
}

#[test]
fn a_wrong_inner_digit_warns_and_is_accepted() {
    let right = Uscc::from_parts('9', '1', "990101", "MA000001").expect("parts");
    assert!(right.inner_check_ok() && !right.as_str()[16..].starts_with('9'));

    let outer_fits = SYMBOLS
        .chars()
        .filter_map(|last| format!("91990101MA0000019{last}").parse::<Uscc>().ok())
        .find(|uscc| !uscc.inner_check_ok())
        .expect("one of 31 last symbols fits the outer check");
    assert!(Uscc::check(outer_fits.as_str()).inner_check_failed());
}

#[test]
fn parts_of_another_form_make_no_code() {
    assert_eq!(
        Uscc::from_parts('9', '1', "44030", "19220382"),
        Err(UsccFault::Length)
    );
    assert_eq!(
        Uscc::from_parts('9', '1', "440300", "1922038"),
        Err(UsccFault::Length)
    );
    assert_eq!(
        Uscc::from_parts('9', '1', "440300", "1922O382"),
        Err(UsccFault::Symbol)
    );
    assert_eq!(
        Uscc::from_parts('9', '1', "440300", "192203 2"),
        Err(UsccFault::Symbol)
    );
    assert_eq!(
        Uscc::from_parts('9', '1', "4403A0", "19220382"),
        Err(UsccFault::Symbol)
    );
    assert_eq!(
        Uscc::from_parts('9', 'o', "440300", "19220382"),
        Err(UsccFault::Symbol)
    );
}

#[test]
fn parts_of_a_real_code_give_its_digits() {
    let codes = [
        ("440300", "19220382"),
        ("440300", "71526726"),
        ("330106", "67395965"),
    ];
    for ((region, body), real) in codes.into_iter().zip(VALID) {
        let built = Uscc::from_parts('9', '1', region, body).expect("parts");
        assert_eq!(built.as_str(), real);
    }
}

#[test]
fn json_is_the_text_and_a_wrong_code_is_refused() {
    let uscc: Uscc = serde_json::from_str(r#""914403001922038216""#).expect("a code");
    assert_eq!(
        serde_json::to_string(&uscc).expect("json"),
        r#""914403001922038216""#
    );
    assert!(serde_json::from_str::<Uscc>(r#""914403001922038217""#).is_err());
}

prop_compose! {
    fn any_code()(
        registrar in prop::sample::select(SYMBOLS.chars().collect::<Vec<_>>()),
        kind in prop::sample::select(SYMBOLS.chars().collect::<Vec<_>>()),
        region in "[0-9]{6}",
        body in "[0-9A-HJ-NP-RTUWXY]{8}",
    ) -> Uscc {
        Uscc::from_parts(registrar, kind, &region, &body).expect("parts of the standard")
    }
}

proptest! {
    #[test]
    fn a_built_code_passes_both_checks(uscc in any_code()) {
        let checked = Uscc::check(uscc.as_str());
        prop_assert_eq!(checked.result.as_ref(), Ok(&uscc));
        prop_assert!(!checked.repaired && !checked.inner_check_failed());
    }

    #[test]
    fn any_one_wrong_symbol_is_noticed(
        uscc in any_code(),
        place in 0usize..18,
        wrong in prop::sample::select(SYMBOLS.chars().collect::<Vec<_>>()),
    ) {
        let mut code: Vec<char> = uscc.as_str().chars().collect();
        prop_assume!(code[place] != wrong);
        code[place] = wrong;
        let code: String = code.into_iter().collect();
        prop_assert!(Uscc::check(&code).result.is_err());
    }

    #[test]
    fn two_neighbours_swapped_are_noticed(uscc in any_code(), place in 0usize..17) {
        let mut code: Vec<char> = uscc.as_str().chars().collect();
        prop_assume!(code[place] != code[place + 1]);
        code.swap(place, place + 1);
        let code: String = code.into_iter().collect();
        prop_assert!(Uscc::check(&code).result.is_err());
    }

    #[test]
    fn a_normal_form_is_its_own_normal_form(text in "\\PC{0,30}") {
        let once = Uscc::check(&text);
        let twice = Uscc::check(&once.normalised);
        prop_assert_eq!(&twice.normalised, &once.normalised);
        prop_assert_eq!(twice.result, once.result);
    }

    #[test]
    fn what_is_offered_is_valid_and_differs_only_by_o_and_i(text in "[0-9OIXG]{18}") {
        for offered in Uscc::check(&text).suggestions {
            prop_assert_eq!(offered.as_str(), text.replace('O', "0").replace('I', "1"));
        }
    }
}
