//! Rows that hardly any test leaves behind, such as every step of a copy: made of rows that tests stored, to be kept with them.

use super::kept::Found;
use crate::clock::Timestamp;
use crate::domain::account::Account;
use crate::domain::attempt::code_tries::CodeTries;
use crate::domain::attempt::log::ReportKind;
use crate::domain::attempt::{AttemptEvent, Happened};
use crate::domain::bank::QuestionVersion;
use crate::domain::bank::transfer::FileFormat;
use crate::domain::capacity::{Capacity, Limit};
use crate::domain::copying::{Shift, Twin};
use crate::domain::course::{Course, CourseStatus};
use crate::domain::course_clone::{Copying, Stage};
use crate::domain::decimal::Decimal;
use crate::domain::ids::{CourseId, GradeItemId, GroupId, QuizId, UserId};
use crate::domain::job::{Job, JobState, Work};
use crate::domain::preferences::{Language, Theme, ZoneName};
use crate::domain::question::Kind;
use crate::domain::question::kind::{
    ClozeDisplay, ClozeKind, EssayEditor, Numbering, OrderingCredit, PenaltyBase, UnitEntry, UnitRule,
};
use crate::domain::xapi::definition::KnownPerson;
use crate::domain::xapi::term::Ifi;
use crate::store::{Record, decode_value, encode_value, key};

fn all<R: Record>(found: &Found) -> Vec<R> {
    let values = found.get(&R::TABLE.tag).into_iter().flatten();
    values.map(|(value, _)| decode_value(value).unwrap()).collect()
}

fn add<R: Record>(found: &mut Found, records: impl IntoIterator<Item = R>) {
    for record in records {
        let mut row = vec![R::TABLE.tag];
        row.extend(key::encode(&record.key()));
        found.entry(R::TABLE.tag).or_default().insert(encode_value(&record).unwrap(), row);
    }
}

/// Other ones of the same kind.
fn varied(kind: &Kind) -> Vec<Kind> {
    let mut kinds = Vec::new();
    let mut say = |change: &dyn Fn(&mut Kind)| {
        let mut kind = kind.clone();
        change(&mut kind);
        kinds.push(kind);
    };
    match kind {
        Kind::SingleChoice(_) => {
            for numbering in [Numbering::UpperLetters, Numbering::LowerRoman] {
                say(&|kind| {
                    if let Kind::SingleChoice(it) = kind {
                        it.numbering = numbering;
                    }
                });
            }
        }
        Kind::Numerical(_) => say(&|kind| {
            if let Kind::Numerical(it) = kind {
                it.unit_rule =
                    UnitRule::Required { penalty: Decimal::ONE, penalty_of: PenaltyBase::Response };
                it.unit_entry = UnitEntry::Radio;
            }
        }),
        Kind::Ordering(_) => {
            for credit in [
                OrderingCredit::RelativeToCorrect,
                OrderingCredit::NextIncludingLast,
                OrderingCredit::OnePreviousAndNext,
                OrderingCredit::LongestOrderedSubset,
                OrderingCredit::LongestContiguousSubset,
            ] {
                say(&|kind| {
                    if let Kind::Ordering(it) = kind {
                        it.credit = credit;
                    }
                });
            }
        }
        Kind::Cloze(_) => say(&|kind| {
            if let Kind::Cloze(it) = kind {
                for part in &mut it.parts {
                    if let ClozeKind::Choice { display, .. } = &mut part.kind {
                        *display = ClozeDisplay::Row;
                    }
                }
            }
        }),
        Kind::Essay(_) => {
            for editor in [EssayEditor::Plain, EssayEditor::Monospaced] {
                say(&|kind| {
                    if let Kind::Essay(it) = kind {
                        it.editor = editor;
                    }
                });
            }
        }
        Kind::MultipleResponse(_) | Kind::TrueFalse(_) | Kind::ShortAnswer(_) | Kind::Matching(_) => {}
    }
    kinds
}

/// Adds them.
pub(super) fn add_made(found: &mut Found) {
    let versions: Vec<QuestionVersion> = all(found);
    for version in versions {
        let vary = varied(&version.body.kind).into_iter().map(|kind| {
            let mut version = version.clone();
            version.body.kind = kind;
            version
        });
        add(found, vary);
    }
    if let Some(mut course) = all::<Course>(found).pop() {
        course.status = CourseStatus::Deleting;
        add(found, [course]);
    }
    if let Some(mut account) = all::<Account>(found).pop() {
        account.preferences.language = Some(Language::En);
        account.preferences.theme = Theme::Light;
        add(found, [account]);
    }
    for mut job in all::<Job>(found) {
        job.state = JobState::Cancelling;
        if let Work::QuestionImport(import) = &mut job.work {
            import.format = FileFormat::MoodleXml;
        }
        add(found, [job]);
    }
    if let Some(measured) = all::<Capacity>(found).pop() {
        let limits = [Limit::DiskSync, Limit::Memory, Limit::Generator, Limit::Unknown, Limit::NotReached];
        add(
            found,
            limits.map(|limit| {
                let mut measured = measured.clone();
                measured.measurement.limit = limit;
                measured
            }),
        );
    }
    for event in all::<AttemptEvent>(found) {
        let Happened::Reported { detail, .. } = &event.what else { continue };
        let kinds =
            [ReportKind::FocusGained, ReportKind::FullscreenLeft, ReportKind::Copied, ReportKind::Other];
        let events = kinds.map(|kind| AttemptEvent {
            what: Happened::Reported { kind, detail: detail.clone() },
            ..event.clone()
        });
        add(found, events);
    }
    let (to, from) = (CourseId(9), CourseId(7));
    let zone = ZoneName::parse("Europe/Berlin").unwrap();
    let stages = [
        Stage::QuestionCategories(None),
        Stage::Questions(None),
        Stage::GradeCategories,
        Stage::Quizzes(Some(QuizId(3))),
        Stage::GradeItems(Some(GradeItemId(4))),
        Stage::GradeOrder,
        Stage::Content,
        Stage::Groups(Some(GroupId(5))),
        Stage::Forgetting,
    ];
    add(
        found,
        stages.map(|stage| Copying {
            to,
            from,
            shift: Shift::Days(-7, zone.clone()),
            stage,
            sections: Vec::new(),
            filling: None,
            items: Vec::new(),
        }),
    );
    add(found, [Twin { to, kind: 2, old: 31, new: 47 }]);
    add(found, [CodeTries { quiz: QuizId(3), user: UserId(2), since: Timestamp::EPOCH, count: 4 }]);
    if let Some(person) = all::<KnownPerson>(found).pop() {
        let ifis = [
            Ifi::MboxSha1sum("ebd31e95054c018b10727ccffd2ef2ec3a016ee9".to_owned()),
            Ifi::OpenId("https://ada.example".to_owned()),
        ];
        add(found, ifis.map(|ifi| KnownPerson { ifi, ..person.clone() }));
    }
}
