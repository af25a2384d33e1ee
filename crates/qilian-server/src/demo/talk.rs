//! Owns what people say on a made-up visit: notes of several sentences, demands, promises, and figures
//! that are told in passing.
//!
//! Elsewhere: who visits whom and when (`history`).

use qilian_domain::rows::{DemandKind, VisitMode};
use serde_json::{Value, json};

use super::dice::Dice;
use super::trades::Living;

/// A matter that comes up, with the demand and the promise that may follow from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matter {
    said: &'static str,
    pub(super) kind: DemandKind,
    pub(super) demand: &'static str,
    pub(super) promise: &'static str,
}

const fn demand(said: &'static str, demand: &'static str, promise: &'static str) -> Matter {
    Matter {
        said,
        kind: DemandKind::Demand,
        demand,
        promise,
    }
}

const fn suggestion(said: &'static str, demand: &'static str, promise: &'static str) -> Matter {
    Matter {
        said,
        kind: DemandKind::Suggestion,
        demand,
        promise,
    }
}

const MAKING: [Matter; 8] = [
    demand(
        "厂区西门一下大雨就积水，上周货车有半天进不来。",
        "厂区西门雨天积水，货车进出困难",
        "请街道和水务部门到西门看一次现场",
    ),
    demand(
        "夜班数控操作工还缺六七个人，招聘网站上应聘的少。",
        "夜班数控操作工缺口大，想参加校企对接",
        "把区里校企对接会的时间发给行政主管",
    ),
    demand(
        "新到的设备要增容，报装材料补了两次还没批下来。",
        "生产车间用电增容报装进度慢",
        "问清增容报装卡在哪一步并回话",
    ),
    demand(
        "园区班车晚上八点就停了，中班工人下班不方便。",
        "希望园区接驳车延长到晚上十点",
        "把接驳车的意见转给街道",
    ),
    demand(
        "厂房租约明年六月到期，业主说要涨两成，正在看区里的产业用房。",
        "租约将到期，想了解区内产业用房房源",
        "送一份产业用房的申请办法",
    ),
    suggestion(
        "觉得各部门来企业检查可以合在一起，少耽误生产。",
        "建议部门检查合并安排",
        "把合并检查的建议报上去",
    ),
    demand(
        "环评登记表不知道要不要重新做，换了一台喷码机。",
        "更换设备后环评手续如何办理",
        "约生态环境部门电话答复环评手续",
    ),
    demand(
        "出口的一批货退回来了，海关那边要补说明。",
        "出口退运货物的税务和海关手续咨询",
        "联系税务和海关的咨询窗口",
    ),
];
const TECHNOLOGY: [Matter; 6] = [
    demand(
        "今年招了五个应届生，住房是最大的问题。",
        "新招毕业生申请人才住房",
        "发人才住房的申请指南",
    ),
    demand(
        "研发费用一直和管理费记在一起，会计不知道辅助账怎么建。",
        "研发费用辅助账如何设置，希望上门辅导",
        "约税务部门讲一次研发费用归集",
    ),
    demand(
        "高企证书明年到期，想早点知道今年要备哪些材料。",
        "高新技术企业重新认定的材料咨询",
        "送一份高企申报的材料清单",
    ),
    demand(
        "办公楼的网络专线报价比邻区高，问过两家都一样。",
        "产业园网络专线资费偏高",
        "请园区运营方说明专线资费",
    ),
    suggestion(
        "希望区里的应用场景多向本地软件企业开放。",
        "建议开放政务和园区的应用场景",
        "把场景清单的发布时间告诉企业",
    ),
    demand(
        "检测中心的资质扩项排期到了明年，客户催得紧。",
        "检验检测资质扩项的办理时限",
        "问市场监管部门扩项排期",
    ),
];
const SERVING: [Matter; 6] = [
    demand(
        "夜间装卸被附近居民投诉了两回，想划一块固定的装卸区。",
        "夜间装卸噪声投诉，希望划定装卸区",
        "约社区和物业一起看装卸区",
    ),
    demand(
        "门口修路围挡挡住了招牌，生意少了三成左右。",
        "道路施工围挡影响经营，希望调整开口",
        "问清围挡什么时候拆",
    ),
    demand(
        "流动资金有点紧，银行要抵押，没有合适的抵押物。",
        "流动资金贷款缺少抵押物",
        "介绍一家做信用贷款的银行",
    ),
    demand(
        "冷库扩容要报消防，图纸退回来一次。",
        "冷库扩容消防手续办理",
        "帮约消防部门看一次图纸",
    ),
    suggestion(
        "消费券发放的时候希望把社区小店也算进去。",
        "建议消费券覆盖社区小店",
        "把消费券的建议转给商务部门",
    ),
    demand(
        "停车位不够，客人绕几圈就走了。",
        "周边停车位不足",
        "把停车位的问题提到街道例会上",
    ),
];

