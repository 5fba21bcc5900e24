//! What learners see of a gradebook: the choice in a form, hiding and showing one thing, showing everything.

use actix_web::{HttpResponse, web};

use super::{address, found};
use crate::clock::Timestamp;
use crate::domain::access::{Actor, Permission};
use crate::domain::grade::category::{Node, Visibility};
use crate::domain::grade::edit::{self, GradeCategoryInput, GradeItemInput};
use crate::domain::grade::tree::Tree;
use crate::domain::ids::CourseId;
use crate::domain::refusal::{Refusal, invalid};
use crate::http::grade::NodeKind;
use crate::store::{Class, Txn};
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::quiz::moment;
use crate::web::visitor::{Posted, Visitor};

/// The field of a choice, and of the time that belongs to one of them.
const FIELD: &str = "visibility";
const UNTIL: &str = "visibility/hidden_until";

/// The choices, by the names that the API has.
pub(super) fn choices(frame: &Frame) -> Vec<(&'static str, String)> {
    ["visible", "hidden", "hidden_until"]
        .map(|name| (name, frame.t_of("grading-sight-", name.replace('_', "-").as_str()).into_owned()))
        .into()
}

/// The fields of a form that show it.
pub(super) fn shown(frame: &Frame, fields: Fields, visibility: Visibility) -> Fields {
    let (name, until) = match visibility {
        Visibility::Visible => ("visible", String::new()),
        Visibility::Hidden => ("hidden", String::new()),
        Visibility::HiddenUntil(until) => ("hidden_until", frame.calendar.local(until)),
    };
    fields.with(FIELD, name).with(UNTIL, until)
}

/// What was chosen; `known` is what the page showed.
pub(super) fn typed(frame: &Frame, fields: &Fields, known: Visibility) -> Result<Visibility, Refusal> {
    let before = match known {
        Visibility::HiddenUntil(until) => Some(until),
        _ => None,
    };
    match fields.get(FIELD) {
        "visible" => Ok(Visibility::Visible),
        "hidden" => Ok(Visibility::Hidden),
        "hidden_until" => {
            let until = moment(frame, fields, UNTIL, before)?;
            until.map(Visibility::HiddenUntil).ok_or_else(|| invalid(format!("/{UNTIL}"), "is missing"))
        }
        _ => Err(invalid(format!("/{FIELD}"), "is not one of the choices")),
    }
}

fn hide(txn: &mut Txn<'_>, actor: &Actor, course: CourseId, node: Node) -> Result<(), Refusal> {
    let visibility = Some(Visibility::Hidden);
    match node {
        Node::Item(id) => {
            let facts = GradeItemInput { visibility, ..GradeItemInput::default() }.parse()?;
            edit::change_item(txn, actor, course, id, |_| Ok(()), facts).map(drop)
        }
        Node::Category(id) => {
            let facts = GradeCategoryInput { visibility, ..GradeCategoryInput::default() }.parse()?;
            edit::change_category(txn, actor, course, id, |_| Ok(()), &facts).map(drop)
        }
    }
}

/// Hides or shows one thing, with all that is in it.
pub(super) async fn change(
    posted: Posted,
    at: web::Path<(CourseId, NodeKind, u64)>,
) -> Result<HttpResponse, Refusal> {
    let (course, kind, id) = at.into_inner();
    let (node, actor) = (kind.node(id), posted.who.actor.clone());
    posted.state.store.read(|read| edit::require(read, &actor, Permission::EditGrades, course))?;
    let (hides, said) = match posted.fields.get(FIELD) {
        "hidden" => (true, "grading-hidden"),
        "visible" => (false, "grading-shown"),
        _ => return Err(invalid(format!("/{FIELD}"), "is not one of the choices")),
    };
    let write = posted.state.store.write(Class::Interactive, move |txn| {
        if hides { hide(txn, &actor, course, node) } else { edit::release(txn, &actor, course, node) }
    });
    write.await?;
    Ok(posted.frame.go_and_say(&format!("{}#n{}", address(course), node.id()), &Flash::done(said)))
}

/// Everything that learners do not see now: what was hidden until a time that is over needs nobody to show it.
fn hidden(tree: Option<&Tree>, now: Timestamp) -> Vec<Node> {
    let Some(tree) = tree else { return Vec::new() };
    let (categories, items) = (tree.categories(), tree.items());
    let categories = categories.iter().map(|of| (of.visibility, Node::Category(of.id)));
    let items = items.iter().map(|(of, _)| (of.visibility, Node::Item(of.id)));
    let all = categories.chain(items).filter(|(visibility, _)| visibility.hides(now));
    all.map(|(_, node)| node).collect()
}

pub(super) async fn ask_release_all(
    visitor: Visitor,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let frame = &visitor.frame;
    let (_, tree) = visitor.state.store.read(|read| found(read, visitor.actor(), *course))?;
    let count = hidden(tree.as_ref(), frame.now).len();
    Confirm {
        question: frame.t("grading-release-all-question").into_owned(),
        what: vec![
            frame.t1("grading-release-all-what", "count", count),
            frame.t("grading-release-all-quizzes").into_owned(),
        ],
        action: &format!("{}/release", address(*course)),
        fields: &[],
        button: frame.t("grading-release-all").into_owned(),
        back: &address(*course),
    }
    .show(frame)
}

pub(super) async fn release_all(
    posted: Posted,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let (actor, course) = (posted.who.actor.clone(), *course);
    let write = posted.state.store.write(Class::Interactive, move |txn| -> Result<usize, Refusal> {
        edit::require(txn, &actor, Permission::EditGrades, course)?;
        let all = hidden(Tree::of(txn, course)?.as_ref(), actor.now);
        for node in &all {
            edit::release(txn, &actor, course, *node)?;
        }
        Ok(all.len())
    });
    let count = write.await?;
    let said = Flash::done("grading-all-shown").with("count", count);
    Ok(posted.frame.go_and_say(&address(course), &said))
}
