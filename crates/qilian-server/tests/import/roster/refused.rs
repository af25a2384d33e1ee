//! Which rows are refused and why, and which codes are put right.

use super::{enterprise, numbers, plain, rejected, texts, warned};
use crate::code;

#[test]
fn every_reason_to_refuse_a_row_is_named_with_its_row() {
    let valid = code(1);
    let wrong_digit = format!(
        "{}{}",
        &valid[..17],
        if valid.ends_with('0') { '1' } else { '0' }
    );
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        for row in 2..=8 {
            enterprise(sheet, row, row + 10);
        }
        texts(sheet, 2, 2, &["—"]);
        texts(sheet, 3, 2, &[&valid[..17]]);
        texts(sheet, 4, 2, &[&valid.replace('4', "S")]);
        texts(sheet, 5, 2, &[&wrong_digit]);
        texts(sheet, 6, 2, &[&valid]);
        texts(sheet, 7, 1, &["　"]);
        texts(sheet, 8, 9, &["/", "—"]);
    });
    assert_eq!(
        rejected(&roster),
        [
            (3, "uscc_missing"),
            (4, "uscc_length"),
            (5, "uscc_symbol"),
            (6, "uscc_check_digit"),
            (7, "duplicate_in_file"),
            (8, "name_missing"),
            (9, "cadre_missing"),
        ]
    );
    assert_eq!(numbers(&roster), [2]);
    assert_eq!(roster.rejected[3].value, wrong_digit);
    for refused in &roster.rejected {
        assert!(
            refused
                .message
                .starts_with(&format!("第 {} 行", refused.row)),
            "{}",
            refused.message
        );
    }
    assert!(
        roster.rejected[4].message.contains("与第 2 行重复"),
        "{}",
        roster.rejected[4].message
    );
}

#[test]
fn a_code_refused_in_one_row_may_stand_in_a_later_one() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 1, &[" "]);
        enterprise(sheet, 2, 1);
    });
    assert_eq!(rejected(&roster), [(2, "name_missing")]);
    assert_eq!(numbers(&roster), [3]);
}

#[test]
fn a_code_that_excel_made_a_number_is_refused_as_damaged() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        sheet
            .write_number(1, 2, 914_403_001_922_038_216_f64)
            .expect("a cell");
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 2, &["9.14403E+17"]);
    });
    assert_eq!(rejected(&roster), [(2, "uscc_length"), (3, "uscc_length")]);
    for refused in &roster.rejected {
        assert!(refused.message.contains("Excel"), "{}", refused.message);
        assert!(
            refused.message.contains("文本"),
            "says what to do: {}",
            refused.message
        );
    }
}

#[test]
fn a_letter_that_may_be_a_digit_is_asked_about_and_not_put_right() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 2, &[&code(1).replacen('0', "O", 1)]);
    });
    assert_eq!(rejected(&roster), [(2, "uscc_symbol")]);
    let expected = format!("是否应为 {}？", code(1));
    assert!(
        roster.rejected[0].message.contains(&expected),
        "{}",
        roster.rejected[0].message
    );
}

#[test]
fn codes_are_put_right_in_case_width_and_spaces_with_a_warning() {
    let wide: String = code(2)
        .chars()
        .map(|symbol| char::from_u32(u32::from(symbol) + 0xFEE0).expect("a full-width form"))
        .collect();
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(sheet, 1, 2, &[&format!(" {}　", code(1).to_lowercase())]);
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 2, &[&wide]);
    });
    assert_eq!(
        warned(&roster),
        [(2, "code_repaired"), (3, "code_repaired")]
    );
    let codes: Vec<_> = roster.rows.iter().map(|row| row.uscc.to_string()).collect();
    assert_eq!(codes, [code(1), code(2)]);
}
