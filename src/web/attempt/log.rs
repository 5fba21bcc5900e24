//! The log of an attempt in words, for who sees everybody's attempts: what happened beside saves, which are receipts.

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::domain::access::Actor;
use crate::domain::account::name_of;
use crate::domain::attempt::Attempt;
use crate::domain::attempt::follow;
use crate::domain::attempt::log::{self, AttemptEvent, Happened, ReportKind};
use crate::domain::decimal::Decimal;
use crate::domain::refusal::Refusal;
use crate::store::Read;
use crate::web::frame::Frame;
use crate::web::live::finished_key;

/// Entries of a page.
const PER_PAGE: usize = 200;

/// Which page of the log is wanted.
#[derive(Debug, Default, Deserialize)]
pub struct LogQuery {
    /// Behind the entry of this number.
    #[serde(default)]
    pub log: u32,
}

/// An entry as it is shown.
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// The same to the second, as people read it.
    pub when: String,
    /// Who.
    pub who: String,
    /// What.
    pub what: String,
}

impl Entry {
    fn of(frame: &Frame, at: Timestamp, who: String, what: String) -> Self {
        let (day, clock) = (frame.calendar.day(at), frame.calendar.clock_seconds(at));
        Self { at, when: frame.t2("time-moment", "day", day, "clock", clock), who, what }
    }
}

/// A page of the log.
pub struct Log {
    /// Its entries, in the order of time.
    pub entries: Vec<Entry>,
    /// Behind which number the next page begins.
    pub next: Option<u32>,
}

impl Log {
    /// The entries behind number `after`; the start stands before the first.
    pub fn read(
        read: &impl Read,
        actor: &Actor,
        frame: &Frame,
        attempt: &Attempt,
        after: u32,
    ) -> Result<Self, Refusal> {
        let mut events = log::events(read, actor, attempt.id, after, PER_PAGE + 1)?;
        let more = events.len() > PER_PAGE;
        events.truncate(PER_PAGE);
        let next = events.last().filter(|_| more).map(|last| last.number);
        let mut entries = Vec::with_capacity(events.len() + 1);
        if after == 0 {
            let what = frame.t1("exam-log-started", "address", &attempt.address);
            entries.push(Entry::of(frame, attempt.started, name_of(read, attempt.user)?, what));
        }
        for event in events {
            let who = match event.by {
                Some(by) => name_of(read, by)?,
                None => frame.t("admin-audit-program").into_owned(),
            };
            entries.push(Entry::of(frame, event.at, who, words(frame, &event)));
        }
        Ok(Self { entries, next })
    }
}

const fn reported(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::FocusLost => "focus-lost",
        ReportKind::FocusGained => "focus-gained",
        ReportKind::FullscreenLeft => "fullscreen-left",
        ReportKind::Pasted => "pasted",
        ReportKind::Copied => "copied",
        ReportKind::ConnectionLost => "connection-lost",
        ReportKind::ConnectionRestored => "connection-restored",
        ReportKind::Other => "other",
    }
}

/// Why, in the words of whoever did it; what the program says of itself is said in the viewer's language.
fn why(frame: &Frame, reason: &str) -> String {
    if reason == follow::REASON { frame.t("exam-log-other-times").into_owned() } else { reason.to_owned() }
}

/// What happened.
fn words(frame: &Frame, event: &AttemptEvent) -> String {
    let points = |points: &Option<Decimal>| points.map_or_else(|| "–".to_owned(), |it| it.to_string());
    match &event.what {
        Happened::Resumed { address } => frame.t1("exam-log-resumed", "address", address),
        Happened::Reported { kind, detail } => {
            let what = frame.t_of("exam-log-", reported(*kind));
            if detail.is_empty() {
                what.into_owned()
            } else {
                frame.t2("exam-log-with", "what", what, "detail", detail)
            }
        }
        Happened::Finished { by } => frame.t(finished_key(*by)).into_owned(),
        Happened::Extended { from: None, to: Some(to), reason } => {
            let until = frame.calendar.moment(*to);
            frame.t2("exam-log-ends", "until", until, "reason", why(frame, reason))
        }
        Happened::Extended { from: Some(from), to: Some(to), reason } => {
            let reason = &why(frame, reason);
            let ms = u64::try_from(to.since(*from).as_millis()).unwrap_or(u64::MAX);
            let (span, until) = (frame.calendar.span(ms), frame.calendar.moment(*to));
            frame.text.with("exam-log-extended", &[("span", &span), ("until", &until), ("reason", reason)])
        }
        Happened::Extended { reason, .. } => {
            frame.t1("exam-log-extended-endless", "reason", why(frame, reason))
        }
        Happened::Reopened { until: Some(until), reason } => {
            let until = frame.calendar.moment(*until);
            frame.t2("exam-log-reopened", "until", until, "reason", reason)
        }
        Happened::Reopened { until: None, reason } => frame.t1("exam-log-reopened-endless", "reason", reason),
        Happened::Marked { slot, points } => {
            frame.t2("exam-log-marked", "number", u32::from(*slot) + 1, "points", points)
        }
        Happened::Unmarked { slot } => frame.t1("exam-log-unmarked", "number", u32::from(*slot) + 1),
        Happened::Regraded { from, to } => {
            frame.t2("exam-log-regraded", "from", points(from), "to", points(to))
        }
    }
}
