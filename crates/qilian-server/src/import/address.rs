//! Owns the guess where an enterprise sits: province, city, district and street, read off an address
//! as registries write it (`深圳市宝安区大浪街道龙胜社区…`, `宝安区公明镇`, `深圳罗湖区…`).
//!
//! Elsewhere: whether a column of the file says it outright; a column goes before this guess.
//! Nothing here knows every place of the country: what cannot be read stays empty.

use super::text::plain;

/// Where an address lies, as far as it says so. Names are as written, with their suffix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// 省, 自治区 or 直辖市.
    pub province: Option<String>,
    /// 地级市; of a 直辖市 the same as the province.
    pub city: Option<String>,
    /// 区县.
    pub district: Option<String>,
    /// 街道, 镇 or 乡.
    pub street: Option<String>,
}

/// The provinces (GB/T 2260) by short and whole name.
const PROVINCES: [(&str, &str); 34] = [
    ("北京", "北京市"),
    ("天津", "天津市"),
    ("河北", "河北省"),
    ("山西", "山西省"),
    ("内蒙古", "内蒙古自治区"),
    ("辽宁", "辽宁省"),
    ("吉林", "吉林省"),
    ("黑龙江", "黑龙江省"),
    ("上海", "上海市"),
    ("江苏", "江苏省"),
    ("浙江", "浙江省"),
    ("安徽", "安徽省"),
    ("福建", "福建省"),
    ("江西", "江西省"),
    ("山东", "山东省"),
    ("河南", "河南省"),
    ("湖北", "湖北省"),
    ("湖南", "湖南省"),
    ("广东", "广东省"),
    ("广西", "广西壮族自治区"),
    ("海南", "海南省"),
    ("重庆", "重庆市"),
    ("四川", "四川省"),
    ("贵州", "贵州省"),
    ("云南", "云南省"),
    ("西藏", "西藏自治区"),
    ("陕西", "陕西省"),
    ("甘肃", "甘肃省"),
    ("青海", "青海省"),
    ("宁夏", "宁夏回族自治区"),
    ("新疆", "新疆维吾尔自治区"),
    ("台湾", "台湾省"),
    ("香港", "香港特别行政区"),
    ("澳门", "澳门特别行政区"),
];

/// Cities often written without 市, each with the short name of its province.
const CITIES: &[(&str, &[&str])] = &[
    (
        "广东",
        &[
            "广州", "深圳", "珠海", "汕头", "佛山", "韶关", "湛江", "肇庆", "江门", "茂名", "惠州",
            "梅州", "汕尾", "河源", "阳江", "清远", "东莞", "中山", "潮州", "揭阳", "云浮",
        ],
    ),
    (
        "浙江",
        &["杭州", "宁波", "温州", "嘉兴", "绍兴", "金华", "衢州"],
    ),
    ("江苏", &["南京", "苏州", "无锡", "常州", "南通", "徐州"]),
    ("山东", &["济南", "青岛", "烟台", "潍坊"]),
    ("四川", &["成都", "绵阳", "自贡"]),
    ("湖北", &["武汉"]),
    ("湖南", &["长沙"]),
    ("福建", &["福州", "厦门", "泉州"]),
    ("陕西", &["西安"]),
    ("辽宁", &["沈阳", "大连"]),
    ("吉林", &["长春"]),
    ("黑龙江", &["哈尔滨"]),
    ("河南", &["郑州", "洛阳"]),
    ("河北", &["石家庄", "唐山"]),
    ("安徽", &["合肥"]),
    ("江西", &["南昌"]),
    ("山西", &["太原"]),
    ("广西", &["南宁"]),
    ("云南", &["昆明"]),
    ("贵州", &["贵阳"]),
    ("甘肃", &["兰州"]),
    ("海南", &["海口", "三亚"]),
];

/// Areas that end in 区 but are no administrative district.
const NO_DISTRICT: [&str; 17] = [
    "工业区",
    "开发区",
    "小区",
    "园区",
    "社区",
    "保税区",
    "住宅区",
    "片区",
    "街区",
    "合作区",
    "商业区",
    "加工区",
    "科技区",
    "生活区",
    "实验区",
    "试验区",
    "物流区",
];

