//! One turn of a target: a letter that is to be sent again, or the next batch. A batch that is refused is halved until the
//! statement is found that the target does not want; that one is put aside, the others arrive in their order. One that is never
//! answered, or with a failure of the machine only, is put aside when the machine demonstrably works: see [`Sender::alone`].

use std::ops::Range;
use std::sync::Arc;

use super::body::{self, Body};
use super::client::{Outcome, Theirs};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::forward::edit::MAX_LETTERS;
use crate::domain::xapi::forward::progress::{self, Answer, Batch, MANY_TRIES, PutAside, Taken, Way};
use crate::domain::xapi::forward::{DeadLetter, ForwardTarget, ForwardTargetId};
use crate::domain::xapi::record::{Statement, Stored};
use crate::state::State;
use crate::store::{Class, Read as _, Txn};

/// Reads of one turn: with a selection that is rarely met others get their turn, too.
const LOOKS: usize = 20;

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Something was sent or passed by; there may be more.
    Sent,
    /// Nothing waits.
    Nothing,
    /// Nothing gets through; when it is tried again is written down.
    Failed,
}

/// What became of one request.
enum Step {
    Taken,
    Unwanted(Answer),
    Later(Answer),
}

/// One turn of a target.
pub fn turn(state: &State, id: ForwardTargetId) -> Result<Turn, Refusal> {
    let now = state.now();
    let Some(way) = state.store.read(|read| progress::way(read, id, now))? else { return Ok(Turn::Nothing) };
    let sender = Sender { state, way };
    if let Some((letter, statement)) = state.store.read(|read| progress::letter(read, id))? {
        return sender.letter(&letter, statement.as_ref());
    }
    let batch = sender.next_batch()?;
    match batch.through {
        // What did not get through was put aside, or is gone.
        None if sender.way.progress.trouble.is_some() => sender.delivered(sender.way.progress.position, &[]),
        None => Ok(Turn::Nothing),
        Some(through) if batch.statements.is_empty() => sender.delivered(through, &[]),
        Some(through) => sender.batch(&batch.statements, through),
    }
}

struct Sender<'s> {
    state: &'s State,
    way: Way,
}

