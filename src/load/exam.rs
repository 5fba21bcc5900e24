//! A learner in an exam: waits before it, starts with everybody, reads, answers and changes their mind, loses the
//! connection, looks again, hands in; meanwhile the page says that it is there.

use std::time::Duration;

use tokio::time::Instant;

use super::crew::Play;
use super::dice::Dice;
use super::measure::Action;
use super::paper::{Paper, attempt_id};
use super::person::{Ask, Outcome, Person};
use super::settings::Arrival;

/// How often the page of the exam room says that it is there, at `speed_up` 1.
const HERE_EVERY: Duration = Duration::from_secs(25);
/// How soon it does so for the first time.
const HERE_WITHIN: Duration = Duration::from_secs(5);
/// Most changes of an answer.
const MOST_CHANGES: usize = 3;

/// What happens in an exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// An answer to the learner's so-many-th question is saved.
    Save(u16),
    /// The page is loaded again.
    Reload,
    /// The connection breaks.
    Drop,
    /// The page says that it is there.
    Here,
}

/// When what happens, from the answer to the learner's own start, in order.
fn plan(play: &Play, dice: &mut Dice) -> Vec<(Duration, Step)> {
    let settings = &play.settings;
    let each = settings.exam_length(1);
    let mut steps = Vec::new();
    for question in 0..play.stage.questions {
        let begin = each * u32::from(question);
        if dice.happens(settings.drops) {
            steps.push((begin, Step::Drop));
        }
        if dice.happens(settings.reloads) {
            steps.push((begin + dice.within(each / 4), Step::Reload));
        }
        for _ in 0..=dice.below(MOST_CHANGES) {
            // Nobody answers in the first quarter of their time for a question.
            steps.push((begin + each / 4 + dice.within(each * 3 / 4), Step::Save(question)));
        }
    }
    let end = settings.exam_length(play.stage.questions);
    let mut here = dice.within(settings.as_fast(HERE_WITHIN));
    while here < end {
        steps.push((here, Step::Here));
        here += settings.as_fast(HERE_EVERY);
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
}

/// Looks at the quiz before it begins, as the waiting page does; opens the connection, too.
pub(super) async fn wait_for_it(person: &mut Person, play: &Play, at: Instant) {
    if let Some(intended) = person.pace(at).await {
        let path = format!("/api/quizzes/{}/overview", play.stage.quiz);
        person.ask(Ask::get(Action::Overview, &path), intended).await;
    }
}

/// The next request's time: as planned, or a time to think after the last answer.
fn next(person: &mut Person, play: &Play, planned: Instant) -> Instant {
    match play.settings.arrival {
        Arrival::Open => planned,
        Arrival::Closed => Instant::now() + person.dice.around(play.settings.think),
    }
}

/// Takes the exam that begins at `begin`.
pub(super) async fn take(person: &mut Person, play: &Play, begin: Instant) {
    let steps = plan(play, &mut person.dice);
    let own = begin + person.dice.within(play.settings.start_within);
    let Some(intended) = person.pace(own).await else { return };
    let path = format!("/api/quizzes/{}/attempts", play.stage.quiz);
    let start = Ask::send(Action::Start, "POST", &path, b"{}").kept();
    match person.ask(start, intended).await {
        Outcome::Good => {}
        Outcome::Bad => {
            person.record().stranded += 1;
            return;
        }
        Outcome::Over => return,
    }
    // Working time is counted from everybody's own start, and so is the plan: a paced start moves all of it, the end
    // included.
    let started = Instant::now();
    let Some(attempt) = attempt_id(&person.body) else {
        person.record().stranded += 1;
        return;
    };
    let path = format!("/api/attempts/{attempt}");
    // The page asks for the paper as soon as it has the attempt.
    if !matches!(person.ask(Ask::get(Action::Paper, &path).kept(), Instant::now()).await, Outcome::Good) {
        person.record().stranded += 1;
        return;
    }
    let Ok(mut paper) = serde_json::from_slice::<Paper>(&person.body) else {
        person.record().stranded += 1;
        return;
    };
    person.body = Vec::new();
    if paper.slots.is_empty() {
        person.record().stranded += 1;
        return;
    }
    let order = person.dice.shuffled(paper.slots.len());
    let mut save = Vec::new();
    let mut said: Option<Instant> = None;
    for (at, step) in steps {
        let planned = match (step, play.settings.arrival) {
            // A page does not think; beside somebody faster or slower than the plan it says it no more often than it would.
            (Step::Here, Arrival::Closed) => {
                if said.is_some_and(|said| said.elapsed() < play.settings.as_fast(HERE_EVERY)) {
                    continue;
                }
                Instant::now()
            }
            _ => next(person, play, started + at),
        };
        let Some(intended) = person.pace(planned).await else { return };
        let outcome = match step {
            Step::Drop => {
                person.drop_connection();
                continue;
            }
            Step::Here => {
                said = Some(Instant::now());
                let path = format!("{path}/here");
                person.ask(Ask::send(Action::Here, "POST", &path, b""), intended).await
            }
            Step::Reload => person.ask(Ask::get(Action::Reload, &path), intended).await,
            Step::Save(question) => {
                let place = order.get(usize::from(question) % order.len()).copied().unwrap_or(0);
                let Some(slot) = paper.slots.get_mut(place) else { continue };
                save.clear();
                slot.write_save(&mut person.dice, &mut save);
                let path = format!("/api/attempts/{}/slots/{}", paper.id, slot.at);
                person.ask(Ask::send(Action::Save, "PUT", &path, &save), intended).await
            }
        };
        if outcome == Outcome::Over {
            return;
        }
    }
    let end = started + play.settings.exam_length(play.stage.questions);
    let planned = next(person, play, end);
    let Some(intended) = person.pace(planned).await else { return };
    let path = format!("{path}/submit");
    let submit = Ask::send(Action::Submit, "POST", &path, b"").kept();
    if let Outcome::Good = person.ask(submit, intended).await
        && let Some(ms) = paper.working_ms(&person.body)
    {
        person.record().worked(ms);
    }
}
