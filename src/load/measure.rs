//! What a thread of the generator saw, by action: histograms of the whole run and of the present second. A thread writes
//! its own; they are put together at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::LoadError;
use super::report;

/// Longest latency told apart: longer than anybody waits for an answer, retries and all.
const LONGEST_US: u64 = 600_000_000;
/// Significant digits: a thousandth is finer than any two runs agree.
const DIGITS: u8 = 3;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    SignIn,
    Overview,
    /// Waiting for one's turn to start. No request of its own, and not in the totals.
    Turn,
    Start,
    Paper,
    Save,
    Reload,
    Here,
    Submit,
    Outline,
    Page,
    File,
    Matrix,
    Live,
    LiveEvents,
    RegradePreview,
    Regrade,
    CourseEdit,
    Statement,
    Statements,
    StatementById,
    StatementsByAgent,
    StatementsByVerb,
    StatementsByActivity,
    State,
    StateSave,
}

impl Action {
    const ALL: [(Self, &'static str); 26] = [
        (Self::SignIn, "sign_in"),
        (Self::Overview, "overview"),
        (Self::Turn, "turn"),
        (Self::Start, "start"),
        (Self::Paper, "paper"),
        (Self::Save, "save"),
        (Self::Reload, "reload"),
        (Self::Here, "here"),
        (Self::Submit, "submit"),
        (Self::Outline, "outline"),
        (Self::Page, "page"),
        (Self::File, "file"),
        (Self::Matrix, "matrix"),
        (Self::Live, "live"),
        (Self::LiveEvents, "live_events"),
        (Self::RegradePreview, "regrade_preview"),
        (Self::Regrade, "regrade"),
        (Self::CourseEdit, "course_edit"),
        (Self::Statement, "statement"),
        (Self::Statements, "statements"),
        (Self::StatementById, "statement_by_id"),
        (Self::StatementsByAgent, "statements_by_agent"),
        (Self::StatementsByVerb, "statements_by_verb"),
        (Self::StatementsByActivity, "statements_by_activity"),
        (Self::State, "state"),
        (Self::StateSave, "state_save"),
    ];

    const fn place(self) -> usize {
        self as usize
    }

    /// Is it something that is asked, and no wait beside it?
    const fn is_a_request(self) -> bool {
        !matches!(self, Self::Turn)
    }
}

fn histogram() -> Result<Histogram<u32>, LoadError> {
    Histogram::new_with_bounds(1, LONGEST_US, DIGITS)
        .map_err(|error| LoadError::Setting(format!("the histograms cannot be made: {error:?}")))
}

fn microseconds(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX).clamp(1, LONGEST_US)
}

#[expect(clippy::cast_precision_loss, reason = "microseconds up to ten minutes are exact in a float")]
fn milliseconds(us: u64) -> f64 {
    us as f64 / 1000.0
}

/// One action, as one thread saw it.
#[derive(Debug)]
struct Tally {
    whole: Histogram<u32>,
    second: Option<Histogram<u32>>,
    errors: u64,
    put_off: u64,
    by_status: BTreeMap<u16, u64>,
}

/// What one thread saw.
#[derive(Debug)]
pub(super) struct Recorder {
    tallies: Vec<Option<Tally>>,
    lateness: Histogram<u32>,
    second_errors: u64,
    /// Connections that were found closed, or broke, and were opened again.
    pub reopened: u64,
    /// Connections that were closed on purpose in the middle of an exam.
    pub dropped: u64,
    /// People who could not go on, because what they needed was refused.
    pub stranded: u64,
    /// How long each learner could work, by the server's times.
    working_ms: Vec<u64>,
}

/// The second that just passed.
#[derive(Debug, Default)]
pub(super) struct Second {
    pub answers: u64,
    pub errors: u64,
    pub latency_ms: BTreeMap<String, [f64; 2]>,
    pub p99_ms: f64,
}

impl Recorder {
    pub(super) fn new() -> Result<Self, LoadError> {
        Ok(Self {
            tallies: (0..Action::ALL.len()).map(|_| None).collect(),
            lateness: histogram()?,
            second_errors: 0,
            reopened: 0,
            dropped: 0,
            stranded: 0,
            working_ms: Vec::new(),
        })
    }

    fn tally(&mut self, action: Action) -> Option<&mut Tally> {
        let slot = self.tallies.get_mut(action.place())?;
        if slot.is_none() {
            // The same bounds worked for `lateness`.
            let whole = histogram().ok()?;
            *slot = Some(Tally { whole, second: None, errors: 0, put_off: 0, by_status: BTreeMap::new() });
        }
        slot.as_mut()
    }

