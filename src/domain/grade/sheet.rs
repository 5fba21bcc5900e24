//! Grades from a CSV file: read and checked as a whole, every problem with its line, before anything is written. A small
//! one is then carried out in one transaction, a large one by a job, some lines at a time. The same file again changes
//! nothing.
//!
//! The plan is made from reads, chunk by chunk, so that a large file does not hold up the writer; a transaction only
//! checks that nothing of it changed in between.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::calc::Terms;
use super::category::GradeCategory;
use super::edit::require;
use super::entry::{self, Grade, Reason};
use super::export::{LETTER, NAME, TOTAL, USER_ID, USERNAME, fused};
use super::hand::{self, Edit, To};
use super::item::{GradeItem, Source};
use super::report;
use super::total::Ledger;
use super::tree::Tree;
use crate::domain::access::{Actor, Permission};
use crate::domain::decimal::{Decimal, DecimalError};
use crate::domain::delimited::{Limits, Rows, Wrong};
use crate::domain::enrolment::Enrolment;
use crate::domain::file_look::Look;
use crate::domain::ids::{CourseId, GradeItemId, UserId};
use crate::domain::question::format::decode;
use crate::domain::question::numeric::plain_characters;
use crate::domain::refusal::{CHANGED, Code, FieldError, Kind, Refusal, TOO_LARGE};
use crate::domain::{account, audit};
use crate::hex;
use crate::store::{Read, Txn};

/// Bytes of a file: five thousand lines of a wide matrix.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// Learners of a file.
const MOST_LINES: usize = 5000;
/// Columns of a file: every item and category, and who it is.
const MOST_COLUMNS: usize = 650;
/// What is read before columns that were cleared are left out: as many as a spreadsheet has, and more than the longest name of
/// an item takes.
const LIMITS: Limits = Limits { fields: 16_384, field_bytes: 4096 };
/// Grades that one file may change: the plan of them is held in memory while it is checked.
const MOST_CHANGES: usize = 5000;
/// Grades that are changed in one transaction while the client waits; more are a job.
pub const CHANGES_AT_ONCE: usize = 500;
/// Problems that are named; more say nothing new.
pub const MOST_PROBLEMS: usize = 100;
/// Changes that a report lists.
pub const MOST_LISTED: usize = 500;
/// The reason that an override from a file has.
const FROM_FILE: &str = "imported from a file";

/// The file is wrong somewhere.
pub const REFUSED: Code = Code::new(
    "grade_import_refused",
    Kind::Invalid,
    "Nothing of the file was taken; `errors` names each line that is wrong.",
);

/// A file as it was read: a header and lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The names of the columns.
    pub header: Vec<String>,
    /// Lines with their number in the file.
    pub lines: Vec<SheetLine>,
    /// Where cells are separated by semicolons, a comma in a number is its decimal point.
    decimal_comma: bool,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// Its number in the file.
    pub number: u64,
    /// Its cells.
    pub cells: Vec<String>,
}

fn at_line(number: u64) -> String {
    format!("line {number}")
}

/// What separates the cells: a tab where there is one between the names of the columns, that is outside quotes, on the first line
/// that is not empty (no name has one); else whichever of comma and semicolon stands there more often.
fn delimiter(text: &str) -> char {
    let (mut commas, mut semicolons) = (0_usize, 0_usize);
    // A quote opens a cell at its beginning only; behind one that closes, it is a quote of the name.
    let (mut quoted, mut opens) = (false, true);
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' if quoted || opens => quoted = !quoted,
            _ if quoted => {}
            b'\n' | b'\r' => break,
            b',' => commas += 1,
            b';' => semicolons += 1,
            b'\t' => return '\t',
            _ => {}
        }
        opens = matches!(byte, b',' | b';' | b'"');
    }
    if semicolons > commas { ';' } else { ',' }
}

/// The file as text: by its byte order mark, as UTF-16 without one, as UTF-8, or else as windows-1252. A wrong guess does no
/// harm: it can only name learners and items that there are not.
fn text_of(bytes: &[u8]) -> Result<String, Refusal> {
    let refused = |line: u32, problem: &str| REFUSED.refuse(problem).at(at_line(line.into()), problem);
    if Look::of_bytes(bytes).is_some() {
        return Err(refused(1, "is not a text; save a workbook or a document as CSV in UTF-8 first"));
    }
    let decoded = decode(bytes, None, true).map_err(|error| refused(error.line, &error.reason))?;
    Ok(decoded.text)
}

