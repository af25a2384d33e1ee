//! Owns statements about many rows at once: one round trip for up to [`AT_ONCE`] of them. Lists of values
//! rather than arrays: that is what a database spread over machines hands to the right one unopened.

use super::session::{Tx, Value};
use crate::storage::StorageError;

/// Rows of one statement. Each size is prepared once on each connection.
const AT_ONCE: usize = 64;

/// Runs `before (…), (…) after` over rows of `width` values, in parts. The district is the first value of
/// each row.
pub(super) fn insert<'v, T>(
    tx: &Tx<'_>,
    (before, after): (&str, &str),
    width: usize,
    rows: &'v [T],
    values: impl Fn(&'v T) -> Vec<Box<dyn postgres::types::ToSql + Sync + 'v>>,
) -> Result<(), StorageError> {
    run(tx, (before, after), "$1, ", width, rows, values)
}

/// Runs `before (…), (…) after` over keys of `width` values, in parts. The district is not among them.
pub(super) fn about<'v, T>(
    tx: &Tx<'_>,
    (before, after): (&str, &str),
    width: usize,
    keys: &'v [T],
    values: impl Fn(&'v T) -> Vec<Box<dyn postgres::types::ToSql + Sync + 'v>>,
) -> Result<(), StorageError> {
    run(tx, (before, after), "", width, keys, values)
}

fn run<'v, T>(
    tx: &Tx<'_>,
    (before, after): (&str, &str),
    lead: &str,
    width: usize,
    rows: &'v [T],
    values: impl Fn(&'v T) -> Vec<Box<dyn postgres::types::ToSql + Sync + 'v>>,
) -> Result<(), StorageError> {
    for part in rows.chunks(AT_ONCE) {
        let held: Vec<_> = part.iter().flat_map(&values).collect();
        let given: Vec<Value<'_>> = held.iter().map(|value| &**value as Value<'_>).collect();
        tx.execute(
            &format!("{before} {} {after}", lists(lead, width, part.len())),
            &given,
        )?;
    }
    Ok(())
}

/// `($1, $2, $3), ($1, $4, $5)`: the first parameter is the district.
fn lists(lead: &str, width: usize, count: usize) -> String {
    let list = |n: usize| {
        let first = 2 + n * width;
        let numbers: Vec<_> = (first..first + width).map(|p| format!("${p}")).collect();
        format!("({lead}{})", numbers.join(", "))
    };
    (0..count).map(list).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::lists;

    #[test]
    fn every_row_has_its_own_parameters_behind_the_district() {
        assert_eq!(lists("$1, ", 2, 2), "($1, $2, $3), ($1, $4, $5)");
        assert_eq!(lists("", 2, 2), "($2, $3), ($4, $5)");
    }
}