    /// Answered as it should be, so long after it was meant to be asked.
    pub(super) fn answered(&mut self, action: Action, status: u16, latency: Duration) {
        if let Some(tally) = self.tally(action) {
            tally.whole.saturating_record(microseconds(latency));
            if tally.second.is_none() {
                tally.second = histogram().ok();
            }
            if let Some(second) = &mut tally.second {
                second.saturating_record(microseconds(latency));
            }
            *tally.by_status.entry(status).or_default() += 1;
        }
    }

    /// Answered with an error, or with status 0 not at all.
    pub(super) fn failed(&mut self, action: Action, status: u16) {
        self.second_errors += 1;
        if let Some(tally) = self.tally(action) {
            tally.errors += 1;
            *tally.by_status.entry(status).or_default() += 1;
        }
    }

    /// Asked to come back later.
    pub(super) fn put_off(&mut self, action: Action, status: u16) {
        if let Some(tally) = self.tally(action) {
            tally.put_off += 1;
            *tally.by_status.entry(status).or_default() += 1;
        }
    }

    /// The last request that was put off was the last try: it becomes an error, without another answer.
    pub(super) fn gave_up(&mut self, action: Action) {
        self.second_errors += 1;
        if let Some(tally) = self.tally(action) {
            tally.errors += 1;
        }
    }

    /// Somebody's turn to start came after so long.
    pub(super) fn waited_for_turn(&mut self, wait: Duration) {
        if let Some(tally) = self.tally(Action::Turn) {
            tally.whole.saturating_record(microseconds(wait));
        }
    }

    /// A learner could work for so long.
    pub(super) fn worked(&mut self, ms: u64) {
        self.working_ms.push(ms);
    }

    /// Sent so long after the plan, although nothing was waited for.
    pub(super) fn late(&mut self, by: Duration) {
        self.lateness.saturating_record(microseconds(by));
    }
}

/// One thread's part of a second.
#[derive(Debug)]
pub(super) struct PartOfSecond {
    by_action: Vec<Option<Histogram<u32>>>,
    errors: u64,
}

impl Recorder {
    /// Takes out what this thread saw since the last time. Quick, because the thread waits for it.
    pub(super) fn take_second(&mut self) -> PartOfSecond {
        let taken = self.tallies.iter_mut().map(|tally| tally.as_mut()?.second.take());
        PartOfSecond { by_action: taken.collect(), errors: std::mem::take(&mut self.second_errors) }
    }
}

/// Puts the parts of a second together.
pub(super) fn second(parts: Vec<PartOfSecond>) -> Result<Second, LoadError> {
    let mut merged: Vec<Option<Histogram<u32>>> = (0..Action::ALL.len()).map(|_| None).collect();
    let mut second = Second::default();
    for part in parts {
        second.errors += part.errors;
        for (slot, found) in merged.iter_mut().zip(part.by_action) {
            match (slot.as_mut(), found) {
                // The bounds are those of all.
                (Some(known), Some(found)) => {
                    let _ = known.add(&found);
                }
                (None, Some(found)) => *slot = Some(found),
                (_, None) => {}
            }
        }
    }
    let mut all = histogram()?;
    for ((action, name), found) in Action::ALL.iter().zip(merged) {
        let Some(found) = found else { continue };
        let at = |share: f64| milliseconds(found.value_at_quantile(share));
        second.latency_ms.insert((*name).to_owned(), [at(0.5), at(0.99)]);
        if action.is_a_request() {
            let _ = all.add(&found);
        }
    }
    second.answers = all.len() + second.errors;
    second.p99_ms = if all.is_empty() { 0.0 } else { milliseconds(all.value_at_quantile(0.99)) };
    Ok(second)
}

/// Everything that all threads saw.
#[derive(Debug)]
pub(super) struct Totals {
    pub actions: BTreeMap<String, report::Action>,
    pub all: report::Action,
    pub late_p99: Duration,
    pub reopened: u64,
    pub dropped: u64,
    pub stranded: u64,
    pub working_time: Option<report::WorkingTime>,
}

fn shown(
    whole: &Histogram<u32>,
    errors: u64,
    put_off: u64,
    by_status: &BTreeMap<u16, u64>,
) -> report::Action {
    let at = |share: f64| milliseconds(whole.value_at_quantile(share));
    let name = |status: &u16| if *status == 0 { "none".to_owned() } else { status.to_string() };
    report::Action {
        count: whole.len(),
        errors,
        put_off,
        mean_ms: whole.mean() / 1000.0,
        mean_with_turns_ms: None,
        p50_ms: at(0.5),
        p90_ms: at(0.9),
        p99_ms: at(0.99),
        max_ms: milliseconds(whole.max()),
        by_status: by_status.iter().map(|(status, count)| (name(status), *count)).collect(),
    }
}

