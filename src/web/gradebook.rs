//! The gradebook of who teaches: all learners by all grades in pages, and one learner's line as a form.
//!
//! With scripts `assets/gradebook.js` makes of it one table that scrolls through all learners and is changed in place.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::confirm::{self, Confirm};
use super::course::CoursePlace;
use super::flash::Flash;
use super::form::{Fields, Form, Problem};
use super::frame::Frame;
use super::visitor::{Posted, Visitor};
use crate::domain::access::{Actor, Permission};
use crate::domain::account::{self, Account};
use crate::domain::attempt;
use crate::domain::decimal::Decimal;
use crate::domain::faults::{Faults, together};
use crate::domain::grade::calc::{Points, Terms};
use crate::domain::grade::category::{GradeCategory, Node};
use crate::domain::grade::hand::{self, ExclusionInput, HandGradeInput};
use crate::domain::grade::item::GradeItem;
use crate::domain::grade::report::{self, Cell, Line, MatrixRow, Report};
use crate::domain::grade::tree::Tree;
use crate::domain::group::{self, Group};
use crate::domain::ids::{AttemptId, CourseId, GroupId, QuizId, UserId};
use crate::domain::limits::searched;
use crate::domain::refusal::{CHANGED, Refusal, invalid};
use crate::http::beside::beside;
use crate::http::routes::{Needs, Routes};
use crate::jobs::export::grade_rows;
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let view = Needs::Course(Permission::ViewGrades);
    let edit = Needs::Course(Permission::EditGrades);
    routes.page("/courses/{course}/gradebook", Class::Report, view, show);
    routes.page("/courses/{course}/gradebook/{user}", Class::Interactive, view, show_learner);
    routes.form("/courses/{course}/gradebook/{user}", Class::Interactive, edit, change_learner);
}

/// Learners on a page: with a few dozen columns it stays light.
const PER_PAGE: usize = 40;
/// Enrolments, members and groups per read.
pub(super) const PER_READ: usize = 200;
/// Groups to choose from: more than a course is split into.
const MAX_GROUPS: usize = 200;
/// Attempts at one quiz that the page of a learner leads to: the latest.
const MAX_ATTEMPTS: usize = 20;
/// Points and percentages of a whole page stay below this many cells; more columns mean fewer learners.
const MAX_CELLS: usize = 2_000;

#[derive(Debug, Clone, Default, Deserialize)]
struct Filter {
    #[serde(default)]
    name: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    page: usize,
}

impl Filter {
    fn group(&self) -> Option<GroupId> {
        self.group.parse().ok().map(GroupId)
    }
}

/// What is looked at: the tree, the learners that the filter lets through, the lines of one page.
struct Matrix {
    tree: Option<Tree>,
    learners: Vec<UserId>,
    pages: usize,
    page: usize,
    rows: Vec<MatrixRow>,
}

#[derive(Template)]
#[template(path = "gradebook/show.html")]
struct GradebookPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    items: Vec<(Arc<GradeItem>, Terms)>,
    categories: Vec<Arc<GradeCategory>>,
    matrix: &'a Matrix,
    groups: &'a [Group],
    filter: &'a Filter,
    edits: bool,
}

impl GradebookPage<'_> {
    fn address(&self, page: usize) -> String {
        let name = super::sign_in::encoded(&self.filter.name);
        let group = super::sign_in::encoded(&self.filter.group);
        format!("/courses/{}/gradebook?name={name}&group={group}&page={page}", self.place.course.id)
    }

    fn before(&self) -> Option<String> {
        self.matrix.page.checked_sub(1).map(|page| self.address(page))
    }

    fn after(&self) -> Option<String> {
        (self.matrix.page + 1 < self.matrix.pages).then(|| self.address(self.matrix.page + 1))
    }

    fn points(cell: &Cell) -> String {
        cell.standing.map_or_else(|| "–".to_owned(), |standing| standing.points.to_string())
    }

    fn percentage(&self, cell: &Cell) -> String {
        let percentage = cell.standing.and_then(Points::percentage);
        let shown = percentage.zip(self.matrix.tree.as_ref());
        shown.map_or_else(
            || "–".to_owned(),
            |(percentage, tree)| format!("{} %", tree.gradebook.decimals.show(percentage)),
        )
    }

    fn is_group(&self, group: &Group) -> bool {
        self.filter.group() == Some(group.id)
    }

    /// The learners of the chosen group for the script, in the order of the page.
    fn chosen(&self) -> String {
        if self.filter.group().is_none() {
            return String::new();
        }
        self.matrix.learners.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Everybody whose grades are kept, a few per read.
pub(super) fn learners(state: &State, course: CourseId) -> Result<Vec<UserId>, Refusal> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let (users, next) = state.store.read(|read| report::learners(read, course, after, PER_READ))?;
        all.extend(users);
        if next.is_none() {
            return Ok(all);
        }
        after = next;
    }
}

