//! What jobs do: one record per kind with everything that it needs and the place where it goes on.

use serde::{Deserialize, Serialize};

use crate::domain::access::{Permission, Scope};
use crate::domain::account_change::ListKey;
use crate::domain::attempt::regrade;
use crate::domain::bank::import::Arrival;
use crate::domain::bank::transfer::FileFormat;
use crate::domain::course_delete::{Gone, Looked};
use crate::domain::ids::{CourseId, QuestionId, QuizId, UserId};
use crate::domain::listed::listed;
use crate::domain::roster::RosterReport;
use crate::domain::xapi::import::{StatementImportReport, compares_repeats};
use crate::domain::xapi::people::erase::Erasure;

listed! {
    /// What sort of work it is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[cfg_attr(test, derive(utoipa::ToSchema))]
    #[serde(rename_all = "snake_case")]
    pub enum JobKind {
        /// People from a file.
        RosterImport = "roster_import",
        /// Marking the attempts of a quiz again.
        Regrade = "regrade",
        /// People into a file.
        PeopleExport = "people_export",
        /// A gradebook into a file.
        GradesExport = "grades_export",
        /// Removing a course with everything in it.
        CourseDeletion = "course_deletion",
        /// Making a course from another one.
        CourseCopy = "course_copy",
        /// Questions from a file.
        QuestionImport = "question_import",
        /// Grades from a file.
        GradesImport = "grades_import",
        /// Learning records from a file.
        StatementImport = "statement_import",
        /// Erasing a person from the learning records.
        PersonErasure = "person_erasure",
    }
}

impl JobKind {
    /// Its number in totals; never reused.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::RosterImport => 0,
            Self::Regrade => 1,
            Self::PeopleExport => 2,
            Self::GradesExport => 3,
            Self::CourseDeletion => 4,
            Self::CourseCopy => 5,
            Self::QuestionImport => 6,
            Self::GradesImport => 7,
            Self::StatementImport => 8,
            Self::PersonErasure => 9,
        }
    }
}

/// Importing people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RosterImport {
    /// The file with the rows, which nobody else names.
    pub file: String,
    /// The file's encoding when it is not UTF-8 and not marked.
    pub encoding: Option<String>,
    /// Make activation links for accounts that have no password and no link that works.
    pub links: bool,
    /// Rows that are done.
    pub next: u64,
    /// The report without its rows, which are in the parts.
    pub report: RosterReport,
}

/// Marking again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regrade {
    /// Which quiz.
    pub quiz: QuizId,
    /// In which course.
    pub course: CourseId,
    /// Only say whose marks would change.
    pub dry_run: bool,
    /// Also take the latest versions of questions.
    pub latest_versions: bool,
    /// Of this question only.
    pub question: Option<QuestionId>,
    /// Everything up to here is done.
    pub after: Option<regrade::Place>,
    /// Attempts that changed, or would.
    pub changed: u64,
}

/// People into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleExport {
    /// Everybody up to here is in it.
    pub after: Option<ListKey>,
}

/// Grades into a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradesExport {
    /// Of which course.
    pub course: CourseId,
    /// Begin with a byte order mark.
    pub bom: bool,
    /// Everybody up to here is in it.
    pub after: Option<UserId>,
    /// The SHA-256 of the first line: another one means that the columns changed meanwhile.
    pub header: Option<[u8; 32]>,
}

/// Removing a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseDeletion {
    /// Which.
    pub course: CourseId,
    /// What it was called.
    pub short_name: String,
    /// How far grants were looked through.
    pub looked: Looked,
    /// What went so far.
    pub gone: Gone,
}

/// Copying a course. The steps that are still to do are in the record of the copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseCopy {
    /// The new course.
    pub to: CourseId,
}

/// Importing questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionImport {
    /// Into which course.
    pub course: CourseId,
    /// The file, which nobody else names.
    pub file: String,
    /// How it is written.
    pub format: FileFormat,
    /// Its encoding.
    pub encoding: String,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Questions that are done.
    pub next: u64,
    /// Those that are new.
    pub created: u64,
}

impl QuestionImport {
    /// The import of a kept file, from its beginning.
    pub fn of(course: CourseId, file: String, arrival: &Arrival, dry_run: bool) -> Self {
        let (format, encoding) = (arrival.format(), arrival.encoding().to_owned());
        Self { course, file, format, encoding, dry_run, next: 0, created: 0 }
    }
}

