//! The question bank, for who teaches: finding questions, writing them, trying them out, files in and out.
//!
//! | file | what |
//! |---|---|
//! | `list` | `/courses/{course}/questions`: what there is, by filter; what is done with several at once |
//! | `category` | the folders of the bank |
//! | `edit` | the form of a question of every kind |
//! | `draft`, `rows` | a question as fields and back; lists in a form |
//! | `question` | `/questions/{question}`: a question as learners see it, its versions, where it is used, its end |
//! | `trial` | a question that is tried out |
//! | `import`, `import_job` | GIFT and Moodle XML, first tried, then imported |

mod category;
pub mod draft;
mod edit;
mod import;
mod import_job;
mod into_quiz;
mod list;
mod question;
mod rows;
mod short;
mod trial;

use std::sync::Arc;

use actix_web::HttpRequest;

use crate::domain::access::{Actor, Permission};
use crate::domain::bank::category::Tree;
use crate::domain::bank::list::{Filter, Place, list as list_of};
use crate::domain::bank::{self, Question};
use crate::domain::ids::{CategoryId, CourseId};
use crate::domain::refusal::{CHANGED, NOT_FOUND, Refusal, invalid};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::course::CoursePlace;
use crate::web::form::Fields;
use crate::web::frame::Frame;

/// Reads for one page of a list of questions.
const READS: usize = 8;
/// What stands behind the address of a course for the bank's tab.
const TAB: &str = "/questions";

/// Routes of this folder.
#[rustfmt::skip] // one route per line
pub fn routes(routes: &mut Routes) {
    let see = Needs::Course(Permission::ViewQuestions);
    let edit = Needs::Course(Permission::EditQuestions);
    let (browse, now) = (Class::Browse, Class::Interactive);
    routes.page("/courses/{course}/questions", browse, see, list::show);
    routes.form("/courses/{course}/questions", now, edit, list::change);
    routes.page("/courses/{course}/questions/categories", browse, edit, category::list);
    routes.form("/courses/{course}/questions/categories", now, edit, category::create);
    routes.page("/courses/{course}/questions/categories/{question_category}", browse, edit, category::show);
    routes.form("/courses/{course}/questions/categories/{question_category}", now, edit, category::change);
    routes.page("/courses/{course}/questions/categories/{question_category}/delete", browse, edit, category::ask_delete);
    routes.form("/courses/{course}/questions/categories/{question_category}/delete", now, edit, category::delete);
    routes.page("/courses/{course}/questions/new", browse, edit, edit::begin);
    routes.form("/courses/{course}/questions/new", now, edit, edit::create);
    routes.page("/courses/{course}/questions/import", browse, edit, import::show);
    routes.form("/courses/{course}/questions/import", Class::Bulk, edit, import::try_out);
    routes.form("/courses/{course}/questions/import/run", Class::Bulk, edit, import::run);
    routes.page("/courses/{course}/questions/import/{job}", browse, edit, import_job::show);
    routes.page("/questions/{question}", browse, see, question::show);
    routes.form("/questions/{question}", now, see, question::answer);
    routes.page("/questions/{question}/edit", browse, edit, edit::show);
    routes.form("/questions/{question}/edit", now, edit, edit::change);
    routes.page("/questions/{question}/delete", browse, edit, question::ask_delete);
    routes.form("/questions/{question}/delete", now, edit, question::delete);
    routes.page("/questions/{question}/retire", browse, edit, question::ask_retire);
    routes.form("/questions/{question}/retire", now, edit, question::retire);
    routes.page("/questions/{question}/versions/{version}/restore", browse, edit, question::ask_restore);
    routes.form("/questions/{question}/versions/{version}/restore", now, edit, question::restore);
}

/// An id in the address, for rights that are looked at before a form is read.
fn id_in(request: &HttpRequest, name: &str) -> Result<u64, Refusal> {
    let id = request.match_info().get(name).and_then(|id| id.parse().ok());
    id.ok_or_else(|| NOT_FOUND.refuse("the address has no such id"))
}

/// The course around a page of its bank, for somebody with this right.
fn place_of(
    read: &impl Read,
    actor: &Actor,
    permission: Permission,
    course: CourseId,
) -> Result<CoursePlace, Refusal> {
    let place = CoursePlace::of(read, actor, course, TAB)?;
    bank::require(read, actor, permission, course)?;
    Ok(place)
}

/// A page of a list and where it goes on.
type Found = (Vec<Arc<Question>>, Option<Place>);

/// Questions for a page of a list. A search that finds little goes on for a while, in reads of its own, before the page
/// comes back short.
pub(in crate::web) fn look_for(
    state: &State,
    actor: &Actor,
    course: CourseId,
    filter: &Filter,
    mut after: Option<Place>,
    per_page: usize,
) -> Result<Found, Refusal> {
    let mut found = Vec::new();
    for _ in 0..READS {
        let wanted = per_page - found.len();
        let (more, next) =
            state.store.read(|read| list_of(read, actor, course, filter, after.clone(), wanted))?;
        found.extend(more);
        after = next;
        if after.is_none() || found.len() == per_page {
            break;
        }
    }
    Ok((found, after))
}

/// Refuses another revision than the one that the page was made of.
fn unchanged(seen: &str) -> impl Fn(u32) -> Result<(), Refusal> + Send + 'static {
    let seen: Option<u32> = seen.parse().ok();
    move |now| {
        if seen == Some(now) {
            Ok(())
        } else {
            Err(CHANGED.refuse("it was changed since the page was loaded"))
        }
    }
}

/// A path of categories in words.
fn path_words(path: &[String]) -> String {
    path.join(" / ")
}

/// The categories of a bank to choose from, with the top before them, whose value is `top`.
fn category_choices(frame: &Frame, tree: &Tree, top: &str) -> Vec<(String, String)> {
    let mut choices = vec![(top.to_owned(), frame.t("bank-top").into_owned())];
    let all = tree.in_order();
    choices.extend(all.iter().map(|category| (category.id.to_string(), path_words(&tree.path(category.id)))));
    choices
}

/// The category that was chosen in a field; nothing is the top.
fn chosen_category(fields: &Fields, name: &str) -> Result<Option<CategoryId>, Refusal> {
    let read = |text: &str| {
        text.parse().map(CategoryId).map_err(|_| invalid(format!("/{name}"), "is no category of the course"))
    };
    fields.optional(name).map(read).transpose()
}
