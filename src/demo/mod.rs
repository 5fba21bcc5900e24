//! The demo institution: `data/demo`, compiled in and loaded into an empty store by the rules that everybody keeps to.
//!
//! Everything is made by the demo's administrator through the domain's functions: people by the import of rosters,
//! questions by the import of question files. Only the administrator is made by the program, as at set-up.

mod answer;
mod content;
mod course;
mod people;
mod sat;
mod shape;

use crate::domain::access::Actor;
use crate::domain::demo;
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;

pub use content::FILES;
use shape::Plan;
pub use shape::{DemoRole, DemoSignIn};

/// Why the demo institution is not there.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file that is compiled in does not fit the program: a defect that tests find.
    #[error("the demo content {file} is not usable: {problem}")]
    Content {
        /// Which file.
        file: String,
        /// What is wrong.
        problem: String,
    },
    /// A rule or the store.
    #[error("{}", .0.detail)]
    Refused(#[from] Refusal),
}

impl DemoError {
    fn content(file: &str, problem: impl Into<String>) -> Self {
        Self::Content { file: file.to_owned(), problem: problem.into() }
    }
}

/// What is in the store.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The institution's name.
    pub name: String,
    /// Accounts.
    pub people: usize,
    /// Courses.
    pub courses: usize,
    /// Questions in their banks.
    pub questions: usize,
    /// Quizzes.
    pub quizzes: usize,
    /// Who can sign in, and what to do then.
    pub welcome: Welcome,
}

/// How to begin with the demo institution.
#[derive(Debug, Clone)]
pub struct Welcome {
    /// People whose accounts show the most.
    pub sign_ins: Vec<DemoSignIn>,
    /// The password of all others.
    pub password_of_everybody_else: String,
    /// What to do first.
    pub first_steps: String,
}

/// Loads the demo institution into an empty store. Blocks for a second or two: for threads outside the async runtime.
pub fn load(state: &State) -> Result<Loaded, DemoError> {
    let plan = Plan::read()?;
    let administrator = people::begin(state, &plan.institution)?;
    let actor = Actor::person(administrator, state.now());
    let mut courses = Vec::with_capacity(plan.courses.len());
    for file in &plan.courses {
        courses.push(course::make(state, &actor, file)?);
    }
    let people = people::import(state, &actor, &plan.institution)?;
    let mut questions = 0;
    for (file, course) in plan.courses.iter().zip(&courses) {
        let bank = course::import_questions(state, &actor, *course, &file.short_name)?;
        questions += bank.len();
        let quizzes = course::make_quizzes(state, &actor, *course, &file.short_name, &plan, &bank)?;
        course::fill(state, &actor, *course, file, &quizzes)?;
        course::build_gradebook(state, &actor, *course, &file.short_name, &plan.grades, &quizzes)?;
        course::make_exceptions(state, &actor, *course, file, &plan.quizzes, &quizzes)?;
        course::publish(state, &actor, *course, file)?;
        sat::sit(state, &plan, &quizzes)?;
    }
    state.store.write_blocking(Class::Bulk, move |txn| demo::finish(txn, &actor))?;
    Ok(Loaded { people, questions, ..facts(&plan) })
}

/// Refuses a store that holds half of the demo institution.
pub fn refuse_incomplete(state: &State) -> Result<(), Refusal> {
    state.store.read(|read| demo::refuse_incomplete(read))
}

/// Loads the demo institution unless it is there already, so that a start can be repeated. `None` when it was there;
/// nothing is said about what people changed since.
pub fn load_once(state: &State) -> Result<Option<Loaded>, DemoError> {
    let progress = state.store.read(|read| demo::progress(read))?;
    if progress.is_some_and(|load| load.finished.is_some()) {
        return Ok(None);
    }
    load(state).map(Some)
}

/// Who could sign in when the demo institution was loaded.
pub fn welcome() -> Result<Welcome, DemoError> {
    Ok(Plan::read()?.institution.welcome())
}

fn facts(plan: &Plan) -> Loaded {
    Loaded {
        name: plan.institution.name.clone(),
        people: 0,
        courses: plan.courses.len(),
        questions: 0,
        quizzes: plan.quizzes.len(),
        welcome: plan.institution.welcome(),
    }
}