fn members(state: &State, actor: &Actor, course: CourseId, group: GroupId) -> Result<Vec<UserId>, Refusal> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let users = state.store.read(|read| group::members(read, actor, course, group, after, PER_READ))?;
        let more = users.len() == PER_READ;
        after = users.last().copied();
        all.extend(users);
        if !more {
            return Ok(all);
        }
    }
}

fn matrix(state: &State, actor: &Actor, course: CourseId, filter: &Filter) -> Result<Matrix, Refusal> {
    let tree = state.store.read(|read| report::tree(read, actor, course))?;
    let mut learners = learners(state, course)?;
    if let Some(group) = filter.group() {
        let members = members(state, actor, course, group)?;
        learners.retain(|user| members.binary_search(user).is_ok());
    }
    let wanted = filter.name.to_lowercase();
    let sortable = state.store.read(|read| report::require_sortable(read, course)).is_ok();
    if sortable || !wanted.is_empty() {
        let mut places = Vec::with_capacity(learners.len());
        for some in learners.chunks(PER_READ) {
            state.store.read(|read| -> Result<(), Refusal> {
                for (place, user) in report::name_places(read, some)? {
                    let named = wanted.is_empty()
                        || read.get::<Account>(&user)?.is_some_and(|account| {
                            account::display_name(&account).to_lowercase().contains(&wanted)
                                || account.username.as_str().to_lowercase().contains(&wanted)
                        });
                    if named {
                        places.push((place, user));
                    }
                }
                Ok(())
            })?;
        }
        if sortable {
            places.sort_unstable();
        }
        learners = places.into_iter().map(|(_, user)| user).collect();
    }
    let columns = tree.as_ref().map_or(0, |tree| tree.items().len() + tree.categories().len());
    let per_page = MAX_CELLS.checked_div(columns).unwrap_or(PER_PAGE).clamp(5, PER_PAGE);
    let pages = learners.len().div_ceil(per_page).max(1);
    let page = filter.page.min(pages - 1);
    let from = page * per_page;
    let until = (from + per_page).min(learners.len());
    let rows = match &tree {
        Some(tree) => grade_rows(&state.store, tree, learners.get(from..until).unwrap_or_default())?,
        None => Vec::new(),
    };
    Ok(Matrix { tree, learners, pages, page, rows })
}

async fn show(
    visitor: Visitor,
    id: web::Path<CourseId>,
    filter: web::Query<Filter>,
) -> Result<HttpResponse, Refusal> {
    let (id, mut filter) = (*id, filter.into_inner());
    filter.name = searched(&filter.name);
    let actor = visitor.actor().clone();
    let (place, groups) = visitor.state.store.read(|read| -> Result<_, Refusal> {
        let place = CoursePlace::of(read, &actor, id, "/gradebook")?;
        report::tree(read, &actor, id)?;
        let groups = if place.can(Permission::ViewRoster) {
            group::list(read, &actor, id, None, MAX_GROUPS)?
        } else {
            Vec::new()
        };
        Ok((place, groups))
    })?;
    let (state, by, asked) = (visitor.state.clone(), actor, filter.clone());
    let matrix = beside(&visitor.state, move || matrix(&state, &by, id, &asked)).await?;
    let page = GradebookPage {
        frame: &visitor.frame,
        edits: place.can(Permission::EditGrades),
        place: &place,
        items: matrix.tree.as_ref().map(Tree::items).unwrap_or_default(),
        categories: matrix.tree.as_ref().map(Tree::categories).unwrap_or_default(),
        matrix: &matrix,
        groups: &groups,
        filter: &filter,
    };
    visitor.frame.show(&page)
}

#[derive(Template)]
#[template(path = "gradebook/learner.html")]
struct LearnerPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    user: UserId,
    name: &'a str,
    report: &'a Report,
    attempts: &'a Attempts,
    form: &'a Form,
    edits: bool,
}

/// The fields of a line: those of an item are named after it, those of a category's total with `total` in front. What the page
/// showed in them is sent along.
struct Names {
    node: Node,
    points: String,
    shown_points: String,
    revision: String,
    excluded: String,
    shown_excluded: String,
}

