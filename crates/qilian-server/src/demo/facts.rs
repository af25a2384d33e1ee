//! Owns what is known of the made-up enterprises before the first visit: enough that hints come out in
//! every way, with gaps that are worth a question.
//!
//! Elsewhere: what is learned on visits (`talk`), what a field means (the policy library).

use chrono::{Datelike, NaiveDate};
use qilian_domain::ids::{At, FactId, UserId};
use qilian_domain::row::Row;
use qilian_domain::rows::{Fact, FactSource, FactValue};
use qilian_domain::stamp::Stamp;
use qilian_domain::uscc::Uscc;
use serde_json::{Value, json};

use super::dice::Dice;
use super::enterprises::Made;
use super::people;
use super::trades::Living;

/// When what is known before the first visit was recorded, and which year the accounts are of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The first day of the demo.
    pub(super) start: NaiveDate,
    pub(super) recorded: At,
    /// The last year with accounts.
    pub(super) accounts: i32,
}

/// How well an enterprise does by the policies that its trade looks at.
#[derive(Debug, Clone, Copy)]
enum Standing {
    /// All figures are there and good.
    Strong,
    /// Much is there, something still to be asked.
    Rising,
    /// One figure falls short by little.
    Short,
    /// Only the roster's two figures.
    Unknown,
}

/// The facts of one enterprise being written.
struct Sheet<'a> {
    dice: &'a mut Dice,
    known: Known,
    uscc: &'a Uscc,
    cadre: UserId,
    rows: Vec<Row>,
}

/// The facts of one enterprise.
pub(super) fn facts(dice: &mut Dice, made: &Made, known: Known) -> Vec<Row> {
    let standing = match dice.between(0, 99) {
        0..=24 => Standing::Strong,
        25..=59 => Standing::Rising,
        60..=81 => Standing::Short,
        _ => Standing::Unknown,
    };
    let mut sheet = Sheet {
        dice,
        known,
        uscc: &made.row.uscc,
        cadre: people::cadre(made.cadre),
        rows: Vec::new(),
    };
    match made.living {
        Living::Making | Living::Technology => sheet.researching(standing, made.employees),
        Living::Serving => sheet.serving(standing, made.employees),
    }
    sheet.rows
}

