//! The page of a question: as learners see it, to be answered; where it is used, its versions, and what can be done with
//! it. Trying it out stores nothing.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::trial::Trial;
use super::{path_words, place_of, short, unchanged};
use crate::domain::access::{Actor, Permission};
use crate::domain::account::known_name;
use crate::domain::bank::category::Tree;
use crate::domain::bank::{Question, QuestionVersion, change, is_used, question, usage};
use crate::domain::ids::{QuestionId, QuizId};
use crate::domain::quiz::{self, Quiz, due};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::attempt::given::GivenShape;
use crate::web::attempt::shown::{Shape, with_files};
use crate::web::confirm::Confirm;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// Quizzes that a page names.
const MOST_USES: usize = 100;
/// Versions that a page lists at first.
const MOST_VERSIONS: usize = 20;

/// A quiz that uses a question.
struct Use {
    quiz: Arc<Quiz>,
    by_slot: bool,
    by_attempt: bool,
    /// Its attempts were marked by another key.
    regrade: bool,
}

/// A version with the name of who made it.
struct VersionLine {
    version: Arc<QuestionVersion>,
    author: Option<String>,
}

struct Found {
    place: CoursePlace,
    known: Arc<Question>,
    version: Arc<QuestionVersion>,
    category: Vec<String>,
    uses: Vec<Use>,
    versions: Vec<VersionLine>,
    more_versions: bool,
}

fn uses(read: &impl Read, id: QuestionId) -> Result<Vec<Use>, Refusal> {
    let due = due::by_question(read, id)?;
    let found = usage::quizzes(read, id, MOST_USES)?.into_iter().map(|used| -> Result<Use, Refusal> {
        Ok(Use {
            quiz: quiz::get(read, used.quiz)?,
            by_slot: used.by_slot,
            by_attempt: used.by_attempt,
            regrade: due.contains(&used.quiz),
        })
    });
    found.collect()
}

fn versions(
    read: &impl Read,
    actor: &Actor,
    id: QuestionId,
    limit: usize,
) -> Result<Vec<VersionLine>, Refusal> {
    let found = question::versions(read, actor, id, None, limit)?;
    let line = |version: QuestionVersion| -> Result<VersionLine, Refusal> {
        let author = match version.author {
            Some(author) => known_name(read, author)?,
            None => None,
        };
        Ok(VersionLine { version: Arc::new(version), author })
    };
    found.into_iter().map(line).collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct Look {
    version: Option<u32>,
    #[serde(default)]
    versions: Option<String>,
}

fn find(state: &State, actor: &Actor, id: QuestionId, look: &Look) -> Result<Found, Refusal> {
    let limit = if look.versions.is_some() { usize::MAX } else { MOST_VERSIONS };
    state.store.read(|read| {
        let known = question::open(read, actor, Permission::ViewQuestions, id)?;
        let place = place_of(read, actor, Permission::ViewQuestions, known.course)?;
        let category = match known.category {
            Some(category) => Tree::read(read, known.course)?.path(category),
            None => Vec::new(),
        };
        Ok(Found {
            version: question::version(read, id, look.version.unwrap_or(known.latest))?,
            uses: uses(read, id)?,
            versions: versions(read, actor, id, limit)?,
            more_versions: usize::try_from(known.latest).unwrap_or(usize::MAX) > limit,
            place,
            category,
            known,
        })
    })
}

#[derive(Template)]
#[template(path = "bank/question.html")]
struct QuestionPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    it: &'a Found,
    trial: Option<&'a Trial>,
    may_edit: bool,
}

impl QuestionPage<'_> {
    fn category(&self) -> String {
        if self.it.category.is_empty() {
            self.frame.t("bank-top").into_owned()
        } else {
            path_words(&self.it.category)
        }
    }

    fn kind(&self) -> &'static str {
        self.it.known.kind.name()
    }

    fn is_newest(&self) -> bool {
        self.it.version.version == self.it.known.latest
    }

    fn regrades(&self) -> Vec<&Use> {
        self.it.uses.iter().filter(|it| it.regrade).collect()
    }

    fn general(&self) -> String {
        with_files(self.it.version.body.general_feedback.html())
    }
}

fn show_question(frame: &Frame, it: &Found, answered: Option<&Fields>) -> Result<HttpResponse, Refusal> {
    let trial = Trial::of(frame.text, &it.version.body, answered)?;
    let may_edit = it.place.can(Permission::EditQuestions);
    frame.show(&QuestionPage { frame, place: &it.place, it, trial: Some(&trial), may_edit })
}

pub(super) async fn show(
    visitor: Visitor,
    id: web::Path<QuestionId>,
    look: web::Query<Look>,
) -> Result<HttpResponse, Refusal> {
    let it = find(&visitor.state, visitor.actor(), *id, &look)?;
    show_question(&visitor.frame, &it, None)
}

/// Marks an answer that somebody who teaches gave, or mixes the options anew.
pub(super) async fn answer(posted: Posted, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let version = posted.fields.get("version").parse().ok();
    let it = find(&posted.state, posted.actor(), *id, &Look { version, versions: None })?;
    let tries = posted.fields.get("do") != "mix";
    show_question(&posted.frame, &it, tries.then_some(&posted.fields))
}

/// A question that somebody may change.
fn open(state: &State, actor: &Actor, id: QuestionId) -> Result<(Arc<Question>, bool), Refusal> {
    state.store.read(|read| {
        let known = question::open(read, actor, Permission::EditQuestions, id)?;
        Ok((known, is_used(read, id)?))
    })
}