impl Names {
    fn of(line: &Line) -> Option<Self> {
        let (node, before, id) = match (line.item, line.category) {
            (Some(item), _) => (Node::Item(item), "", item.0),
            (None, Some(category)) => (Node::Category(category), "total-", category.0),
            (None, None) => return None,
        };
        Some(Self {
            node,
            points: format!("{before}points/{id}"),
            shown_points: format!("{before}shown-points/{id}"),
            revision: format!("{before}revision/{id}"),
            excluded: format!("{before}excluded/{id}"),
            shown_excluded: format!("{before}shown-excluded/{id}"),
        })
    }
}

impl LearnerPage<'_> {
    fn names(line: &Line) -> Option<Names> {
        Names::of(line)
    }

    /// The course's own total is part of nothing that it could be left out of.
    const fn may_be_left_out(line: &Line) -> bool {
        line.item.is_some() || line.level > 0
    }

    /// The most points that an item can have; totals have percentages.
    fn most(line: &Line) -> Option<Decimal> {
        line.item.and(line.max)
    }

    /// Attempts behind the grade of a quiz, with their numbers.
    fn attempts(&self, line: &Line) -> &[(AttemptId, u16)] {
        line.quiz.and_then(|quiz| self.attempts.get(&quiz)).map_or(&[], Vec::as_slice)
    }

    fn level(line: &Line) -> u8 {
        line.level.min(4)
    }
}

/// What the field of a line holds: the grade by hand, or what stands instead of a quiz's result or of a total.
fn typed_points(line: &Line) -> Option<Decimal> {
    match (&line.overridden, line.item, line.quiz) {
        (Some(overridden), _, _) => Some(overridden.value),
        (None, Some(_), None) => line.computed,
        (None, _, _) => None,
    }
}

fn first_fields(report: &Report) -> Fields {
    let mut fields = Fields::default();
    for line in &report.lines {
        let Some(names) = Names::of(line) else { continue };
        fields = shown_now(fields, line, &names)
            .with(&names.points, field_of(line))
            .with(&names.excluded, line.excluded);
    }
    fields
}

fn field_of(line: &Line) -> String {
    typed_points(line).map(|points| points.to_string()).unwrap_or_default()
}

/// What the page says of a line besides its fields: what they hold at first, and under which number of changes.
fn shown_now(fields: Fields, line: &Line, names: &Names) -> Fields {
    fields
        .with(&names.revision, line.revision)
        .with(&names.shown_points, field_of(line))
        .with(&names.shown_excluded, line.excluded)
}

/// A learner's latest attempts at each quiz, with their numbers; nothing for who may not look at attempts.
type Attempts = BTreeMap<QuizId, Vec<(AttemptId, u16)>>;

/// Whose grades they are, with everything that the page shows of them.
struct Learner {
    place: CoursePlace,
    report: Report,
    name: String,
    attempts: Attempts,
}

fn attempts_of(read: &impl Read, report: &Report) -> Result<Attempts, Refusal> {
    let mut all = Attempts::new();
    for quiz in report.lines.iter().filter_map(|line| line.quiz) {
        let ids = attempt::of_learner(read, quiz, report.user)?;
        let latest = ids.len().saturating_sub(MAX_ATTEMPTS);
        let numbered = ids.into_iter().skip(latest).map(|id| Ok((id, attempt::get(read, id)?.number)));
        all.insert(quiz, numbered.collect::<Result<_, Refusal>>()?);
    }
    Ok(all)
}

fn learner_of(state: &State, actor: &Actor, course: CourseId, user: UserId) -> Result<Learner, Refusal> {
    state.store.read(|read| -> Result<_, Refusal> {
        let place = CoursePlace::of(read, actor, course, "/gradebook")?;
        let report = report::of_learner(read, actor, course, user)?;
        let name = account::name_of(read, user)?;
        let sees = place.can(Permission::ViewAttempts);
        let attempts = if sees { attempts_of(read, &report)? } else { Attempts::new() };
        Ok(Learner { place, report, name, attempts })
    })
}

fn show_form(frame: &Frame, learner: &Learner, form: &Form) -> Result<HttpResponse, Refusal> {
    let Learner { place, report, name, attempts } = learner;
    let edits = place.can(Permission::EditGrades);
    form.show(frame, &LearnerPage { frame, place, user: report.user, name, report, attempts, form, edits })
}

