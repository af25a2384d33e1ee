//! Owns what registration data changes: enterprises' names, registration, people. Facts that follow from
//! registration (region, industry, day of founding) are derived when policies are evaluated, never stored.

use qilian_domain::command::Loaded;
use qilian_domain::row::Row;
use qilian_domain::rows::Enterprise;

use super::Tally;
use super::enterprise::{Weight, joined};
use crate::import::RegistryRow;

/// The rows that a registry's rows change.
pub fn registry(told: impl IntoIterator<Item = RegistryRow>, loaded: &Loaded) -> (Vec<Row>, Tally) {
    let mut rows = Vec::new();
    let mut tally = Tally::default();
    for row in told {
        let known = loaded.get::<Enterprise>(&row.uscc);
        let told = Enterprise {
            uscc: row.uscc,
            name: row.name,
            registration: row.registration,
            people: row.people,
        };
        let enterprise = joined(known, told, Weight::File);
        match known {
            None => tally.created += 1,
            Some(known) if *known == enterprise => {
                tally.unchanged += 1;
                continue;
            }
            Some(_) => tally.updated += 1,
        }
        rows.push(enterprise.into());
    }
    (rows, tally)
}
