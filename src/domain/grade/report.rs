//! What people see: a learner's report, and a teacher's matrix of learners by items.
//!
//! A learner sees neither hidden items nor any total that a hidden one could be worked out from: while anything below
//! a category is hidden, its total, its letter and which children it dropped are withheld, whether or not this learner
//! has a grade there. The item of a quiz that is not published is not there at all for who has no grade in it. Teachers
//! see everything.

use serde::Serialize;

use super::calc::{Part, Points};
use super::category::{Name, Node, Visibility};
use super::edit::require;
use super::entry::{Grade, Override};
use super::gradebook::Gradebook;
use super::item::{self, Source};
use super::total::{Ledger, Total};
use super::tree::{Branch, Outcome, Tree, Twig};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Role, Scope};
use crate::domain::decimal::Decimal;
use crate::domain::enrolment::Enrolment;
use crate::domain::ids::{CourseId, GradeCategoryId, GradeItemId, QuizId, UserId};
use crate::domain::refusal::{Code, Kind, Refusal, not_found};
use crate::domain::{account, course};
use crate::store::{Read, StoreError};

/// Learners that are listed at a time while one with a grade is looked for.
const PER_LIST: usize = 200;

/// One line of a report: an item, or a category's total.
#[expect(clippy::struct_excessive_bools, reason = "four independent facts of a line, as clients read them")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeLine))]
pub struct Line {
    /// The item, when it is one.
    pub item: Option<GradeItemId>,
    /// The category, when it is one.
    pub category: Option<GradeCategoryId>,
    /// Its name.
    pub name: String,
    /// The quiz whose grades it has.
    pub quiz: Option<QuizId>,
    /// How many categories stand above it.
    pub level: u8,
    /// Its weight in the category above.
    pub weight: Decimal,
    /// Adds to what is reached but not to what can be reached.
    pub extra_credit: bool,
    /// The points that stand; exact.
    pub points: Option<Decimal>,
    /// The maximum that they are of; `null` where it is withheld.
    pub max: Option<Decimal>,
    /// The percentage that stands; exact to seven digits.
    pub percentage: Option<Decimal>,
    /// The percentage as the course shows it.
    pub shown: Option<String>,
    /// The letter of the percentage.
    pub letter: Option<String>,
    /// Points before an override; the same when there is none.
    pub computed: Option<Decimal>,
    /// Who overrode it, when and why. Learners see that it is overridden and why.
    pub overridden: Option<OverrideView>,
    /// Somebody left it out for this learner. That a category of nothing but such grades counts as left out, too, is told by
    /// `part`.
    pub excluded: bool,
    /// What became of it in the category above; `null` for the course's own and where it is withheld.
    pub part: Option<Part>,
    /// The total is not shown, because something below it is hidden.
    pub withheld: bool,
    /// Learners do not see it now: it is hidden, or of a quiz that is not published and gave this learner no grade.
    pub hidden: bool,
    /// Changes of the grade so far: what `If-Match` takes.
    pub revision: u32,
}

impl Line {
    /// Is it among the lowest that are left out?
    pub fn is_dropped(&self) -> bool {
        self.part == Some(Part::Dropped)
    }
}

/// An override as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeOverride))]
pub struct OverrideView {
    /// Points of an item, a percentage of a category.
    pub value: Decimal,
    /// Who; `null` to learners.
    pub by: Option<UserId>,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// What a learner has in a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(as = GradeReport))]
pub struct Report {
    /// The course.
    pub course: CourseId,
    /// The learner.
    pub user: UserId,
    /// Digits behind the point in `shown`.
    pub decimals: u8,
    /// The course's total first, then what is in it, depth first. Empty while nothing is graded in the course.
    pub lines: Vec<Line>,
}

/// For whom a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Learner(Timestamp),
    Teacher(Timestamp),
}

impl Reader {
    const fn now(self) -> Timestamp {
        match self {
            Self::Learner(now) | Self::Teacher(now) => now,
        }
    }
    const fn is_learner(self) -> bool {
        matches!(self, Self::Learner(_))
    }
}

