//! The gradebook: items, categories, grades and totals that are right the moment they are read.
//!
//! - `calc`, `scale`: arithmetic without a store. `docs/grades.md` has the rules with worked numbers.
//! - `gradebook`, `category`, `item`: a course's tree. Categories keep the terms of their children and a stamp.
//! - `copy`: the tree of a course in its copy.
//! - `edit`: changing the tree. `tree`: all of it in memory, and a pure recomputation of one learner.
//! - `entry`, `total`: a learner's grades and totals; a grade carries its change up in its own transaction.
//! - `hand`, `history`: grading by people, and who did what to a grade.
//! - `report`: what learners and teachers see. `sheet`, `export`: CSV in and out. `verify`: the proof.
//! - `settle`: brings what an older version stored up to date.

pub mod calc;
pub mod category;
pub mod copy;
pub mod edit;
pub mod entry;
pub mod export;
pub mod gradebook;
pub mod hand;
pub mod history;
pub mod item;
pub mod report;
pub mod scale;
pub mod settle;
pub mod sheet;
#[cfg(test)]
mod tests;
pub mod total;
pub mod tree;
mod verify;
pub mod workbook;

pub use calc::Points;
pub use entry::{holds_result, quiz_result, replaced, replaced_for_teachers};
pub use item::{OfQuiz, add_quiz_item, change_quiz_item, remove_quiz_item};
pub use report::course_total;
pub use verify::verify;

use super::refusal::Code;
use crate::store::TableInfo;

/// Tables of this noun.
pub const TABLES: &[TableInfo] = &[
    TableInfo::rows::<gradebook::Gradebook>(),
    TableInfo::rows::<category::GradeCategory>(),
    TableInfo::rows::<item::GradeItem>(),
    TableInfo::unique::<item::GradeItemByQuiz>(),
    TableInfo::rows::<entry::Grade>(),
    TableInfo::rows::<total::Total>(),
    TableInfo::rows::<history::GradeChange>(),
    TableInfo::rows::<settle::Settled>(),
];

/// Codes of this noun.
pub const CODES: &[Code] = &[
    category::TOO_DEEP,
    category::FULL,
    category::NOT_THERE,
    category::NOT_EMPTY,
    item::OF_QUIZ,
    report::TOO_MANY_TO_SORT,
    sheet::REFUSED,
];
