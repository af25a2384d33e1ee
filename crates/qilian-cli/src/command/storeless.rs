//! `deadline`, `uscc` and `size`: no store needed.

use chrono::NaiveDate;
use qilian_app::storeless;
use serde_json::json;

use crate::args::{Arguments, LimitUnit, SizeArgs};
use crate::laptop;
use crate::output::{Answer, Failure, to_json};
use crate::words;

/// The last day of a limit. The laptop's own calendars count too, where a home is named, enrolled and
/// not locked.
pub(crate) fn deadline(
    arguments: &Arguments,
    from: NaiveDate,
    limit: u32,
    unit: LimitUnit,
) -> Result<Answer, Failure> {
    let unit = match unit {
        LimitUnit::Workday => qilian_app::LimitUnit::Workday,
        LimitUnit::Day => qilian_app::LimitUnit::Day,
    };
    let laptop = match &arguments.home {
        Some(_) => laptop::open(arguments).ok(),
        None => None,
    };
    let due_on = storeless::deadline(from, limit, unit, laptop.as_ref())?;
    Ok(Answer {
        json: json!({ "due_on": due_on }),
        text: due_on.to_string(),
    })
}

/// All there is to say about a code.
pub(crate) fn uscc(code: &str) -> Result<Answer, Failure> {
    let report = storeless::uscc(code);
    let mut lines = vec![match report.reason {
        None => format!("{}  有效", report.normalised),
        Some(reason) => format!(
            "{}  无效：{}",
            report.normalised,
            words::message(reason, &json!({}))
        ),
    }];
    for suggestion in &report.suggestions {
        lines.push(format!("是否为 {suggestion}？请核对营业执照。"));
    }
    for warning in &report.warnings {
        lines.push(words::message(warning, &json!({})));
    }
    Ok(Answer {
        json: to_json(&report)?,
        text: lines.join("\n"),
    })
}

/// An enterprise's size.
pub(crate) fn size(args: &SizeArgs) -> Result<Answer, Failure> {
    let size = storeless::size(&args.industry, args.employees, args.revenue, args.assets)?;
    let text = match size.size_class {
        Some(class) => class.zh().to_owned(),
        None => format!("不能划型，缺：{}", size.missing.join("、")),
    };
    Ok(Answer {
        json: to_json(&size)?,
        text,
    })
}
