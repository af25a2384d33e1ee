//! Owns what one row says about one enterprise, whatever file the row stands in: its identity, its
//! registration, its people and figures, and the warnings that go with them.
//!
//! Elsewhere: where rows come from (`roster`, `registry`) and which of them are cadres'.

use std::borrow::Cow;
use std::collections::HashMap;

use qilian_domain::rows::{Capital, Contact, Registration};
use qilian_domain::uscc::Uscc;

use super::address;
use super::columns::Column;
use super::dates;
use super::figure::{self, Amount, Headcount, Money, Unit};
use super::industry::industry;
use super::reason::{Rejected, WarnReason, Warned, Whereabouts};
use super::record::{Conventions, Record, Value};
use super::text::{half_width, one_line, plain};

/// Whether an enterprise is one of the 四上企业, as far as the file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FourAbove {
    /// 否.
    No,
    /// 是, without saying of which kind.
    Yes,
    /// 规上工业, 资质建筑业, … as written.
    Kind(String),
}

/// Which enterprise a row is about.
#[derive(Debug, PartialEq)]
pub(super) struct Identity {
    pub(super) uscc: Uscc,
    pub(super) name: String,
    pub(super) repaired: bool,
    pub(super) inner_check_failed: bool,
}

/// What a row says about its enterprise besides who it is.
#[derive(Debug, PartialEq)]
pub(super) struct Profile {
    pub(super) registration: Registration,
    pub(super) people: Vec<Contact>,
    pub(super) employees: Option<Headcount>,
    pub(super) revenue: Option<Amount>,
    pub(super) four_above: Option<FourAbove>,
    pub(super) remark: Option<String>,
}

/// The codes of the accepted rows, each with the row that it stands in.
pub(super) type Seen = HashMap<Uscc, u32>;

/// Judges the code and the name of a row.
pub(super) fn identify(record: &Record<'_>, seen: &Seen) -> Result<Identity, Box<Rejected>> {
    let name = record.get(Column::Name).line();
    let at = Whereabouts {
        row: record.row,
        name: name.as_deref(),
    };
    let text = match record.get(Column::Code) {
        Value::Number(number) => {
            return Err(Box::new(Rejected::numeric_code(at, figure::shown(number))));
        }
        Value::Nothing => "",
        Value::Text(_) => record.raw_code,
    };
    // Excel writes a code that must stay text as ="…" into a CSV.
    let text = text.strip_prefix('=').unwrap_or(text);
    let checked = Uscc::check(text);
    let uscc = match &checked.result {
        Ok(uscc) => uscc.clone(),
        Err(fault) => return Err(Box::new(Rejected::code(at, text, &checked, *fault))),
    };
    if let Some(first) = seen.get(&uscc) {
        return Err(Box::new(Rejected::duplicate(at, uscc.as_str(), *first)));
    }
    let Some(name) = name else {
        return Err(Box::new(Rejected::no_name(record.row, uscc.as_str())));
    };
    let inner_check_failed = checked.inner_check_failed();
    Ok(Identity {
        uscc,
        name,
        repaired: checked.repaired,
        inner_check_failed,
    })
}

/// Reads the rest of an accepted row, warnings in a fixed order.
pub(super) fn profile(
    record: &Record<'_>,
    identity: &Identity,
    conventions: Conventions,
    warned: &mut Vec<Warned>,
) -> Profile {
    let mut warn = |reason| {
        warned.push(Warned {
            row: record.row,
            reason,
        });
    };
    let employees = employees(record.get(Column::Employees), &mut warn);
    let revenue = revenue(record.get(Column::Revenue), conventions, &mut warn);
    let capital = capital(record.get(Column::Capital), conventions.capital, &mut warn);
    let founded = record.get(Column::FoundedOn);
    let founded_on = match founded {
        Value::Nothing => None,
        Value::Text(text) => dates::date(text),
        Value::Number(number) => dates::date_of_number(number, conventions.epoch_1904),
    };
    if founded_on.is_none() && founded != Value::Nothing {
        warn(WarnReason::DateUnreadable);
    }
    if identity.repaired {
        warn(WarnReason::CodeRepaired);
    }
    if identity.inner_check_failed {
        warn(WarnReason::CodeInnerCheck);
    }
    let address = record.get(Column::Address).line();
    let place = place(record, address.as_deref());
    Profile {
        registration: Registration {
            kind: record.get(Column::Kind).line(),
            founded_on,
            capital,
            business: record.get(Column::Business).text().map(Cow::into_owned),
            industry: record
                .get(Column::Industry)
                .text()
                .and_then(|text| industry(&text)),
            province: place.province,
            city: place.city,
            district: place.district,
            street: place.street,
            address,
        },
        people: contact(record).into_iter().collect(),
        employees,
        revenue,
        four_above: record
            .get(Column::FourAbove)
            .text()
            .map(|text| four_above(&text)),
        remark: record.get(Column::Remark).text().map(Cow::into_owned),
    }
}