impl Sender<'_> {
    fn id(&self) -> ForwardTargetId {
        self.way.target.id
    }

    /// The target as it is asked in this turn: an edit may make another of it meanwhile, which what comes of the turn is not about.
    fn asked(&self) -> Arc<ForwardTarget> {
        self.way.target.clone()
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        self.state.store.write_blocking(Class::Bulk, work)
    }

    fn next_batch(&self) -> Result<Batch, Refusal> {
        let (chosen, files) = (self.way.target.chosen(), self.way.target.attachments);
        let most = progress::batch_size(&self.way.progress);
        let mut found = Batch::default();
        for _ in 0..LOOKS {
            let after = found.through.unwrap_or(self.way.progress.position);
            let next = self.state.store.read(|read| progress::batch(read, &chosen, files, after, most))?;
            if next.through.is_none() {
                break;
            }
            found = next;
            if !found.statements.is_empty() {
                break;
            }
        }
        Ok(found)
    }

    /// Counts what was taken. Whose target is gone or another goes on with a new turn, if at all, and what that one took counts as
    /// never sent.
    fn ended(&self, there: bool, taken: usize) -> Turn {
        if !there {
            return Turn::Nothing;
        }
        self.state.metrics.forwarding.delivered(self.id().0, taken as u64);
        Turn::Sent
    }

    fn delivered(&self, through: Stored, sent: &[Statement]) -> Result<Turn, Refusal> {
        let (asked, now, taken) = (self.asked(), self.state.now(), Taken::of(sent));
        let there = self.write(move |txn| progress::delivered(txn, &asked, through, taken, now))?;
        Ok(self.ended(there, sent.len()))
    }

    fn failed(&self, answer: Answer) -> Result<Turn, Refusal> {
        let (id, asked, now) = (self.id(), self.asked(), self.state.now());
        let mut spread = [0];
        getrandom::fill(&mut spread).map_err(|error| INTERNAL.refuse(error.to_string()))?;
        let [spread] = spread;
        tracing::info!(forward_target = %id, status = answer.status, reason = answer.kept(), "forwarding is tried again later");
        if self.write(move |txn| progress::failed(txn, &asked, &answer, spread, now))?.is_none() {
            return Ok(Turn::Nothing);
        }
        self.state.metrics.forwarding.failed(id.0);
        Ok(Turn::Failed)
    }

    /// Sends statements in one request. What cannot be read here waits, as what cannot be brought there does.
    fn send(&self, statements: &[Statement]) -> Step {
        let (target, client) = (&self.way.target, &self.state.forwarding.client);
        let texts = statements.iter().map(|statement| body::text(self.state, statement, target.attachments));
        let ready = texts
            .collect::<Result<Vec<_>, _>>()
            .and_then(|texts| Ok((Body::of(self.state, statements, &texts, target.attachments)?, texts)));
        let (body, texts) = match ready {
            Ok(ready) => ready,
            Err(refusal) => {
                return Step::Later(Answer { status: None, said: refusal.detail, retry_after: None });
            }
        };
        match (client.post(target, body, self.state.now()), statements, texts.as_slice()) {
            (Outcome::Taken, ..) => Step::Taken,
            // It may be there: the target says so with 409, and with 400 a store of 1.0.3 refuses its own 2.0 statement that
            // comes back before it looks.
            (Outcome::Known(answer) | Outcome::Unwanted(answer), [statement], [text])
                if matches!(answer.status, Some(400 | 409)) =>
            {
                match client.compare(target, &statement.id, text, answer, self.state.now()) {
                    Theirs::Same => Step::Taken,
                    Theirs::Other(answer) => Step::Unwanted(answer),
                    Theirs::Later(answer) => Step::Later(answer),
                }
            }
            (Outcome::Known(answer) | Outcome::Unwanted(answer), ..) => Step::Unwanted(answer),
            (Outcome::Later(answer), ..) => Step::Later(answer),
        }
    }

    /// Sends one statement of which nothing else is known than that it does not get through. Is it the statement? It is, when the
    /// target takes another one before and after it fails at this one. The other one is the last that it has taken: there already,
    /// it changes nothing, neither there nor in the order of what is to come. While the target is down it is not taken either.
    fn alone(&self, statement: &Statement, failure: Answer) -> Result<Step, Refusal> {
        if !failure.says_little() || !self.works()? {
            return Ok(Step::Later(failure));
        }
        match self.send(std::slice::from_ref(statement)) {
            Step::Later(answer) if answer.says_little() && self.works()? => Ok(Step::Unwanted(answer)),
            step => Ok(step),
        }
    }

    /// Does the target answer when it is sent what it has taken before? When that was nothing yet, or is gone here, nothing shows
    /// that it does.
    fn works(&self) -> Result<bool, Refusal> {
        Ok(self.takes_known()? == Some(true))
    }

    /// The same; `None` when there is nothing to ask it with.
    fn takes_known(&self) -> Result<Option<bool>, Refusal> {
        let Some(last) = self.way.progress.last else { return Ok(None) };
        let known = self.state.store.read(|read| read.get::<Statement>(&last))?;
        Ok(known.map(|known| !matches!(self.send(std::slice::from_ref(known.as_ref())), Step::Later(_))))
    }

    /// A target forbids what it was sent. When that voids something it may be about this alone: what is voided there was written by
    /// somebody else, which no later time changes. It is about everything when what it has taken before is forbidden, too.
    fn forbidden(&self, sent: &[Statement], failure: Answer) -> Result<Step, Refusal> {
        let all = !sent.iter().any(|statement| statement.voids)
            || (sent.len() == 1 && self.takes_known()? == Some(false));
        Ok(if all { Step::Later(failure) } else { Step::Unwanted(failure) })
    }

    /// Was it tried for so long that it may be the statement?
    fn tried_enough(&self) -> bool {
        self.way.progress.trouble.as_ref().is_some_and(|trouble| trouble.tries >= MANY_TRIES)
    }

    fn batch(&self, statements: &[Statement], through: Stored) -> Result<Turn, Refusal> {
        // The last of these goes next. What goes along with others makes a batch longer than a request is to be.
        let (most, all) = (progress::batch_size(&self.way.progress), statements.len());
        let mut parts: Vec<Range<usize>> =
            (0..all).step_by(most).map(|start| start..all.min(start + most)).rev().collect();
        let mut turn = Turn::Sent;
        while let Some(part) = parts.pop() {
            let (Some(sent), false) = (statements.get(part.clone()), self.state.forwarding.is_stopping())
            else {
                return Ok(turn);
            };
            let (Some(last), Some(done)) = (sent.last(), progress::done_with(statements, part.end)) else {
                continue;
            };
            let step = match (self.send(sent), sent) {
                (Step::Later(failure), _) if failure.is_forbidden() => self.forbidden(sent, failure)?,
                (Step::Later(failure), [alone]) if self.tried_enough() => self.alone(alone, failure)?,
                (step, _) => step,
            };
            turn = match step {
                Step::Taken => self.delivered(if parts.is_empty() { through } else { done }, sent)?,
                Step::Unwanted(_) if sent.len() > 1 => {
                    let middle = part.start + sent.len() / 2;
                    parts.extend([middle..part.end, part.start..middle]);
                    Turn::Sent
                }
                Step::Unwanted(answer) => self.put_aside(last, done, answer)?,
                Step::Later(answer) => self.failed(answer)?,
            };
            if turn != Turn::Sent {
                return Ok(turn);
            }
        }
        Ok(turn)
    }

    fn put_aside(&self, statement: &Statement, through: Stored, answer: Answer) -> Result<Turn, Refusal> {
        let (asked, now, place) = (self.asked(), self.state.now(), (statement.stored, statement.id));
        let status = answer.status;
        match self.write(move |txn| progress::put_aside(txn, &asked, place, through, &answer, now))? {
            PutAside::Done => Ok(Turn::Sent),
            PutAside::Gone => Ok(Turn::Nothing),
            PutAside::Full => self.failed(Answer {
                status,
                said: format!("{MAX_LETTERS} statements were refused; send them again or discard them"),
                retry_after: None,
            }),
        }
    }

    fn letter(&self, letter: &DeadLetter, statement: Option<&Statement>) -> Result<Turn, Refusal> {
        let (asked, now, stored) = (self.asked(), self.state.now(), letter.stored);
        let step = match statement {
            // Others have waited for it long enough when it was put aside.
            Some(statement) => match self.send(std::slice::from_ref(statement)) {
                Step::Later(failure) if failure.is_forbidden() => {
                    self.forbidden(std::slice::from_ref(statement), failure)?
                }
                Step::Later(failure) => self.alone(statement, failure)?,
                step => step,
            },
            None => Step::Taken,
        };
        match step {
            Step::Taken => {
                let taken = statement.is_some();
                let there = self.write(move |txn| progress::letter_over(txn, &asked, stored, taken, now))?;
                Ok(self.ended(there, usize::from(taken)))
            }
            Step::Unwanted(answer) => {
                let refused =
                    move |txn: &mut Txn<'_>| progress::letter_refused(txn, &asked, stored, &answer, now);
                Ok(self.ended(self.write(refused)?, 0))
            }
            Step::Later(answer) => self.failed(answer),
        }
    }
}