/// What the mean would be if the waits for turns were part of the answers.
#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn count_turns_in(turns: &Histogram<u32>, action: &mut report::Action) {
    if action.count > 0 {
        let waited_ms = turns.mean() / 1000.0 * turns.len() as f64;
        action.mean_with_turns_ms = Some(action.mean_ms + waited_ms / action.count as f64);
    }
}

/// Puts all threads' recorders together.
pub(super) fn total<'a>(recorders: impl Iterator<Item = &'a Recorder>) -> Result<Totals, LoadError> {
    let mut by_action: Vec<Option<Tally>> = (0..Action::ALL.len()).map(|_| None).collect();
    let mut lateness = histogram()?;
    let (mut reopened, mut dropped, mut stranded) = (0, 0, 0);
    let mut working_ms = Vec::new();
    for recorder in recorders {
        working_ms.extend_from_slice(&recorder.working_ms);
        let _ = lateness.add(&recorder.lateness);
        reopened += recorder.reopened;
        dropped += recorder.dropped;
        stranded += recorder.stranded;
        for (slot, tally) in by_action.iter_mut().zip(&recorder.tallies) {
            let Some(tally) = tally else { continue };
            if slot.is_none() {
                let whole = histogram()?;
                *slot =
                    Some(Tally { whole, second: None, errors: 0, put_off: 0, by_status: BTreeMap::new() });
            }
            if let Some(sum) = slot {
                let _ = sum.whole.add(&tally.whole);
                sum.errors += tally.errors;
                sum.put_off += tally.put_off;
                for (status, count) in &tally.by_status {
                    *sum.by_status.entry(*status).or_default() += count;
                }
            }
        }
    }
    let (mut all, mut errors, mut put_off) = (histogram()?, 0, 0);
    let mut all_by_status: BTreeMap<u16, u64> = BTreeMap::new();
    let mut actions = BTreeMap::new();
    for ((action, name), tally) in Action::ALL.iter().zip(&by_action) {
        let Some(tally) = tally else { continue };
        if action.is_a_request() {
            let _ = all.add(&tally.whole);
            errors += tally.errors;
            put_off += tally.put_off;
            for (status, count) in &tally.by_status {
                *all_by_status.entry(*status).or_default() += count;
            }
        }
        actions
            .insert((*name).to_owned(), shown(&tally.whole, tally.errors, tally.put_off, &tally.by_status));
    }
    let mut all = shown(&all, errors, put_off, &all_by_status);
    if let Some(Some(turns)) = by_action.get(Action::Turn.place()) {
        count_turns_in(&turns.whole, &mut all);
        if let Some(start) = actions.get_mut("start") {
            count_turns_in(&turns.whole, start);
        }
    }
    Ok(Totals {
        actions,
        all,
        late_p99: Duration::from_micros(lateness.value_at_quantile(0.99)),
        working_time: report::WorkingTime::of(working_ms),
        reopened,
        dropped,
        stranded,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_stand_where_they_are_looked_up() {
        for (place, (action, _)) in Action::ALL.iter().enumerate() {
            assert_eq!(action.place(), place);
        }
    }

    #[test]
    fn threads_add_up_and_a_second_is_taken_once() {
        let (mut one, mut two) = (Recorder::new().unwrap(), Recorder::new().unwrap());
        one.answered(Action::Save, 200, Duration::from_millis(10));
        two.answered(Action::Save, 200, Duration::from_millis(30));
        two.put_off(Action::Start, 503);
        two.gave_up(Action::Start);
        two.waited_for_turn(Duration::from_secs(9));
        two.failed(Action::Submit, 0);
        let second = super::second(vec![one.take_second(), two.take_second()]).unwrap();
        assert_eq!((second.answers, second.errors), (4, 2));
        assert!((29.9..30.1).contains(&second.latency_ms["save"][1]));
        assert_eq!(super::second(vec![one.take_second(), two.take_second()]).unwrap().answers, 0);
        let totals = total([&one, &two].into_iter()).unwrap();
        let save = &totals.actions["save"];
        assert_eq!((save.count, save.by_status["200"]), (2, 2));
        assert!((19.9..20.1).contains(&save.mean_ms), "{save:?}");
        assert_eq!((totals.all.count, totals.all.errors, totals.all.put_off), (2, 2, 1));
        assert_eq!(totals.actions["submit"].by_status["none"], 1);
        assert!((8999.0..9010.0).contains(&totals.actions["turn"].max_ms), "{:?}", totals.actions["turn"]);
        assert!(totals.all.max_ms < 31.0, "a turn is no answer: {:?}", totals.all);
        // 10 and 30 ms, and nine seconds of waiting between them.
        let with_turns = totals.all.mean_with_turns_ms.unwrap();
        assert!((4515.0..4525.0).contains(&with_turns), "{with_turns}");
        assert_eq!(totals.actions["save"].mean_with_turns_ms, None);
    }
}
