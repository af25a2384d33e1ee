//! Whose an enterprise is: merged cells, several names, numbers that are missing.

use rust_xlsxwriter::Format;

use super::{cadre_ids, enterprise, numbers, plain, read, rejected, texts, warned};
use crate::code;

#[test]
fn merged_cadres_hold_for_every_row_they_cover() {
    let roster = plain(|sheet| {
        for (row, number) in [(1, 1), (2, 2), (4, 3), (5, 4)] {
            texts(sheet, row, 1, &[&format!("企业{number}"), &code(number)]);
        }
        let middle = Format::new();
        for (column, first, second) in [
            (9, "张三", "李四"),
            (10, "LZ001", "LZ002"),
            (11, "民政局", "编办"),
        ] {
            sheet
                .merge_range(1, column, 4, column, first, &middle)
                .expect("merged");
            sheet.write_string(5, column, second).expect("a cell");
        }
    });
    let by_row: Vec<_> = roster
        .rows
        .iter()
        .map(|row| cadre_ids(&roster, row))
        .collect();
    assert_eq!(by_row, [["LZ001"], ["LZ001"], ["LZ001"], ["LZ002"]]);
    assert_eq!(roster.cadres[0].name, "张三");
    assert_eq!(roster.cadres[1].unit.as_deref(), Some("编办"));
    assert_eq!(roster.cadres.len(), 2);
}

#[test]
fn an_enterprise_merged_over_two_rows_has_two_cadres() {
    let roster = plain(|sheet| {
        let middle = Format::new();
        sheet
            .merge_range(1, 1, 2, 1, "澜州精密", &middle)
            .expect("merged");
        sheet
            .merge_range(1, 2, 2, 2, &code(1), &middle)
            .expect("merged");
        texts(sheet, 1, 9, &["张三", "LZ001"]);
        texts(sheet, 2, 9, &["李四", "LZ002"]);
    });
    assert_eq!(numbers(&roster), [2]);
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["LZ001", "LZ002"]);
    assert_eq!(rejected(&roster), [], "the second row is no duplicate");
}

#[test]
fn one_cell_may_name_several_cadres() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        texts(
            sheet,
            1,
            9,
            &["张　三、李四", "LZ001；LZ002", "区委组织部、老干局"],
        );
    });
    let cadres: Vec<_> = roster
        .cadres
        .iter()
        .map(|cadre| cadre.name.as_str())
        .collect();
    assert_eq!(cadres, ["张三", "李四"]);
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["LZ001", "LZ002"]);
}

#[test]
fn numbers_of_cadres_stay_text_and_another_name_beside_one_is_a_warning() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        sheet.write_number(1, 10, 10_023).expect("a cell");
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 9, &["李四", "10023"]);
    });
    assert_eq!(cadre_ids(&roster, &roster.rows[0]), ["10023"]);
    assert_eq!(roster.cadres[0].name, "张三");
    assert_eq!(warned(&roster), [(3, "cadre_name_differs")]);
}

#[test]
fn a_cadre_without_number_is_looked_up_and_an_unknown_one_refused() {
    let mut roster = read(|workbook| {
        let sheet = workbook.add_worksheet();
        texts(
            sheet,
            0,
            0,
            &["企业名称", "信用代码", "挂点干部", "从业人数"],
        );
        texts(sheet, 1, 0, &["澜州精密", &code(1), "张三", "5"]);
        texts(sheet, 2, 0, &["澜州电子", &code(2), "赵六", "约8人"]);
        texts(sheet, 3, 0, &["澜州机电", &code(3), "张三、赵六", "5"]);
    });
    roster.identify_cadres(|cadre| {
        (cadre.name == "张三").then(|| qilian_domain::ids::UserId::new("LZ001"))
    });
    assert_eq!(rejected(&roster), [(3, "cadre_missing")]);
    assert_eq!(warned(&roster), [], "a refused row has no warnings");
    assert_eq!(numbers(&roster), [2, 4]);
    assert_eq!(cadre_ids(&roster, &roster.rows[1]), ["LZ001"]);
}

#[test]
fn a_cadre_whose_number_stands_in_another_row_is_the_same_person() {
    let roster = plain(|sheet| {
        enterprise(sheet, 1, 1);
        enterprise(sheet, 2, 2);
        texts(sheet, 2, 9, &["张三", " ", ""]);
    });
    assert_eq!(roster.cadres.len(), 1);
    assert_eq!(cadre_ids(&roster, &roster.rows[1]), ["LZ001"]);
}
