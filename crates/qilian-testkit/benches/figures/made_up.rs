//! Owns the made-up district that is measured: the same one in every run, from a seed.
//!
//! Names, addresses and scopes of business read as those of a registry, with the same phrases over and
//! over and rare words in between: that is what makes searching and storing them hard. Nothing is real.

use anyhow::{Result, bail};
use chrono::NaiveDate;
use qilian_domain::ids::{AssignmentId, UserId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Assignment, Contact, Enterprise, Registration};
use qilian_testkit::code;
use uuid::Uuid;

/// It is this moment in every measurement: a Wednesday, with the calendars that ship.
pub(crate) const NOW: &str = "2026-11-18T10:00:00+08:00";

const PLACES: [&str; 12] = [
    "澜州", "东山", "西湾", "南岭", "北港", "青云", "白石", "安平", "龙泉", "临江", "滨海", "长乐",
];
const ROADS: [&str; 10] = [
    "建设路",
    "人民路",
    "解放大道",
    "创新街",
    "科技园路",
    "工业大道",
    "滨江路",
    "学院路",
    "长虹街",
    "和平里",
];
const BRAND: &str =
    "华鑫宏盛泰隆恒瑞祥和达通嘉利兴源科创锐博联众天地海川云峰金银玉石明远志诚信德智慧新安宁康健";
const TRADES: [&str; 24] = [
    "机械制造",
    "电子科技",
    "新材料",
    "生物医药",
    "食品加工",
    "纺织服装",
    "物流运输",
    "软件技术",
    "环保工程",
    "新能源",
    "建筑装饰",
    "农业发展",
    "汽车零部件",
    "半导体",
    "精密模具",
    "智能装备",
    "商贸",
    "文化传媒",
    "医疗器械",
    "化工",
    "光电",
    "五金塑胶",
    "自动化设备",
    "供应链管理",
];
const GOODS: [&str; 36] = [
    "电子元器件",
    "计算机软硬件",
    "集成电路芯片",
    "半导体照明器件",
    "工业机器人",
    "塑胶制品",
    "五金制品",
    "医疗器械",
    "光伏设备",
    "食品",
    "服装鞋帽",
    "汽车配件",
    "通信设备",
    "仪器仪表",
    "建筑材料",
    "包装材料",
    "印刷品",
    "化工产品",
    "金属材料",
    "机电设备",
    "环保设备",
    "智能家居",
    "数控机床",
    "激光设备",
    "锂离子电池",
    "储能系统",
    "新型膜材料",
    "生物试剂",
    "农副产品",
    "日用百货",
    "办公用品",
    "家用电器",
    "精密模具",
    "传感器",
    "无人机",
    "增材制造装备",
];
const DOINGS: [&str; 16] = [
    "研发",
    "生产",
    "销售",
    "制造",
    "加工",
    "批发",
    "零售",
    "租赁",
    "维修",
    "技术开发",
    "技术咨询",
    "技术转让",
    "安装",
    "设计",
    "检测服务",
    "进出口",
];
const PHRASES: [&str; 10] = [
    "国内贸易代理",
    "货物及技术进出口",
    "普通货物道路运输",
    "企业管理咨询",
    "房屋租赁服务",
    "信息技术咨询服务",
    "供应链管理服务",
    "市场营销策划",
    "知识产权服务",
    "会议及展览服务",
];
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高";
const TALK: [&str; 8] = [
    "企业反映用工紧张，希望人社部门协调技工培训。",
    "负责人表示融资困难，需要与银行对接。",
    "已现场讲解研发费用加计扣除，企业有疑问。",
    "企业计划扩建厂房，涉及规划和环评审批。",
    "下一步跟进电力增容并反馈进展。",
    "出口订单下降，询问稳外贸的政策。",
    "走访了解到设备更新需求较为突出，拟申请贴息。",
    "拖欠账款问题已记录，下周与对方所在区联系。",
];

/// A small generator with a seed, so that two runs measure the same.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `below` (SplitMix64).
    pub(crate) fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        // Any 32 bits of it do.
        usize::try_from(z >> 32).unwrap_or(0) % below.max(1)
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of.get(self.below(of.len())).copied().unwrap_or_default()
    }

    fn character(&mut self, of: &str) -> char {
        let place = self.below(of.chars().count());
        of.chars().nth(place).unwrap_or('一')
    }
}

/// The `n`th enterprise.
pub(crate) fn enterprise(n: u32) -> Enterprise {
    let mut dice = Dice::new(0x5EED_0000 + u64::from(n));
    let place = dice.one(&PLACES);
    let brand: String = (0..2 + dice.below(2))
        .map(|_| dice.character(BRAND))
        .collect();
    let street = format!("{}街道", dice.one(&PLACES));
    let contact = format!(
        "{}{}{}",
        dice.character(SURNAMES),
        dice.character(BRAND),
        dice.character(BRAND)
    );
    Enterprise {
        uscc: code(n),
        name: format!("{place}市{brand}{}有限公司", dice.one(&TRADES)),
        registration: Registration {
            address: Some(format!(
                "{place}市{street}{}{}号",
                dice.one(&ROADS),
                1 + dice.below(999)
            )),
            street: Some(street),
            business: Some(business(&mut dice)),
            industry: Some("C3484".to_owned()),
            ..Registration::default()
        },
        people: vec![Contact {
            name: contact,
            post: Some("总经理".to_owned()),
            phone: Some(format!("139{:08}", dice.below(100_000_000))),
        }],
    }
}

/// A scope of business of 60 to 200 characters.
fn business(dice: &mut Dice) -> String {
    let wanted = 60 + dice.below(130);
    let mut text = String::from("一般项目：");
    let mut length = 5;
    while length < wanted {
        let item = match dice.below(10) {
            0 => dice.one(&PHRASES).to_owned(),
            // A word of no list, as products and processes of one enterprise are.
            1 => {
                let rare: String = (0..2 + dice.below(3))
                    .filter_map(|_| char::from_u32(0x4E00 + u32::try_from(dice.below(8_000)).ok()?))
                    .collect();
                format!("{rare}{}", dice.one(&DOINGS))
            }
            _ => format!(
                "{}的{}、{}",
                dice.one(&GOODS),
                dice.one(&DOINGS),
                dice.one(&DOINGS)
            ),
        };
        length += item.chars().count() + 1;
        text.push_str(&item);
        text.push('；');
    }
    text
}

/// The `n`th enterprise is a cadre's since a day.
pub(crate) fn assignment(n: u32, cadre: &UserId, from: NaiveDate) -> Assignment {
    Assignment {
        id: AssignmentId::new(Uuid::from_u128(u128::from(n) + 1)),
        uscc: code(n),
        cadre: cadre.clone(),
        from,
        to: None,
    }
}

/// The first `count` enterprises, each a cadre's since `from`.
pub(crate) fn enterprises_of(cadre: &UserId, from: &str, count: u32) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let from = from.parse()?;
    for n in 0..count {
        rows.push(enterprise(n).into());
        rows.push(assignment(n, cadre, from).into());
    }
    if rows.is_empty() {
        bail!("a district without enterprises measures nothing");
    }
    Ok(rows)
}

/// What was talked about on a visit: 60 to 180 characters.
pub(crate) fn note(dice: &mut Dice) -> String {
    (0..3 + dice.below(5)).map(|_| dice.one(&TALK)).collect()
}