/// Importing grades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GradesImport {
    /// Of which course.
    pub course: CourseId,
    /// The file, which nobody else names.
    pub file: String,
    /// Let the file override results of quizzes.
    pub overrides: bool,
    /// Lines that are done.
    pub next: u64,
    /// Grades that changed.
    pub changed: u64,
    /// Grades that were as the file says already.
    pub unchanged: u64,
}

impl GradesImport {
    /// The import of a kept file, from its beginning.
    pub const fn of(course: CourseId, file: String, overrides: bool) -> Self {
        Self { course, file, overrides, next: 0, changed: 0, unchanged: 0 }
    }
}

/// Importing learning records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementImport {
    /// The file, which nobody else names.
    pub file: String,
    /// It is a zip.
    pub zip: bool,
    /// Only say what would be done.
    pub dry_run: bool,
    /// Bytes of the statements that are done.
    pub at: u64,
    /// Lines that are done.
    pub lines: u64,
    /// Statements that are new.
    pub imported: u64,
    /// Statements that were there.
    pub unchanged: u64,
    /// Lines that were passed over.
    pub refused: u64,
}

impl StatementImport {
    /// The import of a kept file, from its beginning.
    pub fn of(file: String, zip: bool, dry_run: bool) -> Self {
        Self { file, zip, dry_run, at: 0, lines: 0, imported: 0, unchanged: 0, refused: 0 }
    }

    /// The report so far, without its list.
    pub fn report(&self) -> StatementImportReport {
        StatementImportReport {
            dry_run: self.dry_run,
            lines: self.lines,
            imported: self.imported,
            unchanged: self.unchanged,
            refused: self.refused,
            repeats_compared: compares_repeats(self.dry_run, self.imported),
            problems: Vec::new(),
        }
    }
}

/// What is to be done, and where it goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Work {
    /// People from a file.
    RosterImport(RosterImport),
    /// Marking again.
    Regrade(Regrade),
    /// People into a file.
    PeopleExport(PeopleExport),
    /// Grades into a file.
    GradesExport(GradesExport),
    /// Removing a course.
    CourseDeletion(CourseDeletion),
    /// Copying a course.
    CourseCopy(CourseCopy),
    /// Questions from a file.
    QuestionImport(QuestionImport),
    /// Grades from a file.
    GradesImport(GradesImport),
    /// Learning records from a file.
    StatementImport(StatementImport),
    /// Erasing a person from the learning records.
    PersonErasure(Erasure),
}

impl Work {
    /// What sort of work it is.
    pub const fn kind(&self) -> JobKind {
        match self {
            Self::RosterImport(_) => JobKind::RosterImport,
            Self::Regrade(_) => JobKind::Regrade,
            Self::PeopleExport(_) => JobKind::PeopleExport,
            Self::GradesExport(_) => JobKind::GradesExport,
            Self::CourseDeletion(_) => JobKind::CourseDeletion,
            Self::CourseCopy(_) => JobKind::CourseCopy,
            Self::QuestionImport(_) => JobKind::QuestionImport,
            Self::GradesImport(_) => JobKind::GradesImport,
            Self::StatementImport(_) => JobKind::StatementImport,
            Self::PersonErasure(_) => JobKind::PersonErasure,
        }
    }

    /// What it is about: `quiz 7`.
    pub fn subject(&self) -> String {
        match self {
            Self::RosterImport(_) | Self::PeopleExport(_) => "people".to_owned(),
            Self::Regrade(regrade) => format!("quiz {}", regrade.quiz),
            Self::GradesExport(export) => format!("course {}", export.course),
            Self::CourseDeletion(deletion) => format!("course {}", deletion.course),
            Self::CourseCopy(copy) => format!("course {}", copy.to),
            Self::QuestionImport(import) => format!("course {}", import.course),
            Self::GradesImport(import) => format!("course {}", import.course),
            Self::StatementImport(_) | Self::PersonErasure(_) => "statements".to_owned(),
        }
    }