/// Cuts off empty cells behind the first `least`, which spreadsheets leave of columns that were cleared.
fn cut(cells: &mut Vec<String>, least: usize) {
    while cells.len() > least && cells.last().is_some_and(String::is_empty) {
        cells.pop();
    }
}

impl Sheet {
    /// Reads a file, separated by commas, semicolons or tabs. Lines without any text are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MOST_BYTES {
            return Err(TOO_LARGE.refuse_whole(format!("the file is larger than {MOST_BYTES} bytes")));
        }
        let text = text_of(bytes)?;
        let delimiter = delimiter(&text);
        let mut header: Option<Vec<String>> = None;
        let mut lines = Vec::new();
        for (number, row) in Rows::of(&text, delimiter, LIMITS) {
            let row = row.map_err(|Wrong { line, problem }| {
                REFUSED.refuse(format!("line {line} {problem}")).at(at_line(line.into()), problem)
            })?;
            let number = u64::from(number);
            let mut cells: Vec<String> = row.iter().map(|cell| fused(cell.trim()).to_owned()).collect();
            if cells.iter().all(String::is_empty) {
                continue;
            }
            cut(&mut cells, header.as_ref().map_or(1, Vec::len));
            match &header {
                None if cells.len() > MOST_COLUMNS => {
                    let problem = format!("the file has more than {MOST_COLUMNS} columns");
                    return Err(TOO_LARGE.refuse_saying(at_line(number), problem));
                }
                None => header = Some(cells),
                Some(header) if cells.len() != header.len() => {
                    let problem = format!("has {} cells, the first line has {}", cells.len(), header.len());
                    return Err(REFUSED.refuse_saying(at_line(number), problem));
                }
                Some(_) if lines.len() == MOST_LINES => {
                    let problem = format!("the file has more than {MOST_LINES} lines; send it in parts");
                    return Err(TOO_LARGE.refuse_saying(at_line(number), problem));
                }
                Some(_) => lines.push(SheetLine { number, cells }),
            }
        }
        let header = header.ok_or_else(|| REFUSED.refuse("the file is empty").at("line 1", "is missing"))?;
        Ok(Self { header, lines, decimal_comma: delimiter == ';' })
    }
}

/// What a column is.
#[derive(Debug, Clone)]
enum Column {
    UserId,
    Username,
    Grades(Arc<GradeItem>, Terms),
    Ignored,
}

/// What a file would change, or did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeImportReport))]
pub struct ImportReport {
    /// Nothing was written.
    pub dry_run: bool,
    /// Learners in the file.
    pub learners: usize,
    /// Grades that the file changes.
    pub changed: usize,
    /// Grades that are as the file says already.
    pub unchanged: usize,
    /// Columns that were not taken: names, totals and letters are computed here.
    pub ignored_columns: Vec<String>,
    /// What is wrong, at most 100 problems. A file with any is not taken.
    pub errors: Vec<FieldError>,
    /// The changes, at most 500 of them.
    pub changes: Vec<ImportChange>,
}

/// One change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeImportChange))]
pub struct ImportChange {
    /// The line in the file.
    pub line: u64,
    /// The learner.
    pub user: UserId,
    /// The item.
    pub item: GradeItemId,
    /// What stood before.
    pub from: Option<Decimal>,
    /// What stands afterwards: of an override that is taken away, the grade below it.
    pub to: Option<Decimal>,
    /// An override is set or taken away.
    pub overrides: bool,
}

/// A file that was checked against the gradebook.
#[derive(Debug)]
pub struct Plan {
    tree: Tree,
    columns: Vec<Column>,
    overrides: bool,
    decimal_comma: bool,
    seen: HashMap<UserId, u64>,
    edits: Vec<(Edit, u32)>,
    planned: Sha256,
    /// What it comes to.
    pub report: ImportReport,
}

