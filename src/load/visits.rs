//! People who read a course, and people who run it.

use tokio::time::Instant;

use super::crew::Play;
use super::measure::Action;
use super::person::{Ask, Outcome, Person};
use super::settings::{Arrival, Profile};

/// Pages that somebody reads in a loop.
const PAGES: usize = 3;
/// Learners of a page of the matrix.
const MATRIX_PAGE: usize = 50;
/// Attempts of a page of the live list.
const LIVE_PAGE: usize = 100;

/// Where somebody is in their time.
pub(super) struct Time<'a> {
    play: &'a Play,
    begin: Instant,
    planned: Instant,
    loops: u32,
}

impl<'a> Time<'a> {
    pub(super) fn new(person: &mut Person, play: &'a Play, begin: Instant) -> Self {
        let first = begin + person.dice.within(play.settings.start_within);
        Self { play, begin, planned: first, loops: 0 }
    }

    /// Does another loop begin?
    pub(super) fn goes_on(&mut self) -> bool {
        self.loops += 1;
        if self.play.settings.profile == Profile::Mixed {
            let settings = &self.play.settings;
            let length = settings.exam_length(self.play.stage.questions) + settings.start_within;
            self.planned < self.begin + length
        } else {
            self.loops <= self.play.settings.loops
        }
    }

    /// The time of the next step.
    pub(super) async fn step(&mut self, person: &mut Person) -> Option<Instant> {
        let think = person.dice.around(self.play.settings.think);
        let planned = match self.play.settings.arrival {
            Arrival::Open => self.planned,
            Arrival::Closed => Instant::now() + think,
        };
        self.planned = planned + think;
        person.pace(planned).await
    }

    pub(super) async fn ask(&mut self, person: &mut Person, ask: Ask<'_>) -> bool {
        let Some(intended) = self.step(person).await else { return false };
        person.ask(ask, intended).await != Outcome::Over
    }
}

/// Reads: the outline, the quiz from outside, some pages, a file.
pub(super) async fn browse(person: &mut Person, play: &Play, begin: Instant) {
    let stage = &play.stage;
    let outline = format!("/api/courses/{}/outline", stage.course);
    let overview = format!("/api/quizzes/{}/overview", stage.quiz);
    let mut time = Time::new(person, play, begin);
    while time.goes_on() {
        if !time.ask(person, Ask::get(Action::Outline, &outline)).await
            || !time.ask(person, Ask::get(Action::Overview, &overview)).await
        {
            return;
        }
        for _ in 0..PAGES {
            let Some(page) = person.dice.pick(&stage.pages) else { break };
            let path = format!("/api/items/{page}/page");
            if !time.ask(person, Ask::get(Action::Page, &path)).await {
                return;
            }
        }
        if let Some(file) = person.dice.pick(&stage.files) {
            let path = format!("/api/files/{file}");
            if !time.ask(person, Ask::get(Action::File, &path)).await {
                return;
            }
        }
    }
}

/// Runs the course: the matrix, the live list and its events, a regrade with its preview, an edit.
pub(super) async fn teach(person: &mut Person, play: &Play, begin: Instant) {
    let stage = &play.stage;
    let matrix = format!("/api/courses/{}/grades?limit={MATRIX_PAGE}", stage.course);
    let live = format!("/api/quizzes/{}/live?limit={LIVE_PAGE}", stage.quiz);
    let events = format!("/api/quizzes/{}/live/events", stage.quiz);
    let regrade = format!("/api/quizzes/{}/regrade", stage.quiz);
    let preview = format!("{regrade}?dry_run=true");
    let mut time = Time::new(person, play, begin);
    while time.goes_on() {
        if !time.ask(person, Ask::get(Action::Matrix, &matrix)).await
            || !time.ask(person, Ask::get(Action::Live, &live)).await
        {
            return;
        }
        let Some(intended) = time.step(person).await else { return };
        if person.listen(Action::LiveEvents, &events, play.settings.think, intended).await == Outcome::Over {
            return;
        }
        // Listening took that long by intention.
        time.planned += play.settings.think;
        if !time.ask(person, Ask::send(Action::RegradePreview, "POST", &preview, b"")).await
            || !time.ask(person, Ask::send(Action::Regrade, "POST", &regrade, b"")).await
        {
            return;
        }
        if let Some(section) = person.dice.pick(&stage.sections) {
            let title = format!("{{\"title\":\"Section {section}, seen {}\"}}", person.dice.below(1000));
            let path = format!("/api/sections/{section}");
            let edit = Ask::send(Action::CourseEdit, "PUT", &path, title.as_bytes());
            if !time.ask(person, edit).await {
                return;
            }
        }
    }
}