    /// In which course, when in one.
    pub const fn course(&self) -> Option<CourseId> {
        match self {
            Self::RosterImport(_)
            | Self::PeopleExport(_)
            | Self::StatementImport(_)
            | Self::PersonErasure(_) => None,
            Self::Regrade(regrade) => Some(regrade.course),
            Self::GradesExport(export) => Some(export.course),
            Self::CourseDeletion(deletion) => Some(deletion.course),
            Self::CourseCopy(copy) => Some(copy.to),
            Self::QuestionImport(import) => Some(import.course),
            Self::GradesImport(import) => Some(import.course),
        }
    }

    /// What somebody must be allowed to do, and where, who starts it, stops it, or sees what it came to.
    pub(super) fn right(&self) -> (Permission, Scope) {
        match self {
            Self::RosterImport(_) => (Permission::ManagePeople, Scope::Site),
            Self::Regrade(regrade) => (Permission::MarkAttempts, Scope::Course(regrade.course)),
            Self::PeopleExport(_) => (Permission::ViewPeople, Scope::Site),
            Self::GradesExport(export) => (Permission::ViewGrades, Scope::Course(export.course)),
            Self::CourseCopy(copy) => (Permission::EditCourse, Scope::Course(copy.to)),
            Self::QuestionImport(import) => (Permission::EditQuestions, Scope::Course(import.course)),
            Self::GradesImport(import) => (Permission::EditGrades, Scope::Course(import.course)),
            Self::CourseDeletion(_) | Self::StatementImport(_) | Self::PersonErasure(_) => {
                (Permission::ManageSite, Scope::Site)
            }
        }
    }

    /// Are there activation tokens in its report?
    pub const fn has_links(&self) -> bool {
        match self {
            Self::RosterImport(import) => import.links && !import.report.dry_run,
            Self::Regrade(_)
            | Self::PeopleExport(_)
            | Self::GradesExport(_)
            | Self::CourseDeletion(_)
            | Self::CourseCopy(_)
            | Self::QuestionImport(_)
            | Self::GradesImport(_)
            | Self::StatementImport(_)
            | Self::PersonErasure(_) => false,
        }
    }

    /// What is counted.
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::RosterImport(_) => "rows",
            Self::Regrade(_) => "attempts",
            Self::PeopleExport(_) => "people",
            Self::GradesExport(_) => "enrolments",
            Self::CourseDeletion(_) => "records",
            Self::CourseCopy(_) => "steps",
            Self::QuestionImport(_) => "questions",
            Self::GradesImport(_) | Self::StatementImport(_) => "lines",
            Self::PersonErasure(_) => "statements",
        }
    }

    /// The file that it reads.
    pub fn file(&self) -> Option<&str> {
        match self {
            Self::RosterImport(import) => Some(&import.file),
            Self::QuestionImport(import) => Some(&import.file),
            Self::GradesImport(import) => Some(&import.file),
            Self::StatementImport(import) => Some(&import.file),
            Self::Regrade(_)
            | Self::PeopleExport(_)
            | Self::GradesExport(_)
            | Self::CourseDeletion(_)
            | Self::CourseCopy(_)
            | Self::PersonErasure(_) => None,
        }
    }

    /// It is over, whichever way: whom it was about is not kept any longer.
    pub(super) fn forget(&mut self) {
        if let Self::PersonErasure(erasure) = self {
            erasure.forget();
        }
    }

    /// May it stop with part of the work done?
    pub const fn stops_half_way(&self) -> bool {
        match self {
            Self::CourseDeletion(_) => false,
            Self::RosterImport(_)
            | Self::Regrade(_)
            | Self::PeopleExport(_)
            | Self::GradesExport(_)
            | Self::CourseCopy(_)
            | Self::QuestionImport(_)
            | Self::GradesImport(_)
            | Self::StatementImport(_)
            | Self::PersonErasure(_) => true,
        }
    }

    /// Does its report say something when it did not come to its end?
    pub const fn has_partial_result(&self) -> bool {
        match self {
            Self::PeopleExport(_) | Self::GradesExport(_) => false,
            Self::RosterImport(_)
            | Self::Regrade(_)
            | Self::CourseDeletion(_)
            | Self::CourseCopy(_)
            | Self::QuestionImport(_)
            | Self::GradesImport(_)
            | Self::StatementImport(_)
            | Self::PersonErasure(_) => true,
        }
    }
}
