//! Owns the made-up enterprises as registered: valid codes of a region that is nowhere, names, addresses,
//! business scopes, contacts with masked telephones.
//!
//! Elsewhere: what is known beyond registration (`facts`).

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use qilian_domain::rows::{Capital, Contact, Enterprise, Registration};
use qilian_domain::uscc::{Uscc, UsccFault};
use rust_decimal::Decimal;

use super::dice::Dice;
use super::people::{self, STREETS};
use super::trades::{Living, TRADES, Trade};

/// No administrative region's code begins with 99.
const REGIONS: [&str; 3] = ["990101", "990102", "990103"];
/// The symbols of GB 32100-2015.
const SYMBOLS: [char; 31] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J',
    'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'T', 'U', 'W', 'X', 'Y',
];
const FIRST: [&str; 40] = [
    "澄", "青", "云", "沐", "晶", "瑞", "恒", "鼎", "合", "南", "启", "锐", "嘉", "博", "华", "盛",
    "宏", "安", "信", "永", "德", "正", "东", "海", "天", "明", "远", "中", "科", "卓", "昊", "润",
    "泰", "佳", "利", "金", "新", "凯", "诚", "双",
];
const SECOND: [&str; 40] = [
    "川", "禾", "栈", "光", "拓", "程", "泽", "岳", "润", "屿", "澜", "锋", "翎", "栎", "芯", "穹",
    "岭", "帆", "桥", "麓", "砺", "沣", "湾", "棠", "稷", "泓", "曜", "朗", "峻", "溪", "原", "序",
    "衡", "榆", "蓝", "森", "航", "越", "驰", "达",
];
/// Characters that old fonts and old code pages lack.
const RARE: [&str; 2] = ["𠮷", "㙍"];
const ROADS: [&str; 12] = [
    "创业一路",
    "创业三路",
    "兴业横街",
    "兴业东路",
    "望江路",
    "科苑路",
    "学府路",
    "工业北路",
    "滨河西路",
    "向阳街",
    "锦绣路",
    "同心路",
];
const POSTS: [&str; 6] = [
    "总经理",
    "副总经理",
    "行政主管",
    "财务经理",
    "办公室主任",
    "厂长",
];
const LONG_NAMES_EVERY: usize = 23;
const RARE_NAMES_EVERY: usize = 59;
const RARE_NAMES_AT: usize = 20;

/// An enterprise with what the rest of the demo needs to know of it.
pub(super) struct Made {
    pub(super) row: Enterprise,
    pub(super) living: Living,
    /// 职工总数, as the roster has it.
    pub(super) employees: i64,
    /// Whose it is, by place.
    pub(super) cadre: usize,
}

/// Makes `count` enterprises, founded before `start`, for `cadres` in turn.
pub(super) fn enterprises(
    dice: &mut Dice,
    count: usize,
    cadres: usize,
    start: NaiveDate,
) -> Result<Vec<Made>, UsccFault> {
    let (mut codes, mut names) = (BTreeSet::new(), BTreeSet::new());
    let mut made = Vec::with_capacity(count);
    for place in 0..count {
        let cadre = place % cadres;
        let trade = &TRADES[dice.count(0, TRADES.len() - 1)];
        let street = if dice.percent(75) {
            people::street(cadre)
        } else {
            dice.one(&STREETS)
        };
        let row = Enterprise {
            uscc: code(dice, &mut codes)?,
            name: name(dice, trade, place, &mut names),
            registration: registration(dice, trade, street, start),
            people: contacts(dice),
        };
        made.push(Made {
            row,
            living: trade.living,
            employees: match trade.living {
                Living::Making | Living::Technology => dice.between(22, 260),
                Living::Serving => dice.between(6, 120),
            },
            cadre,
        });
    }
    Ok(made)
}

fn code(dice: &mut Dice, codes: &mut BTreeSet<Uscc>) -> Result<Uscc, UsccFault> {
    loop {
        let body: String = "MA"
            .chars()
            .chain((0..6).map(|_| dice.one(&SYMBOLS)))
            .collect();
        let code = Uscc::from_parts('9', '1', dice.one(&REGIONS), &body)?;
        if codes.insert(code.clone()) {
            return Ok(code);
        }
    }
}

