//! Work that waits for a time. Attempts whose deadline and grace are over are handed in from a durable index of due
//! times, so a crash or a night without power only makes it later, never twice and never not at all. Before that, attempts that
//! were given more time by a change of their quiz follow it, where that was not done at once; one that still has not is not handed
//! in by the deadline that it had.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;

use crate::clock::{Clock, Timestamp};
use crate::domain::attempt::follow::{self, Behind, Step};
use crate::domain::attempt::submit::{self, Prepared, SCHEDULE_TOPIC};
use crate::domain::attempt::{self};
use crate::domain::ids::{AttemptId, QuizId};
use crate::domain::refusal::{Kind, Refusal};
use crate::domain::schedule::{self, Beat};
use crate::readiness;
use crate::state::State;
use crate::store::{Class, Record as _};

/// Attempts handed in by one transaction: some milliseconds of the writer's time.
const BATCH: usize = 16;
/// Statements told of them in one transaction, but for a longer paper.
const BATCH_TOLD: usize = 200;
/// Running attempts that are looked at in one go behind a change of their quiz, and notes of changes that are read in one.
const FOLLOWING: usize = 50;
/// Answers that arrived at the last moment are still on their way through the server; they go first.
const SLACK: Duration = Duration::from_millis(250);
/// How often the server writes that it runs, and the longest sleep: the system's clock may be set meanwhile.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long nothing is handed in where the store refuses it, and one attempt for which it fails is left alone.
const REST: Duration = Duration::from_secs(1);
const LONG_REST: Duration = Duration::from_mins(1);
/// How often the metric of what is ahead is made anew: exams are planned days before.
const LOOK_AHEAD: Duration = Duration::from_mins(1);

/// Lets attempts that run follow what was changed in a quiz, or in any. A change is noted until all have followed, so what cannot
/// be done now is done by the schedule, and nobody who made the change has to hear of it.
pub async fn follow(state: &State, quiz: Option<QuizId>) {
    let mut after = None;
    loop {
        let noted = match state.store.read(|read| follow::noted(read, quiz, after.as_ref(), FOLLOWING)) {
            Ok(noted) => noted,
            Err(error) => return not_followed(&error),
        };
        let Some(last) = noted.last() else { return };
        after = Some(last.key());
        let mut steps = Vec::new();
        for behind in noted {
            if let Err(error) = follow_one(state, behind, &mut steps).await {
                not_followed(&error);
            }
        }
        catch_up(state, steps).await;
    }
}

fn not_followed(error: &Refusal) {
    tracing::warn!(%error, "attempts that run cannot follow a change of their quiz now; it is tried again");
}

/// Adds what is to be done behind one change, and does some when there is enough of it.
async fn follow_one(state: &State, behind: Behind, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    let mut after = None;
    loop {
        let (attempts, next) = state.store.read(|read| follow::late(read, &behind, after, FOLLOWING))?;
        let last = next.is_none();
        if last || !attempts.is_empty() {
            steps.push(Step { behind: behind.clone(), attempts, last });
        }
        if steps.iter().map(|step| 1 + step.attempts.len()).sum::<usize>() >= FOLLOWING {
            let done = catch_up(state, std::mem::take(steps)).await;
            if !done {
                // The note stays, so it is begun again.
                return Ok(());
            }
        }
        if last {
            return Ok(());
        }
        after = next;
    }
}

/// Does what is to be done. Was all of it?
async fn catch_up(state: &State, steps: Vec<Step>) -> bool {
    let write = |steps: Vec<Step>| {
        let now = state.now();
        state.store.write(Class::Start, move |txn| follow::catch_up(txn, now, &steps))
    };
    if steps.is_empty() || write(steps.clone()).await.is_ok() {
        return true;
    }
    // One that cannot be done must not keep the others waiting, but for what is noted with it.
    let mut failed = Vec::new();
    for step in steps {
        let change = step.behind.change;
        if failed.contains(&change) {
            continue;
        }
        if let Err(error) = write(vec![step]).await {
            not_followed(&error);
            failed.push(change);
        }
    }
    failed.is_empty()
}

/// Attempts that cannot be handed in, and until when each is left alone.
#[derive(Default)]
struct Resting(HashMap<AttemptId, tokio::time::Instant>);

/// Hands in every attempt whose time is over at `now`. How many were? Safe to run at any time and twice at once.
pub async fn run_due(state: &State, now: Timestamp) -> Result<u64, Refusal> {
    hand_in_due(state, now, &mut Resting::default()).await
}

async fn hand_in_due(state: &State, now: Timestamp, resting: &mut Resting) -> Result<u64, Refusal> {
    follow(state, None).await;
    let instant = tokio::time::Instant::now();
    resting.0.retain(|_, until| *until > instant);
    let mut handed_in = 0;
    let mut after: Option<(Timestamp, AttemptId)> = None;
    loop {
        let due = state.store.read(|read| submit::overdue(read, now, after, BATCH))?;
        let Some(last) = due.last() else { return Ok(handed_in) };
        after = Some(*last);
        let mut attempts: Vec<AttemptId> = due.into_iter().map(|(_, attempt)| attempt).collect();
        attempts.retain(|attempt| !resting.0.contains_key(attempt));
        if attempts.is_empty() {
            continue;
        }
        match hand_in(state, now, attempts.clone()).await {
            Ok(count) => handed_in += count,
            Err(error) if error.code.kind == Kind::Unavailable => return Err(error),
            // One that cannot be handed in must not keep the others waiting.
            Err(_) => {
                for attempt in attempts {
                    match hand_in(state, now, vec![attempt]).await {
                        Ok(count) => handed_in += count,
                        Err(error) if error.code.kind == Kind::Unavailable => return Err(error),
                        Err(error) => {
                            tracing::error!(%attempt, %error, "an overdue attempt cannot be handed in");
                            resting.0.insert(attempt, instant + LONG_REST);
                        }
                    }
                }
            }
        }
    }
}

