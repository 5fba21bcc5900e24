//! Setting up a gradebook: what is graded, what it counts for, letters, and what learners see of it.
//!
//! | file | address |
//! |---|---|
//! | `tree` | `/courses/{course}/grading`: categories and items in their order |
//! | `item` | `/items/new`, `/items/{grade_item}` behind it |
//! | `category` | `/categories/new`, `/categories/{grade_category}` |
//! | `remove` | `/delete` behind both |
//! | `letters` | `/letters`: the scale, digits behind the point |
//! | `sight` | what learners see: the field of a form, hiding and showing one, showing everything |

mod category;
mod item;
mod letters;
mod remove;
mod sight;
mod tree;

pub(super) use remove::holders;

use actix_web::HttpResponse;

use super::course::CoursePlace;
use super::flash::Flash;
use super::form::Fields;
use super::frame::Frame;
use super::made;
use crate::domain::access::{Actor, Permission};
use crate::domain::grade::category::{GradeCategory, Node};
use crate::domain::grade::edit;
use crate::domain::grade::gradebook::ROOT_NAME;
use crate::domain::grade::tree::{Branch, Tree, Twig};
use crate::domain::ids::{CourseId, GradeCategoryId};
use crate::domain::refusal::{Refusal, invalid};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read, Txn};

/// Routes of this folder.
#[rustfmt::skip] // one route per line
pub fn routes(routes: &mut Routes) {
    let (edit, class) = (Needs::Course(Permission::EditGrades), Class::Interactive);
    routes.page("/courses/{course}/grading", class, edit, tree::show);
    routes.form("/courses/{course}/grading/{kind}/{node}/move", class, edit, tree::move_node);
    routes.page("/courses/{course}/grading/items/new", class, edit, item::show_new);
    routes.form("/courses/{course}/grading/items/new", class, edit, item::create);
    routes.page("/courses/{course}/grading/items/{grade_item}", class, edit, item::show);
    routes.form("/courses/{course}/grading/items/{grade_item}", class, edit, item::change);
    routes.page("/courses/{course}/grading/items/{grade_item}/delete", class, edit, remove::ask_item);
    routes.form("/courses/{course}/grading/items/{grade_item}/delete", class, edit, remove::item);
    routes.page("/courses/{course}/grading/categories/new", class, edit, category::show_new);
    routes.form("/courses/{course}/grading/categories/new", class, edit, category::create);
    routes.page("/courses/{course}/grading/categories/{grade_category}", class, edit, category::show);
    routes.form("/courses/{course}/grading/categories/{grade_category}", class, edit, category::change);
    routes.page("/courses/{course}/grading/categories/{grade_category}/delete", class, edit, remove::ask_category);
    routes.form("/courses/{course}/grading/categories/{grade_category}/delete", class, edit, remove::category);
    routes.page("/courses/{course}/grading/letters", class, edit, letters::show);
    routes.form("/courses/{course}/grading/letters", class, edit, letters::change);
    routes.form("/courses/{course}/grading/{kind}/{node}/sight", class, edit, sight::change);
    routes.page("/courses/{course}/grading/release", class, edit, sight::ask_release_all);
    routes.form("/courses/{course}/grading/release", class, edit, sight::release_all);
}

fn address(course: CourseId) -> String {
    format!("/courses/{course}/grading")
}

/// Where the forms about an item or category are sent to.
fn address_of(course: CourseId, node: Node) -> String {
    let kind = match node {
        Node::Item(_) => "items",
        Node::Category(_) => "categories",
    };
    format!("{}/{kind}/{}", address(course), node.id())
}

/// The course and its tree, for who may change it; `None` before anything is in it.
fn found(read: &impl Read, actor: &Actor, course: CourseId) -> Result<(CoursePlace, Option<Tree>), Refusal> {
    edit::require(read, actor, Permission::EditGrades, course)?;
    Ok((CoursePlace::of(read, actor, course, "/gradebook")?, Tree::of(read, course)?))
}

/// Makes the item or category that was typed; its id and name lead back to where it stands.
async fn make<Facts: Send + 'static>(
    state: &State,
    actor: &Actor,
    (frame, fields): (&Frame, &Fields),
    course: CourseId,
    facts: Result<Facts, Refusal>,
    add: impl FnOnce(&mut Txn<'_>, &Actor, Facts) -> Result<(u64, String), Refusal> + Send + 'static,
) -> Result<HttpResponse, Refusal> {
    let (facts, by) = (facts?, actor.clone());
    let write = made::once(state, actor, made::key(frame, fields), move |txn| add(txn, &by, facts));
    let (id, name) = write.await?;
    let said = Flash::done("grading-made").with("name", name);
    Ok(frame.go_and_say(&format!("{}#n{id}", address(course)), &said))
}

/// The name of a category; the course's own has that of the language until somebody gives it one.
fn name_of(frame: &Frame, category: &GradeCategory) -> String {
    match category.name.as_str() {
        ROOT_NAME if category.parent.is_none() => frame.t("gradebook-total").into_owned(),
        name => name.to_owned(),
    }
}

/// Categories to choose from, deeper ones behind a dash per level; not those in `without`, nor itself.
fn categories(frame: &Frame, tree: Option<&Tree>, without: Option<GradeCategoryId>) -> Vec<(String, String)> {
    fn walk(
        branch: &Branch,
        depth: usize,
        without: Option<GradeCategoryId>,
        all: &mut Vec<(String, String)>,
    ) {
        for twig in &branch.twigs {
            if let Twig::Category(below) = twig
                && Some(below.category.id) != without
            {
                let words = format!("{} {}", "–".repeat(depth), below.category.name.as_str());
                all.push((below.category.id.to_string(), words));
                walk(below, depth + 1, without, all);
            }
        }
    }
    let top = frame.t("grading-top").into_owned();
    let Some(tree) = tree else { return vec![(String::new(), top)] };
    let mut all = vec![(tree.gradebook.root.to_string(), top)];
    walk(&tree.root, 1, without, &mut all);
    all
}

/// The category that was chosen; nothing is the course's own.
fn chosen(fields: &Fields, name: &str) -> Result<Option<GradeCategoryId>, Refusal> {
    let read = |text: &str| {
        text.parse()
            .map(GradeCategoryId)
            .map_err(|_| invalid(format!("/{name}"), "is no category of the course"))
    };
    fields.optional(name).map(read).transpose()
}
