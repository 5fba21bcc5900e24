//! A course's gradebook: where its tree begins, how percentages are shown, and its letters.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::calc::{EmptyGrades, Method, Rules};
use super::category::{GradeCategory, Name, Visibility};
use super::scale::{Decimals, Scale};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, GradeCategoryId};
use crate::domain::refusal::Refusal;
use crate::store::{Cache, Entries, Read, Record, StoreError, Table, Topic, Txn};

/// The topic kind of "a course's gradebook as it is built".
pub const GRADEBOOK_TOPIC: u8 = 60;

/// A course's gradebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gradebook {
    /// The course.
    pub course: CourseId,
    /// The category that everything is under; its total is the course's.
    pub root: GradeCategoryId,
    /// Letters by percentage.
    pub scale: Scale,
    /// Digits behind the point where percentages and points are shown.
    pub decimals: Decimals,
    /// Changes of scale and decimals so far, for `If-Match`.
    pub revision: u32,
}

impl Record for Gradebook {
    const TABLE: Table = Table { tag: 110, name: "gradebook" };
    const VERSION: u8 = 1;
    const CACHE: Cache = Cache::Content;
    type Key = CourseId;

    fn key(&self) -> CourseId {
        self.course
    }

    fn index(&self, entries: &mut Entries) {
        entries.touch(Topic::new(GRADEBOOK_TOPIC, self.course.0));
    }
}

/// The gradebook of a course; `None` before anything was put into it.
pub fn find(read: &impl Read, course: CourseId) -> Result<Option<Arc<Gradebook>>, StoreError> {
    read.get(&course)
}

/// What a course's first category is called until somebody renames it.
pub const ROOT_NAME: &str = "Course total";

/// The gradebook of a course, made when there is none: a sum of points that ignores what is not graded yet.
pub fn ensure(txn: &mut Txn<'_>, course: CourseId) -> Result<Arc<Gradebook>, Refusal> {
    if let Some(gradebook) = find(txn, course)? {
        return Ok(gradebook);
    }
    let root: GradeCategoryId = txn.new_id()?;
    let rules = Rules { method: Method::Sum, empty: EmptyGrades::Ignored, drop_lowest: 0 };
    txn.put(GradeCategory {
        course,
        id: root,
        parent: None,
        name: Name::shortened(ROOT_NAME),
        rules,
        visibility: Visibility::Visible,
        children: Vec::new(),
        full_max: Decimal::ZERO,
        stamp: 1,
        revision: 1,
    })?;
    let gradebook =
        Gradebook { course, root, scale: Scale::default(), decimals: Decimals::default(), revision: 1 };
    txn.put(gradebook.clone())?;
    Ok(Arc::new(gradebook))
}
