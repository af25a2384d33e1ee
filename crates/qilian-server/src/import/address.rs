//! Owns the guess where an enterprise sits: province, city, district and street, read off an address
//! as registries write it (`深圳市宝安区大浪街道龙胜社区…`, `宝安区公明镇`, `深圳罗湖区…`).
//!
//! Elsewhere: whether a column of the file says it outright; a column goes before this guess.
//! Nothing here knows every place of the country: what cannot be read stays empty.

mod names;

use super::text::plain;
use names::{CITIES, PROVINCES};

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

/// Areas that end in 区 but are no administrative district.
const NO_DISTRICT: [&str; 20] = [
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
    "仓库区",
    "中心区",
    "特区",
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
        for &city in cities {
            let Some(rest) = text.strip_prefix(city) else {
                continue;
            };
            let of_city = rest.starts_with('市') || near(rest, 6).contains(['区', '县', '镇']);
            if of_city && !rest.starts_with(['路', '街']) {
                let province = PROVINCES
                    .into_iter()
                    .find_map(|(s, whole)| (s == province).then_some(whole));
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
        let area = NO_DISTRICT.iter().any(|area| name.ends_with(area))
            // 宝城三十一区: a numbered block.
            || text[..at].ends_with(['一', '二', '三', '四', '五', '六', '七', '八', '九', '十']);
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
mod tests;
