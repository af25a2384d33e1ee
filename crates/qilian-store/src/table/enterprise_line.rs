//! Owns `enterprise_line`, the list of enterprises as it is shown, and `touched_enterprise`, what of it is
//! to be derived anew.
//!
//! Elsewhere: reading the list (`enterprises`), when it is derived (`derived`).

use qilian_domain::rows::Enterprise;
use rusqlite::{Connection, named_params};

use crate::error::StoreError;

/// An enterprise whose rows changed.
pub(crate) struct Touched {
    pub(crate) uscc: String,
    /// Whether its own row did, and not only its visits or demands.
    pub(crate) itself: bool,
}

pub(crate) fn touched(connection: &Connection) -> Result<Vec<Touched>, StoreError> {
    connection
        .prepare_cached("SELECT uscc, itself FROM touched_enterprise")?
        .query_and_then([], |row| {
            Ok(Touched {
                uscc: row.get("uscc")?,
                itself: row.get("itself")?,
            })
        })?
        .collect()
}

pub(crate) fn clear_touched(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM touched_enterprise")?
        .execute([])?;
    Ok(())
}

/// Empties the list, and marks all enterprises.
pub(crate) fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM enterprise_line;
         DELETE FROM touched_enterprise;
         INSERT INTO touched_enterprise
         SELECT DISTINCT id, 1 FROM current_row WHERE kind = 'enterprise';",
    )?;
    Ok(())
}

/// Writes what the enterprise's own row says.
pub(crate) fn put(connection: &Connection, enterprise: &Enterprise) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO enterprise_line (uscc, name, street, open_demands)
             VALUES (:uscc, :name, :street, 0)
             ON CONFLICT (uscc) DO UPDATE SET name = excluded.name, street = excluded.street",
        )?
        .execute(named_params! {
            ":uscc": enterprise.uscc.as_str(),
            ":name": enterprise.name,
            ":street": enterprise.registration.street,
        })?;
    Ok(())
}

pub(crate) fn remove(connection: &Connection, uscc: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM enterprise_line WHERE uscc = ?1")?
        .execute([uscc])?;
    Ok(())
}

/// Finds the last visit and counts the open demands of an enterprise that is in the list.
pub(crate) fn count(connection: &Connection, uscc: &str) -> Result<(), StoreError> {
    // An aggregate over the view reads its two tables by their index only for a parameter: not joined.
    let last_visit: Option<String> = connection
        .prepare_cached("SELECT max(day) FROM current_row WHERE kind = 'visit' AND parent = ?1")?
        .query_row([uscc], |row| row.get(0))?;
    let open_demands: i64 = connection
        .prepare_cached("SELECT count(*) FROM current_row WHERE kind = 'demand' AND parent = ?1")?
        .query_row([uscc], |row| row.get(0))?;
    connection
        .prepare_cached(
            "UPDATE enterprise_line SET last_visit = ?2, open_demands = ?3
             WHERE uscc = ?1 AND (last_visit, open_demands) IS NOT (?2, ?3)",
        )?
        .execute((uscc, last_visit, open_demands))?;
    Ok(())
}
