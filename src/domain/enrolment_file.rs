//! Enrolling by a file: who of those that have an account comes into one course, in which role and group. A file of people
//! that makes accounts is another thing, and another right (`roster`).

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::access::{self, Actor, Permission, Scope};
use super::faults::Faults;
use super::ids::{CourseId, UserId};
use super::refusal::{Refusal, invalid};
use super::roster::{self, EnrolmentOutcome};
use super::roster_file::{RosterFile, without_guard, wrong};
use super::roster_rows::{RowEnrolment, days, moment, role_of};
use super::{account, course, roster_file};
use crate::store::{Read, Txn};

/// Rows of one file. Each writes a few rows of the store, in the time that somebody waits for a page; more people than
/// this are an intake, which comes as a file of people.
pub const ROWS: usize = 5_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Email,
    Role,
    Kind,
    Group,
    Starts,
    Period,
    Status,
}

/// The meaning of a column. A file made for a people import has a 1 behind those of its first course.
fn meaning(column: &str) -> Option<Field> {
    Some(match column {
        "username" => Field::Username,
        "email" => Field::Email,
        "role" | "role1" => Field::Role,
        "type" | "type1" => Field::Kind,
        "group" | "group1" => Field::Group,
        "enroltimestart" | "enroltimestart1" => Field::Starts,
        "enrolperiod" | "enrolperiod1" => Field::Period,
        "enrolstatus" | "enrolstatus1" => Field::Status,
        _ => return None,
    })
}

/// Does a column mean anything here?
pub fn is_known(column: &str) -> bool {
    meaning(column).is_some()
}

/// A row that may be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins.
    pub line: u32,
    /// Who: a username or an e-mail address, as written.
    pub who: String,
    /// What of the course they get, or why nothing.
    pub wanted: Result<Wanted, Vec<String>>,
}

/// What a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    by_email: bool,
    enrolment: RowEnrolment,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// Where it begins in the file.
    pub line: u32,
    /// Who, as written.
    pub who: String,
    /// The account; `None` when the row was skipped before anybody was looked for.
    pub user: Option<UserId>,
    /// What became of it.
    pub outcome: EnrolmentOutcome,
    /// Why it was skipped.
    pub problems: Vec<String>,
}

/// What the columns mean. The header is checked as a whole.
fn meanings(line: u32, columns: &[String]) -> Result<Vec<Option<Field>>, Refusal> {
    let fields: Vec<Option<Field>> = columns.iter().map(|column| meaning(column)).collect();
    let mut faults = Faults::default();
    if !fields.iter().flatten().any(|field| matches!(field, Field::Username | Field::Email)) {
        faults.add(wrong(line, "the header has neither a column username nor a column email"));
    }
    let twice = |(place, field): (usize, &Option<Field>)| {
        // One that is there twice under the same name is told already.
        let mut before = fields.iter().zip(columns).take(place);
        field.is_some() && before.any(|(other, name)| other == field && columns.get(place) != Some(name))
    };
    if fields.iter().enumerate().any(twice) {
        faults.add(wrong(line, "the header names a column twice, with a number and without"));
    }
    faults.and(Ok(fields))
}

/// Reads a file and makes its rows. Days are those of `zone`.
pub fn read(
    bytes: &[u8],
    encoding: Option<&str>,
    zone: &TimeZone,
) -> Result<(RosterFile, Vec<Row>), Refusal> {
    let (file, fields) = roster_file::read(bytes, encoding, meanings)?;
    if let Some((line, _)) = file.rows.get(ROWS) {
        return Err(wrong(*line, format!("is past the limit of {ROWS} rows; split the file")));
    }
    let rows = rows(&file, &fields, zone);
    Ok((file, rows))
}

fn rows(file: &RosterFile, fields: &[Option<Field>], zone: &TimeZone) -> Vec<Row> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let rows = file.rows.iter().map(|(line, values)| {
        let mut row = row(*line, fields, values, zone);
        if let Some(earlier) = seen.insert(row.who.to_lowercase(), *line) {
            row.wanted = Err(vec![format!("line {earlier} names the same person")]);
        }
        row
    });
    rows.collect()
}

fn row(line: u32, fields: &[Option<Field>], values: &[String], zone: &TimeZone) -> Row {
    let value = |field: Field| -> Option<&str> {
        let place = fields.iter().position(|known| *known == Some(field))?;
        values.get(place).map(|value| without_guard(value.trim())).filter(|value| !value.is_empty())
    };
    let mut problems = Vec::new();
    let (who, by_email) = match (value(Field::Username), value(Field::Email)) {
        (Some(username), _) => (username, false),
        (None, Some(email)) => (email, true),
        (None, None) => {
            problems.push("names nobody".to_owned());
            ("", false)
        }
    };
    let mut checked = |column: &str, problem: String| problems.push(format!("{column} {problem}"));
    let role = role_of(value(Field::Role), value(Field::Kind));
    let role = role.map_err(|(column, problem)| checked(column, problem)).ok().flatten();
    let starts = value(Field::Starts).map_or(Ok(None), |text| moment(text, zone));
    let starts = starts.map_err(|problem| checked("enroltimestart", problem)).ok().flatten();
    let period = value(Field::Period).map_or(Ok(None), |text| days(text, zone));
    let period = period.map_err(|problem| checked("enrolperiod", problem)).ok().flatten();
    let suspended = match value(Field::Status) {
        None => None,
        Some("0" | "active") => Some(false),
        Some("1" | "suspended") => Some(true),
        Some(_) => {
            checked("enrolstatus", "is neither 0 (active) nor 1 (suspended)".to_owned());
            None
        }
    };
    let group = value(Field::Group).map(str::to_owned);
    let enrolment = RowEnrolment { course: String::new(), role, group, starts, period, suspended };
    let wanted = if problems.is_empty() { Ok(Wanted { by_email, enrolment }) } else { Err(problems) };
    Row { line, who: who.to_owned(), wanted }
}