/// Refuses unless the actor sees their own grades in a course that they see.
pub fn require_own(read: &impl Read, actor: &Actor, course: CourseId) -> Result<(), Refusal> {
    access::require(read, actor, Permission::ViewOwnGrades, Scope::Course(course))?;
    course::visible(read, actor, course).map(drop)
}

/// Refuses unless the actor changes grades in the course.
pub fn require_edit(read: &impl Read, actor: &Actor, course: CourseId) -> Result<(), Refusal> {
    require(read, actor, Permission::EditGrades, course)
}

/// One's own report, and until when it stays as it is by itself: something hidden begins to show then, or the other way round.
pub fn own(read: &impl Read, actor: &Actor, course: CourseId) -> Result<(Report, Timestamp), Refusal> {
    require_own(read, actor, course)?;
    let reader = Reader::Learner(actor.now);
    let Some(mut tree) = Tree::of(read, course)? else {
        return Ok((report(course, actor.user, None, reader), Timestamp::MAX));
    };
    let ledger = Ledger::of(read, course, actor.user)?;
    tree.without_drafts(&ledger);
    let reviewed_until = tree.conceal_unreviewed(read, actor.user, actor.now)?;
    let until = next_release(&tree, actor.now).min(reviewed_until);
    Ok((report(course, actor.user, Some((&tree, &ledger)), reader), until))
}

fn next_release(tree: &Tree, now: Timestamp) -> Timestamp {
    let (items, categories) = (tree.items(), tree.categories());
    let items = items.iter().map(|(item, _)| item.visibility);
    let all = items.chain(categories.iter().map(|category| category.visibility));
    let times = all.filter_map(|visibility| match visibility {
        Visibility::HiddenUntil(until) if now < until => Some(until),
        _ => None,
    });
    times.min().unwrap_or(Timestamp::MAX)
}

/// Anybody's report, for teachers.
pub fn of_learner(
    read: &impl Read,
    actor: &Actor,
    course: CourseId,
    user: UserId,
) -> Result<Report, Refusal> {
    require(read, actor, Permission::ViewGrades, course)?;
    if !read.exists::<Enrolment>(&(course, user))? {
        return Err(not_found("learner", user));
    }
    let tree = Tree::of(read, course)?;
    let ledger = Ledger::of(read, course, user)?;
    let found = tree.as_ref().map(|tree| (tree, &ledger));
    Ok(report(course, user, found, Reader::Teacher(actor.now)))
}

fn report(course: CourseId, user: UserId, found: Option<(&Tree, &Ledger)>, reader: Reader) -> Report {
    let Some((tree, ledger)) = found else {
        let decimals = super::scale::Decimals::default().digits();
        return Report { course, user, decimals, lines: Vec::new() };
    };
    let outcome = tree.root.outcome(ledger);
    let mut writer = Writer { gradebook: &tree.gradebook, ledger, reader, lines: Vec::new() };
    if !(reader.is_learner() && tree.root.category.visibility.hides(reader.now())) {
        writer.category(
            &tree.root,
            &outcome,
            Place { level: 0, weight: Decimal::ONE, extra: false, part: None },
        );
    }
    Report { course, user, decimals: tree.gradebook.decimals.digits(), lines: writer.lines }
}

/// Where a line stands.
#[derive(Clone, Copy)]
struct Place {
    level: u8,
    weight: Decimal,
    extra: bool,
    part: Option<Part>,
}

struct Writer<'t> {
    gradebook: &'t Gradebook,
    ledger: &'t Ledger,
    reader: Reader,
    lines: Vec<Line>,
}

