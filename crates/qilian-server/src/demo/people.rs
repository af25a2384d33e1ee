//! Owns the made-up people of the office: units, cadres `DM0001`…, a dispatcher, a supervisor.

use std::collections::BTreeSet;

use qilian_domain::ids::{UnitId, UserId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Level, Role, Service, Unit, User};

use super::dice::Dice;

/// 街道 of the made-up district.
pub(super) const STREETS: [&str; 6] = [
    "云桥街道",
    "锦茂街道",
    "新圩街道",
    "海湾街道",
    "松岚街道",
    "石坪街道",
];
/// Departments whose people are cadres too.
const DEPARTMENTS: [&str; 6] = [
    "区工业和信息化局",
    "区科技创新局",
    "区商务局",
    "区人力资源局",
    "区市场监督管理局",
    "区企业服务中心",
];
const SURNAMES: [&str; 40] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭",
    "何", "林", "罗", "高", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾",
    "肖", "田", "董", "潘", "袁", "蔡", "蒋", "余",
];
const GIVEN: [&str; 40] = [
    "岚", "晟", "恺", "芮", "珩", "湉", "桐", "昀", "筠", "澍", "忻", "朔", "翊", "蔚", "霁", "瑜",
    "棠", "漪", "骁", "彦", "琬", "煦", "泓", "峤", "沅", "舟", "禾", "砚", "旻", "楠", "榕", "笛",
    "磊", "颖", "捷", "毅", "慧", "敏", "静", "涛",
];

/// The cadre of a place in the list, counted from 0.
pub(super) fn cadre(place: usize) -> UserId {
    UserId::new(format!("DM{:04}", place + 1))
}

/// The street that most of a cadre's enterprises are in.
pub(super) fn street(place: usize) -> &'static str {
    STREETS
        .get(place % STREETS.len())
        .copied()
        .unwrap_or(STREETS[0])
}

/// A surname with 某, as contacts of enterprises are called.
pub(super) fn somebody(dice: &mut Dice) -> String {
    format!("{}某", dice.one(&SURNAMES))
}

/// Units and users, without the administrator.
pub(super) fn people(dice: &mut Dice, cadres: usize) -> Vec<Row> {
    let offices = STREETS.map(|street| format!("{street}办事处"));
    let departments = DEPARTMENTS.map(str::to_owned);
    let mut rows: Vec<Row> = offices
        .iter()
        .chain(&departments)
        .map(|name| unit(name))
        .collect();
    let mut taken = BTreeSet::new();
    for place in 0..cadres {
        let in_office = dice.percent(60);
        let home = if in_office { &offices } else { &departments };
        let area = in_office.then(|| street(place).to_owned());
        rows.push(
            User {
                id: cadre(place),
                name: name(dice, &mut taken),
                unit: home
                    .get(place % home.len())
                    .map(|name| UnitId::new(name.clone())),
                roles: BTreeSet::from([Role::Cadre]),
                level: Some(if in_office {
                    Level::Street
                } else {
                    Level::District
                }),
                area,
                service: Service::Serving,
            }
            .into(),
        );
    }
    rows.push(staff(dice, &mut taken, "FB0001", Role::Dispatcher));
    rows.push(staff(dice, &mut taken, "DB0001", Role::Supervisor));
    rows
}

fn unit(name: &str) -> Row {
    Unit {
        id: UnitId::new(name),
        name: name.to_owned(),
    }
    .into()
}

fn staff(dice: &mut Dice, taken: &mut BTreeSet<String>, id: &str, role: Role) -> Row {
    User {
        id: UserId::new(id),
        name: name(dice, taken),
        unit: Some(UnitId::new("区企业服务中心")),
        roles: BTreeSet::from([role]),
        level: Some(Level::District),
        area: None,
        service: Service::Serving,
    }
    .into()
}

/// A name that no other has, as long as there are enough of them.
fn name(dice: &mut Dice, taken: &mut BTreeSet<String>) -> String {
    let mut name = format!("{}{}", dice.one(&SURNAMES), dice.one(&GIVEN));
    while !taken.insert(name.clone()) {
        // Two characters make 1,600 names; a longer one is free when a short one is taken.
        name.push_str(dice.one(&GIVEN));
    }
    name
}