/// How business goes, for who makes things or writes software.
const ORDERS: [&str; 7] = [
    "订单排到三个月以后，比去年同期多一成多。",
    "老客户的单子稳，新客户的单子小，价格压得厉害。",
    "今年营收大概和去年持平，利润薄了一些。",
    "外贸订单少了两成，靠国内的单子补上来。",
    "眼下产能用到七成左右，下个季度会满。",
    "上个月新签了两家客户，交期排得紧。",
    "上游涨价快，去年的报价已经做不下来。",
];
/// How business goes, for who serves people.
const CUSTOMERS: [&str; 5] = [
    "生意和去年差不多，周末好一些，平日冷清。",
    "客流恢复到前年的九成，客单价低了一点。",
    "新开了一个网点，前三个月还在培育。",
    "房租和人工占了大头，利润不到一成。",
    "接了两单长期合同，收入比上半年稳。",
];
const PEOPLE: [&str; 6] = [
    "人员基本稳定，社保都按月交。",
    "最近走了两个熟手，正在补人。",
    "计划再招十来个人。",
    "今年没有裁员，加班比去年少。",
    "骨干想评职称，不清楚往哪里报。",
    "员工子女入学的事已经解决了，企业表示感谢。",
];
const POLICY_OF_MAKERS: [&str; 5] = [
    "讲了研发费用加计扣除的口径，企业回去对一下账。",
    "说明了贷款贴息要看贷款种类和发放日期，企业答应把合同找出来。",
    "介绍了科技型中小企业评价的自评办法，对方财务说下次给数。",
    "提醒设备一次性扣除的优惠到 2027 年底，新设备的发票要留好。",
    "说了专精特新的新办法看两年研发费用，企业要再核一下前年的数。",
];
const POLICY_OF_SERVERS: [&str; 4] = [
    "介绍了小型微利企业所得税和六税两费减半，企业说申报时系统自动算，已经享受。",
    "说明了小规模纳税人的起征点，企业每月销售额就在线上下。",
    "讲了服务业贷款贴息看贷款发放日期，企业答应问一下银行。",
    "说了安排残疾人就业和残保金的关系，企业愿意了解。",
];
const CLOSING: [&str; 4] = [
    "整体经营正常，没有欠薪。",
    "约定下个月再联系。",
    "企业希望以后有政策先打个电话。",
    "其他暂时没有困难。",
];
const CLOSING_ON_SITE: [&str; 3] = [
    "现场看了一圈，消防通道畅通。",
    "留了政策汇编一册，圈了三项可能用得上的。",
    "走之前加了行政的联系方式，方便以后通知。",
];

/// What is talked about: matters and figures that fit the enterprise.
pub(super) fn matter(dice: &mut Dice, living: Living) -> Matter {
    match living {
        Living::Making => dice.one(&MAKING),
        Living::Technology => dice.one(&TECHNOLOGY),
        Living::Serving => dice.one(&SERVING),
    }
}

/// A note of four to six sentences.
pub(super) fn note(
    dice: &mut Dice,
    living: Living,
    mode: VisitMode,
    met: &[String],
    matter: Option<Matter>,
    late: bool,
) -> String {
    let who = if met.is_empty() {
        "企业行政".to_owned()
    } else {
        met.join("、")
    };
    let mut note = match mode {
        VisitMode::Onsite => dice.one(&[
            "到企业实地走访，{}接待。",
            "按约上门，见到{}。",
            "与{}在会议室谈了一个小时左右。",
        ]),
        VisitMode::Phone => dice.one(&["电话联系{}，通话约十五分钟。", "{}回电，简单聊了近况。"]),
        VisitMode::Video => "视频连线，{}参加。",
        VisitMode::Meeting => {
            dice.one(&["园区座谈会，{}到会发言。", "和街道一起开座谈会，{}参加。"])
        }
    }
    .replace("{}", &who);
    note.push_str(match living {
        Living::Serving => dice.one(&CUSTOMERS),
        Living::Making | Living::Technology => dice.one(&ORDERS),
    });
    if dice.percent(60) {
        note.push_str(dice.one(&PEOPLE));
    }
    if let Some(matter) = matter {
        note.push_str(matter.said);
    }
    if dice.percent(70) {
        note.push_str(match living {
            Living::Serving => dice.one(&POLICY_OF_SERVERS),
            Living::Making | Living::Technology => dice.one(&POLICY_OF_MAKERS),
        });
    }
    note.push_str(if mode == VisitMode::Onsite && dice.percent(55) {
        dice.one(&CLOSING_ON_SITE)
    } else {
        dice.one(&CLOSING)
    });
    if late {
        note.push_str("（当时没来得及记，今天补上。）");
    }
    note
}

/// A figure told in passing: field and value.
pub(super) fn told(dice: &mut Dice, living: Living, employees: i64) -> (&'static str, Value) {
    let range = |low: i64, high: i64| json!({ "min": low, "max": high });
    match (living, dice.between(0, 5)) {
        (Living::Serving, 0) => ("vat_type", json!(dice.one(&["小规模", "一般"]))),
        (Living::Serving, 1) => ("month_sales_yuan", json!(dice.between(52, 118) * 1_000)),
        (_, 0) => ("new_grads_insured3m", json!(dice.between(0, 6))),
        (_, 1) => ("equipment_unit_price", range(100, 500)),
        (_, 2) => ("loan_kind", json!(dice.one(&["固定资产", "流动资金"]))),
        (_, 3) => ("private_enterprise", json!(true)),
        (_, 4) => ("unemp_paid_months", json!(12)),
        (_, _) => ("employees", json!(employees + dice.between(-5, 9))),
    }
}