impl Writer<'_> {
    fn category(&mut self, branch: &Branch, outcome: &Outcome, place: Place) {
        let category = &branch.category;
        let withheld = self.reader.is_learner() && branch.conceals(self.reader.now());
        let stored = self.ledger.totals.get(&category.id);
        let mut line = self.line(&category.name, category.visibility, place);
        line.category = Some(category.id);
        line.withheld = withheld;
        line.revision = stored.map_or(0, |total| total.revision);
        line.excluded = stored.is_some_and(|total| total.excluded);
        if !withheld {
            line.max = Some(outcome.full);
            self.result(&mut line, outcome.standing);
            line.computed = outcome.aggregate.total.map(|total| total.points);
            line.overridden = self.overridden(stored.and_then(|total: &Total| total.overridden.as_ref()));
        }
        self.lines.push(line);
        let mut below = outcome.below.iter();
        for ((twig, child), part) in branch.twigs.iter().zip(&category.children).zip(&outcome.aggregate.parts)
        {
            // Which of the visible ones are dropped would tell of the hidden ones.
            let part = (!withheld).then_some(*part);
            let place = Place {
                level: place.level.saturating_add(1),
                weight: child.terms.weight,
                extra: child.terms.extra_credit,
                part,
            };
            match twig {
                Twig::Item(item) => {
                    if !self.conceals(item.visibility) {
                        let mut line = self.line(&item.name, item.visibility, place);
                        line.item = Some(item.id);
                        line.quiz = match item.source {
                            Source::Quiz(quiz) => Some(quiz),
                            Source::Hand => None,
                        };
                        line.max = Some(child.terms.max);
                        self.grade(&mut line, self.ledger.grades.get(&item.id), child.terms.max);
                        line.hidden |= child.terms.draft && line.points.is_none();
                        self.lines.push(line);
                    }
                }
                Twig::Category(branch) => {
                    if let Some(outcome) = below.next()
                        && !self.conceals(branch.category.visibility)
                    {
                        self.category(branch, outcome, place);
                    }
                }
            }
        }
    }

    fn conceals(&self, visibility: Visibility) -> bool {
        self.reader.is_learner() && visibility.hides(self.reader.now())
    }

    fn line(&self, name: &Name, visibility: Visibility, place: Place) -> Line {
        Line {
            item: None,
            category: None,
            name: name.as_str().to_owned(),
            quiz: None,
            level: place.level,
            weight: place.weight,
            extra_credit: place.extra,
            points: None,
            max: None,
            percentage: None,
            shown: None,
            letter: None,
            computed: None,
            overridden: None,
            excluded: false,
            part: place.part,
            withheld: false,
            hidden: visibility.hides(self.reader.now()),
            revision: 0,
        }
    }

    fn grade(&self, line: &mut Line, grade: Option<&Grade>, max: Decimal) {
        let Some(grade) = grade else { return };
        line.revision = grade.revision;
        line.excluded = grade.excluded;
        line.computed = grade.computed(max);
        line.overridden = self.overridden(grade.overridden.as_ref());
        self.result(line, grade.points(max).map(|points| Points { points, max }));
    }

    fn result(&self, line: &mut Line, standing: Option<Points>) {
        let Some(standing) = standing else { return };
        line.points = Some(standing.points);
        line.max = Some(standing.max);
        line.percentage = standing.percentage();
        line.shown = line.percentage.map(|percentage| self.gradebook.decimals.show(percentage));
        let letter = line.percentage.and_then(|percentage| self.gradebook.scale.letter(percentage));
        line.letter = letter.map(str::to_owned);
    }

    fn overridden(&self, overridden: Option<&Override>) -> Option<OverrideView> {
        let mut view = OverrideView::of(overridden?);
        view.by = view.by.filter(|_| !self.reader.is_learner());
        Some(view)
    }
}

impl OverrideView {
    /// All of it, for teachers.
    pub fn of(overridden: &Override) -> Self {
        Self {
            value: overridden.value,
            by: Some(overridden.by),
            at: overridden.at,
            reason: overridden.reason.as_str().to_owned(),
        }
    }
}

/// A learner of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Learner {
    /// The person.
    pub user: UserId,
    /// What they sign in with; empty when the account is gone.
    pub username: String,
    /// Given and family name.
    pub name: String,
}

/// A line of the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Who.
    pub learner: Learner,
    /// Per item of the tree, in its order.
    pub items: Vec<Cell>,
    /// Per category of the tree, in its order; the course's own first.
    pub categories: Vec<Cell>,
    /// The letter of the course's total.
    pub letter: Option<String>,
}

