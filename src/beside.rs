//! Work that is too long for a worker, done beside the workers: a few at a time, the most urgent class first. More at once
//! would not be done sooner, and each that waits for a processor in the middle of a read would make every commit wait
//! with it. What belongs to an exam has a row of its own, in which nothing less urgent has a place. `http::beside` is for what is
//! done for a request.

use std::sync::Arc;

use actix_web::web;
use parking_lot::Mutex;

use crate::admission::row::Place;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::state::State;
use crate::store::Class;

/// Runs something slow in its row, however long it has to wait: background work, and the rest of an answer whose head is sent, which
/// does not know its class by itself any more.
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
pub(crate) type Errand = Box<dyn FnOnce() + Send>;

/// What came of some work.
pub(crate) struct Outcome<T>(Arc<Mutex<Option<Result<T, Refusal>>>>);

/// Makes an errand of some work.
pub(crate) fn keeping<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> (Errand, Outcome<T>) {
    let kept = Arc::new(Mutex::new(None));
    let outcome = Outcome(kept.clone());
    (Box::new(move || *kept.lock() = Some(work())), outcome)
}

impl<T> Outcome<T> {
    /// Once the work ran.
    pub(crate) async fn of(self, running: impl Future<Output = Result<(), Refusal>>) -> Result<T, Refusal> {
        running.await?;
        let outcome = self.0.lock().take();
        outcome.unwrap_or_else(|| Err(INTERNAL.refuse("the work left nothing")))
    }
}

async fn in_time(state: &State, class: Class, work: Errand) -> Result<(), Refusal> {
    run(state.admission.row(class).place_in_time(class).await, work).await
}

/// Whoever asked may go away meanwhile; the work goes on, and its place is taken until it is done.
pub(crate) async fn run(place: Option<Place>, work: Errand) -> Result<(), Refusal> {
    let done = web::block(move || {
        let _place = place;
        work();
    });
    done.await.map_err(|error| INTERNAL.refuse(error.to_string()))
}