/// Reads off an address where it lies.
pub fn place(address: &str) -> Place {
    let text = plain(address);
    let (province, rest) = leading_province(&text);
    let (city, rest) = leading_city(rest);
    let (district, rest) = leading_district(rest);
    let municipality = province.filter(|name| name.ends_with('市'));
    let province = province.or_else(|| city.and_then(|(_, province)| province));
    Place {
        province: province.map(str::to_owned),
        city: city
            .map(|(name, _)| whole_city(name))
            .or_else(|| municipality.map(str::to_owned)),
        district: district.map(str::to_owned),
        street: street(rest).map(str::to_owned),
    }
}

/// The whole name of a province however it is written (`广东`, `广东省`); `None` if there is none.
pub fn province(name: &str) -> Option<&'static str> {
    let name = plain(name);
    PROVINCES
        .into_iter()
        .find_map(|(short, whole)| (short == name || whole == name).then_some(whole))
}

/// The name of a city with its suffix (`深圳` becomes `深圳市`).
pub(super) fn whole_city(name: &str) -> String {
    if name.ends_with(['市', '州', '盟']) && !is_known_city(name) || name.ends_with("地区") {
        return name.to_owned();
    }
    format!("{name}市")
}

fn is_known_city(name: &str) -> bool {
    CITIES.iter().any(|(_, cities)| cities.contains(&name))
}

fn leading_province(text: &str) -> (Option<&'static str>, &str) {
    for (short, whole) in PROVINCES {
        if let Some(rest) = text.strip_prefix(whole) {
            return (Some(whole), rest);
        }
        // `海南路8号` is a road, `广东深圳市` is not.
        if let Some(rest) = text.strip_prefix(short) {
            let near: String = rest.chars().take(6).collect();
            if near.contains(['市', '区', '县', '州'])
                && !near.starts_with(['路', '街', '大', '中'])
            {
                return (Some(whole), rest.strip_prefix('省').unwrap_or(rest));
            }
        }
    }
    (None, text)
}

type City<'t> = (&'t str, Option<&'static str>);

fn leading_city(text: &str) -> (Option<City<'_>>, &str) {
    for (province, cities) in CITIES {
        for city in *cities {
            let Some(rest) = text.strip_prefix(city) else {
                continue;
            };
            let of_city = rest.starts_with('市') || near(rest, 6).contains(['区', '县', '镇']);
            if of_city && !rest.starts_with(['路', '街']) {
                let province = PROVINCES
                    .into_iter()
                    .find_map(|(s, whole)| (s == *province).then_some(whole));
                return (
                    Some((city, province)),
                    rest.strip_prefix('市').unwrap_or(rest),
                );
            }
        }
    }
    for suffix in ["自治州", "地区", "市"] {
        let Some(end) = text.find(suffix).map(|at| at + suffix.len()) else {
            continue;
        };
        let name = &text[..end];
        let length = name.chars().count();
        if (3..=9).contains(&length) && is_name(name) && !name.contains(['区', '县']) {
            return (Some((name, None)), &text[end..]);
        }
    }
    (None, text)
}

fn leading_district(text: &str) -> (Option<&str>, &str) {
    for (at, symbol) in text.char_indices().take(9) {
        if !matches!(symbol, '区' | '县' | '旗') {
            continue;
        }
        let end = at + symbol.len_utf8();
        let name = &text[..end];
        let area = NO_DISTRICT.iter().any(|area| name.ends_with(area));
        if name.chars().count() >= 3 && is_name(name) && !area {
            return (Some(name), &text[end..]);
        }
        return (None, text);
    }
    (None, text)
}