/// One grade or total in the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What stands.
    pub standing: Option<Points>,
    /// Is it an override?
    pub overridden: bool,
    /// Did somebody leave it out? A category of nothing but what was left out counts as left out, too; its own it is not.
    pub excluded: bool,
}

/// Learners of a course behind `after`, in the order of their ids: people whose role sees grades of its own. `limit`
/// enrolments are read, so a page with teachers in it is shorter; the last one read is where the next page begins.
pub fn learners(
    read: &impl Read,
    course: CourseId,
    after: Option<UserId>,
    limit: usize,
) -> Result<(Vec<UserId>, Option<UserId>), StoreError> {
    let (learners, next, _) = learners_of(read, course, after, limit)?;
    Ok((learners, next))
}

/// [`learners`], and how many enrolments were read.
pub fn learners_of(
    read: &impl Read,
    course: CourseId,
    after: Option<UserId>,
    limit: usize,
) -> Result<(Vec<UserId>, Option<UserId>, usize), StoreError> {
    let after = after.map(|user| (course, user));
    let rows = read.list::<Enrolment>(&(course,), after.as_ref(), limit)?;
    // A short page is the last one.
    let next = if rows.len() < limit { None } else { rows.last().map(|row| row.user) };
    let looked = rows.len();
    let mut learners = Vec::with_capacity(looked);
    for row in rows {
        if is_graded(read, &row)? {
            learners.push(row.user);
        }
    }
    Ok((learners, next, looked))
}

/// How many of these learners have something that goes with an item or a category: a grade, or what stands instead of it.
pub fn holders(
    read: &impl Read,
    course: CourseId,
    node: Node,
    users: &[UserId],
) -> Result<usize, StoreError> {
    let mut count = 0;
    for user in users {
        let held = match node {
            Node::Item(item) => read
                .get::<Grade>(&(course, *user, item))?
                .is_some_and(|grade| grade.given.is_some() || grade.overridden.is_some()),
            Node::Category(category) => {
                read.get::<Total>(&(course, *user, category))?.is_some_and(|total| total.overridden.is_some())
            }
        };
        count += usize::from(held);
    }
    Ok(count)
}

/// Does anybody have something that goes with the item of a quiz?
pub fn is_quiz_graded(read: &impl Read, quiz: QuizId) -> Result<bool, StoreError> {
    let Some(item) = item::of_quiz(read, quiz)? else { return Ok(false) };
    let mut after = None;
    loop {
        let (users, next) = learners(read, item.course, after, PER_LIST)?;
        if holders(read, item.course, Node::Item(item.id), &users)? > 0 {
            return Ok(true);
        }
        if next.is_none() {
            return Ok(false);
        }
        after = next;
    }
}

/// People of a course whose matrix comes in the order of names: a large lecture. For every page all of their names are
/// read and put in order, some milliseconds for so many; an index would have to follow every change of a name into every
/// course of that person.
pub const MOST_SORTED: u64 = 2_000;

/// The course is too large for that order.
pub const TOO_MANY_TO_SORT: Code = Code::new(
    "too_many_to_sort",
    Kind::Conflict,
    "More than 2000 people are enrolled; take the matrix in the order of accounts, without `sort`, or export it.",
);

/// Where a learner stands in the order of names: family name and given name in lower case, then the account.
pub type NamePlace = (String, UserId);

/// Refuses the order of names for a course that is too large for it. The caller has settled the right.
pub fn require_sortable(read: &impl Read, course: CourseId) -> Result<(), Refusal> {
    let enrolled = course::enrolled(read, course)?;
    if enrolled > MOST_SORTED {
        return Err(TOO_MANY_TO_SORT.refuse(format!("{enrolled} people are enrolled")));
    }
    Ok(())
}

/// Where these learners stand in the order of names.
pub fn name_places(read: &impl Read, users: &[UserId]) -> Result<Vec<NamePlace>, StoreError> {
    let place = |user: &UserId| {
        let account = read.get::<account::Account>(user)?;
        Ok((account.map(|account| account.sort_key()).unwrap_or_default(), *user))
    };
    users.iter().map(place).collect()
}