impl Plan {
    /// Finds out what each column is. `overrides` lets the file override results of quizzes and change overrides.
    pub fn begin(
        read: &impl Read,
        actor: &Actor,
        course: CourseId,
        sheet: &Sheet,
        overrides: bool,
    ) -> Result<Self, Refusal> {
        require(read, actor, Permission::EditGrades, course)?;
        let Some(tree) = Tree::of(read, course)? else {
            let problem = "the course has no grade items yet";
            return Err(REFUSED.refuse(problem).at("line 1", problem));
        };
        let items = tree.items();
        let mut report = ImportReport::default();
        let mut columns: Vec<Column> = Vec::with_capacity(sheet.header.len());
        for name in &sheet.header {
            let column = match name.to_ascii_lowercase().as_str() {
                USER_ID => Some(Column::UserId),
                USERNAME => Some(Column::Username),
                NAME | LETTER => Some(Column::Ignored),
                _ => grades_column(&items, name),
            };
            if matches!(column, Some(Column::Ignored)) {
                report.ignored_columns.push(name.clone());
            }
            let twice = match &column {
                Some(Column::Grades(item, _)) => columns
                    .iter()
                    .any(|other| matches!(other, Column::Grades(known, _) if known.id == item.id)),
                Some(Column::UserId) => columns.iter().any(|other| matches!(other, Column::UserId)),
                Some(Column::Username) => columns.iter().any(|other| matches!(other, Column::Username)),
                _ => false,
            };
            if twice {
                note(&mut report, 1, format!("the column {name:?} stands twice"));
            } else if column.is_none() {
                let known = "name one grade item, [#id] behind a name tells which";
                note(
                    &mut report,
                    1,
                    format!("the column {name:?} is no grade item of this course, or several; {known}"),
                );
            }
            columns.push(column.unwrap_or(Column::Ignored));
        }
        if !columns.iter().any(|column| matches!(column, Column::UserId | Column::Username)) {
            note(&mut report, 1, format!("there is neither a column {USER_ID} nor {USERNAME}"));
        }
        let decimal_comma = sheet.decimal_comma;
        let (seen, edits, planned) = (HashMap::new(), Vec::new(), Sha256::new());
        Ok(Self { tree, columns, overrides, decimal_comma, seen, edits, planned, report })
    }

    /// Of all changes, also those that the report does not list: the same for the same changes only. Who agreed to a report
    /// agreed to these.
    pub fn digest(&self) -> String {
        hex::of(&self.planned.clone().finalize())
    }

    /// Checks some lines. A few hundred at a time: this reads each learner's grades.
    pub fn take(&mut self, read: &impl Read, lines: &[SheetLine]) -> Result<(), Refusal> {
        for line in lines {
            match self.learner(read, line)? {
                Ok(user) => self.line(read, line, user)?,
                Err(problem) => note(&mut self.report, line.number, problem),
            }
        }
        Ok(())
    }

    fn learner(&mut self, read: &impl Read, line: &SheetLine) -> Result<Result<UserId, String>, Refusal> {
        let mut found: Option<UserId> = None;
        for (column, cell) in self.columns.iter().zip(&line.cells) {
            let user = match column {
                _ if cell.is_empty() => continue,
                Column::UserId => cell.parse().ok().map(UserId),
                Column::Username => account::by_username(read, cell)?.map(|account| account.id),
                _ => continue,
            };
            let Some(user) = user else { return Ok(Err(format!("{cell:?} is nobody's id or username"))) };
            if found.is_some_and(|found| found != user) {
                return Ok(Err(format!("{USER_ID} and {USERNAME} are of two people")));
            }
            found = Some(user);
        }
        let Some(user) = found else { return Ok(Err("names no learner".to_owned())) };
        let course = self.tree.gradebook.course;
        if let Some(why) = report::why_ungraded(read, course, user)? {
            return Ok(Err(format!("user {user} {why}")));
        }
        Ok(match self.seen.insert(user, line.number) {
            Some(before) => Err(format!("user {user} stands on line {before} already")),
            None => Ok(user),
        })
    }

