//! How many learners this machine carries in one exam, as it was last measured. There is one report or none; the next
//! measurement replaces it.

pub mod evidence;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use evidence::Evidence;

use super::access::{self, Actor, Permission, Scope};
use super::audit;
use super::ids::UserId;
use super::refusal::{NOT_FOUND, Refusal, TOO_LARGE, invalid};
use crate::clock::Timestamp;
use crate::store::{CodecError, Read, Record, Table, TableInfo, Txn, decode_old};

/// Runs of one search: it takes some twenty.
pub const MAX_RUNGS: usize = 100;
/// Objectives that a run can miss.
pub const MAX_BROKEN: usize = 20;
/// Facts about the limit: there are some fifteen kinds.
pub const MAX_EVIDENCE: usize = 40;
/// Entries of each of settings, hardware and versions: a load run has some twenty settings.
pub const MAX_FACTS: usize = 60;
/// All texts together: record and keys stay well below the store's 16 KiB.
pub const MAX_TEXT_BYTES: usize = 10 * 1024;
/// More learners than the world has at any school.
pub const MAX_LEARNERS: u32 = 10_000_000;
/// A margin of more leaves nothing worth saying.
pub const MAX_MARGIN_PERCENT: u8 = 90;

/// What ran out first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The processors.
    Cpu,
    /// The disk: syncs took too long.
    DiskSync,
    /// Memory.
    Memory,
    /// The generator; the server may carry more.
    Generator,
    /// Nothing that was watched; requests waited inside the server.
    Unknown,
    /// Nothing: every rung that was asked for held.
    NotReached,
}

impl Limit {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "the processors",
            Self::DiskSync => "the disk",
            Self::Memory => "memory",
            Self::Generator => "the generator",
            Self::Unknown => "not known",
            Self::NotReached => "nothing",
        }
    }
}

/// One run of the search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Rung {
    /// How many took the exam.
    pub learners: u32,
    /// Every objective was met.
    pub held: bool,
}

/// A measurement, as `lyceum load capacity` sends it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CapacityInput {
    /// When.
    pub measured: Timestamp,
    /// The most learners with whom every objective was met.
    pub carried: u32,
    /// So much less is recommended, 0 to 90 percent.
    pub margin_percent: u8,
    /// The fewest with whom one was missed.
    #[serde(default)]
    pub failed: Option<u32>,
    /// Which were missed then, and by how much.
    #[serde(default)]
    pub broken: Vec<String>,
    /// What ran out first.
    pub limit: Limit,
    /// The generator was a good part of the limit: the machine alone carries more.
    #[serde(default)]
    pub generator_limited: bool,
    /// What the measurements say about the limit, in English. With the texts of `broken`, `settings`, `hardware` and `versions` at
    /// most 10,240 bytes.
    #[serde(default)]
    pub explanation: String,
    /// The same in facts, for pages in any language. Reports of older versions have none.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// Every run, in order.
    #[serde(default)]
    pub rungs: Vec<Rung>,
    /// What each run was asked for.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The machine: `cores`, `memory_bytes`, ...
    #[serde(default)]
    pub hardware: BTreeMap<String, String>,
    /// Versions of the generator and of the server.
    #[serde(default)]
    pub versions: BTreeMap<String, String>,
}

impl CapacityInput {
    fn check(&self) -> Result<(), Refusal> {
        for (at, learners) in [("/carried", Some(self.carried)), ("/failed", self.failed)] {
            if learners.is_some_and(|learners| learners > MAX_LEARNERS) {
                return Err(invalid(at, format!("is more than {MAX_LEARNERS}")));
            }
        }
        if self.failed.is_some_and(|failed| failed <= self.carried) {
            return Err(invalid("/failed", "is not more than carried"));
        }
        if self.margin_percent > MAX_MARGIN_PERCENT {
            return Err(invalid("/margin_percent", format!("is more than {MAX_MARGIN_PERCENT}")));
        }
        let counts = [
            ("/rungs", self.rungs.len(), MAX_RUNGS),
            ("/broken", self.broken.len(), MAX_BROKEN),
            ("/evidence", self.evidence.len(), MAX_EVIDENCE),
            ("/settings", self.settings.len(), MAX_FACTS),
            ("/hardware", self.hardware.len(), MAX_FACTS),
            ("/versions", self.versions.len(), MAX_FACTS),
        ];
        if let Some((at, _, most)) = counts.into_iter().find(|(_, count, most)| count > most) {
            return Err(invalid(at, format!("has more than {most} entries")));
        }
        let maps = [&self.settings, &self.hardware, &self.versions];
        let facts: usize = maps.into_iter().flatten().map(|(name, value)| name.len() + value.len()).sum();
        let broken: usize = self.broken.iter().map(String::len).sum();
        if facts + broken + self.explanation.len() > MAX_TEXT_BYTES {
            return Err(
                TOO_LARGE.refuse_whole(format!("all texts together are larger than {MAX_TEXT_BYTES} bytes"))
            );
        }
        Ok(())
    }
}

/// The last measurement. There is one, under key 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// What was measured.
    pub measurement: CapacityInput,
    /// When it came here.
    pub stored: Timestamp,
    /// Who sent it.
    pub by: UserId,
}