fn employees(value: Value<'_>, warn: &mut impl FnMut(WarnReason)) -> Option<Headcount> {
    let text = value.text()?;
    let read = figure::headcount(&text);
    match read {
        Some(Headcount {
            approximate: true, ..
        }) => warn(WarnReason::EmployeesApproximate),
        Some(_) => {}
        None => warn(WarnReason::EmployeesUnreadable),
    }
    read
}

fn revenue(
    value: Value<'_>,
    conventions: Conventions,
    warn: &mut impl FnMut(WarnReason),
) -> Option<Amount> {
    let read = value
        .text()
        .and_then(|text| figure::money(&text, conventions.revenue));
    match read {
        Some(Money::Yuan(amount)) => {
            if amount.approximate {
                warn(WarnReason::RevenueApproximate);
            }
            Some(amount)
        }
        Some(Money::Foreign) | None => {
            if conventions.has_revenue {
                warn(WarnReason::RevenueMissing);
            }
            None
        }
    }
}

fn capital(value: Value<'_>, unit: Unit, warn: &mut impl FnMut(WarnReason)) -> Option<Capital> {
    let text = value.text()?;
    let amount = match figure::money(&text, unit) {
        Some(Money::Yuan(amount)) => Some(amount.wan_yuan),
        Some(Money::Foreign) => {
            warn(WarnReason::CapitalForeignCurrency);
            None
        }
        None => {
            warn(WarnReason::CapitalUnreadable);
            None
        }
    };
    Some(Capital {
        amount,
        text: text.into_owned(),
    })
}

/// Columns say where an enterprise lies; the address fills in what they leave open.
fn place(record: &Record<'_>, address: Option<&str>) -> address::Place {
    let guess = address.map(address::place).unwrap_or_default();
    let province = record.get(Column::Province).text();
    let province = province
        .as_deref()
        .and_then(address::province)
        .map(str::to_owned);
    let city = record
        .get(Column::City)
        .text()
        .filter(|text| is_one_name(text));
    address::Place {
        province: province.or(guess.province),
        city: city.map(|city| address::whole_city(&city)).or(guess.city),
        district: record.get(Column::District).line().or(guess.district),
        street: record.get(Column::Street).line().or(guess.street),
    }
}

/// A column titled 地区 may hold `深圳` or `广东省深圳市宝安区`: only the first is a city.
fn is_one_name(text: &str) -> bool {
    (2..=5).contains(&text.chars().count()) && !text.ends_with(['区', '县', '省'])
}

fn contact(record: &Record<'_>) -> Option<Contact> {
    let name = record.get(Column::Contact).line()?;
    Some(Contact {
        name,
        post: record.get(Column::ContactPost).line(),
        phone: record
            .get(Column::ContactPhone)
            .text()
            .map(|phone| phone_text(&phone)),
    })
}

/// A telephone number in half-width.
pub(super) fn phone_text(text: &str) -> String {
    one_line(text).chars().map(half_width).collect()
}

fn four_above(text: &str) -> FourAbove {
    match plain(text).to_lowercase().as_str() {
        "否" | "不是" | "非" | "×" | "x" | "n" | "no" | "0" | "false" | "不属于" => {
            FourAbove::No
        }
        "是" | "√" | "✓" | "✔" | "y" | "yes" | "1" | "true" | "属于" | "四上" => {
            FourAbove::Yes
        }
        _ => FourAbove::Kind(text.to_owned()),
    }
}
