//! The tree of a gradebook, a line for each category and item, with what can be done to it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{address, address_of, found, name_of};
use crate::domain::access::{Actor, Permission};
use crate::domain::attempt::review;
use crate::domain::decimal::Decimal;
use crate::domain::grade::calc::{EmptyGrades, Method, Rules, Terms};
use crate::domain::grade::category::{self, Node, Visibility};
use crate::domain::grade::edit;
use crate::domain::grade::item::{self, Source};
use crate::domain::grade::tree::{Branch, Twig};
use crate::domain::ids::{CourseId, QuizId};
use crate::domain::quiz::Quiz;
use crate::domain::refusal::Refusal;
use crate::http::grade::NodeKind;
use crate::state::State;
use crate::store::{Class, Read};
use crate::web::build::{say_moved, step};
use crate::web::course::CoursePlace;
use crate::web::form::Form;
use crate::web::frame::Frame;
use crate::web::visitor::{Posted, Visitor};

/// The quiz whose grades an item has.
struct OfQuiz {
    id: QuizId,
    /// It shows no marks at this moment, by its own rules.
    keeps_back: bool,
    /// It shows them, though the item is hidden.
    shows: bool,
}

/// A category or an item.
struct Line {
    node: Node,
    depth: usize,
    name: String,
    /// What it counts for in the category above; the course's own counts for nothing.
    terms: Option<Terms>,
    /// Does its weight play a part in the category above?
    weighs: bool,
    /// How a category makes its total.
    rules: Option<Rules>,
    quiz: Option<OfQuiz>,
    visibility: Visibility,
    first: bool,
    last: bool,
}

impl Line {
    const fn is_mean(&self) -> bool {
        matches!(self.rules, Some(Rules { method: Method::WeightedMean, .. }))
    }

    const fn counts_zero(&self) -> bool {
        matches!(self.rules, Some(Rules { empty: EmptyGrades::CountAsZero, .. }))
    }

    fn dropped(&self) -> u8 {
        self.rules.map_or(0, |rules| rules.drop_lowest)
    }

    /// The maximum of an item.
    fn max(&self) -> Option<Decimal> {
        self.terms.filter(|_| self.rules.is_none()).map(|terms| terms.max)
    }

    fn weight(&self) -> Option<Decimal> {
        let says = |terms: &Terms| terms.weight.is_zero() || (self.weighs && !terms.extra_credit);
        self.terms.filter(says).map(|terms| terms.weight)
    }

    fn is_draft(&self) -> bool {
        self.terms.is_some_and(|terms| terms.draft)
    }

    fn is_extra(&self) -> bool {
        self.terms.is_some_and(|terms| terms.extra_credit)
    }

    const fn is_root(&self) -> bool {
        self.terms.is_none()
    }

    /// An item of a quiz goes with its quiz, the course's own category with the course.
    const fn may_go(&self) -> bool {
        !self.is_root() && self.quiz.is_none()
    }
}

#[derive(Template)]
#[template(path = "grading/show.html")]
struct TreePage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    lines: &'a [Line],
    form: &'a Form,
    /// Something is hidden, so that there is something to show.
    hides: bool,
    edits_quizzes: bool,
}

impl TreePage<'_> {
    fn address(&self) -> String {
        address(self.place.course.id)
    }

    fn address_of(&self, line: &Line) -> String {
        address_of(self.place.course.id, line.node)
    }

    fn hidden(&self, line: &Line) -> bool {
        line.visibility.hides(self.frame.now)
    }
}

fn keeps_back(read: &impl Read, actor: &Actor, quiz: QuizId) -> Result<bool, Refusal> {
    let quiz = read.get::<Quiz>(&quiz)?;
    quiz.map_or(Ok(false), |quiz| review::keeps_marks_back(read, &quiz, actor.now))
}

fn lines(
    read: &impl Read,
    actor: &Actor,
    branch: &Branch,
    depth: usize,
    all: &mut Vec<Line>,
) -> Result<(), Refusal> {
    let count = branch.twigs.len();
    let weighs = branch.category.rules.method == Method::WeightedMean;
    for (at, (twig, child)) in branch.twigs.iter().zip(&branch.category.children).enumerate() {
        let (name, visibility) = match twig {
            Twig::Item(item) => (&item.name, item.visibility),
            Twig::Category(below) => (&below.category.name, below.category.visibility),
        };
        let mut line = Line {
            node: child.node,
            depth,
            name: name.as_str().to_owned(),
            terms: Some(child.terms),
            weighs,
            rules: None,
            quiz: None,
            visibility,
            first: at == 0,
            last: at + 1 == count,
        };
        match twig {
            Twig::Item(item) => {
                if let Source::Quiz(quiz) = item.source {
                    let keeps_back = keeps_back(read, actor, quiz)?;
                    let shows = !keeps_back && visibility.hides(actor.now);
                    line.quiz = Some(OfQuiz { id: quiz, keeps_back, shows });
                }
                all.push(line);
            }
            Twig::Category(below) => {
                line.rules = Some(below.category.rules);
                all.push(line);
                lines(read, actor, below, depth + 1, all)?;
            }
        }
    }
    Ok(())
}

pub(super) fn page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let (place, all) = state.store.read(|read| -> Result<_, Refusal> {
        let (place, tree) = found(read, actor, course)?;
        let mut all = Vec::new();
        if let Some(tree) = &tree {
            let root = &tree.root.category;
            all.push(Line {
                node: Node::Category(root.id),
                depth: 0,
                name: name_of(frame, root),
                terms: None,
                weighs: false,
                rules: Some(root.rules),
                quiz: None,
                visibility: root.visibility,
                first: true,
                last: true,
            });
            lines(read, actor, &tree.root, 1, &mut all)?;
        }
        Ok((place, all))
    })?;
    let hides = all.iter().any(|line| line.visibility.hides(frame.now));
    let edits_quizzes = place.can(Permission::EditQuiz);
    form.show(frame, &TreePage { frame, place: &place, lines: &all, form, hides, edits_quizzes })
}

pub(super) async fn show(visitor: Visitor, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    page(&visitor.state, &visitor.frame, visitor.actor(), *course, &Form::default())
}

/// A step up or down among what is in the same category.
pub(super) async fn move_node(
    posted: Posted,
    at: web::Path<(CourseId, NodeKind, u64)>,
) -> Result<HttpResponse, Refusal> {
    let (course, kind, id) = at.into_inner();
    let (node, actor, up) = (kind.node(id), posted.who.actor.clone(), posted.fields.get("way") == "up");
    let write = posted.state.store.write(Class::Interactive, move |txn| -> Result<_, Refusal> {
        edit::require(txn, &actor, Permission::EditGrades, course)?;
        let (name, above) = match node {
            Node::Item(id) => {
                let item = item::get(txn, course, id)?;
                (item.name.as_str().to_owned(), Some(item.category))
            }
            Node::Category(id) => {
                let category = category::get(txn, course, id)?;
                (category.name.as_str().to_owned(), category.parent)
            }
        };
        let Some(above) = above else { return Ok((name, None)) };
        let mut order: Vec<u64> =
            category::get(txn, course, above)?.children.iter().map(|child| child.node.id()).collect();
        let moved = step(&mut order, node.id(), up);
        if moved.is_some() {
            edit::order(txn, &actor, course, above, |_| Ok(()), &order)?;
        }
        Ok((name, moved))
    });
    let (name, moved) = write.await?;
    Ok(say_moved(&posted.frame, &format!("{}#n{}", address(course), node.id()), &name, moved))
}
