//! Work that is too long for a worker, done beside the workers: a few at a time, the most urgent class first. More at once
//! would not be done sooner, and each that waits for a processor in the middle of a read would make every commit wait
//! with it. What belongs to an exam has a row of its own, in which nothing less urgent has a place.

use std::sync::Arc;
use std::time::Instant;

use actix_web::web;
use parking_lot::Mutex;

use super::admit;
use super::serving;
use crate::admission::row::Place;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::monitor::stages;
use crate::state::State;
use crate::store::Class;

/// A body of so many bytes is read and checked beside the workers: a millisecond of work. For a shorter one it is dearer to go
/// elsewhere than to do it.
const LONG_BODY_BYTES: usize = 64 * 1024;

/// Is there so much to do with a body that no worker may do it, on which others wait?
pub const fn is_long(bytes: usize) -> bool {
    bytes > LONG_BODY_BYTES
}

/// Runs something beside the workers when it is slow, and else here.
pub async fn beside_if<T: Send + 'static>(
    slow: bool,
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    if slow { beside(state, work).await } else { work() }
}

/// Runs something slow beside the workers. Refused when it would have to wait for too long, but for the rest of an answer
/// whose head is sent.
pub fn beside<T: Send + 'static>(
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> impl Future<Output = Result<T, Refusal>> {
    let (work, outcome) = keeping(work);
    outcome.of(in_its_row(state, work))
}

/// The same for the rest of what has begun, which is not refused any more: a body that is half read, the end of something
/// that is stored already.
pub fn beside_in_time<T: Send + 'static>(
    state: &State,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> impl Future<Output = Result<T, Refusal>> {
    rest_beside(state, serving::class().unwrap_or(Class::Bulk), work)
}

/// The same for an answer whose head is sent, which does not know its class by itself any more.
pub fn rest_beside<T: Send + 'static>(
    state: &State,
    class: Class,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> impl Future<Output = Result<T, Refusal>> {
    let (work, outcome) = keeping(work);
    outcome.of(in_time(state, class, work))
}

/// Runs what mostly waits for others, for hashes and for the writer: it takes no place, in which others would wait behind it.
pub fn waiting<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> impl Future<Output = Result<T, Refusal>> {
    let (work, outcome) = keeping(work);
    outcome.of(run(None, work))
}

/// Any work, on its way to a thread that runs it. What comes of it is kept where whoever asked for it finds it, so that what runs
/// it is compiled once for all kinds.
type Errand = Box<dyn FnOnce() + Send>;

/// What came of some work.
struct Outcome<T>(Arc<Mutex<Option<Result<T, Refusal>>>>);

fn keeping<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> (Errand, Outcome<T>) {
    let kept = Arc::new(Mutex::new(None));
    let outcome = Outcome(kept.clone());
    (Box::new(move || *kept.lock() = Some(work())), outcome)
}

impl<T> Outcome<T> {
    /// Once the work ran.
    async fn of(self, running: impl Future<Output = Result<(), Refusal>>) -> Result<T, Refusal> {
        running.await?;
        let outcome = self.0.lock().take();
        outcome.unwrap_or_else(|| Err(INTERNAL.refuse("the work left nothing")))
    }
}

async fn in_its_row(state: &State, work: Errand) -> Result<(), Refusal> {
    let Some(class) = serving::class() else { return in_time(state, Class::Bulk, work).await };
    let since = Instant::now();
    let place = state.admission.row(class).place(class).await;
    let place = place.map_err(|wait| admit::long_row(state, class, wait))?;
    at(Some(place), since, work).await
}

async fn in_time(state: &State, class: Class, work: Errand) -> Result<(), Refusal> {
    let since = Instant::now();
    at(state.admission.row(class).place_in_time(class).await, since, work).await
}

async fn at(place: Option<Place>, asked: Instant, work: Errand) -> Result<(), Refusal> {
    // Behind the head of an answer nobody's stages are open: the worker's next request would have this time.
    if serving::class().is_some() {
        stages::admitted(asked.elapsed());
    }
    run(place, work).await
}

/// Whoever asked may go away meanwhile; the work goes on, and its place is taken until it is done.
async fn run(place: Option<Place>, work: Errand) -> Result<(), Refusal> {
    let done = web::block(move || {
        let _place = place;
        work();
    });
    done.await.map_err(|error| INTERNAL.refuse(error.to_string()))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::config::Config;
    use crate::{app, clock};

    #[test]
    fn a_place_is_taken_until_the_work_is_done_also_when_nobody_waits_for_it_any_more() {
        let home = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.store.directory = home.path().join("store");
        (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
        config.server.workers = 1;
        let state = app::open(config, clock::Clock::System).unwrap();
        actix_web::rt::System::new().block_on(async {
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let work = move || ended.recv().map_err(|error| INTERNAL.refuse(error.to_string()));
            assert!(beside(&state, work).now_or_never().is_none());
            let mut next = Box::pin(beside(&state, || Ok(7)));
            assert!(next.as_mut().now_or_never().is_none());
            assert_eq!(state.admission.beside().iter().sum::<usize>(), 1, "its place is taken still");
            let picture = rest_beside(&state, Class::Exam, || Ok(3)).await;
            assert_eq!(picture.unwrap(), 3, "what belongs to an exam waits for nothing less urgent");
            end.send(()).unwrap();
            assert_eq!(next.await.unwrap(), 7);
        });
        state.store.close();
    }
}
