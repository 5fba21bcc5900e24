//! Making and changing questions. Every change of what a question says is a new version; the old ones stay.

use crate::domain::access::{Actor, Permission};
use crate::domain::ids::{CategoryId, CourseId, QuestionId};
use crate::domain::question::QuestionBody;
use crate::domain::refusal::{Refusal, TAKEN, invalid};
use crate::domain::{audit, naming, quiz};
use crate::store::{Counter, Read, Txn};

use super::list::is_same_tag;
use super::pools::{Pools, Watch};
use super::question::{Question, QuestionByIdNumber, QuestionVersion, TOP, open, version};
use super::{
    BANK_FULL, Category, Draft, MAX_QUESTIONS, MAX_VERSIONS, QUESTION_IN_USE, QUESTIONS, file, is_used,
};

/// Makes a question. `base` is where in the input it stands.
pub fn create(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    category: Option<CategoryId>,
    base: &str,
    draft: Draft,
) -> Result<Question, Refusal> {
    super::require(txn, actor, Permission::EditQuestions, course)?;
    check_category(txn, course, category)?;
    file::check(txn, course, base, &draft.body().files)?;
    check_id_number(txn, (course, category), None, base, draft.body().id_number.as_deref())?;
    let question = insert(txn, actor, course, category, draft)?;
    note(txn, actor, "question.create", &question, "")?;
    Ok(question)
}

/// Stores a new question, its category and files being known to be there.
pub(super) fn insert(
    txn: &mut Txn<'_>,
    actor: &Actor,
    course: CourseId,
    category: Option<CategoryId>,
    draft: Draft,
) -> Result<Question, Refusal> {
    if txn.counter(&Counter::new(QUESTIONS, &course))? >= MAX_QUESTIONS {
        return Err(BANK_FULL.refuse_whole(format!("a course has at most {MAX_QUESTIONS} questions")));
    }
    let (body, fingerprint) = draft.into_parts();
    let question = Question {
        id: txn.new_id()?,
        course,
        category,
        latest: 1,
        retired: false,
        revision: 1,
        created: actor.now,
        changed: actor.now,
        name: body.name.clone(),
        kind: (&body.kind).into(),
        tags: body.tags.clone(),
        id_number: body.id_number.clone(),
        fingerprint,
    };
    let version = QuestionVersion {
        question: question.id,
        version: 1,
        course,
        body,
        fingerprint,
        author: actor.account(),
        at: actor.now,
    };
    txn.insert(version)?;
    txn.insert(question.clone())?;
    Ok(question)
}

/// A new version of a question; nothing happens when it says the same as the newest one.
pub fn edit(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuestionId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    draft: Draft,
    pools: Pools,
) -> Result<Question, Refusal> {
    let known = open(txn, actor, Permission::EditQuestions, id)?;
    check(known.revision)?;
    file::check(txn, known.course, "", &draft.body().files)?;
    append(txn, actor, &known, draft, "question.edit", pools)
}

/// Takes up an older version as the newest one.
pub fn restore(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuestionId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    number: u32,
    pools: Pools,
) -> Result<Question, Refusal> {
    let known = open(txn, actor, Permission::EditQuestions, id)?;
    check(known.revision)?;
    let old = version(txn, id, number)?;
    append(txn, actor, &known, Draft::of_version(&old), "question.restore", pools)
}

fn append(
    txn: &mut Txn<'_>,
    actor: &Actor,
    known: &Question,
    draft: Draft,
    action: &str,
    pools: Pools,
) -> Result<Question, Refusal> {
    let is_kept = [Some(draft.fingerprint()), draft.earlier_fingerprint()].contains(&Some(known.fingerprint));
    if is_kept && draft.body().id_number == known.id_number {
        return Ok(known.clone());
    }
    if known.latest >= MAX_VERSIONS {
        return Err(
            BANK_FULL.refuse_whole(format!("a question has at most {MAX_VERSIONS} versions; make a new one"))
        );
    }
    let other_key = version(txn, known.id, known.latest)?.body.kind.key() != draft.body().kind.key();
    let id_number = draft.body().id_number.as_deref();
    check_id_number(txn, (known.course, known.category), Some(known.id), "", id_number)?;
    let stays = |tag: &String| draft.body().tags.iter().any(|now| is_same_tag(now, tag));
    let watch = if known.tags.iter().all(stays) {
        Watch::nothing()
    } else {
        Watch::of_question(txn, known, pools, actor.now)?
    };
    let question = next_version(txn, actor, known, draft)?;
    watch.check(txn)?;
    if other_key {
        quiz::due::key_changed(txn, known.id, actor.now)?;
    }
    let detail = format!("version {} to {}", known.latest, question.latest);
    note(txn, actor, action, &question, &detail)?;
    Ok(question)
}

/// Gives a question that has none an identifier, which no other of its category has. Could it? Not with as many versions as
/// may be.
pub(super) fn identify(
    txn: &mut Txn<'_>,
    actor: &Actor,
    known: &Question,
    id_number: &str,
) -> Result<bool, Refusal> {
    if known.latest >= MAX_VERSIONS {
        return Ok(false);
    }
    let latest = version(txn, known.id, known.latest)?;
    let draft = Draft::of_version(&latest).with_id_number(Some(id_number.to_owned()));
    next_version(txn, actor, known, draft).map(|_| true)
}

