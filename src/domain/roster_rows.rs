//! Columns of a file of people, by Moodle's names, and the rows that they make.

use std::collections::HashMap;
use std::fmt::Display;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::access::{ASSISTANT, LEARNER, RoleName, TEACHER};
use super::account::{self, Email, PersonName, Username};
use super::faults::Faults;
use super::preferences::{Language, Preferences, ZoneName};
use super::refusal::Refusal;
use super::roster_file::{RosterFile, without_guard, wrong};
use super::{roster_file, sign_in};
use crate::clock::{LAST_SECOND, Timestamp};

/// The longest enrolment: ten years.
const PERIOD_DAYS: u32 = 3660;

/// What Moodle writes where there is no time and no period.
const NONE: &str = "0";
/// What Moodle writes for the time zone of the server.
const SERVER_ZONE: &str = "99";
/// Seconds since 1970 have ten digits since 2001. Fewer are a year, a day or a slip, and would be a moment decades ago.
const TEN_DIGITS: i64 = 1_000_000_000;

/// A person and their courses, as a row says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where it begins.
    pub line: u32,
    /// Who.
    pub username: Username,
    /// For an account that does not exist yet; without one there is an activation link.
    pub password: Option<String>,
    /// Given name; an account that is to be made needs one.
    pub first_name: Option<PersonName>,
    /// Family name; an account that is to be made needs one.
    pub last_name: Option<PersonName>,
    /// Where they are reached.
    pub email: Option<Email>,
    /// Keep them out, or let them in again.
    pub suspended: Option<bool>,
    /// Extra fields; others stay.
    pub profile: Vec<(String, String)>,
    /// Language and time zone.
    pub shown: Shown,
    /// Courses.
    pub enrolments: Vec<RowEnrolment>,
}

/// How a person is shown things, as a row says. What it names that there is not keeps nobody out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// The language of pages.
    pub language: Option<Language>,
    /// The zone of dates and times.
    pub time_zone: Option<ZoneName>,
    /// What was passed over.
    pub notes: Vec<String>,
}

impl Shown {
    fn of(language: Option<&str>, zone: Option<&str>) -> Self {
        let mut shown = Self {
            language: language.and_then(Language::parse),
            time_zone: zone.and_then(|zone| ZoneName::parse(zone).ok()),
            notes: Vec::new(),
        };
        if let Some(language) = language.filter(|_| shown.language.is_none()) {
            shown.notes.push(format!("lang {language} is not a language of the pages and was passed over"));
        }
        if let Some(zone) = zone.filter(|zone| shown.time_zone.is_none() && *zone != SERVER_ZONE) {
            let what = "is not a time zone such as Europe/Vienna and was passed over";
            shown.notes.push(format!("timezone {zone} {what}"));
        }
        shown
    }

    /// Does it name anything that is otherwise here?
    pub fn differs_from(&self, preferences: &Preferences) -> bool {
        (self.language.is_some() && self.language != preferences.language)
            || (self.time_zone.is_some() && self.time_zone != preferences.time_zone)
    }
}

/// So many days, at the same time of day in a zone: what begins at midnight ends at midnight when the clocks change in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// How many.
    pub days: u32,
    /// Whose calendar.
    pub zone: TimeZone,
}

impl Period {
    /// When it is over.
    pub fn after(&self, start: Timestamp) -> Timestamp {
        let end = jiff::Timestamp::from_millisecond(start.ms()).ok().and_then(|start| {
            start
                .to_zoned_datetime(self.zone.clone())
                .checked_add(jiff::Span::new().days(i64::from(self.days)))
                .ok()
        });
        // Beyond all calendars.
        let as_hours = || start.plus(Duration::from_hours(u64::from(self.days) * 24));
        end.map_or_else(as_hours, |end| Timestamp::from_ms(end.timestamp().as_millisecond()))
    }
}

/// A course of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowEnrolment {
    /// The course's short name.
    pub course: String,
    /// The role, when one is named.
    pub role: Option<RoleName>,
    /// A group by name, when one is named.
    pub group: Option<String>,
    /// Counts from here on.
    pub starts: Option<Timestamp>,
    /// Counts for so long.
    pub period: Option<Period>,
    /// Suspended or not.
    pub suspended: Option<bool>,
}