    fn line(&mut self, read: &impl Read, line: &SheetLine, user: UserId) -> Result<(), Refusal> {
        self.report.learners += 1;
        let course = self.tree.gradebook.course;
        let ledger = Ledger::of(read, course, user)?;
        for (column, cell) in self.columns.iter().zip(&line.cells) {
            let Column::Grades(item, terms) = column else { continue };
            let none = Grade::none(course, user, item.id);
            let grade = ledger.grades.get(&item.id).unwrap_or(&none);
            let to = match wanted(cell, self.decimal_comma) {
                Ok(Wanted::Nothing) => continue,
                Ok(Wanted::Grade(points)) => change(points, item.source, grade, terms.max, self.overrides),
                Err(problem) => Err(problem),
            };
            let to = match to {
                Ok(Some(to)) => to,
                Ok(None) => {
                    self.report.unchanged += 1;
                    continue;
                }
                Err(problem) => {
                    note(&mut self.report, line.number, format!("{}: {problem}", item.name.as_str()));
                    continue;
                }
            };
            if self.edits.len() == MOST_CHANGES {
                let problem = format!("the file changes more than {MOST_CHANGES} grades; send it in parts");
                return Err(TOO_LARGE
                    .refuse(problem)
                    .at(at_line(line.number), "is where the limit is passed"));
            }
            self.report.changed += 1;
            let overrides = matches!(to, To::Overridden(_));
            let planned = {
                let from = grade.points(terms.max);
                let to = match to {
                    To::Overridden(None) => grade.computed(terms.max),
                    To::Overridden(points) | To::Given(points) => points,
                    To::Excluded(_) => from,
                };
                ImportChange { line: line.number, user, item: item.id, from, to, overrides }
            };
            self.planned.update(format!("{planned:?}\n"));
            if self.report.changes.len() < MOST_LISTED {
                self.report.changes.push(planned);
            }
            let reason = Reason::parse("/reason", if overrides { FROM_FILE } else { "" })?;
            let edit = Edit { user, item: item.clone(), to, reason };
            self.edits.push((edit, grade.revision));
        }
        Ok(())
    }

    /// Refuses when any line is wrong.
    pub fn require_clean(&self) -> Result<(), Refusal> {
        if self.report.errors.is_empty() {
            return Ok(());
        }
        let mut refusal = REFUSED.refuse(format!("{} problems; nothing was taken", self.report.errors.len()));
        refusal.fields.clone_from(&self.report.errors);
        Err(refusal)
    }

    /// Carries the file out, all of it or nothing.
    pub fn carry_out(self, txn: &mut Txn<'_>, actor: &Actor) -> Result<ImportReport, Refusal> {
        let course = self.tree.gradebook.course;
        let report = self.apply(txn, actor)?;
        note_import(txn, actor, course, report.changed, report.learners)?;
        Ok(report)
    }

    /// Carries out what was taken, all of it or nothing.
    pub fn apply(self, txn: &mut Txn<'_>, actor: &Actor) -> Result<ImportReport, Refusal> {
        self.require_clean()?;
        let course = self.tree.gradebook.course;
        require(txn, actor, Permission::EditGrades, course)?;
        let root = self.tree.root.category.as_ref();
        let now: Option<Arc<GradeCategory>> = txn.get(&(course, root.id))?;
        if now.is_none_or(|now| now.stamp != root.stamp) {
            return Err(CHANGED.refuse("the gradebook was changed while the file was read; send it again"));
        }
        let mut edits = Vec::with_capacity(self.edits.len());
        for (edit, revision) in self.edits {
            let unchanged = entry::of(txn, course, edit.user, edit.item.id)?.revision == revision;
            if !unchanged || !txn.exists::<Enrolment>(&(course, edit.user))? {
                let problem =
                    format!("user {} was changed while the file was read; send it again", edit.user);
                return Err(CHANGED.refuse(problem));
            }
            edits.push(edit);
        }
        hand::apply(txn, actor, course, edits)?;
        Ok(self.report)
    }
}

/// Tells the audit of an import in several transactions with the first grades that it changes: it may be cancelled behind them.
pub fn note_begun(txn: &mut Txn<'_>, actor: &Actor, course: CourseId) -> Result<(), Refusal> {
    audit::note(txn, actor, "grade.import", Some(course), format!("course {course}"), "begun")
}

/// Tells the audit what an import changed, if anything.
pub fn note_import(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    changed: usize,
    learners: usize,
) -> Result<(), Refusal> {
    if changed == 0 {
        return Ok(());
    }
    let detail = format!("{changed} grades of {learners} learners");
    audit::note(txn, actor, "grade.import", Some(course), format!("course {course}"), detail)
}

