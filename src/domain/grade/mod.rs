//! The gradebook: items, categories, grades and totals that are right the moment they are read.
//!
//! - `calc`, `scale`: arithmetic without a store. `docs/grades.md` has the rules with worked numbers.
//! - `gradebook`, `category`, `item`: a course's tree. Categories keep the terms of their children and a stamp.
//! - `entry`, `total`: a learner's grades and totals; a grade carries its change up in its own transaction.

pub mod calc;
pub mod category;
pub mod entry;
pub mod gradebook;
pub mod item;
pub mod scale;
pub mod total;

pub use entry::quiz_result;
pub use item::{add_quiz_item, change_quiz_item, remove_quiz_item};

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
];

/// Codes of this noun.
pub const CODES: &[Code] =
    &[category::TOO_DEEP, category::FULL, category::NOT_THERE, category::NOT_EMPTY, item::OF_QUIZ];