/// A row that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongRow {
    /// Where it begins.
    pub line: u32,
    /// Who, as written.
    pub username: String,
    /// What is wrong, a sentence per problem.
    pub problems: Vec<String>,
}

/// All rows of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    /// In the order of the file.
    pub rows: Vec<Result<Row, WrongRow>>,
    /// Columns that mean nothing here.
    pub ignored_columns: Vec<String>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Username,
    Password,
    FirstName,
    LastName,
    Email,
    Suspended,
    Deleted,
    Profile,
    Language,
    TimeZone,
    Course,
    Role,
    Kind,
    Group,
    Starts,
    Period,
    Status,
}

const PROFILE_PREFIX: &str = "profile_field_";

/// The meaning of a column, and the number of its course.
fn meaning(column: &str) -> Option<(Field, u32)> {
    let single = match column {
        "username" => Some(Field::Username),
        "password" => Some(Field::Password),
        "firstname" => Some(Field::FirstName),
        "lastname" => Some(Field::LastName),
        "email" => Some(Field::Email),
        "suspended" => Some(Field::Suspended),
        "deleted" => Some(Field::Deleted),
        "lang" => Some(Field::Language),
        "timezone" => Some(Field::TimeZone),
        _ if column.starts_with(PROFILE_PREFIX) => Some(Field::Profile),
        _ => None,
    };
    if let Some(field) = single {
        return Some((field, 0));
    }
    let name = column.trim_end_matches(|c: char| c.is_ascii_digit());
    let number: u32 = column.strip_prefix(name)?.parse().ok()?;
    let field = match name {
        "course" => Field::Course,
        "role" => Field::Role,
        "type" => Field::Kind,
        "group" => Field::Group,
        "enroltimestart" => Field::Starts,
        "enrolperiod" => Field::Period,
        "enrolstatus" => Field::Status,
        _ => return None,
    };
    (number > 0).then_some((field, number))
}

/// What the columns mean. The header is checked as a whole: what it asks for that cannot be done refuses the file.
fn meanings(line: u32, columns: &[String]) -> Result<Vec<Option<(Field, u32)>>, Refusal> {
    let fields: Vec<Option<(Field, u32)>> = columns.iter().map(|column| meaning(column)).collect();
    let has = |field: Field, number: u32| fields.contains(&Some((field, number)));
    let mut faults = Faults::default();
    if !has(Field::Username, 0) {
        faults.add(wrong(line, "the header has no column username"));
    }
    if columns.iter().any(|column| column == "oldusername") {
        faults.add(wrong(
            line,
            "the column oldusername renames accounts, which an import does not do; change them one by one",
        ));
    }
    for (column, field) in columns.iter().zip(&fields) {
        if let Some((_, number @ 1..)) = field
            && !has(Field::Course, *number)
        {
            faults.add(wrong(line, format!("the header has {column} but no course{number}")));
        }
    }
    faults.and(Ok(fields))
}

/// Reads a file and makes its rows. Days are those of `zone`.
pub fn read(bytes: &[u8], encoding: Option<&str>, zone: &TimeZone) -> Result<(RosterFile, Rows), Refusal> {
    let (file, fields) = roster_file::read(bytes, encoding, meanings)?;
    let rows = rows(&file, &fields, zone);
    Ok((file, rows))
}