pub(super) async fn ask_delete(visitor: Visitor, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let (known, used) = open(&visitor.state, visitor.actor(), *id)?;
    let frame = &visitor.frame;
    let back = format!("/questions/{id}");
    if used {
        // It would be refused: what can be done instead is offered at once.
        if known.retired {
            return Ok(frame.go_and_say(&back, &Flash::attention("bank-in-use")));
        }
        return Ok(frame.go(&format!("/questions/{id}/retire")));
    }
    Confirm {
        question: frame.t1("bank-delete-title", "name", &known.name),
        what: vec![
            frame.t1("bank-delete-what", "count", known.latest),
            frame.t("bank-delete-unused").into_owned(),
        ],
        action: &format!("/questions/{id}/delete"),
        fields: &[("revision", known.revision.to_string())],
        button: frame.t("bank-delete").into_owned(),
        back: &back,
    }
    .show(frame)
}

pub(super) async fn delete(posted: Posted, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let (known, _) = open(&posted.state, &actor, id)?;
    let same = unchanged(posted.fields.get("revision"));
    let pools = short::pools(&posted.fields);
    let write =
        posted.state.store.write(Class::Interactive, move |txn| change::delete(txn, &actor, id, same, pools));
    if let Err(refusal) = write.await {
        let at = (format!("/questions/{id}/delete"), format!("/questions/{id}"));
        return short::ask(&posted.state, &posted.frame, refusal, &posted.fields, (&at.0, &at.1));
    }
    let flash = Flash::done("bank-deleted").with("name", &known.name);
    Ok(posted.frame.go_and_say(&format!("/courses/{}/questions", known.course), &flash))
}

pub(super) async fn ask_retire(visitor: Visitor, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let (known, used) = open(&visitor.state, visitor.actor(), *id)?;
    let frame = &visitor.frame;
    let mut what = vec![frame.t("bank-retire-what").into_owned()];
    if used {
        what.push(frame.t("bank-retire-used").into_owned());
    }
    Confirm {
        question: frame.t1("bank-retire-title", "name", &known.name),
        what,
        action: &format!("/questions/{id}/retire"),
        fields: &[("revision", known.revision.to_string()), ("retired", "true".to_owned())],
        button: frame.t("bank-retire").into_owned(),
        back: &format!("/questions/{id}"),
    }
    .show(frame)
}

pub(super) async fn retire(posted: Posted, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    open(&posted.state, &actor, id)?;
    let (same, retired) = (unchanged(posted.fields.get("revision")), posted.fields.ticked("retired"));
    let pools = short::pools(&posted.fields);
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| change::retire(txn, &actor, id, same, retired, pools));
    if let Err(refusal) = write.await {
        let at = (format!("/questions/{id}/retire"), format!("/questions/{id}"));
        return short::ask(&posted.state, &posted.frame, refusal, &posted.fields, (&at.0, &at.1));
    }
    let flash = Flash::done(if retired { "bank-retired-now" } else { "bank-back-now" });
    Ok(posted.frame.go_and_say(&format!("/questions/{id}"), &flash))
}

pub(super) async fn ask_restore(
    visitor: Visitor,
    path: web::Path<(QuestionId, u32)>,
) -> Result<HttpResponse, Refusal> {
    let (id, number) = *path;
    let (known, used) = open(&visitor.state, visitor.actor(), id)?;
    let old = visitor.state.store.read(|read| question::version(read, id, number))?;
    let frame = &visitor.frame;
    let mut what = vec![frame.t2("bank-restore-what", "version", number, "next", known.latest + 1)];
    if old.body.name != known.name {
        what.push(frame.t1("bank-restore-name", "name", &old.body.name));
    }
    if used {
        what.push(frame.t("bank-restore-used").into_owned());
    }
    Confirm {
        question: frame.t2("bank-restore-title", "version", number, "name", &known.name),
        what,
        action: &format!("/questions/{id}/versions/{number}/restore"),
        fields: &[("revision", known.revision.to_string())],
        button: frame.t("bank-restore").into_owned(),
        back: &format!("/questions/{id}"),
    }
    .show(frame)
}

pub(super) async fn restore(
    posted: Posted,
    path: web::Path<(QuestionId, u32)>,
) -> Result<HttpResponse, Refusal> {
    let (id, number) = *path;
    let actor = posted.who.actor.clone();
    let (known, _) = open(&posted.state, &actor, id)?;
    let same = unchanged(posted.fields.get("revision"));
    let pools = short::pools(&posted.fields);
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| change::restore(txn, &actor, id, same, number, pools));
    let now = match write.await {
        Ok(now) => now,
        Err(refusal) => {
            let at = (format!("/questions/{id}/versions/{number}/restore"), format!("/questions/{id}"));
            return short::ask(&posted.state, &posted.frame, refusal, &posted.fields, (&at.0, &at.1));
        }
    };
    let flash = if now.latest == known.latest {
        Flash::done("bank-same")
    } else {
        Flash::done("bank-saved").with("version", now.latest)
    };
    Ok(posted.frame.go_and_say(&format!("/questions/{id}"), &flash))
}

/// Quizzes that use a question, for a list: their ids and names, at most so many.
pub(super) fn few_uses(
    read: &impl Read,
    id: QuestionId,
    most: usize,
) -> Result<Vec<(QuizId, String)>, Refusal> {
    let found = usage::quizzes(read, id, most)?
        .into_iter()
        .map(|used| -> Result<_, Refusal> { Ok((used.quiz, quiz::get(read, used.quiz)?.name.clone())) });
    found.collect()
}
