//! The courses of the demo institution: bank, quizzes, sections and items, gradebook.

use std::collections::BTreeMap;
use std::time::Duration;

use super::shape::{
    CategoryPart, CourseFile, CourseState, GradesFile, ItemPart, Plan, QuizPart, ReviewPart, SlotPart,
    required,
};
use super::{DemoError, people};
use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::bank::category::Tree;
use crate::domain::bank::import::{self, Arrival};
use crate::domain::content_edit::{self, AvailabilityInput, ItemContentInput, ItemInput, SectionInput};
use crate::domain::course::{self, CourseInput, CourseStatus};
use crate::domain::grade::calc::Method;
use crate::domain::grade::edit::{self, GradeCategoryInput, GradeItemInput, ScaleInput};
use crate::domain::grade::scale::Letter;
use crate::domain::grade::{gradebook, item};
use crate::domain::group::{self, GroupName};
use crate::domain::ids::{CategoryId, CourseId, GradeCategoryId, GroupId, QuestionId, QuizId};
use crate::domain::page::{self, PageSource};
use crate::domain::question::view::{Description, Markup};
use crate::domain::quiz::edit::QuizOverrideInput;
use crate::domain::quiz::input::{DrawInput, QuizInput, SlotInput};
use crate::domain::quiz::{self, ReviewRules, Switches, Who};
use crate::domain::refusal::{INTERNAL, Refusal, not_found};
use crate::domain::rich_text::TextFormat;
use crate::state::State;
use crate::store::Class;

/// Questions of a bank by their names.
pub(super) type Bank = BTreeMap<String, QuestionId>;
/// Quizzes of a course by their names.
pub(super) type Quizzes = BTreeMap<String, QuizId>;

fn named<T: Copy>(map: &BTreeMap<String, T>, file: &str, name: &str) -> Result<T, DemoError> {
    map.get(name)
        .copied()
        .ok_or_else(|| DemoError::content(file, format!("names {name}, which is not there")))
}

/// Makes the course, as a draft.
pub(super) fn make(state: &State, actor: &Actor, file: &CourseFile) -> Result<CourseId, DemoError> {
    let facts = CourseInput {
        short_name: file.short_name.clone(),
        title: file.title.clone(),
        summary: file.summary.clone(),
        learning_records: Some(true),
        language: file.language.clone(),
        ..CourseInput::default()
    }
    .parse()?;
    let actor = actor.clone();
    Ok(state.store.write_blocking(Class::Bulk, move |txn| -> Result<CourseId, Refusal> {
        Ok(course::create(txn, &actor, facts, Some(false))?.id)
    })?)
}

/// Imports the question files of a course.
pub(super) fn import_questions(
    state: &State,
    actor: &Actor,
    course: CourseId,
    short_name: &str,
) -> Result<Bank, DemoError> {
    let mut bank = Bank::new();
    for ending in ["gift", "xml"] {
        let path = format!("questions/{short_name}.{ending}");
        let arrival = Arrival::read(required(&path)?.as_bytes(), None, None)?;
        for (_, content) in arrival.files() {
            state.blobs.put(content).map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
        }
        let importer = actor.clone();
        let report = state
            .store
            .write_blocking(Class::Bulk, move |txn| import::run(txn, &importer, course, &arrival, false))?;
        if let Some(skipped) = report.skipped.first() {
            let problem = format!("line {}: {} is left out: {}", skipped.line, skipped.name, skipped.reason);
            return Err(DemoError::content(&path, problem));
        }
        for line in report.questions {
            if bank.insert(line.name.clone(), line.question).is_some() {
                return Err(DemoError::content(&path, format!("has a second question {}", line.name)));
            }
        }
    }
    Ok(bank)
}

/// Makes the quizzes of a course.
pub(super) fn make_quizzes(
    state: &State,
    actor: &Actor,
    course: CourseId,
    short_name: &str,
    plan: &Plan,
    bank: &Bank,
) -> Result<Quizzes, DemoError> {
    let tree = state.store.read(|read| Tree::read(read, course))?;
    let categories: BTreeMap<String, CategoryId> =
        tree.in_order().into_iter().map(|category| (tree.path(category.id).join("/"), category.id)).collect();
    let mut made = Quizzes::new();
    for part in plan.quizzes.iter().filter(|part| part.course == short_name) {
        let slots =
            part.slot.iter().map(|slot| slot_of(slot, bank, &categories)).collect::<Result<_, _>>()?;
        let facts = quiz_input(part, slots, actor.now).parse([0; 16])?;
        let actor = actor.clone();
        let id = state.store.write_blocking(Class::Bulk, move |txn| -> Result<QuizId, Refusal> {
            Ok(quiz::edit::create(txn, &actor, course, facts)?.id)
        })?;
        made.insert(part.name.clone(), id);
    }
    Ok(made)
}