fn rows(file: &RosterFile, fields: &[Option<(Field, u32)>], zone: &TimeZone) -> Rows {
    let ignored = file.columns.iter().zip(fields).filter(|(_, field)| field.is_none());
    let ignored_columns = ignored.map(|(column, _)| column.clone()).collect();
    let mut seen_usernames: HashMap<String, u32> = HashMap::new();
    let mut seen_emails: HashMap<String, u32> = HashMap::new();
    let rows = file.rows.iter().map(|(line, values)| {
        let row = row(*line, &file.columns, fields, values, zone)?;
        let mut problems = Vec::new();
        let (username, email) = (row.username.as_str().to_owned(), row.email.as_ref().map(Email::folded));
        if let Some(earlier) = seen_usernames.get(&username) {
            problems.push(format!("line {earlier} has the same username"));
        }
        if let Some(earlier) = email.as_ref().and_then(|email| seen_emails.get(email)) {
            problems.push(format!("line {earlier} has the same e-mail address"));
        }
        if !problems.is_empty() {
            return Err(WrongRow { line: *line, username, problems });
        }
        // Only a row that is taken has them.
        seen_usernames.insert(username, *line);
        seen_emails.extend(email.map(|email| (email, *line)));
        Ok(row)
    });
    Rows { rows: rows.collect(), ignored_columns }
}

/// The cells of a row, by what their columns mean, and what is wrong with them so far.
struct Cells<'f> {
    columns: &'f [String],
    fields: &'f [Option<(Field, u32)>],
    values: &'f [String],
    zone: &'f TimeZone,
    problems: Vec<String>,
}

impl<'f> Cells<'f> {
    /// A cell as it is written.
    fn raw(&self, field: Field, number: u32) -> Option<&'f str> {
        let place = self.fields.iter().position(|known| *known == Some((field, number)))?;
        self.values.get(place).map(String::as_str)
    }

    /// What a cell says; nothing when it is empty.
    fn get(&self, field: Field, number: u32) -> Option<&'f str> {
        self.raw(field, number).map(|value| without_guard(value.trim())).filter(|value| !value.is_empty())
    }

    /// Notes what is wrong in a column; `number` is that of its course, 0 for none.
    fn note(&mut self, column: &str, number: u32, problem: impl Display) {
        let number = if number == 0 { String::new() } else { number.to_string() };
        self.problems.push(format!("{column}{number} {problem}"));
    }

    /// What a cell says, read; what cannot be read is noted.
    fn read<T, E: Display>(
        &mut self,
        (field, number): (Field, u32),
        column: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        read(self.get(field, number)?).map_err(|problem| self.note(column, number, problem)).ok()
    }

    /// A password may begin like a formula; an apostrophe in front of it is part of it.
    fn password(&mut self) -> Option<String> {
        let password = self.raw(Field::Password, 0).filter(|password| !password.is_empty())?;
        if password.chars().count() > sign_in::PASSWORD_LENGTH {
            self.note("password", 0, "is longer than 128 characters");
        }
        Some(password.to_owned())
    }

    /// The extra fields of the account.
    fn profile(&mut self) -> Vec<(String, String)> {
        let mut profile = Vec::new();
        for ((column, field), value) in self.columns.iter().zip(self.fields).zip(self.values) {
            if *field == Some((Field::Profile, 0))
                && let Some(name) = column.strip_prefix(PROFILE_PREFIX)
                && !value.trim().is_empty()
            {
                profile.push((name.to_owned(), without_guard(value.trim()).to_owned()));
            }
        }
        account::parse_profile("profile_field", profile)
            .map_err(|refusal| self.problems.push(refusal.detail))
            .unwrap_or_default()
    }

    /// The courses, in the order of their columns.
    fn enrolments(&mut self) -> Vec<RowEnrolment> {
        let mut enrolments: Vec<RowEnrolment> = Vec::new();
        for (_, number) in self.fields.iter().flatten().filter(|(field, _)| *field == Field::Course) {
            let Some(enrolment) = self.enrolment(*number) else { continue };
            let lower = enrolment.course.to_lowercase();
            if enrolments.iter().any(|other| other.course.to_lowercase() == lower) {
                self.note("course", *number, format_args!("names {} a second time", enrolment.course));
            }
            enrolments.push(enrolment);
        }
        enrolments
    }

    /// The role in a course: by its name, else by the kind that Moodle numbers.
    fn role(&mut self, number: u32) -> Option<RoleName> {
        role_of(self.get(Field::Role, number), self.get(Field::Kind, number))
            .map_err(|(column, problem)| self.note(column, number, problem))
            .ok()
            .flatten()
    }

    /// A course of the row, when it names one.
    fn enrolment(&mut self, number: u32) -> Option<RowEnrolment> {
        let course = self.get(Field::Course, number)?.to_owned();
        let zone = self.zone;
        let status = |text: &str| flag(text).ok_or("is neither 0 (active) nor 1 (suspended)");
        Some(RowEnrolment {
            course,
            role: self.role(number),
            group: self.get(Field::Group, number).map(str::to_owned),
            starts: self.read((Field::Starts, number), "enroltimestart", |text| moment(text, zone)).flatten(),
            period: self.read((Field::Period, number), "enrolperiod", |text| days(text, zone)).flatten(),
            suspended: self.read((Field::Status, number), "enrolstatus", status),
        })
    }
}