async fn show_learner(visitor: Visitor, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let (course, user) = *at;
    let found = learner_of(&visitor.state, visitor.actor(), course, user)?;
    let form = Form::of(first_fields(&found.report));
    show_form(&visitor.frame, &found, &form)
}

/// What becomes of the points of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum To {
    /// They stay.
    Same,
    /// These, or none any more.
    Points(Option<Decimal>),
}

/// A line of the form as it was sent.
struct Sent {
    names: Names,
    /// The number of changes that the page knew of.
    revision: u32,
    /// What the page showed in the field, and what it holds.
    points: (Option<Decimal>, Option<Decimal>),
    /// The same of the box, where there is one.
    excluded: Option<(bool, bool)>,
}

impl Sent {
    /// `None` for a line that was not sent. Who sends only what changes means what stands now.
    fn of(line: &Line, fields: &Fields) -> Result<Option<Self>, Refusal> {
        let Some(names) = Names::of(line).filter(|names| fields.has(&names.revision)) else {
            return Ok(None);
        };
        let revision = fields.get(&names.revision).parse();
        let revision =
            revision.map_err(|_| invalid(format!("/{}", names.points), "has no number of changes"));
        let shown = if fields.has(&names.shown_points) {
            fields.decimal(&names.shown_points)
        } else {
            Ok(typed_points(line))
        };
        let (revision, shown, points) = together((revision, shown, fields.decimal(&names.points)))?;
        let excluded = LearnerPage::may_be_left_out(line).then(|| {
            let shown = if fields.has(&names.shown_excluded) {
                fields.ticked(&names.shown_excluded)
            } else {
                line.excluded
            };
            (shown, fields.ticked(&names.excluded))
        });
        Ok(Some(Self { names, revision, points: (shown, points), excluded }))
    }

    /// Did somebody type another thing than the page showed?
    fn is_changed(&self) -> bool {
        self.points.0 != self.points.1 || self.excluded.is_some_and(|(shown, excluded)| shown != excluded)
    }
}

/// A change of one line that the form asks for.
struct Wanted {
    names: Names,
    /// Points stand instead of what is computed.
    overrides: bool,
    revision: u32,
    points: To,
    excluded: Option<bool>,
}

/// What differs from what the page showed. Only that is written, so that two people who grade different items of one
/// learner do not meet. What stands so already is no change, whoever made it.
fn wanted(report: &Report, fields: &Fields) -> Result<Vec<Wanted>, Refusal> {
    let (mut changes, mut faults) = (Vec::new(), Faults::default());
    for line in &report.lines {
        let Some(sent) = faults.or_default(Sent::of(line, fields)) else { continue };
        let Sent { names, revision, points: (shown, points), excluded } = sent;
        let same = points == shown || points == typed_points(line);
        let points = if same { To::Same } else { To::Points(points) };
        let excluded = excluded
            .filter(|(shown, excluded)| excluded != shown && *excluded != line.excluded)
            .map(|(_, excluded)| excluded);
        if points != To::Same || excluded.is_some() {
            let overrides = line.item.is_none() || line.quiz.is_some() || line.overridden.is_some();
            changes.push(Wanted { names, overrides, revision, points, excluded });
        }
    }
    faults.and(Ok(changes))
}

/// The form once somebody else was faster: what nobody typed over holds what stands now, what was typed stays, and a line where
/// both is so says it. All of it is under the present number of changes, so that saving again works.
fn caught_up(frame: &Frame, report: &Report, typed: &Fields) -> Result<(Fields, Vec<Problem>), Refusal> {
    let (mut fields, mut problems) = (first_fields(report), Vec::new());
    for (name, value) in typed.iter() {
        fields = fields.with(name, value);
    }
    for line in &report.lines {
        let Some(sent) = Sent::of(line, &fields)?.filter(|sent| sent.revision != line.revision) else {
            continue;
        };
        let names = &sent.names;
        fields = shown_now(fields, line, names);
        if sent.points.0 == sent.points.1 {
            fields = fields.with(&names.points, field_of(line));
        }
        if sent.excluded.is_none_or(|(shown, excluded)| shown == excluded) {
            fields = fields.with(&names.excluded, line.excluded);
        }
        if sent.is_changed() {
            let words = frame.t("gradebook-line-changed").into_owned();
            problems.push(Problem { field: names.points.clone(), words, english: String::new() });
        }
    }
    Ok((fields, problems))
}