fn slot_of(
    part: &SlotPart,
    bank: &Bank,
    categories: &BTreeMap<String, CategoryId>,
) -> Result<SlotInput, DemoError> {
    const FILE: &str = "quizzes.toml";
    let mut slot = SlotInput { points: part.points, question: None, version: None, draw: None };
    slot.question = part.question.as_ref().map(|name| named(bank, FILE, name)).transpose()?;
    if let Some(draw) = &part.draw {
        let path = draw.category.as_ref().map(|path| path.trim_start_matches("$course$/top/"));
        slot.draw = Some(DrawInput {
            count: draw.count,
            category: path.map(|path| named(categories, FILE, path)).transpose()?,
            with_children: false,
            tag: draw.tag.clone(),
        });
    }
    Ok(slot)
}

/// A moment so many hours from `now`; before it when negative.
fn in_hours(now: Timestamp, hours: i64) -> Timestamp {
    let span = Duration::from_hours(hours.unsigned_abs());
    if hours < 0 { now.minus(span) } else { now.plus(span) }
}

fn quiz_input(part: &QuizPart, slots: Vec<SlotInput>, now: Timestamp) -> QuizInput {
    let review = match part.review {
        ReviewPart::AfterSubmit => ReviewRules::usual(None),
        ReviewPart::AfterClose => ReviewRules::usual(Some(now)),
        ReviewPart::Never => {
            ReviewRules { during: Switches::NONE, after_submit: Switches::NONE, after_close: Switches::NONE }
        }
    };
    QuizInput {
        name: part.name.clone(),
        description: Some(Description::Written(Markup {
            text: part.intro.clone(),
            format: TextFormat::Markdown,
        })),
        published: true,
        slots,
        shuffle_questions: part.shuffle_questions,
        shuffle_options: part.shuffle_options,
        opens: part.opens_in_hours.map(|hours| in_hours(now, hours)),
        closes: part.closes_in_hours.map(|hours| in_hours(now, hours)),
        time_limit_ms: (part.time_limit_minutes > 0).then_some(part.time_limit_minutes * 60_000),
        attempts_allowed: (part.attempts > 0).then_some(part.attempts),
        grade_method: part.grade_method,
        review: Some(review),
        access_code: None,
        networks: Vec::new(),
        pass_percent: Some(50),
    }
}

/// Adds the sections and their items.
pub(super) fn fill(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: &CourseFile,
    quizzes: &Quizzes,
) -> Result<(), DemoError> {
    for section in &file.section {
        let heading =
            SectionInput { title: section.title.clone(), availability: AvailabilityInput::default() }
                .parse()?;
        let mut items = Vec::with_capacity(section.item.len());
        for item in &section.item {
            let (title, content) = item_of(item, &file.short_name, quizzes)?;
            let text = match &content {
                ItemContentInput::Page { markdown } => Some(PageSource::Inline(markdown.clone())),
                _ => None,
            };
            let input = ItemInput { title, content, availability: AvailabilityInput::default() };
            let (heading, kind) = input.parse()?;
            items.push((heading, kind, text));
        }
        let actor = actor.clone();
        state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            let section = content_edit::add_section(txn, &actor, course, heading)?.id;
            for (heading, kind, text) in items {
                content_edit::add_item(txn, &actor, section, heading, kind, text)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn item_of(
    part: &ItemPart,
    short_name: &str,
    quizzes: &Quizzes,
) -> Result<(String, ItemContentInput), DemoError> {
    Ok(match part {
        ItemPart::Page { title, file } => {
            let path = format!("courses/{short_name}/{file}");
            let markdown = required(&path)?;
            page::render(markdown)?;
            if markdown.len() > page::INLINE_BYTES {
                let problem = format!("is longer than the {} bytes that lie in a record", page::INLINE_BYTES);
                return Err(DemoError::content(&path, problem));
            }
            (title.clone(), ItemContentInput::Page { markdown: markdown.to_owned() })
        }
        ItemPart::Link { title, url } => (title.clone(), ItemContentInput::Link { url: url.clone() }),
        ItemPart::Quiz { title, quiz } => {
            let quiz = named(quizzes, "course.toml", quiz)?;
            (title.clone(), ItemContentInput::Quiz { quiz })
        }
    })
}

/// Builds the gradebook: categories by weight, what is graded in them, letters.
pub(super) fn build_gradebook(
    state: &State,
    actor: &Actor,
    course: CourseId,
    short_name: &str,
    grades: &GradesFile,
    quizzes: &Quizzes,
) -> Result<(), DemoError> {
    const FILE: &str = "grades.toml";
    let by_weight =
        GradeCategoryInput { method: Some(Method::WeightedMean), ..GradeCategoryInput::default() }.parse()?;
    let letters = grades.letter.iter().filter(|part| part.course == short_name);
    let letters = letters.map(|part| Letter { letter: part.letter.clone(), lower: part.lower }).collect();
    let scale = ScaleInput { letters, decimals: None }.parse()?;
    let who = actor.clone();
    state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
        let root = gradebook::ensure(txn, course)?.root;
        edit::change_category(txn, &who, course, root, |_| Ok(()), &by_weight)?;
        edit::change_scale(txn, &who, course, |_| Ok(()), scale).map(drop)
    })?;
    let mut categories: BTreeMap<String, GradeCategoryId> = BTreeMap::new();
    for part in grades.category.iter().filter(|part| part.course == short_name) {
        categories.insert(part.name.clone(), make_category(state, actor, course, part)?);
    }
    for part in grades.item.iter().filter(|part| part.course == short_name) {
        let quiz = part.quiz.as_ref().map(|name| named(quizzes, FILE, name)).transpose()?;
        let facts = GradeItemInput {
            name: part.name.clone(),
            category: Some(named(&categories, FILE, &part.category)?),
            max: part.max,
            extra_credit: Some(part.extra_credit),
            ..GradeItemInput::default()
        }
        .parse()?;
        let actor = actor.clone();
        state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
            match quiz {
                None => edit::add_item(txn, &actor, course, facts).map(drop),
                Some(quiz) => {
                    let item =
                        item::of_quiz(txn, quiz)?.ok_or_else(|| not_found("grade item of quiz", quiz))?;
                    edit::change_item(txn, &actor, course, item.id, |_| Ok(()), facts).map(drop)
                }
            }
        })?;
    }
    Ok(())
}