fn name(dice: &mut Dice, trade: &Trade, place: usize, names: &mut BTreeSet<String>) -> String {
    let rare = place % RARE_NAMES_EVERY == RARE_NAMES_AT % RARE_NAMES_EVERY;
    let first = if rare {
        dice.one(&RARE)
    } else {
        dice.one(&FIRST)
    };
    let mut brand = format!("{first}{}", dice.one(&SECOND));
    let place_name = if dice.percent(70) {
        "澜州市"
    } else {
        "澜州"
    };
    let word = dice.one(&trade.words);
    let form = match (place % LONG_NAMES_EVERY, trade.living) {
        (0, Living::Making) => "与工业互联网技术服务（集团）有限公司示范区第一分公司",
        (0, _) => "与数字供应链综合服务（集团）有限公司示范区第一分公司",
        (_, Living::Serving) => "有限公司",
        _ => dice.one(&["有限公司", "科技有限公司", "有限公司", "股份有限公司"]),
    };
    loop {
        let doubled = word.ends_with("科技") && form.starts_with("科技");
        let form = if doubled { "有限公司" } else { form };
        let name = format!("{place_name}{brand}{word}{form}");
        if names.insert(name.clone()) {
            return name;
        }
        brand.push_str(dice.one(&SECOND));
    }
}

fn registration(dice: &mut Dice, trade: &Trade, street: &str, start: NaiveDate) -> Registration {
    let age_days = u64::try_from(dice.between(200, 6_500)).unwrap_or(200);
    let capital = dice.one(&[100, 200, 300, 500, 500, 800, 1_000, 1_200, 2_000, 5_000]);
    let company = if dice.percent(85) {
        "有限责任公司（自然人投资或控股）"
    } else {
        "有限责任公司（法人独资）"
    };
    Registration {
        kind: Some(company.to_owned()),
        founded_on: start.checked_sub_days(Days::new(age_days)),
        capital: Some(Capital {
            amount: Some(Decimal::from(capital)),
            text: format!("{capital}万元"),
        }),
        business: Some(business(dice, trade)),
        industry: Some(trade.code.to_owned()),
        province: Some("澜江省".to_owned()),
        city: Some("澜州市".to_owned()),
        district: Some("示范区".to_owned()),
        street: Some(street.to_owned()),
        address: Some(address(dice, street)),
    }
}

/// A business scope of 60 to 200 characters.
fn business(dice: &mut Dice, trade: &Trade) -> String {
    let parts = dice.count(3, 5);
    let said = dice.some(&trade.business, parts).join("；");
    let licence = "许可项目以相关部门批准文件或许可证件为准";
    format!(
        "一般经营项目：{said}；技术咨询与售后服务。{licence}。（依法须经批准的项目，经相关部门批准后方可开展经营活动）"
    )
}

fn address(dice: &mut Dice, street: &str) -> String {
    let (road, number) = (dice.one(&ROADS), dice.between(1, 288));
    match dice.between(0, 2) {
        0 => format!("{street}{road}{number}号"),
        1 => format!("{street}{road}{number}号{}栋", dice.between(1, 9)),
        _ => format!(
            "{street}{road}{number}号示范产业园{}栋{}01室",
            dice.between(1, 12),
            dice.between(2, 9)
        ),
    }
}

fn contacts(dice: &mut Dice) -> Vec<Contact> {
    let count = dice.count(1, 3);
    let mut taken = BTreeSet::new();
    let mut contacts = Vec::with_capacity(count);
    for post in dice.some(&POSTS, count) {
        let name = people::somebody(dice);
        if taken.insert(name.clone()) {
            contacts.push(Contact {
                name,
                post: Some(post.to_owned()),
                phone: Some(masked_phone(dice)),
            });
        }
    }
    contacts
}

/// A telephone whose middle nobody knows, so that it is nobody's.
fn masked_phone(dice: &mut Dice) -> String {
    let head = dice.one(&["138", "136", "159", "139", "186", "177", "135", "150"]);
    format!("{head}****{:04}", dice.between(0, 9_999))
}
