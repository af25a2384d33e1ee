//! Owns the titles themselves.
//!
//! Elsewhere: how a title is compared and a column chosen (`columns`).

use super::Column;

/// Whole titles, the likelier ones of a meaning first, parted by spaces.
pub(super) const EXACT: &[(Column, &str)] = &[
    (
        Column::Name,
        "企业名称 挂点企业名称 挂点企业 企业全称 公司名称 市场主体名称 经营主体名称 \
         主体名称 法人单位名称 企业单位名称 纳税人名称 商事主体名称 单位名称 单位全称 \
         企业 公司 名称",
    ),
    (
        Column::Code,
        "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一代码 信用编码 \
         企业信用代码 税号 企业税号 纳税人识别号 统一社会信用编码 企业代码 代码 uscc",
    ),
    (Column::Province, "所在省份 省份 所在省 省 所属省份"),
    (
        Column::City,
        "所在城市 所属城市 城市 地级市 地市 所在市 市 地区 所在地区",
    ),
    (
        Column::District,
        "所在区县 所属区县 区县 所属区 所在区 行政区 行政区划 区",
    ),
    (
        Column::Street,
        "所属街道 街道 所在街道 街道名称 镇街 街镇 所属镇街 乡镇街道 街道/镇 属地 \
         属地街道",
    ),
    (
        Column::Address,
        "注册地址 住所 企业地址 登记地址 经营地址 地址 详细地址 生产经营地址 经营场所 \
         实际经营地址 办公地址 单位地址 联系地址 通讯地址",
    ),
    (
        Column::FoundedOn,
        "成立日期 注册日期 成立时间 注册时间 设立日期 登记日期 开业日期 注册成立日期 \
         开业时间",
    ),
    (
        Column::Capital,
        "注册资本 注册资金 资金数额 注册资本金 出资额",
    ),
    (
        Column::Business,
        "经营范围 主营业务 主营产品 主要产品 主要业务 业务范围 主要业务活动 主营业务范围",
    ),
    (
        Column::Kind,
        "企业类型 公司类型 市场主体类型 主体类型 登记注册类型 企业性质 经济类型 机构类型",
    ),
    (
        Column::Industry,
        "行业代码 国民经济行业代码 行业类别 所属行业 国民经济行业 行业 行业名称 行业分类",
    ),
    (
        Column::FourAbove,
        "是否四上企业 四上企业 四上 是否四上 是否规上 规上企业 是否规上企业",
    ),
    (
        Column::Employees,
        "从业人数 从业人员 从业人员数 员工人数 员工数 职工人数 职工总数 员工总数 用工人数 \
         从业人员期末人数 企业人数 人数 在职人数 员工规模",
    ),
    (
        Column::Revenue,
        "营业收入 营收 年营业收入 年营收 销售收入 营业总收入 年销售额 销售额 主营业务收入",
    ),
    (
        Column::Contact,
        "联系人 企业联系人 企业联系人姓名 联系人姓名 企业负责人 负责人 企业对接人 对接人",
    ),
    (Column::ContactPost, "联系人职务 企业联系人职务"),
    (
        Column::ContactPhone,
        "企业联系电话 企业电话 联系人电话 企业联系人电话 企业联系方式 联系人联系方式 \
         联系人手机",
    ),
    (
        Column::CadreName,
        "挂点干部 挂点干部姓名 干部姓名 干部 服务专员 企业服务专员 助企员 助企干部 \
         包联干部 联系干部 驻企干部 挂点人员 挂点人 服务干部 走访干部 包干干部 帮扶干部 \
         挂点责任人 联系人员",
    ),
    (
        Column::CadreId,
        "工号 干部工号 挂点干部工号 干部编号 挂点干部编号 人员编号 人员工号 员工号 职工号 \
         干部id 用户编号 工作证号 账号 干部代码",
    ),
    (
        Column::CadreUnit,
        "挂点单位 干部单位 挂点干部单位 挂点干部所在单位 干部所在单位 所在单位 工作单位 \
         派出单位 责任单位 挂点部门 所在部门 派驻单位 挂点单位名称",
    ),
    (
        Column::CadrePhone,
        "干部电话 挂点干部电话 干部联系电话 干部手机 挂点干部联系方式",
    ),
    (Column::Remark, "备注 说明 备注说明"),
    (Column::Serial, "序号 编号 no no. 序"),
];

/// Parts of titles for those that no office list above has: all of the first must occur, none of
/// the second. Tried in order.
pub(super) const PARTS: &[(Column, &[&str], &[&str])] = &[
    (Column::Code, &["信用代码"], &[]),
    (Column::Code, &["信用编码"], &[]),
    (Column::Code, &["纳税人识别号"], &[]),
    (Column::CadreId, &["干部", "号"], &["电话", "手机"]),
    (Column::CadrePhone, &["干部", "电话"], &[]),
    (Column::CadrePhone, &["干部", "手机"], &[]),
    (Column::CadrePhone, &["专员", "电话"], &[]),
    (Column::CadreUnit, &["干部", "单位"], &[]),
    (Column::CadreUnit, &["挂点", "单位"], &["企业"]),
    (
        Column::CadreName,
        &["干部"],
        &["职务", "职级", "联系", "数"],
    ),
    (Column::CadreName, &["服务专员"], &["职务", "联系", "数"]),
    (Column::Name, &["企业名称"], &["曾用", "原"]),
    (Column::Name, &["公司名称"], &["曾用", "原"]),
    (Column::FourAbove, &["四上"], &[]),
    (Column::FourAbove, &["规上"], &[]),
    (Column::Capital, &["注册资本"], &[]),
    (Column::Capital, &["注册资金"], &[]),
    (
        Column::Revenue,
        &["营业收入"],
        &["增速", "增长", "同比", "税率"],
    ),
    (Column::Revenue, &["营收"], &["增速", "增长", "同比"]),
    (Column::Employees, &["从业人"], &["社保", "参保"]),
    (
        Column::Employees,
        &["员工", "数"],
        &["社保", "参保", "研发"],
    ),
    (
        Column::Employees,
        &["职工", "数"],
        &["社保", "参保", "研发"],
    ),
    (
        Column::Street,
        &["街道"],
        &["地址", "领导", "负责人", "联系"],
    ),
    (Column::Address, &["地址"], &["邮箱", "网"]),
    (Column::FoundedOn, &["成立", "期"], &[]),
    (Column::Business, &["经营范围"], &[]),
    (Column::Business, &["主营"], &["收入"]),
    (Column::ContactPhone, &["企业", "电话"], &[]),
    (Column::ContactPhone, &["联系人", "电话"], &[]),
    (
        Column::Contact,
        &["企业", "联系人"],
        &["职务", "方式", "手机"],
    ),
];

/// Titles that mean another column behind a cadre's than behind a contact's.
pub(super) const BY_NEIGHBOUR: &[(&str, Column, Column)] = &[
    ("姓名", Column::CadreName, Column::Contact),
    ("联系电话", Column::CadrePhone, Column::ContactPhone),
    ("电话", Column::CadrePhone, Column::ContactPhone),
    ("手机", Column::CadrePhone, Column::ContactPhone),
    ("手机号", Column::CadrePhone, Column::ContactPhone),
    ("手机号码", Column::CadrePhone, Column::ContactPhone),
    ("联系方式", Column::CadrePhone, Column::ContactPhone),
    ("职务", Column::Remark, Column::ContactPost),
    ("单位", Column::CadreUnit, Column::Name),
    ("部门", Column::CadreUnit, Column::Remark),
];