/// Yes or no, or how Moodle names them.
fn flag(text: &str) -> Option<bool> {
    match text {
        "0" | "active" => Some(false),
        "1" | "suspended" => Some(true),
        _ => None,
    }
}

fn row(
    line: u32,
    columns: &[String],
    fields: &[Option<(Field, u32)>],
    values: &[String],
    zone: &TimeZone,
) -> Result<Row, WrongRow> {
    let mut cells = Cells { columns, fields, values, zone, problems: Vec::new() };
    let written = cells.get(Field::Username, 0).unwrap_or_default();
    let username = Username::parse(written).map_err(|problem| cells.note("username", 0, problem)).ok();
    let first_name = cells.read((Field::FirstName, 0), "firstname", PersonName::parse);
    let last_name = cells.read((Field::LastName, 0), "lastname", PersonName::parse);
    let email = cells.read((Field::Email, 0), "email", Email::parse);
    let password = cells.password();
    let is_set = |text: &str| flag(text).ok_or("is neither 0 nor 1");
    let suspended = cells.read((Field::Suspended, 0), "suspended", is_set);
    if cells.read((Field::Deleted, 0), "deleted", is_set) == Some(true) {
        cells.note(
            "deleted",
            0,
            "cannot be done by an import; use suspended, which keeps what the person did",
        );
    }
    let profile = cells.profile();
    let shown = Shown::of(cells.get(Field::Language, 0), cells.get(Field::TimeZone, 0));
    let enrolments = cells.enrolments();
    match username {
        Some(username) if cells.problems.is_empty() => Ok(Row {
            line,
            username,
            password,
            first_name,
            last_name,
            email,
            suspended,
            profile,
            shown,
            enrolments,
        }),
        _ => Err(WrongRow { line, username: written.to_owned(), problems: cells.problems }),
    }
}

/// Moodle's short names of roles in a course, then names of this installation. Moodle's `teacher` does not edit.
pub(super) fn role(text: &str) -> Result<RoleName, String> {
    let lower = text.to_lowercase();
    let name = match lower.as_str() {
        "student" => LEARNER,
        "teacher" => ASSISTANT,
        "editingteacher" => TEACHER,
        other => other,
    };
    RoleName::parse(name)
        .map_err(|problem| format!("{problem} (student, teacher and editingteacher are known too)"))
}

/// The role of a course by its name, or else by Moodle's number for a kind of role. What is wrong with which column.
pub(super) fn role_of(
    name: Option<&str>,
    kind: Option<&str>,
) -> Result<Option<RoleName>, (&'static str, String)> {
    let kind = match (name, kind) {
        (Some(name), _) => return role(name).map(Some).map_err(|problem| ("role", problem)),
        (None, None) => return Ok(None),
        (None, Some("1")) => LEARNER,
        (None, Some("2")) => TEACHER,
        (None, Some("3")) => ASSISTANT,
        (None, Some(_)) => {
            return Err((
                "type",
                "is none of 1 (student), 2 (teacher) and 3 (non-editing teacher)".to_owned(),
            ));
        }
    };
    RoleName::parse(kind).map(Some).map_err(|problem| ("type", problem.to_owned()))
}

