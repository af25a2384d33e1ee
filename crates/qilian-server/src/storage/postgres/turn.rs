//! Owns one transaction from BEGIN to its end: how it begins, and when it is begun anew.
//!
//! Elsewhere: why writers take turns (the module above), what is done in it (`storage`).

use qilian_domain::ids::DistrictId;

use super::districts;
use super::pool::Pool;
use super::session::{Failure, Session, Tx};
use crate::storage::StorageError;

/// How often a transaction is begun.
const TIMES: u32 = 4;

/// Writes and takes its turn in the district.
pub(super) const IN_TURN: Begin = Begin {
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED",
    in_turn: true,
};
/// Writes what no decision is made on.
pub(super) const OUT_OF_TURN: Begin = Begin {
    sql: "BEGIN ISOLATION LEVEL READ COMMITTED",
    in_turn: false,
};
/// Reads one snapshot.
pub(super) const SNAPSHOT: Begin = Begin {
    sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    in_turn: false,
};

/// How a transaction begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin {
    sql: &'static str,
    pub(super) in_turn: bool,
}

/// One transaction, begun anew where that may help and `may_repeat` allows it.
pub(super) fn run<T, E: From<StorageError>>(
    pool: &Pool,
    district: &DistrictId,
    begin: Begin,
    mut work: impl FnMut(&Tx<'_>) -> Result<T, E>,
    may_repeat: impl Fn() -> bool,
) -> Result<T, E> {
    let mut begun = 0;
    loop {
        begun += 1;
        let mut lease = pool.take()?;
        match once(lease.session()?, district, begin, &mut work) {
            Ended::Kept(done) => {
                lease.keep();
                return done;
            }
            Ended::WorthRepeating(_) if begun < TIMES && may_repeat() => {
                // The others may be as old as the one that failed.
                pool.forget_idle();
            }
            Ended::WorthRepeating(error) | Ended::ForGood(error) => return Err(error),
        }
    }
}

/// How one try of a transaction ended.
enum Ended<T, E> {
    /// It was committed, or refused and rolled back; the connection is as good as before.
    Kept(Result<T, E>),
    /// It changed nothing and may work at once.
    WorthRepeating(E),
    /// It failed, and would again, or nobody knows whether it was committed.
    ForGood(E),
}

fn once<T, E: From<StorageError>>(
    session: &mut Session,
    district: &DistrictId,
    begin: Begin,
    work: &mut impl FnMut(&Tx<'_>) -> Result<T, E>,
) -> Ended<T, E> {
    let failed = |session: &Session, error: E| match session.failure() {
        Some(Failure::WorthRepeating) => Ended::WorthRepeating(error),
        Some(Failure::ForGood) | None => Ended::ForGood(error),
    };
    if let Err(error) = session.begin(begin.sql) {
        return failed(session, error.into());
    }
    let tx = Tx::new(session, district);
    let turn = if begin.in_turn {
        districts::lock(&tx)
    } else {
        Ok(())
    };
    let done = turn.map_err(E::from).and_then(|()| work(&tx));
    match done {
        Ok(done) if session.failure().is_none() => match session.batch("COMMIT") {
            Ok(()) => Ended::Kept(Ok(done)),
            Err(error) => Ended::ForGood(error.into()),
        },
        Ok(_) => {
            let passed_over =
                StorageError::Internal("a statement's failure was passed over".into());
            failed(session, passed_over.into())
        }
        Err(error) if session.failure().is_some() => failed(session, error),
        Err(error) => match session.batch("ROLLBACK") {
            Ok(()) => Ended::Kept(Err(error)),
            Err(_) => Ended::ForGood(error),
        },
    }
}
