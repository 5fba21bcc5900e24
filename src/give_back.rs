//! Giving back time that the server lost: to every attempt that runs, and to those that their deadline ended meanwhile,
//! some per transaction. For the route and for the command line alike.

use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::attempt::supervise::{self, Extension};
use crate::domain::ids::QuizId;
use crate::domain::refusal::Refusal;
use crate::domain::schedule::{self, Downtime};
use crate::state::State;
use crate::store::Class;

/// Attempts extended by one transaction: some milliseconds of the writer's time.
const BATCH: usize = 50;

/// What was lost, and by whom.
#[derive(Debug, Clone)]
pub struct Lost {
    /// How much, and why. Of several outages each has its own.
    pub extensions: Vec<Extension>,
    /// By those who take this quiz; by everybody when absent.
    pub quiz: Option<QuizId>,
    /// Also by attempts that their deadline ended at this time or later.
    pub reopen_expired_since: Option<Timestamp>,
    /// When the outages began that this makes up for. Those that everybody has back by it are noted as given back.
    pub outages: Vec<Timestamp>,
}

impl Lost {
    /// One gift, in the place of an outage where it is all of it: who began behind that lost nothing by it.
    pub fn once(
        extension: Extension,
        quiz: Option<QuizId>,
        reopen_expired_since: Option<Timestamp>,
        outage: Option<&Downtime>,
    ) -> Self {
        let extension = match outage {
            Some(outage) => extension.of_those_begun_before(outage.until),
            None => extension,
        };
        let outages = outage.iter().map(|outage| outage.from).collect();
        Self { extensions: vec![extension], quiz, reopen_expired_since, outages }
    }
}

/// Who got it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenBack {
    /// Running attempts with more time.
    pub extended: u32,
    /// Attempts that run again.
    pub reopened: u32,
}

/// Gives the time back. Repeated with the same extensions it reaches those that it did not reach before.
pub async fn give_back(state: &State, actor: &Actor, lost: Lost) -> Result<GivenBack, Refusal> {
    let Lost { extensions, quiz, reopen_expired_since, outages } = lost;
    state.store.read(|read| supervise::check_gift(read, actor, quiz, reopen_expired_since))?;
    let mut given = GivenBack { extended: 0, reopened: 0 };
    let mut after = None;
    loop {
        let page = state.store.read(|read| supervise::running(read, actor, quiz, after, BATCH))?;
        let Some(last) = page.last().copied() else { break };
        let (actor, extensions) = (actor.clone(), extensions.clone());
        given.extended += state
            .store
            .write(Class::Interactive, move |txn| supervise::give_back(txn, &actor, &page, &extensions))
            .await?;
        after = Some(last);
    }
    let mut place = None;
    while let Some(since) = reopen_expired_since {
        let (attempts, next) =
            state.store.read(|read| supervise::expired(read, actor, quiz, since, place, BATCH))?;
        let (actor, extensions) = (actor.clone(), extensions.clone());
        given.reopened += state
            .store
            .write(Class::Interactive, move |txn| supervise::revive(txn, &actor, &attempts, &extensions))
            .await?;
        match next {
            Some(_) => place = next,
            None => break,
        }
    }
    // Last: what was broken off is not given back yet, and is done by doing it again.
    let reopened = |from: &Timestamp| reopen_expired_since.is_some_and(|since| since <= *from);
    let whole: Vec<Timestamp> = outages.into_iter().filter(|from| quiz.is_none() && reopened(from)).collect();
    if !whole.is_empty() {
        let actor = actor.clone();
        state
            .store
            .write(Class::Interactive, move |txn| schedule::note_given_back(txn, &actor, &whole))
            .await?;
    }
    Ok(given)
}