/// Leads a refusal back to the field of its line.
fn beside_line(refusal: Refusal, names: &Names) -> Refusal {
    let pointed =
        refusal.fields.iter().find(|field| field.at != "/reason").map(|field| field.problem.clone());
    match pointed {
        Some(problem) => refusal.code.refuse_saying(format!("/{}", names.points), problem),
        None => refusal,
    }
}

/// The grades by hand that changes take back, a line each.
fn cleared(frame: &Frame, report: &Report, changes: &[Wanted]) -> Vec<String> {
    let cleared = |line: &&Line| {
        let node = Names::of(line).map(|names| names.node);
        changes.iter().any(|it| it.points == To::Points(None) && Some(it.names.node) == node)
    };
    let goes = |line: &Line| {
        let name = if line.category.is_some() && line.level == 0 {
            frame.t("gradebook-total").into_owned()
        } else {
            line.name.clone()
        };
        let points = field_of(line);
        let key = if line.item.is_some() { "gradebook-clear-points" } else { "gradebook-clear-percentage" };
        frame.t2(key, "name", name, "points", points)
    };
    report.lines.iter().filter(cleared).map(goes).collect()
}

/// The question before grades by hand are taken back: which, and what stands then.
fn ask_clear(
    frame: &Frame,
    Learner { place, report, name, .. }: &Learner,
    mut what: Vec<String>,
    fields: &Fields,
) -> Result<HttpResponse, Refusal> {
    what.push(frame.t("gradebook-clear-then").into_owned());
    let one = format!("/courses/{}/gradebook/{}", place.course.id, report.user);
    Confirm {
        question: frame.t1("gradebook-clear-question", "name", name),
        what,
        action: &one,
        fields: &confirm::again(fields),
        button: frame.t("gradebook-clear").into_owned(),
        back: &one,
    }
    .show(frame)
}

async fn change_learner(posted: Posted, at: web::Path<(CourseId, UserId)>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let ((course, user), actor) = (*at, who.actor);
    let found = learner_of(&state, &actor, course, user)?;
    state.store.read(|read| report::require_edit(read, &actor, course))?;
    let done = match wanted(&found.report, &fields) {
        Ok(changes) => {
            let gone = cleared(&frame, &found.report, &changes);
            let sure = gone.is_empty() || confirm::is_sure(&fields);
            let (by, reason, count) = (actor.clone(), fields.get("reason").to_owned(), changes.len());
            let write = confirm::once_sure(&state, sure, move |txn| {
                for change in changes {
                    let at = (course, user, change.names.node);
                    let mut revision = change.revision;
                    let mut check = |now: u32| {
                        let same = now == revision;
                        // The second change of one item meets what the first one made.
                        revision = now + 1;
                        if same { Ok(()) } else { Err(CHANGED.refuse("the grade was changed meanwhile")) }
                    };
                    let step = |refusal| beside_line(refusal, &change.names);
                    if let To::Points(points) = change.points {
                        match change.names.node {
                            Node::Item(item) if !change.overrides => {
                                let input = HandGradeInput { user, item, points };
                                hand::set(txn, &by, course, input, &mut check).map_err(step)?;
                            }
                            _ => {
                                hand::override_with(txn, &by, at, points, &reason, &mut check)
                                    .map_err(step)?;
                            }
                        }
                    }
                    if let Some(excluded) = change.excluded {
                        let input = ExclusionInput { excluded, reason: reason.clone() };
                        hand::exclude(txn, &by, at, &input, &mut check).map_err(step)?;
                    }
                }
                Ok(count)
            });
            match write.await {
                Ok(Some(count)) => Ok(count),
                Ok(None) => return ask_clear(&frame, &found, gone, &fields),
                Err(refusal) => Err(refusal),
            }
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(0) => Ok(frame.go_and_say(
            &format!("/courses/{course}/gradebook/{user}"),
            &Flash::attention("gradebook-nothing-changed"),
        )),
        Ok(count) => Ok(frame.go_and_say(
            &format!("/courses/{course}/gradebook/{user}"),
            &Flash::done("gradebook-changed").with("count", count),
        )),
        Err(refusal) if refusal.code == CHANGED => {
            let found = learner_of(&state, &actor, course, user)?;
            let (fields, problems) = caught_up(&frame, &found.report, &fields)?;
            let form = Form::wrong(fields, problems, StatusCode::PRECONDITION_FAILED);
            show_form(&frame, &found, &form)
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_form(&frame, &found, &form)
        }
    }
}