async fn hand_in(state: &State, now: Timestamp, attempts: Vec<AttemptId>) -> Result<u64, Refusal> {
    let mut prepared = Vec::with_capacity(attempts.len());
    let (mut told, mut handed_in) = (0, 0);
    for id in attempts {
        let read = state.store.read(|read| submit::read_running(read, attempt::get(read, id)?, now))?;
        // Marked here, beside the writer.
        let one = read.as_ref().map(Prepared::of).transpose()?;
        let more = one.as_ref().map_or(0, Prepared::told);
        if told + more > BATCH_TOLD && !prepared.is_empty() {
            handed_in += hand_in_prepared(state, now, std::mem::take(&mut prepared)).await?;
            told = 0;
        }
        told += more;
        prepared.push((id, one));
    }
    Ok(handed_in + hand_in_prepared(state, now, prepared).await?)
}

async fn hand_in_prepared(
    state: &State,
    now: Timestamp,
    prepared: Vec<(AttemptId, Option<Prepared>)>,
) -> Result<u64, Refusal> {
    state
        .store
        .write(Class::Start, move |txn| -> Result<u64, Refusal> {
            let mut count = 0;
            for (attempt, prepared) in prepared {
                count += u64::from(submit::hand_in_if_overdue(txn, now, attempt, prepared)?);
            }
            Ok(count)
        })
        .await
}

/// Writes the heartbeat; says when the server was down before, or the clock was set back.
pub async fn beat(state: &State) {
    let now = state.now();
    let set_back = state.set_back.latest();
    match state.store.write(Class::Report, move |txn| schedule::beat(txn, now, set_back)).await {
        Ok(Beat::Down(down)) => tracing::warn!(
            from = %down.from, until = %down.until, minutes = down.minutes(),
            "the server was down; POST /api/exam/give-back gives the time back to attempts that run, and so does \
             `lyceum exam give-back` before a start"
        ),
        Ok(Beat::SetBack(from)) => {
            state.set_back.note(from);
            tracing::warn!(
                %from, to = %now,
                "the clock was set back: deadlines go by it, so attempts that run have more time; see that the host keeps it right"
            );
        }
        Ok(Beat::PutRight(from)) => tracing::warn!(
            %from, to = %now, seconds = now.since(from).as_secs(),
            "the clock was put right: attempts that were begun while it was behind have so much less time, and some are over by it; \
             they get it back by being extended or reopened, or together with all others that run by POST /api/exam/give-back with \
             `from` as `reopen_expired_since`"
        ),
        Ok(Beat::Steady) => {}
        Err(error) => tracing::warn!(%error, "the heartbeat cannot be written"),
    }
}

/// Runs until it is dropped.
async fn run(state: State) {
    let mut woken = state.store.listen(SCHEDULE_TOPIC);
    let mut last_beat: Option<tokio::time::Instant> = None;
    let mut last_look: Option<tokio::time::Instant> = None;
    let mut resting = Resting::default();
    loop {
        if last_beat.is_none_or(|last| last.elapsed() >= HEARTBEAT) {
            beat(&state).await;
            last_beat = Some(tokio::time::Instant::now());
        }
        if last_look.is_none_or(|last| last.elapsed() >= LOOK_AHEAD) {
            if let Err(error) = readiness::refresh(&state) {
                tracing::warn!(%error, "the exams that are ahead cannot be compared with the capacity");
            }
            last_look = Some(tokio::time::Instant::now());
        }
        let now = state.now();
        let handed_in = hand_in_due(&state, now, &mut resting).await;
        let looked = handed_in.and_then(|_| state.store.read(|read| submit::next_due(read, now)));
        let (next, wait) = match looked {
            Ok(None) => (None, HEARTBEAT),
            Ok(Some(next)) => (Some(next), (next.since(now) + SLACK).min(HEARTBEAT)),
            Err(error) => {
                tracing::error!(%error, "overdue attempts cannot be handed in");
                // Whatever is begun meanwhile waits, too.
                (Some(Timestamp::EPOCH), REST)
            }
        };
        let until = tokio::time::Instant::now() + wait;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => break,
                message = woken.recv() => match message {
                    // Something later than what is waited for changes nothing.
                    Ok(due) => {
                        let due = due.downcast_ref::<Timestamp>().copied();
                        if due.is_none_or(|due| next.is_none_or(|next| due < next)) {
                            break;
                        }
                    }
                    Err(RecvError::Lagged(_)) => break,
                    Err(RecvError::Closed) => {
                        tokio::time::sleep_until(until).await;
                        break;
                    }
                },
            }
        }
    }
}

/// Starts the background work on this thread's runtime. A clock that stands still has nothing to wait for: tests run
/// what is due themselves.
pub fn spawn(state: &State) -> Option<JoinHandle<()>> {
    match state.clock {
        Clock::System => Some(actix_web::rt::spawn(run(state.clone()))),
        Clock::Fixed(_) => None,
    }
}