fn note(report: &mut ImportReport, line: u64, problem: String) {
    if report.errors.len() < MOST_PROBLEMS {
        report.errors.push(FieldError { at: at_line(line), problem });
    }
}

/// What a column with a name of its own is of: an item by `#12`, `anything [#12]`, or the name of exactly one. What is called
/// like the total of a category and is no item is such a total.
fn grades_column(items: &[(Arc<GradeItem>, Terms)], name: &str) -> Option<Column> {
    let in_brackets = name.strip_suffix(']').and_then(|rest| rest.rsplit_once("[#")).map(|(_, id)| id);
    let id = in_brackets.or_else(|| name.strip_prefix('#')).and_then(|id| id.parse().ok()).map(GradeItemId);
    let mut found = items.iter().filter(|(item, _)| match id {
        Some(id) => item.id == id,
        None => item.name.as_str() == name,
    });
    match (found.next(), found.next()) {
        (Some((item, terms)), None) => Some(Column::Grades(item.clone(), *terms)),
        (None, _) if name.starts_with(TOTAL) => Some(Column::Ignored),
        _ => None,
    }
}

/// What a cell wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// It is empty: all stays as it is.
    Nothing,
    /// Points, or, for `-`, none.
    Grade(Option<Decimal>),
}

fn wanted(cell: &str, decimal_comma: bool) -> Result<Wanted, String> {
    let number = plain_characters(cell);
    let points = match cell {
        "" => return Ok(Wanted::Nothing),
        "-" => return Ok(Wanted::Grade(None)),
        // With a point or a second comma it is not clear which one is the decimal point.
        _ => match number.split_once(',') {
            Some((whole, rest)) if decimal_comma && !number.contains('.') => {
                Decimal::parse_rounded(&format!("{whole}.{rest}"))
            }
            _ => Decimal::parse_rounded(number.trim()),
        },
    };
    points
        .map(|points| Wanted::Grade(Some(points)))
        .map_err(|error: DecimalError| format!("{cell:?} {error}"))
}

