//! Owns the made-up enterprises' trades: what they are called, what they do, and how the office knows
//! them. Industry codes are those of GB/T 4754-2017.

/// How an enterprise of a trade lives, which decides what is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Living {
    /// Makes things; may do research.
    Making,
    /// Writes software or serves with technology; may do research.
    Technology,
    /// Trades, carries, feeds or serves people.
    Serving,
}

/// A trade.
pub(super) struct Trade {
    /// The industry's code with its section letter.
    pub(super) code: &'static str,
    /// The part of a name that says the trade.
    pub(super) words: [&'static str; 3],
    pub(super) living: Living,
    /// What the business scope is put together from.
    pub(super) business: [&'static str; 5],
}

const fn trade(
    code: &'static str,
    living: Living,
    words: [&'static str; 3],
    business: [&'static str; 5],
) -> Trade {
    Trade {
        code,
        words,
        living,
        business,
    }
}

/// All trades.
pub(super) const TRADES: [Trade; 16] = [
    trade(
        "C3484",
        Living::Making,
        ["精密制造", "精密模具", "机械零部件"],
        [
            "精密机械零部件的研发、生产和销售",
            "模具、夹具、检具的设计与加工",
            "五轴数控加工及表面处理（不含电镀）",
            "自动化设备的安装、调试与维护",
            "金属材料、五金制品的销售",
        ],
    ),
    trade(
        "C3976",
        Living::Making,
        ["光电科技", "光学仪器", "光电材料"],
        [
            "光电子器件、精密光学元件的研发与制造",
            "光学镜头、滤光片的镀膜加工",
            "光电检测仪器的销售与技术服务",
            "光学材料的批发",
            "光学设计软件的开发",
        ],
    ),
    trade(
        "C3911",
        Living::Making,
        ["电子科技", "智能终端", "计算技术"],
        [
            "计算机整机、智能终端产品的研发、生产和销售",
            "印制电路板的贴装与测试",
            "嵌入式软件的开发",
            "电子产品的检测服务",
            "通信设备及配件的销售",
        ],
    ),
    trade(
        "C3985",
        Living::Making,
        ["电子材料", "新材料", "新能源材料"],
        [
            "电子专用材料的研发与生产",
            "动力电池用导电剂、粘结剂的制造（不含危险化学品）",
            "高分子复合材料的技术开发",
            "新材料技术推广服务",
            "化工产品（不含危险化学品）的销售",
        ],
    ),
    trade(
        "C3584",
        Living::Making,
        ["医疗器械", "医疗科技", "康复器械"],
        [
            "第二类医疗器械的研发、生产和经营",
            "医用耗材的包装与灭菌服务",
            "康复辅具适配服务",
            "医疗设备的租赁与维修",
            "体外诊断试剂配套仪器的销售",
        ],
    ),
    trade(
        "C1439",
        Living::Making,
        ["食品", "农产食品", "冷鲜食品"],
        [
            "速冻食品、方便食品的生产与销售",
            "农副产品的初加工与冷藏",
            "预包装食品的批发和零售",
            "中央厨房配送服务",
            "食品检测技术咨询",
        ],
    ),
    trade(
        "C2319",
        Living::Making,
        ["印务", "包装印刷", "彩印包装"],
        [
            "包装装潢印刷品、其他印刷品的印刷",
            "纸制品、瓦楞纸箱的生产与销售",
            "包装方案的设计",
            "环保油墨的应用技术服务",
            "文化用品的批发",
        ],
    ),
    trade(
        "C3599",
        Living::Making,
        ["智能装备", "自动化设备", "环保设备"],
        [
            "工业自动化设备、环保专用设备的研发与制造",
            "智能产线的系统集成",
            "工业机器人的安装与维修",
            "机电设备的销售",
            "节能技术推广服务",
        ],
    ),
    trade(
        "I6513",
        Living::Technology,
        ["软件", "信息技术", "数字科技"],
        [
            "应用软件的开发与销售",
            "信息系统集成和运行维护服务",
            "数据处理和存储支持服务",
            "工业互联网平台的建设与运营",
            "计算机软硬件及辅助设备的零售",
        ],
    ),
    trade(
        "M7320",
        Living::Technology,
        ["工程技术", "检测技术", "生物技术"],
        [
            "工程和技术研究与试验发展",
            "产品质量检验检测服务",
            "科技成果的中试与转化服务",
            "实验室仪器的销售与校准",
            "知识产权信息咨询",
        ],
    ),
    trade(
        "E4920",
        Living::Serving,
        ["机电工程", "建筑安装", "消防工程"],
        [
            "机电设备安装工程的施工",
            "消防设施工程的设计与维护",
            "建筑材料的销售",
            "施工劳务分包",
            "工程项目管理服务",
        ],
    ),
    trade(
        "F5179",
        Living::Serving,
        ["供应链", "贸易", "机电贸易"],
        [
            "机械设备、五金产品及电子产品的批发",
            "供应链管理与相关配套服务",
            "货物及技术的进出口",
            "国内货运代理",
            "仓储服务（不含危险化学品）",
        ],
    ),
    trade(
        "G5430",
        Living::Serving,
        ["物流", "冷链物流", "运输"],
        [
            "道路普通货物运输和冷链运输",
            "货物装卸、搬运与仓储服务",
            "运输代理与配载信息服务",
            "集装箱的维修",
            "物流方案设计",
        ],
    ),
    trade(
        "H6110",
        Living::Serving,
        ["酒店管理", "餐饮管理", "旅游酒店"],
        [
            "住宿服务和餐饮服务",
            "会议及展览服务",
            "酒店管理与咨询",
            "预包装食品的零售",
            "停车场经营",
        ],
    ),
    trade(
        "F5211",
        Living::Serving,
        ["商贸", "百货", "生活超市"],
        [
            "日用百货、生鲜果蔬的零售",
            "家用电器的销售与上门安装",
            "网上销售和社区团购配送",
            "柜台、场地的租赁",
            "食品经营（以许可证为准）",
        ],
    ),
    trade(
        "O8010",
        Living::Serving,
        ["家政服务", "养老服务", "社区服务"],
        [
            "家政服务和居家养老照护",
            "保洁与清洗服务",
            "职业技能培训（不含学历教育）",
            "社区便民服务网点的运营",
            "护理用品的销售",
        ],
    ),
];