fn make_category(
    state: &State,
    actor: &Actor,
    course: CourseId,
    part: &CategoryPart,
) -> Result<GradeCategoryId, DemoError> {
    let facts = GradeCategoryInput {
        name: Some(part.name.clone()),
        method: Some(Method::Sum),
        weight: Some(part.weight),
        drop_lowest: Some(part.drop_lowest),
        ..GradeCategoryInput::default()
    }
    .parse()?;
    let actor = actor.clone();
    Ok(state.store.write_blocking(Class::Bulk, move |txn| -> Result<GradeCategoryId, Refusal> {
        Ok(edit::add_category(txn, &actor, course, facts)?.id)
    })?)
}

/// Makes the groups of a course, and what its quizzes have different for them and for single learners.
pub(super) fn make_exceptions(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: &CourseFile,
    parts: &[QuizPart],
    quizzes: &Quizzes,
) -> Result<(), DemoError> {
    const FILE: &str = "course.toml";
    let mut groups: BTreeMap<String, GroupId> = BTreeMap::new();
    for part in &file.group {
        let name = GroupName::parse(&part.name)?;
        let members = part.members.iter().map(|username| people::named(state, FILE, username));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        let actor = actor.clone();
        let made = state.store.write_blocking(Class::Bulk, move |txn| -> Result<GroupId, Refusal> {
            let id = group::create(txn, &actor, course, name)?.id;
            group::add_members(txn, &actor, course, id, &members)?;
            Ok(id)
        })?;
        groups.insert(part.name.clone(), made);
    }
    for part in parts.iter().filter(|part| part.course == file.short_name) {
        let quiz = named(quizzes, "quizzes.toml", &part.name)?;
        for exception in &part.exception {
            let who = match (&exception.group, &exception.learner) {
                (Some(group), None) => Who::Group(named(&groups, FILE, group)?),
                (None, Some(learner)) => Who::User(people::named(state, "quizzes.toml", learner)?),
                _ => {
                    let problem = format!("{}: an exception is for a group or for a learner", part.name);
                    return Err(DemoError::content("quizzes.toml", problem));
                }
            };
            let input = QuizOverrideInput {
                extra_time_ms: Some(exception.extra_minutes * 60_000),
                ..QuizOverrideInput::default()
            };
            let actor = actor.clone();
            state.store.write_blocking(Class::Bulk, move |txn| -> Result<(), Refusal> {
                quiz::edit::set_override(txn, &actor, quiz, who, |_| Ok(()), &input).map(drop)
            })?;
        }
    }
    Ok(())
}

/// Leaves the course in the state that its file names.
pub(super) fn publish(
    state: &State,
    actor: &Actor,
    course: CourseId,
    file: &CourseFile,
) -> Result<(), DemoError> {
    if file.status == CourseState::Draft {
        return Ok(());
    }
    let actor = actor.clone();
    state.store.write_blocking(Class::Bulk, move |txn| {
        course::set_status(txn, &actor, course, CourseStatus::Published, |_| Ok(()))
    })?;
    Ok(())
}