fn next_version(
    txn: &mut Txn<'_>,
    actor: &Actor,
    known: &Question,
    draft: Draft,
) -> Result<Question, Refusal> {
    let (body, fingerprint) = draft.into_parts();
    let question = Question {
        latest: known.latest + 1,
        revision: known.revision + 1,
        changed: actor.now,
        name: body.name.clone(),
        kind: (&body.kind).into(),
        tags: body.tags.clone(),
        id_number: body.id_number.clone(),
        fingerprint,
        ..known.clone()
    };
    txn.insert(QuestionVersion {
        question: known.id,
        version: question.latest,
        course: known.course,
        body,
        fingerprint,
        author: actor.account(),
        at: actor.now,
    })?;
    txn.put(question.clone())?;
    Ok(question)
}

/// Puts a question into another category of its course.
pub fn place(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuestionId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    category: Option<CategoryId>,
    pools: Pools,
) -> Result<Question, Refusal> {
    let known = open(txn, actor, Permission::EditQuestions, id)?;
    check(known.revision)?;
    check_category(txn, known.course, category)?;
    if known.category == category {
        return Ok(known.as_ref().clone());
    }
    check_id_number(txn, (known.course, category), Some(id), "", known.id_number.as_deref())?;
    let watch = Watch::of_question(txn, &known, pools, actor.now)?;
    let question =
        Question { category, revision: known.revision + 1, changed: actor.now, ..known.as_ref().clone() };
    txn.put(question.clone())?;
    watch.check(txn)?;
    note(txn, actor, "question.move", &question, "")?;
    Ok(question)
}

/// Takes a question out of use, or back.
pub fn retire(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuestionId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    retired: bool,
    pools: Pools,
) -> Result<Question, Refusal> {
    let known = open(txn, actor, Permission::EditQuestions, id)?;
    check(known.revision)?;
    if known.retired == retired {
        return Ok(known.as_ref().clone());
    }
    let watch = Watch::of_question(txn, &known, pools, actor.now)?;
    let question =
        Question { retired, revision: known.revision + 1, changed: actor.now, ..known.as_ref().clone() };
    txn.put(question.clone())?;
    watch.check(txn)?;
    note(txn, actor, if retired { "question.retire" } else { "question.unretire" }, &question, "")?;
    Ok(question)
}

/// Deletes a question with all versions, when nothing uses it.
pub fn delete(
    txn: &mut Txn<'_>,
    actor: &Actor,
    id: QuestionId,
    check: impl FnOnce(u32) -> Result<(), Refusal>,
    pools: Pools,
) -> Result<(), Refusal> {
    let known = open(txn, actor, Permission::EditQuestions, id)?;
    check(known.revision)?;
    if is_used(txn, id)? {
        return Err(QUESTION_IN_USE.refuse(format!("{:?} is used; retire it instead", known.name)));
    }
    let watch = Watch::of_question(txn, &known, pools, actor.now)?;
    for number in 1..=known.latest {
        txn.delete::<QuestionVersion>(&(id, number))?;
    }
    txn.delete::<Question>(&id)?;
    watch.check(txn)?;
    note(txn, actor, "question.delete", &known, "")
}

fn check_category(read: &impl Read, course: CourseId, category: Option<CategoryId>) -> Result<(), Refusal> {
    match category {
        Some(id) if !read.exists::<Category>(&(course, id))? => {
            Err(invalid("/category", format!("names the category {id}, which this course does not have")))
        }
        _ => Ok(()),
    }
}

fn check_id_number(
    read: &impl Read,
    (course, category): (CourseId, Option<CategoryId>),
    own: Option<QuestionId>,
    base: &str,
    id_number: Option<&str>,
) -> Result<(), Refusal> {
    let Some(id_number) = id_number else { return Ok(()) };
    match holder(read, course, category, id_number)? {
        Some(other) if Some(other) != own => {
            let problem = format!("is taken by question {other} of the same category");
            let detail = format!("the identifier {id_number:?} {problem}");
            Err(TAKEN.refuse(detail).at(format!("{base}/id_number"), problem))
        }
        _ => Ok(()),
    }
}

/// Which question of a category has this identifier.
pub(super) fn holder(
    read: &impl Read,
    course: CourseId,
    category: Option<CategoryId>,
    id_number: &str,
) -> Result<Option<QuestionId>, Refusal> {
    Ok(naming::find(id_number, |id_number| {
        read.unique_key::<QuestionByIdNumber>(&(course, category.unwrap_or(TOP), id_number.to_owned()))
    })?)
}

fn note(
    txn: &mut Txn<'_>,
    actor: &Actor,
    action: &str,
    question: &Question,
    detail: &str,
) -> Result<(), Refusal> {
    let detail =
        if detail.is_empty() { question.name.clone() } else { format!("{}: {detail}", question.name) };
    audit::note(txn, actor, action, Some(question.course), format!("question {}", question.id), detail)
}

/// The newest body with the revision of its question, for changing a part of it.
pub fn newest_body(read: &impl Read, actor: &Actor, id: QuestionId) -> Result<(u32, QuestionBody), Refusal> {
    let question = open(read, actor, Permission::EditQuestions, id)?;
    Ok((question.revision, version(read, id, question.latest)?.body.clone()))
}