impl Sheet<'_> {
    fn researching(&mut self, standing: Standing, employees: i64) {
        let sales = employees * self.dice.between(28, 72);
        self.roster(employees, sales);
        let rd = sales * self.dice.between(52, 88) / 1_000;
        match standing {
            Standing::Strong => self.strong(employees, sales, rd),
            Standing::Rising => self.rising(sales, rd),
            Standing::Short => self.short(employees, sales, rd),
            Standing::Unknown => {}
        }
        if self.dice.percent(25) {
            self.says("private_enterprise", json!(true));
            let price = self.dice.between(12, 680);
            self.says("equipment_unit_price", json!(price));
        }
    }

    fn strong(&mut self, employees: i64, sales: i64, rd: i64) {
        let staff = employees * self.dice.between(12, 34) / 100;
        for field in ["resident_enterprise", "core_ip", "audited_collection"] {
            self.says(field, json!(true));
        }
        for field in [
            "major_incident_1y",
            "major_incident_3y",
            "prohibited_industry",
        ] {
            self.says(field, json!(false));
        }
        self.says("tech_staff", json!(staff.max(employees / 10 + 1)));
        let patents = self.dice.between(1, 9);
        self.says("ip1", json!(patents));
        let years = self.dice.between(3, 12);
        self.says("segment_years", json!(years));
        self.registry("bad_credit", json!(false));
        let holder = self.dice.percent(60);
        self.platform("title_hnte", json!(holder));
        let earlier = [sales, sales * 86 / 100, sales * 74 / 100];
        self.accounts("sales", earlier);
        self.accounts("rd", [rd, rd * 88 / 100, rd * 79 / 100]);
        self.account("assets_y1", sales * 120 / 100);
        self.account("total_income_y1", sales * 102 / 100);
        self.account("hightech_income_y1", sales * 78 / 100);
        self.account("main_sales_y1", sales * 94 / 100);
        self.account("rd_domestic_3y", rd * 260 / 100);
        self.account("rd_eligible_expensed", rd * 90 / 100);
        if self.dice.percent(70) {
            self.account("taxable_income", sales * 7 / 100);
        }
        if self.dice.percent(60) {
            self.platform("title_tech_sme", json!(true));
        }
    }

    fn rising(&mut self, sales: i64, rd: i64) {
        self.registry("bad_credit", json!(false));
        self.says("resident_enterprise", json!(true));
        self.accounts("sales", [sales, sales * 91 / 100, sales * 83 / 100]);
        if self.dice.percent(70) {
            self.account("rd_y1", rd);
        }
        if self.dice.percent(50) {
            self.account("assets_y1", sales * 110 / 100);
        }
        let held = self.dice.between(2, 14);
        self.says("ip2", json!(held));
        if self.dice.percent(40) {
            self.says("core_ip", json!(true));
        }
        if self.dice.percent(45) {
            self.says("vat_type", json!("一般"));
            self.says("prohibited_industry", json!(false));
        }
    }

    /// A tenth of the people short of researchers, or the year before last short of research.
    fn short(&mut self, employees: i64, sales: i64, rd: i64) {
        self.registry("bad_credit", json!(false));
        self.says("resident_enterprise", json!(true));
        self.platform("title_hnte", json!(false));
        if self.dice.percent(55) {
            let staff = (employees * 9 / 100).max(1);
            self.says("tech_staff", json!(staff));
            self.account("rd_y1", rd);
        } else {
            self.account("rd_y1", rd.max(105));
            let before = self.dice.between(82, 98);
            self.accounts_of("rd_y2", json!(before), self.known.accounts - 1);
            self.accounts("sales", [sales, sales * 90 / 100, sales * 85 / 100]);
            self.says("segment_years", json!(5));
        }
    }

    fn serving(&mut self, standing: Standing, employees: i64) {
        let sales = employees * self.dice.between(15, 45);
        self.roster(employees, sales);
        self.registry("bad_credit", json!(false));
        match standing {
            Standing::Strong => {
                self.says("vat_type", json!("小规模"));
                let month = self.dice.between(46_000, 98_000);
                self.says("month_sales_yuan", json!(month));
                self.says("prohibited_industry", json!(false));
                let fund = self.dice.between(1, 9);
                self.account("fund_payable", fund);
                self.quarters(employees, sales, 60);
            }
            Standing::Rising => {
                self.says("vat_type", json!("一般"));
                self.says("prohibited_industry", json!(false));
                let profit = self.dice.between(30, 280);
                self.account("taxable_income", profit);
                self.says("private_enterprise", json!(true));
            }
            Standing::Short => {
                self.says("vat_type", json!("小规模"));
                let month = self.dice.between(100_000, 118_000);
                self.says("month_sales_yuan", json!(month));
                self.says("prohibited_industry", json!(false));
                let profit = self.dice.between(301, 340);
                self.quarters(employees, sales, profit);
            }
            Standing::Unknown => {}
        }
    }

    fn quarters(&mut self, employees: i64, sales: i64, profit: i64) {
        self.account("employees_q_avg", employees);
        self.account("assets_q_avg", (sales * 60 / 100).min(4_800));
        self.account("taxable_income", profit);
    }

    /// The roster has people and revenue; accounts may say another revenue beside it.
    fn roster(&mut self, employees: i64, sales: i64) {
        let year = self.known.accounts;
        self.add(
            "employees",
            json!(employees),
            FactSource::Roster,
            None,
            self.known.start,
        );
        let stated = if self.dice.percent(30) {
            sales / 10 * 10
        } else {
            sales
        };
        self.add(
            "sales_y1",
            json!(stated),
            FactSource::Roster,
            Some(year),
            last_day(year),
        );
    }

    fn accounts(&mut self, base: &str, years: [i64; 3]) {
        for (back, figure) in (1..).zip(years) {
            let year = self.known.accounts - (back - 1);
            self.accounts_of(&format!("{base}_y{back}"), json!(figure), year);
        }
    }

    fn account(&mut self, field: &str, figure: i64) {
        self.accounts_of(field, json!(figure), self.known.accounts);
    }

    fn accounts_of(&mut self, field: &str, value: Value, year: i32) {
        self.add(
            field,
            value,
            FactSource::Accounts,
            Some(year),
            last_day(year),
        );
    }

    fn says(&mut self, field: &str, value: Value) {
        self.add(field, value, FactSource::Said, None, self.known.start);
    }

    fn registry(&mut self, field: &str, value: Value) {
        self.add(field, value, FactSource::Registry, None, self.known.start);
    }

    fn platform(&mut self, field: &str, value: Value) {
        self.add(field, value, FactSource::Platform, None, self.known.start);
    }

    fn add(
        &mut self,
        field: &str,
        value: Value,
        source: FactSource,
        year: Option<i32>,
        as_of: NaiveDate,
    ) {
        let source_note = match source {
            FactSource::Accounts => Some("年度财务报表".to_owned()),
            FactSource::Platform => Some("优质中小企业梯度培育平台".to_owned()),
            FactSource::Registry | FactSource::Roster | FactSource::Said => None,
        };
        self.rows.push(
            Fact {
                id: FactId::new(self.dice.id(self.known.recorded)),
                uscc: self.uscc.clone(),
                field: field.to_owned(),
                value: FactValue(value),
                period: year.map(|year| year.to_string()),
                source,
                source_note,
                as_of,
                by: (source == FactSource::Said).then(|| self.cadre.clone()),
                visit: None,
                recorded: Stamp {
                    device: self.known.recorded,
                    offset_ms: Some(0),
                    received: Some(self.known.recorded),
                },
            }
            .into(),
        );
    }
}

/// The last year whose accounts can be closed on a day.
pub(super) fn year_of_accounts(today: NaiveDate) -> i32 {
    let closed = today.month() > 1 || today.day() >= 10;
    today.year() - if closed { 1 } else { 2 }
}

fn last_day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MIN)
}