impl Capacity {
    /// How many learners may be in exams at once: what was carried, less the margin.
    pub fn recommended(&self) -> u32 {
        let left = 100 - u64::from(self.measurement.margin_percent.min(100));
        u32::try_from(u64::from(self.measurement.carried) * left / 100).unwrap_or(u32::MAX)
    }
}

/// The key of the only record.
const ONLY: u8 = 0;

impl Record for Capacity {
    const TABLE: Table = Table { tag: 149, name: "capacity" };
    const VERSION: u8 = 2;
    type Key = u8;

    fn key(&self) -> u8 {
        ONLY
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Self, CodecError> {
        let CapacityV1 { measurement: old, stored, by } = decode_old(Self::TABLE.name, (version, 1), body)?;
        let measurement = CapacityInput {
            measured: old.measured,
            carried: old.carried,
            margin_percent: old.margin_percent,
            failed: old.failed,
            broken: old.broken,
            limit: old.limit,
            generator_limited: old.generator_limited,
            explanation: old.explanation,
            evidence: Vec::new(),
            rungs: old.rungs,
            settings: old.settings,
            hardware: old.hardware,
            versions: old.versions,
        };
        Ok(Self { measurement, stored, by })
    }
}

/// A measurement as version 1 had it: without evidence.
#[derive(Debug, Serialize, Deserialize)]
struct MeasurementV1 {
    measured: Timestamp,
    carried: u32,
    margin_percent: u8,
    failed: Option<u32>,
    broken: Vec<String>,
    limit: Limit,
    generator_limited: bool,
    explanation: String,
    rungs: Vec<Rung>,
    settings: BTreeMap<String, String>,
    hardware: BTreeMap<String, String>,
    versions: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct CapacityV1 {
    measurement: MeasurementV1,
    stored: Timestamp,
    by: UserId,
}

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[TableInfo::rows::<Capacity>()];

/// The last measurement; checks no right.
pub fn last(read: &impl Read) -> Result<Option<Arc<Capacity>>, Refusal> {
    Ok(read.get::<Capacity>(&ONLY)?)
}

/// The last measurement, for who runs the site.
pub fn get(read: &impl Read, actor: &Actor) -> Result<Arc<Capacity>, Refusal> {
    access::require(read, actor, Permission::ManageSite, Scope::Site)?;
    last(read)?.ok_or_else(|| {
        NOT_FOUND.refuse("the capacity of this machine was not measured yet; `lyceum load capacity` does it")
    })
}

/// Keeps a measurement instead of the one before.
pub fn put(txn: &mut Txn<'_>, actor: &Actor, measurement: CapacityInput) -> Result<Capacity, Refusal> {
    access::require(txn, actor, Permission::ManageSite, Scope::Site)?;
    measurement.check()?;
    let capacity = Capacity { measurement, stored: actor.now, by: actor.user };
    let detail = format!("{} carried, {} recommended", capacity.measurement.carried, capacity.recommended());
    audit::note(txn, actor, "capacity.measure", None, "capacity", detail)?;
    txn.put(capacity.clone())?;
    Ok(capacity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{decode_value, encode_value};

    impl Record for CapacityV1 {
        const TABLE: Table = Capacity::TABLE;
        const VERSION: u8 = 1;
        type Key = u8;

        fn key(&self) -> u8 {
            ONLY
        }
    }

    #[test]
    fn a_report_of_version_1_is_read() {
        let text = |text: &str| BTreeMap::from([(text.to_owned(), "2".to_owned())]);
        let old = CapacityV1 {
            measurement: MeasurementV1 {
                measured: Timestamp::from_ms(1_000),
                carried: 4_321,
                margin_percent: 20,
                failed: Some(4_800),
                broken: vec!["save p99 182 ms, objective 100 ms".to_owned()],
                limit: Limit::Cpu,
                generator_limited: true,
                explanation: "from second 20 on the processors were 95 % busy or more".to_owned(),
                rungs: vec![Rung { learners: 4_321, held: true }],
                settings: text("threads"),
                hardware: text("cores"),
                versions: text("target"),
            },
            stored: Timestamp::from_ms(2_000),
            by: UserId(7),
        };
        let read = decode_value::<Capacity>(&encode_value(&old).unwrap()).unwrap();
        assert_eq!((read.recommended(), read.by, read.measurement.limit), (3_456, UserId(7), Limit::Cpu));
        assert_eq!(read.measurement.explanation, old.measurement.explanation);
        assert_eq!((read.measurement.hardware, read.measurement.evidence), (text("cores"), Vec::new()));
    }

    #[test]
    fn evidence_is_one_sentence_in_english() {
        let some = [
            Evidence::ProcessorsBusy { second: 20, percent: "95".parse().unwrap() },
            Evidence::GeneratorTook { used: "0.8".parse().unwrap(), of: "2".parse().unwrap() },
            Evidence::AtLeast,
        ];
        assert_eq!(
            evidence::sentence(&some),
            "from second 20 on the processors were 95 % busy or more; the generator took 0.8 of the 2 busy processors \
             from the server; the server carries this many at least"
        );
    }
}
