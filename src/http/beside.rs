//! What is done for a request beside the workers (`crate::beside`): in the row of its class, and its wait is a stage of its time.

use std::time::Instant;

use super::admit;
use super::serving;
use crate::admission::row::Place;
use crate::beside::{Errand, keeping, run};
use crate::domain::refusal::Refusal;
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
    let (work, outcome) = keeping(work);
    outcome.of(in_time(state, serving::class().unwrap_or(Class::Bulk), work))
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

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;
    use crate::beside::rest_beside;
    use crate::config::Config;
    use crate::domain::refusal::INTERNAL;
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
