//! `lyceum import statements`: learning records of another store.

use std::fs::File;
use std::path::PathBuf;

use clap::Args;

use super::{Failure, Place};
use crate::domain::access::Actor;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::credential::Caller;
use crate::domain::xapi::import::{
    self, Fresh, Made, RefusedLine, StatementImportReport, Tried, compares_repeats,
};
use crate::state::State;
use crate::statement_import::{Chunk, Reader, recognise};
use crate::store::{Class, Txn};

#[derive(Debug, Args)]
pub(super) struct Statements {
    /// The file.
    file: PathBuf,
    #[command(flatten)]
    place: Place,
    /// Say what would happen and write nothing.
    #[arg(long)]
    dry_run: bool,
}

impl Statements {
    pub(super) fn run(self) -> Result<(), Failure> {
        let what = || format!("reading {} failed", self.file.display());
        let mut file = File::open(&self.file).map_err(Failure::io(what()))?;
        let packing = recognise(&mut file, 0, None)?;
        let state = self.place.open_known()?;
        let open = || {
            let file = File::open(&self.file);
            file.map(|file| (file, 0)).map_err(|error| INTERNAL.refuse(format!("{}: {error}", what())))
        };
        let mut reader = Reader::open(&state.config.xapi, open, packing, (0, 0), self.dry_run)?;
        let mut report = StatementImportReport { dry_run: self.dry_run, ..StatementImportReport::default() };
        let mut tried = Tried::default();
        while !some(&state, &mut reader, &mut report, &mut tried)? {}
        state.store.close();
        if !compares_repeats(report.dry_run, report.imported) {
            say!("too many statements are new to find all ids that stand twice: such ones count as imported");
        }
        say!(
            "{}{} lines: {} imported, {} unchanged, {} refused",
            if report.dry_run { "dry run, nothing was written: " } else { "" },
            report.lines,
            report.imported,
            report.unchanged,
            report.refused,
        );
        if report.refused == 0 {
            Ok(())
        } else {
            Err(Failure::Answer(format!("{} lines were not taken", report.refused)))
        }
    }
}

/// The report so far, lines that were passed over, what is new, and whether there are no more.
type Taken = (StatementImportReport, Vec<RefusedLine>, Vec<Fresh>, bool);

/// Imports the next lines and prints those that are not taken. Were they the last?
fn some(
    state: &State,
    reader: &mut Reader,
    report: &mut StatementImportReport,
    tried: &mut Tried,
) -> Result<bool, Refusal> {
    let now = state.now();
    let (actor, caller) = (Actor::program(now), Caller::importing(&state.home, now));
    let so_far = report.clone();
    let (sum, mut refused, fresh, over) = reader.next(state, &caller, |chunk| {
        let (actor, caller, mut sum) = (actor.clone(), caller.clone(), so_far.clone());
        let Chunk { mut statements, mut refused, line, over, .. } = chunk;
        sum.lines = line;
        let mut made = if sum.dry_run { tried.repeats(&mut statements) } else { Made::default() };
        let work = move |txn: &mut Txn<'_>| -> Result<Taken, Refusal> {
            made.and(import::apply(txn, &actor, &caller, statements)?);
            sum.imported += made.imported;
            sum.unchanged += made.unchanged;
            refused.extend(made.refused);
            sum.refused += refused.len() as u64;
            if over && !sum.dry_run {
                import::note(txn, &actor, &sum)?;
            }
            Ok((sum, refused, made.fresh, over))
        };
        let store = &state.store;
        if so_far.dry_run {
            store.try_out_blocking(Class::Bulk, work)
        } else {
            store.write_blocking(Class::Bulk, work)
        }
    })?;
    if sum.dry_run {
        tried.learn(fresh, (sum.lines, 0));
    }
    *report = sum;
    refused.sort_by_key(|line| line.line);
    for line in refused {
        let id = line.id.map(|id| format!(" ({id})")).unwrap_or_default();
        let at = if line.at.is_empty() { String::new() } else { format!("{} ", line.at) };
        say!("line {}{id}: {at}{}", line.line, line.problem);
    }
    Ok(over)
}
