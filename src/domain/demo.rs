//! Loading the demo institution takes several transactions. A record says that it began and whether it came to its
//! end, so that half of it is never taken for a store that is in use.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::access::Actor;
use super::account::Account;
use super::account_change::NewAccount;
use super::course::Course;
use super::ids::UserId;
use super::refusal::{Code, INTERNAL, Kind, Refusal};
use super::{audit, setup};
use crate::clock::Timestamp;
use crate::store::{Read, Record, Table, TableInfo, Txn};

/// Somebody works here.
pub const STORE_NOT_EMPTY: Code = Code::new(
    "store_not_empty",
    Kind::Conflict,
    "The demo institution goes into an empty store only, and this one has accounts or courses.",
);
/// The program stopped before everything was there.
pub const DEMO_INCOMPLETE: Code = Code::new(
    "demo_incomplete",
    Kind::Conflict,
    "The demo institution was not loaded to its end; remove the store's directory and load it again.",
);

/// Codes of this noun.
pub const CODES: &[Code] = &[STORE_NOT_EMPTY, DEMO_INCOMPLETE];

/// How far loading went. There is one or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLoad {
    /// When it began.
    pub began: Timestamp,
    /// When everything was there.
    pub finished: Option<Timestamp>,
}

/// The key of the only record.
const ONLY: u8 = 0;

impl Record for DemoLoad {
    const TABLE: Table = Table { tag: 148, name: "demo load" };
    const VERSION: u8 = 1;
    type Key = u8;

    fn key(&self) -> u8 {
        ONLY
    }
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<DemoLoad>()];

/// What is known of a load; `None` when there was none.
pub fn progress(read: &impl Read) -> Result<Option<Arc<DemoLoad>>, Refusal> {
    Ok(read.get::<DemoLoad>(&ONLY)?)
}

/// Refuses a store that holds half of the demo institution.
pub fn refuse_incomplete(read: &impl Read) -> Result<(), Refusal> {
    match progress(read)? {
        Some(load) if load.finished.is_none() => Err(DEMO_INCOMPLETE.refuse(format!(
            "the demo institution was being loaded here at {} and the program stopped before everything was there",
            load.began
        ))),
        _ => Ok(()),
    }
}

/// Begins in an empty store: the marker, and the administrator on whose behalf everything else is made.
pub fn begin(
    txn: &mut Txn<'_>,
    administrator: NewAccount,
    hash: String,
    now: Timestamp,
) -> Result<UserId, Refusal> {
    refuse_incomplete(txn)?;
    if !txn.list::<Account>(&(), None, 1)?.is_empty() || !txn.list::<Course>(&(), None, 1)?.is_empty() {
        return Err(STORE_NOT_EMPTY.refuse("the store already has accounts or courses"));
    }
    txn.put(DemoLoad { began: now, finished: None })?;
    setup::create_administrator(txn, &Actor::program(now), administrator, Some(hash))
}

/// Everything is there.
pub fn finish(txn: &mut Txn<'_>, actor: &Actor) -> Result<(), Refusal> {
    let load = progress(txn)?.ok_or_else(|| INTERNAL.refuse("no load of the demo institution began"))?;
    txn.put(DemoLoad { began: load.began, finished: Some(actor.now) })?;
    audit::note(txn, actor, "demo.load", None, "demo institution", "")
}
