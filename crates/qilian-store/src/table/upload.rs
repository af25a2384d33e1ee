//! Owns `upload`: the attachments whose bytes this laptop owes the server, and how far they are.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use uuid::Uuid;

use super::held_file::HeldFile;
use super::{parsed, signed, unsigned};
use crate::error::StoreError;

/// Bytes that this laptop owes the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The attachment's id.
    pub attachment: Uuid,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub mime: String,
    /// What its bytes are.
    pub sha256: String,
    /// How many.
    pub size: u64,
    /// How many the server has, as it last said.
    pub sent: u64,
    /// Why it does not go on by itself; a code.
    pub trouble: Option<String>,
}

const OWED: &str = "stored_in IS NOT (SELECT epoch FROM identity)";

/// From now on the bytes of a held file are owed, as those of the attachment that it became.
pub(crate) fn owe(connection: &Connection, held: &HeldFile) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO upload (attachment, name, mime, sha256, size, sent)
             VALUES (:attachment, :name, :mime, :sha256, :size, 0)
             ON CONFLICT (attachment) DO NOTHING",
        )?
        .execute(named_params! {
            ":attachment": held.id.to_string(),
            ":name": held.name,
            ":mime": held.mime,
            ":sha256": held.sha256,
            ":size": signed(held.size),
        })?;
    Ok(())
}

/// Notes how far it is. Nothing is in its way then.
pub(crate) fn set_sent(
    connection: &Connection,
    attachment: Uuid,
    sent: u64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE upload SET sent = ?2, trouble = NULL WHERE attachment = ?1")?
        .execute((attachment.to_string(), signed(sent)))?;
    Ok(())
}

/// The server has it, on its present timeline.
pub(crate) fn set_stored(connection: &Connection, attachment: Uuid) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE upload SET sent = size, trouble = NULL, stored_in = (SELECT epoch FROM identity)
             WHERE attachment = ?1",
        )?
        .execute([attachment.to_string()])?;
    Ok(())
}

pub(crate) fn set_trouble(
    connection: &Connection,
    attachment: Uuid,
    trouble: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE upload SET trouble = ?2 WHERE attachment = ?1")?
        .execute((attachment.to_string(), trouble))?;
    Ok(())
}

pub(crate) fn delete(connection: &Connection, attachment: Uuid) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM upload WHERE attachment = ?1")?
        .execute([attachment.to_string()])?;
    Ok(())
}

/// The server tells by a row of its own that it has the bytes. When that row goes and the attachment stays, the
/// bytes were found missing: they are owed again. So they are if it never came: a pull that was under way when
/// the bytes were stored may lack it, the next one may not.
pub(crate) fn compare_with_rows(connection: &Connection) -> Result<(), StoreError> {
    const TOLD: &str = "EXISTS (SELECT 1 FROM base_row b
                                WHERE b.kind = 'stored_file' AND b.id = upload.attachment)";
    connection
        .prepare_cached(&format!(
            "UPDATE upload SET seen = 0, sent = 0, stored_in = NULL
             WHERE seen AND NOT {TOLD}
               AND EXISTS (SELECT 1 FROM current_row c
                           WHERE c.kind = 'attachment' AND c.id = upload.attachment
                             AND c.body ->> '$.removed' IS NULL)
               AND EXISTS (SELECT 1 FROM file f WHERE f.sha256 = upload.sha256 AND f.whole)"
        ))?
        .execute([])?;
    connection
        .prepare_cached(&format!(
            "UPDATE upload SET seen = 1 WHERE NOT seen AND ({TOLD} OR NOT ({OWED}))"
        ))?
        .execute([])?;
    Ok(())
}

/// The server may know an attachment now that it did not know when its bytes were offered: it is in the base, since
/// what was aside was released; or it was on its way, left the scope meanwhile, and nothing says that it was refused.
pub(crate) fn try_known_again(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE upload SET trouble = NULL
             WHERE trouble = 'attachment_unknown'
               AND CASE
                   WHEN EXISTS (SELECT 1 FROM base_row b
                                WHERE b.kind = 'attachment' AND b.id = upload.attachment)
                   THEN EXISTS (SELECT 1 FROM base_row b
                                WHERE b.kind = 'attachment' AND b.id = upload.attachment
                                  AND b.body ->> '$.removed' IS NULL)
                   ELSE NOT EXISTS (SELECT 1 FROM base_row o
                                    WHERE o.kind = 'outcome'
                                      AND o.body ->> '$.args.attachment' = upload.attachment
                                      AND o.body ->> '$.handled.how' IS NOT 'released')
                   END",
        )?
        .execute([])?;
    Ok(())
}

/// Forgets what the server has and the scope has not; what is owed stays owed.
pub(crate) fn forget_done(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached(&format!(
            "DELETE FROM upload WHERE NOT ({OWED})
               AND NOT EXISTS (SELECT 1 FROM current_row c
                               WHERE c.kind = 'attachment' AND c.id = upload.attachment)"
        ))?
        .execute([])?;
    Ok(())
}

pub(crate) fn find(
    connection: &Connection,
    attachment: Uuid,
) -> Result<Option<Upload>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT * FROM upload WHERE attachment = ?1 AND {OWED}"
        ))?
        .query_row([attachment.to_string()], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub(crate) fn is_stored(connection: &Connection, attachment: Uuid) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached(&format!(
            "SELECT 1 FROM upload WHERE attachment = ?1 AND NOT ({OWED})"
        ))?
        .exists([attachment.to_string()])?)
}

/// What is owed, the smallest first. What the server once had and this laptop has no more is not owed:
/// after a restore somebody else must bring it.
pub(crate) fn owed(connection: &Connection) -> Result<Vec<Upload>, StoreError> {
    connection
        .prepare_cached(&format!(
            "SELECT * FROM upload WHERE {OWED}
               AND (stored_in IS NULL
                    OR EXISTS (SELECT 1 FROM file f WHERE f.sha256 = upload.sha256 AND f.whole))
             ORDER BY size, attachment"
        ))?
        .query_and_then([], read)?
        .collect()
}

fn read(row: &Row<'_>) -> Result<Upload, StoreError> {
    let attachment: String = row.get("attachment")?;
    Ok(Upload {
        attachment: parsed(&attachment, "upload", "attachment")?,
        name: row.get("name")?,
        mime: row.get("mime")?,
        sha256: row.get("sha256")?,
        size: unsigned(row.get("size")?, "upload", "size")?,
        sent: unsigned(row.get("sent")?, "upload", "sent")?,
        trouble: row.get("trouble")?,
    })
}