fn street(text: &str) -> Option<&str> {
    let near = near(text, 16);
    for suffix in ["街道", "镇", "乡"] {
        let Some(at) = near.find(suffix) else {
            continue;
        };
        let end = at + suffix.len();
        // `环镇路`, `镇南村`: no town.
        if suffix != "街道"
            && near[end..].starts_with(['路', '街', '中', '大', '南', '北', '东', '西', '村'])
        {
            continue;
        }
        let start = near[..at]
            .rfind('区')
            .map_or(0, |area| area + '区'.len_utf8());
        let name = &near[start..end];
        let length = near[start..at].chars().count();
        // 中关村街道: a 村 may stand in the name of a 街道.
        let name_only =
            near[start..at].trim_end_matches(if suffix == "街道" { '村' } else { '\0' });
        if (2..=5).contains(&length) && is_name(name_only) {
            return Some(name);
        }
    }
    None
}

/// The first characters of a text.
fn near(text: &str, characters: usize) -> &str {
    text.char_indices()
        .nth(characters)
        .map_or(text, |(end, _)| &text[..end])
}

/// Whether a text can be the name of a place: Chinese characters, none of which belongs to a road,
/// a building or a number.
fn is_name(text: &str) -> bool {
    text.chars().all(|symbol| {
        ('\u{3400}'..='\u{9FFF}').contains(&symbol)
            && !matches!(
                symbol,
                '路' | '号' | '栋' | '幢' | '楼' | '村' | '道' | '巷' | '第' | '厂' | '座'
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(address: &str) -> [String; 4] {
        let place = place(address);
        [place.province, place.city, place.district, place.street].map(Option::unwrap_or_default)
    }

    #[test]
    fn addresses_say_where_they_lie() {
        for (address, expected) in [
            (
                "深圳市宝安区大浪街道龙胜社区工业西路177号",
                ["广东省", "深圳市", "宝安区", "大浪街道"],
            ),
            (
                "深圳市宝安区宝安大道好旺角1栋",
                ["广东省", "深圳市", "宝安区", ""],
            ),
            ("宝安区公明镇", ["", "", "宝安区", "公明镇"]),
            ("宝安区公明墟", ["", "", "宝安区", ""]),
            ("深圳罗湖区水库南35号", ["广东省", "深圳市", "罗湖区", ""]),
            ("石岩水田村", ["", "", "", ""]),
            (
                "深圳市宝安区西乡街道盐田社区",
                ["广东省", "深圳市", "宝安区", "西乡街道"],
            ),
            ("深圳市宝安区西乡共乐路", ["广东省", "深圳市", "宝安区", ""]),
            ("宝安区沙井环镇路8号", ["", "", "宝安区", ""]),
            (
                "深圳市前海深港合作区南山街道梦海大道",
                ["广东省", "深圳市", "", "南山街道"],
            ),
            (
                "广东省深圳市光明新区公明街道",
                ["广东省", "深圳市", "光明新区", "公明街道"],
            ),
            (
                "广东深圳市南山区粤海街道",
                ["广东省", "深圳市", "南山区", "粤海街道"],
            ),
            (
                "北京市海淀区中关村街道",
                ["北京市", "北京市", "海淀区", "中关村街道"],
            ),
            (
                "上海浦东新区张江镇",
                ["上海市", "上海市", "浦东新区", "张江镇"],
            ),
            ("海南路8号", ["", "", "", ""]),
            (
                "四川省凉山彝族自治州西昌县城关镇",
                ["四川省", "凉山彝族自治州", "西昌县", "城关镇"],
            ),
            (
                "深圳市宝安区第三工业区12栋",
                ["广东省", "深圳市", "宝安区", ""],
            ),
            (
                " 深圳市　宝安区 新安街道",
                ["广东省", "深圳市", "宝安区", "新安街道"],
            ),
            ("", ["", "", "", ""]),
        ] {
            assert_eq!(parts(address), expected, "{address}");
        }
    }

    #[test]
    fn short_names_are_made_whole() {
        assert_eq!(province("广东"), Some("广东省"));
        assert_eq!(province("内蒙古自治区"), Some("内蒙古自治区"));
        assert_eq!(province("N/A"), None);
        assert_eq!(whole_city("深圳"), "深圳市");
        assert_eq!(whole_city("深圳市"), "深圳市");
        assert_eq!(whole_city("杭州"), "杭州市");
        assert_eq!(whole_city("延边州"), "延边州");
    }
}
