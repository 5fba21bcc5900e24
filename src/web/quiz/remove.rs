//! Deleting a quiz that nobody has begun, with its place in the outline.

use actix_web::{HttpResponse, web};

use super::Edited;
use crate::domain::access::{self, Permission, Scope};
use crate::domain::grade::category::Node;
use crate::domain::ids::QuizId;
use crate::domain::quiz::edit;
use crate::domain::refusal::Refusal;
use crate::domain::{content, content_edit, grade, quiz};
use crate::store::Class;
use crate::web::build::unchanged;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::grading::holders;
use crate::web::visitor::{Posted, Visitor};

pub(super) async fn ask(visitor: Visitor, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let id = *id;
    let edited = Edited::of(&visitor.state, visitor.actor(), id, "")?;
    let frame = &visitor.frame;
    let quiz = &edited.at.quiz;
    if edited.begun {
        let attempts = visitor.state.store.read(|read| quiz::attempts(read, id))?;
        return Err(quiz::QUIZ_HAS_ATTEMPTS
            .refuse(format!("{attempts} attempts stand on this quiz; it can be taken back instead")));
    }
    let (overrides, item, graded) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let graded = grade::item::of_quiz(read, id)?;
        Ok((edit::count_overrides(read, id)?, content::item_of_quiz(read, id)?, graded))
    })?;
    let mut what = vec![frame.t1("quiz-goes", "count", quiz.slots.len())];
    if let Some(item) = graded {
        let grades = holders(&visitor.state, quiz.course, Node::Item(item.id)).await?;
        if grades > 0 {
            let at = Scope::Course(quiz.course);
            visitor
                .state
                .store
                .read(|read| access::require(read, visitor.actor(), Permission::EditGrades, at))?;
        }
        what.push(frame.t1("grading-delete-grades", "count", grades));
    }
    if item.is_some() {
        what.push(frame.t("quiz-item-goes").into_owned());
    }
    if overrides > 0 {
        what.push(frame.t1("quiz-overrides-go", "count", overrides));
    }
    what.push(frame.t("quiz-questions-stay").into_owned());
    Confirm {
        question: frame.t1("quiz-delete-question", "name", &quiz.name),
        what,
        action: &format!("/quizzes/{id}/delete"),
        fields: &[("revision", quiz.revision.to_string())],
        button: frame.t("quiz-delete").into_owned(),
        back: &format!("/quizzes/{id}/edit"),
    }
    .show(frame)
}

pub(super) async fn delete(posted: Posted, id: web::Path<QuizId>) -> Result<HttpResponse, Refusal> {
    let id = *id;
    let edited = Edited::of(&posted.state, posted.actor(), id, "")?;
    let (actor, seen) = (posted.actor().clone(), posted.fields.get("revision").to_owned());
    let write = posted.state.store.write(Class::Interactive, move |txn| -> Result<(), Refusal> {
        if let Some(item) = content::item_of_quiz(txn, id)? {
            content_edit::remove_item(txn, &actor, item, |_| Ok(()))?;
        }
        edit::remove(txn, &actor, id, unchanged(seen))
    });
    write.await?;
    let said = Flash::done("quiz-deleted").with("name", &edited.at.quiz.name);
    Ok(posted.frame.go_and_say(&format!("/courses/{}/quizzes", edited.at.quiz.course), &said))
}