fn find(read: &impl Read, row: &Row, wanted: &Wanted) -> Result<UserId, Refusal> {
    let found = if wanted.by_email {
        account::by_email(read, &row.who)?
    } else {
        account::by_username(read, &row.who)?
    };
    found.map(|account| account.id).ok_or_else(|| invalid("/file", "names nobody who has an account"))
}

/// Takes in rows; what became of each. What is wrong with a row is in its report; an error is about the store, the
/// course or the right.
pub fn apply(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    rows: &[Row],
) -> Result<Vec<RowReport>, Refusal> {
    access::require(txn, actor, Permission::ManageEnrolment, Scope::Course(course))?;
    let short_name = course::get(txn, course)?.short_name.to_string();
    let mut reports = Vec::with_capacity(rows.len());
    for row in rows {
        let mut report = RowReport {
            line: row.line,
            who: row.who.clone(),
            user: None,
            outcome: EnrolmentOutcome::Refused,
            problems: Vec::new(),
        };
        match &row.wanted {
            Err(problems) => report.problems.clone_from(problems),
            Ok(wanted) => {
                let done = find(txn, row, wanted).and_then(|user| {
                    report.user = Some(user);
                    let enrolment = RowEnrolment { course: short_name.clone(), ..wanted.enrolment.clone() };
                    roster::enrol(txn, actor, user, &enrolment)
                });
                match done {
                    Ok(outcome) => report.outcome = outcome,
                    Err(refusal) if roster::is_about_the_row(&refusal) => {
                        report.problems.push(refusal.detail);
                    }
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        reports.push(report);
    }
    Ok(reports)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Vec<Row> {
        read(text.as_bytes(), None, &TimeZone::UTC).unwrap().1
    }

    #[test]
    fn people_are_named_by_username_or_else_by_address() {
        let rows = parsed(
            "username,email,role1,group1,city\nada,x@y.example,student,Monday,Oslo\n,g@h.example,,,\n",
        );
        assert_eq!((rows[0].who.as_str(), rows[1].who.as_str()), ("ada", "g@h.example"));
        let (first, second) = (rows[0].wanted.as_ref().unwrap(), rows[1].wanted.as_ref().unwrap());
        assert_eq!(first.enrolment.role.as_ref().unwrap().as_str(), "learner");
        assert_eq!(first.enrolment.group.as_deref(), Some("Monday"));
        assert!(!first.by_email && second.by_email && second.enrolment.role.is_none());
    }

    #[test]
    fn moodles_nought_is_no_time_and_no_period() {
        let rows = parsed("username,enroltimestart,enrolperiod\nada,0,0\nbob,0,3\n");
        let dates = |at: usize| {
            let enrolment = &rows[at].wanted.as_ref().unwrap().enrolment;
            (enrolment.starts, enrolment.period.as_ref().map(|period| period.days))
        };
        assert_eq!((dates(0), dates(1)), ((None, None), (None, Some(3))));
    }

    #[test]
    fn a_wrong_row_says_everything_that_is_wrong_and_the_second_of_a_person_says_where_the_first_is() {
        let rows = parsed("username;enrolstatus;enrolperiod\nada;perhaps;soon\n;0;1\nADA;;\n");
        let problems = |at: usize| rows[at].wanted.as_ref().unwrap_err().join("; ");
        assert!(
            problems(0).contains("enrolstatus") && problems(0).contains("enrolperiod"),
            "{}",
            problems(0)
        );
        assert!(problems(1).contains("names nobody"));
        assert!(problems(2).contains("line 2 names the same person"));
    }

    #[test]
    fn a_file_without_people_or_with_too_many_is_refused_as_a_whole() {
        for text in ["name,role\nada,learner\n", "username,role,role1\nada,a,b\n"] {
            read(text.as_bytes(), None, &TimeZone::UTC).unwrap_err();
        }
        let refusal = read(b"\n\nrole,role1\n", None, &TimeZone::UTC).unwrap_err();
        assert!(refusal.fields.iter().all(|field| field.at == "line 3"), "{refusal:?}");
        assert_eq!(refusal.fields.len(), 2);
        let many = (0..=ROWS).fold("username\n".to_owned(), |text, number| format!("{text}p{number}\n"));
        let refusal = read(many.as_bytes(), None, &TimeZone::UTC).unwrap_err();
        assert!(refusal.fields[0].at.starts_with("line 5002"), "{refusal:?}");
    }
}