/// What a file that wants `points`, or none, changes of a grade; nothing when the grade is so already. Without `overrides` it
/// is about grades by hand. With them it may put points instead of what a quiz gave, and wanting none takes an override
/// away, never what is below it: so the same file again finds nothing to do.
fn change(
    points: Option<Decimal>,
    source: Source,
    grade: &Grade,
    max: Decimal,
    overrides: bool,
) -> Result<Option<To>, String> {
    let stands = grade.points(max);
    let shown = stands.map_or_else(|| "none".to_owned(), |stands| stands.to_string());
    let (overridden, by_hand) = (grade.overridden.is_some(), source == Source::Hand);
    match points {
        None if overrides => Ok(overridden.then_some(To::Overridden(None))),
        // What stands may be above a maximum that was lowered since: the range is for what is new.
        _ if points == stands => Ok(None),
        Some(points) if !hand::fits(points, max) => {
            Err(format!("{points} is not between 0 and {max}, the item's maximum"))
        }
        _ if overridden && !overrides => {
            Err(format!("the grade {shown} is overridden; send ?overrides=true to change that"))
        }
        None if !by_hand => Err(format!("the grade {shown} comes from a quiz; no file takes it back")),
        Some(_) if !by_hand && !overrides => {
            Err(format!("the grade {shown} comes from a quiz; send ?overrides=true to override it"))
        }
        Some(_) if overridden || !by_hand => Ok(Some(To::Overridden(points))),
        _ => Ok(Some(To::Given(points))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::entry::{Given, Override};
    use super::*;
    use crate::clock::Timestamp;
    use crate::domain::ids::QuizId;

    #[test]
    fn semicolons_byte_order_marks_and_quoted_lines_are_read() {
        let sheet =
            Sheet::parse("\u{feff}user_id;\"Essay; long\"\r\n7;\"1\"\r\n\r\n8; 2 \r\n".as_bytes()).unwrap();
        assert_eq!(sheet.header, ["user_id", "Essay; long"]);
        let numbers: Vec<u64> = sheet.lines.iter().map(|line| line.number).collect();
        assert_eq!(numbers, [2, 4]);
        assert_eq!(sheet.lines[1].cells, ["8", "2"]);
    }

    #[test]
    fn a_wrong_file_is_refused_with_its_line() {
        let at = |bytes: &[u8]| Sheet::parse(bytes).unwrap_err().fields[0].at.clone();
        assert_eq!(at(b"user_id,a\n1,2\n1,2,3\n"), "line 3");
        assert_eq!(at(b"\xff\xfeu"), "line 1");
        assert_eq!(at(b"PK\x03\x04\x14\x00\x08\x08user_id"), "line 1");
        assert_eq!(at(b""), "line 1");
        let told = |text: &str| {
            let refusal = Sheet::parse(text.as_bytes()).unwrap_err();
            assert_eq!(refusal.code, REFUSED);
            format!("{} {}", refusal.fields[0].at, refusal.fields[0].problem)
        };
        let open = "line 2 opens a quote that is never closed";
        assert_eq!(told("user_id,a,name\n1,11,\"Maeve\n2,12,Yusuf\n"), open);
        assert_eq!(told("user_id,a\n1,\"5"), open);
        assert_eq!(told("user_id,a\n1,\"7\"8\n"), "line 2 has '8' behind a closing quote");
        assert!(told("user_id,a\n1,7\"8\n").starts_with("line 2 has a quote inside a field"));
    }

    #[test]
    fn a_file_of_an_older_spreadsheet_is_read_in_its_encoding() {
        let text = "username;Prüfung [#7]\r\njürgen;7,5\r\n";
        let utf_16 = |mark: &str| -> Vec<u8> {
            format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
        };
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let plain = Sheet::parse(text.as_bytes()).unwrap();
        assert_eq!(plain.lines[0].cells, ["jürgen", "7,5"]);
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [latin, marked, utf_16("\u{feff}"), utf_16("")] {
            assert_eq!(Sheet::parse(&bytes).unwrap(), plain);
        }
    }

    #[test]
    fn separators_are_counted_outside_quotes_on_the_first_line_with_text() {
        let header = |text: &str| Sheet::parse(text.as_bytes()).unwrap().header;
        assert_eq!(header("user_id,\"a; b; c; d [#7]\"\n1,2\n"), ["user_id", "a; b; c; d [#7]"]);
        assert_eq!(header("user_id;\"a, b, c, d\"\n1;2\n"), ["user_id", "a, b, c, d"]);
        assert_eq!(header("user_id,\"say \"\"a; b\"\"; c; d\"\n"), ["user_id", "say \"a; b\"; c; d"]);
        assert_eq!(header("user_id;\"5\"\" nails, x\"\n"), ["user_id", "5\" nails, x"]);
        assert_eq!(header("\r\n \r\nuser_id;b\r\n1;2\r\n"), ["user_id", "b"]);
        assert_eq!(header("user_id,\"two; lines;\n in; one\"\n"), ["user_id", "two; lines;\n in; one"]);
    }

    #[test]
    fn lines_and_columns_without_text_are_passed_over() {
        let sheet = Sheet::parse(b";;;\nuser_id;a;;\n1;2;;\n;;;\n; ;\n3;;;;;\n4;5\n").unwrap();
        assert_eq!(sheet.header, ["user_id", "a"]);
        let lines: Vec<(u64, Vec<&str>)> = sheet
            .lines
            .iter()
            .map(|line| (line.number, line.cells.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(lines, [(3, vec!["1", "2"]), (6, vec!["3", ""]), (7, vec!["4", "5"])]);
        assert_eq!(Sheet::parse(b"user_id;a;;\n1;2;;3\n").unwrap_err().fields[0].at, "line 2");
        assert_eq!(Sheet::parse(b",,\n").unwrap_err().fields[0].at, "line 1");
    }

    #[test]
    fn cells_are_separated_by_tabs_where_a_spreadsheet_writes_unicode_text() {
        let text = "\u{feff}username\tEssay, first; long\r\nada\t7.5\r\n";
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let sheet = Sheet::parse(&bytes).unwrap();
        assert_eq!(sheet.header, ["username", "Essay, first; long"]);
        assert_eq!(sheet.lines[0].cells, ["ada", "7.5"]);
    }

    #[test]
    fn a_cell_is_nothing_no_grade_or_points() {
        let grade = |text: &str| Ok(Wanted::Grade(Some(text.parse().unwrap())));
        for comma in [false, true] {
            assert_eq!(wanted("", comma), Ok(Wanted::Nothing));
            assert_eq!(wanted("-", comma), Ok(Wanted::Grade(None)));
            assert_eq!(wanted("7.5", comma), grade("7.5"));
            assert!(
                ["1,234.5", "1.234,5", "1,2,3", ",", "x"].iter().all(|cell| wanted(cell, comma).is_err())
            );
        }
        assert_eq!(wanted("7,5", true), grade("7.5"));
        for comma in [false, true] {
            assert_eq!(wanted("٧٫٥", comma), grade("7.5"), "digits of any script");
            assert_eq!(wanted("\u{200f}۷", comma), grade("7"));
            assert!(wanted("–", comma).is_err(), "a dash takes nothing back");
        }
        // What a spreadsheet computed has more digits than are kept.
        assert_eq!(wanted("3.33333333", false), grade("3.3333333"));
        assert_eq!(wanted("6,666666666667", true), grade("6.6666667"));
        assert_eq!(
            wanted("7,5", false),
            Err("\"7,5\" is not a decimal number such as 2.5 or -0.3333333".to_owned())
        );
    }

    /// What a file comes to that is taken again and again, with a grade of at most 10 points.
    fn taken(
        points: Option<&str>,
        source: Source,
        mut grade: Grade,
        overrides: bool,
    ) -> Result<Grade, String> {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        let points = points.map(d);
        while let Some(to) = change(points, source, &grade, d("10"), overrides)? {
            let before = grade.clone();
            match to {
                To::Given(points) => grade.given = points.map(|points| Given { points, of: None }),
                To::Overridden(value) => grade.overridden = value.map(overriding),
                To::Excluded(_) => unreachable!("files exclude nobody"),
            }
            assert_ne!(grade, before, "a change changes something");
            assert!(change(points, source, &grade, d("10"), overrides).unwrap().is_none());
        }
        Ok(grade)
    }

    fn overriding(value: Decimal) -> Override {
        Override { value, by: UserId(1), at: Timestamp::EPOCH, reason: Reason::default() }
    }

    #[test]
    fn a_file_twice_is_a_file_once_and_takes_away_what_it_is_about() {
        let d = |text: &str| text.parse::<Decimal>().unwrap();
        let grade = |given: Option<&str>, overridden: Option<&str>| Grade {
            given: given.map(|points| Given { points: d(points), of: None }),
            overridden: overridden.map(|value| overriding(d(value))),
            ..Grade::none(CourseId(1), UserId(2), GradeItemId(3))
        };
        let (hand, quiz) = (Source::Hand, Source::Quiz(QuizId(4)));
        // (what is wanted, of what source, over what, with overrides, what it comes to)
        let five = || grade(Some("5"), None);
        let over = || grade(Some("5"), Some("8"));
        for (points, source, before, overrides, after) in [
            (None, hand, five(), false, Some(grade(None, None))),
            (None, hand, five(), true, Some(five())),
            (None, hand, over(), false, None),
            (None, hand, over(), true, Some(five())),
            (None, quiz, five(), false, None),
            (None, quiz, five(), true, Some(five())),
            (None, quiz, over(), true, Some(five())),
            (None, quiz, grade(None, None), false, Some(grade(None, None))),
            (Some("6"), hand, five(), false, Some(grade(Some("6"), None))),
            (Some("6"), hand, five(), true, Some(grade(Some("6"), None))),
            (Some("6"), hand, over(), false, None),
            (Some("6"), hand, over(), true, Some(grade(Some("5"), Some("6")))),
            (Some("6"), quiz, five(), false, None),
            (Some("6"), quiz, five(), true, Some(grade(Some("5"), Some("6")))),
            (Some("8"), hand, over(), false, Some(over())),
            // Above the maximum only what stands there already is taken.
            (Some("11"), hand, grade(Some("11"), None), false, Some(grade(Some("11"), None))),
            (Some("11"), hand, five(), false, None),
            (Some("-1"), hand, five(), false, None),
        ] {
            let case = format!("{points:?} {source:?} {before:?} {overrides}");
            assert_eq!(taken(points, source, before, overrides).ok(), after, "{case}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(sheet) = Sheet::parse(&bytes) {
                prop_assert!(sheet.lines.iter().all(|line| line.cells.len() == sheet.header.len()));
            }
        }
    }
}