/// A day (from midnight in `zone`), an RFC 3339 time, or seconds since 1970 as Moodle exports them; `None` for its 0.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, String> {
    const BEYOND: &str = "is before 1970 or after 9999-12-30T22:00:00Z, and such a time is not kept";
    let kept = |ms: i64| {
        if (0..=LAST_SECOND * 1000).contains(&ms) {
            Ok(Some(Timestamp::from_ms(ms)))
        } else {
            Err(BEYOND.to_owned())
        }
    };
    if text == NONE {
        return Ok(None);
    }
    if let Ok(seconds) = text.parse::<i64>() {
        if (0..TEN_DIGITS).contains(&seconds) {
            return Err("is a number of fewer than ten digits; write a day such as 2026-09-07, or all ten digits of seconds \
                        since 1970"
                .to_owned());
        }
        return kept(seconds.saturating_mul(1000));
    }
    if let Some(ms) = day_or_time(text, zone) {
        return kept(ms);
    }
    // What is a time in another year is one: its year is not kept.
    let is_beyond = text.trim_start_matches(['+', '-']).split_once('-').is_some_and(|(year, rest)| {
        let digits = year.len() >= 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        digits
            && !year.parse().is_ok_and(|year: u64| (1971..9999).contains(&year))
            && day_or_time(&format!("2000-{rest}"), zone).is_some()
    });
    Err(if is_beyond {
        BEYOND.to_owned()
    } else {
        "is not a day such as 2026-09-07, an RFC 3339 time or seconds since 1970".to_owned()
    })
}

/// In milliseconds since 1970, also before it.
fn day_or_time(text: &str, zone: &TimeZone) -> Option<i64> {
    let day = (text.len() == 10).then(|| text.parse::<jiff::civil::Date>().ok()).flatten();
    // Where the clocks leave midnight out the day begins behind it.
    let midnight = day.and_then(|day| day.at(0, 0, 0, 0).to_zoned_datetime(zone.clone()).ok());
    let midnight = midnight.map(|midnight| midnight.timestamp().as_millisecond());
    midnight.or_else(|| text.parse().ok().map(Timestamp::ms))
}