/// Why somebody has no grades in a course: they are not in it, or not as a learner. `None` for who has.
pub(super) fn why_ungraded(
    read: &impl Read,
    course: CourseId,
    user: UserId,
) -> Result<Option<String>, StoreError> {
    Ok(match read.get::<Enrolment>(&(course, user))? {
        None => Some("is not enrolled in the course".to_owned()),
        Some(enrolment) if is_graded(read, &enrolment)? => None,
        Some(enrolment) => Some(format!("is enrolled as {} and has no grades here", enrolment.role)),
    })
}

fn is_graded(read: &impl Read, enrolment: &Enrolment) -> Result<bool, StoreError> {
    let role = enrolment.role.as_str();
    if let Some((_, may)) = access::BUILT_IN.iter().find(|(name, _)| *name == role) {
        return Ok(may.has(Permission::ViewOwnGrades));
    }
    let role = read.get::<Role>(&role.to_owned())?;
    Ok(role.is_some_and(|role| role.permissions.has(Permission::ViewOwnGrades)))
}

/// The tree for a matrix or an export, for those who may see everybody's grades.
pub fn tree(read: &impl Read, actor: &Actor, course: CourseId) -> Result<Option<Tree>, Refusal> {
    require(read, actor, Permission::ViewGrades, course)?;
    Ok(Tree::of(read, course)?)
}

/// One line of the matrix.
pub fn matrix_row(read: &impl Read, tree: &Tree, user: UserId) -> Result<MatrixRow, StoreError> {
    let course = tree.gradebook.course;
    let ledger = Ledger::of(read, course, user)?;
    let outcome = tree.root.outcome(&ledger);
    let account = read.get::<account::Account>(&user)?;
    let learner = Learner {
        user,
        username: account.as_ref().map(|account| account.username.as_str().to_owned()).unwrap_or_default(),
        name: account.as_ref().map(|account| account::display_name(account)).unwrap_or_default(),
    };
    let letter = outcome.standing.and_then(Points::percentage);
    let letter = letter.and_then(|percentage| tree.gradebook.scale.letter(percentage)).map(str::to_owned);
    let mut row = MatrixRow { learner, items: Vec::new(), categories: Vec::new(), letter };
    cells(&tree.root, &outcome, &ledger, &mut row);
    Ok(row)
}

fn cells(branch: &Branch, outcome: &Outcome, ledger: &Ledger, row: &mut MatrixRow) {
    let total = ledger.totals.get(&branch.category.id);
    row.categories.push(Cell {
        standing: outcome.standing,
        overridden: total.is_some_and(|total| total.overridden.is_some()),
        excluded: total.is_some_and(|total| total.excluded),
    });
    let mut below = outcome.below.iter();
    for (twig, child) in branch.twigs.iter().zip(&branch.category.children) {
        match twig {
            Twig::Item(item) => {
                let grade = ledger.grades.get(&item.id);
                let max = child.terms.max;
                let points = grade.and_then(|grade| grade.points(max));
                row.items.push(Cell {
                    standing: points.map(|points| Points { points, max }),
                    overridden: grade.is_some_and(|grade| grade.overridden.is_some()),
                    excluded: grade.is_some_and(|grade| grade.excluded),
                });
            }
            Twig::Category(branch) => {
                if let Some(outcome) = below.next() {
                    cells(branch, outcome, ledger, row);
                }
            }
        }
    }
}

/// A learner's total of the course: one row while nobody changed the structure since their last grade. No right is
/// checked, and nothing hidden is withheld: for rules such as completion, not for showing.
pub fn course_total(read: &impl Read, course: CourseId, user: UserId) -> Result<Option<Points>, StoreError> {
    let Some(gradebook) = super::gradebook::find(read, course)? else { return Ok(None) };
    let category = super::category::expect(read, course, gradebook.root)?;
    if let Some(total) = read.get::<Total>(&(course, user, category.id))?
        && total.is_fresh(&category)
    {
        return Ok(total.standing(&category));
    }
    let Some(tree) = Tree::of(read, course)? else { return Ok(None) };
    Ok(tree.root.outcome(&Ledger::of(read, course, user)?).standing)
}