/// A number of days; `None` for Moodle's 0.
pub(super) fn days(text: &str, zone: &TimeZone) -> Result<Option<Period>, String> {
    match text.parse::<u32>() {
        _ if text == NONE => Ok(None),
        Ok(days @ 1..=PERIOD_DAYS) => Ok(Some(Period { days, zone: zone.clone() })),
        _ => Err(format!("is not a number of days from 1 to {PERIOD_DAYS}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::roster_file::UNREADABLE;
    use super::*;

    fn parsed(text: &str) -> Rows {
        read(text.as_bytes(), None, &TimeZone::UTC).unwrap().1
    }

    fn ten_days() -> Period {
        Period { days: 10, zone: TimeZone::UTC }
    }

    #[test]
    fn a_day_begins_at_midnight_in_the_zone_and_a_period_keeps_the_time_of_day() {
        let cairo = TimeZone::get("Africa/Cairo").unwrap();
        let starts = |text: &str| moment(text, &cairo).unwrap().unwrap();
        let ends =
            |text: &str, period: &str| days(period, &cairo).unwrap().unwrap().after(starts(text)).to_string();
        // The clocks go back at the end of 28 October 2027.
        assert_eq!(starts("2027-10-28").to_string(), "2027-10-27T21:00:00.000Z");
        assert_eq!(ends("2027-10-28", "3"), "2027-10-30T22:00:00.000Z");
        // In spring they leave midnight out.
        assert_eq!(starts("2027-04-30").to_string(), "2027-04-29T22:00:00.000Z");
        assert_eq!(starts("2027-10-28T00:00:00Z").to_string(), "2027-10-28T00:00:00.000Z");
        assert_eq!(starts("1546300800").to_string(), "2019-01-01T00:00:00.000Z");
    }

    #[test]
    fn moodles_columns_make_people_with_courses() {
        let rows = parsed(
            "username,firstname,lastname,email,course1,role1,group1,enroltimestart1,enrolperiod1,enrolstatus1,city\n\
             Ada,Ada,Lovelace,ada@x.example,STAT101,editingteacher,G 1,2026-09-07,10,1,London\n",
        );
        assert_eq!(rows.ignored_columns, ["city"]);
        let row = rows.rows[0].as_ref().unwrap();
        assert_eq!((row.line, row.username.as_str()), (2, "ada"));
        let enrolment = &row.enrolments[0];
        assert_eq!(enrolment.role.as_ref().unwrap().as_str(), TEACHER);
        assert_eq!(enrolment.starts.unwrap().to_string(), "2026-09-07T00:00:00.000Z");
        assert_eq!(enrolment.period, Some(ten_days()));
        assert_eq!(enrolment.suspended, Some(true));
    }

    #[test]
    fn moodles_nought_is_no_time_and_no_period_as_an_empty_cell_is() {
        let rows = parsed(
            "username,course1,enroltimestart1,enrolperiod1,course2,enroltimestart2,enrolperiod2\n\
             ada,A,0,0,B,,\nbob,A,0,10,B,2026-09-07,0\ncat,A,,-0,B,,00\n",
        );
        let dates = |row: usize, course: usize| {
            let enrolment = &rows.rows[row].as_ref().unwrap().enrolments[course];
            (enrolment.starts.map(|starts| starts.to_string()), enrolment.period.clone())
        };
        assert_eq!(dates(0, 0), (None, None));
        assert_eq!(dates(0, 0), dates(0, 1));
        assert_eq!(dates(1, 0), (None, Some(ten_days())));
        assert_eq!(dates(1, 1), (Some("2026-09-07T00:00:00.000Z".to_owned()), None));
        assert_eq!(rows.rows[2].as_ref().unwrap_err().problems.len(), 2, "a slip is none");
    }

    #[test]
    fn moodles_number_for_a_kind_of_role_counts_where_no_role_is_named() {
        let rows = parsed(
            "username,course1,role1,type1,course2,type2\n\
             ada,A,,2,B,3\nbob,A,student,2,B,1\ncat,A,,4,,\ndan,A,,,B,\n",
        );
        let roles = |row: usize| -> Vec<Option<&str>> {
            let row = rows.rows[row].as_ref().unwrap();
            row.enrolments.iter().map(|it| it.role.as_ref().map(RoleName::as_str)).collect()
        };
        assert_eq!(roles(0), [Some(TEACHER), Some(ASSISTANT)]);
        assert_eq!(roles(1), [Some(LEARNER), Some(LEARNER)]);
        assert_eq!(roles(3), [None, None]);
        let problems = &rows.rows[2].as_ref().unwrap_err().problems;
        assert_eq!(*problems, ["type1 is none of 1 (student), 2 (teacher) and 3 (non-editing teacher)"]);
        assert!(rows.ignored_columns.is_empty());
    }

    #[test]
    fn language_and_time_zone_come_along_and_what_there_is_not_is_noted() {
        let rows =
            parsed("username,lang,timezone\nada,en_us,europe/vienna\nbob,ar,99\ncat,de,Mars/Base\ndan,,\n");
        let shown = |row: usize| &rows.rows[row].as_ref().unwrap().shown;
        assert_eq!(shown(0).language, Some(Language::En));
        assert_eq!(shown(0).time_zone.as_ref().map(ZoneName::as_str), Some("Europe/Vienna"));
        assert_eq!(*shown(1), Shown { language: Some(Language::Ar), ..Shown::default() });
        assert_eq!((shown(2).language, &shown(2).time_zone, shown(2).notes.len()), (None, &None, 2));
        assert_eq!(*shown(3), Shown::default());
    }

    #[test]
    fn every_problem_of_a_row_is_named_and_other_rows_are_taken() {
        let rows = parsed(
            "username;firstname;email;deleted;course1;enrolperiod1\n\
             a b;x;nobody;1;C;soon\n\
             ok;x;;;;\n\
             OK;x;;;;\n",
        );
        assert_eq!(rows.rows[0].as_ref().unwrap_err().problems.len(), 4);
        assert!(rows.rows[1].is_ok());
        assert_eq!(rows.rows[2].as_ref().unwrap_err().problems, ["line 3 has the same username"]);
    }

    #[test]
    fn a_row_is_told_which_row_that_is_taken_has_its_username_or_address() {
        let rows = parsed(
            "username,email\nada,x@y.example\nbob,x@y.example\ncat,X@y.example\nADA,d@y.example\ndan,d@y.example\n",
        );
        let problems = |row: usize| rows.rows[row].as_ref().unwrap_err().problems.clone();
        for row in [1, 2] {
            assert_eq!(problems(row), ["line 2 has the same e-mail address"]);
        }
        assert_eq!(problems(3), ["line 2 has the same username"]);
        assert!(rows.rows[4].is_ok(), "the row with its address is refused");
    }

    #[test]
    fn a_header_that_asks_for_the_impossible_refuses_the_file() {
        for (text, lines) in [
            ("firstname", vec!["line 1"]),
            ("username,oldusername", vec!["line 1"]),
            ("username,role1", vec!["line 1"]),
            ("\u{feff}\n\nfirstname,oldusername,role1", vec!["line 3", "line 3", "line 3"]),
            (
                "name,oldusername,role1,group2\na,b,c\n",
                vec!["line 1", "line 1", "line 1", "line 1", "line 2"],
            ),
        ] {
            let refusal = read(text.as_bytes(), None, &TimeZone::UTC).unwrap_err();
            let told: Vec<&str> = refusal.fields.iter().map(|field| field.at.as_str()).collect();
            assert_eq!((refusal.code, told), (UNREADABLE, lines), "{text}: {}", refusal.detail);
        }
    }

    #[test]
    fn a_time_that_is_not_kept_is_told_from_what_is_no_time() {
        for (text, is) in [
            ("2026-09-07", "2026-09-07T00:00:00.000Z"),
            ("2026-09-07T10:00:00+02:00", "2026-09-07T08:00:00.000Z"),
            // What Moodle writes.
            ("1546300800", "2019-01-01T00:00:00.000Z"),
            ("1000000000", "2001-09-09T01:46:40.000Z"),
            ("9999-12-30", "9999-12-30T00:00:00.000Z"),
            ("9999-12-30T22:00:00Z", "9999-12-30T22:00:00.000Z"),
            ("253402207200", "9999-12-30T22:00:00.000Z"),
        ] {
            assert_eq!(moment(text, &TimeZone::UTC).unwrap().unwrap().to_string(), is);
        }
        assert_eq!(moment("0", &TimeZone::UTC), Ok(None), "Moodle's word for no time");
        for beyond in [
            "99999-01-01",
            "+99999-01-01",
            "0000-01-01",
            "-0001-01-01T00:00:00Z",
            "1969-12-31",
            "1970-01-01T00:00:00+05:00",
            "9999-12-31T23:59:59-05:00",
            "9999-12-31",
            "9999-12-30T22:00:00.001Z",
            "9999-12-30T22:00:01Z",
            "253402207201",
            "253402300799",
            "-1",
            "999999999999",
            "9223372036854775807",
        ] {
            let problem = moment(beyond, &TimeZone::UTC).unwrap_err();
            assert!(
                problem.starts_with("is before 1970 or after 9999-12-30T22:00:00Z"),
                "{beyond}: {problem}"
            );
        }
        let days = ["2026", "1970", "0000", "9999", "20260907", "19991231", "07092026", "31122026", "260907"];
        let slips =
            ["7", "00", "-0", "45915", "2026091", "154630080", "999999999", "+20260907", "0020260907"];
        for digits in days.into_iter().chain(slips) {
            assert!(
                moment(digits, &TimeZone::UTC).unwrap_err().contains("write a day such as 2026-09-07"),
                "{digits}"
            );
        }
        for wrong in ["soon", "2026-02-30", "2025-02-29", "07-09-2026", "99999-13-01", "2026-09-07T25:00:00Z"]
        {
            assert!(moment(wrong, &TimeZone::UTC).unwrap_err().starts_with("is not a day"), "{wrong}");
        }
    }
}
