//! What a load run is asked for, with its bounds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::LoadError;

/// Learners of one run. Each has a connection of its own, and one address has some 28,000 ports for connections to one
/// server; with the server on the same machine each also costs two open files.
pub const MOST_LEARNERS: usize = 20_000;
/// Threads of the generator: more would be a second program of the size of the server beside it.
pub const MOST_THREADS: usize = 64;
/// Questions of an exam: as many as a quiz has slots.
pub const MOST_QUESTIONS: u16 = 150;
/// Loops of a browsing or teaching person; each is half a dozen requests.
pub const MOST_LOOPS: u32 = 10_000;
/// A run ends after so long at the latest: a forgotten generator must not load a machine for days.
pub const LONGEST_SECONDS: u64 = 24 * 60 * 60;
/// Seconds that a learner in the exam takes for a question at `speed_up` 1: an exam of half an hour has 20.
pub const QUESTION_SECONDS: f64 = 90.0;

/// Who does what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// Everybody takes the quiz: a synchronised start, saves, reloads, dropped connections, a wave of submits.
    Exam,
    /// Everybody reads: outline, pages, files.
    Browse,
    /// Everybody teaches: the matrix, the live list, regrades, course edits.
    Teach,
    /// 70 of 100 take the quiz, 25 read and 5 teach until the exam ends.
    Mixed,
    /// Everybody is a tool that writes learning records and reads them: statements, batches, states, queries.
    Lrs,
}

impl Profile {
    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exam => "exam",
            Self::Browse => "browse",
            Self::Teach => "teach",
            Self::Mixed => "mixed",
            Self::Lrs => "lrs",
        }
    }
}

/// Numbers of learners, loops and ramp as Moodle's generator of test plans has them, so that results compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Size {
    /// 1 learner, 5 loops, within 1 s.
    Xs,
    /// 30 learners, 5 loops, within 6 s.
    S,
    /// 100 learners, 5 loops, within 40 s.
    M,
    /// 1,000 learners, 6 loops, within 100 s.
    L,
    /// 5,000 learners, 6 loops, within 500 s.
    Xl,
    /// 10,000 learners, 7 loops, within 800 s.
    Xxl,
}

impl Size {
    /// Learners, loops, and the seconds within which they start.
    pub const fn numbers(self) -> (usize, u32, u64) {
        match self {
            Self::Xs => (1, 5, 1),
            Self::S => (30, 5, 6),
            Self::M => (100, 5, 40),
            Self::L => (1000, 6, 100),
            Self::Xl => (5000, 6, 500),
            Self::Xxl => (10_000, 7, 800),
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xs => "xs",
            Self::S => "s",
            Self::M => "m",
            Self::L => "l",
            Self::Xl => "xl",
            Self::Xxl => "xxl",
        }
    }
}

/// When the next request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Arrival {
    /// When it was planned, however slow the server is; latency counts from the plan.
    Open,
    /// A time to think after the last answer: a slow server is asked less.
    Closed,
}

impl Arrival {
    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What they sign in with.
    pub username: String,
    /// Their password.
    pub password: String,
    /// They run the course.
    pub teaches: bool,
}

/// Where the course comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// It is made before the run, with people, and put away after it.
    Seed {
        /// An administrator's username.
        admin: String,
        /// Their password.
        password: String,
        /// Leave it there, and write who can sign in to this file.
        keep: Option<PathBuf>,
    },
    /// It is there.
    Given {
        /// The course.
        course: u64,
        /// Its quiz.
        quiz: u64,
        /// Who can sign in.
        people: Vec<SignIn>,
    },
}

/// What a run is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The server: `http://HOST:PORT`.
    pub url: String,
    /// A host that is not this machine and may be driven all the same.
    pub allow_host: Option<String>,
    /// Who does what.
    pub profile: Profile,
    /// The size by which numbers were chosen; for the report.
    pub size: Option<Size>,
    /// How many people.
    pub learners: usize,
    /// How often those who read or teach do everything, in the profiles without an exam.
    pub loops: u32,
    /// Everybody starts within this.
    pub start_within: Duration,
    /// Questions of the exam that is made.
    pub questions: u16,
    /// The share of questions before which a learner loads the attempt again, 0 to 1.
    pub reloads: f64,
    /// The share of questions before which a learner's connection breaks, 0 to 1.
    pub drops: f64,
    /// When the next request is sent.
    pub arrival: Arrival,
    /// Time to think: between answer and request with [`Arrival::Closed`], between two steps of who reads or teaches
    /// otherwise.
    pub think: Duration,
    /// An exam goes by so much faster than for people.
    pub speed_up: f64,
    /// Sign-ins are spread over this, whatever the server does; without it, as fast as the server takes them.
    pub sign_in_within: Option<Duration>,
    /// Threads of the generator.
    pub threads: usize,
    /// The same seed plans the same requests.
    pub seed: u64,
    /// The run ends after so long.
    pub max_seconds: u64,
    /// The run ends after so many requests.
    pub max_requests: u64,
    /// Bearer token for the target's `/metrics`.
    pub metrics_token: Option<String>,
    /// Where the course comes from.
    pub place: Place,
}

impl Settings {
    /// A run with everything as it usually is.
    pub fn new(url: impl Into<String>, profile: Profile, learners: usize, place: Place) -> Self {
        Self {
            url: url.into(),
            allow_host: None,
            profile,
            size: None,
            learners,
            loops: 5,
            start_within: Duration::from_secs(1),
            questions: 20,
            reloads: 0.05,
            drops: 0.02,
            arrival: Arrival::Open,
            think: Duration::from_secs(2),
            speed_up: 10.0,
            sign_in_within: None,
            threads: 2,
            seed: 1,
            max_seconds: 60 * 60,
            max_requests: 10_000_000,
            metrics_token: None,
            place,
        }
    }

    /// Refuses what is out of bounds.
    pub fn check(&self) -> Result<(), LoadError> {
        let within = |name: &str, value: f64, least: f64, most: f64| {
            if value.is_finite() && (least..=most).contains(&value) {
                Ok(())
            } else {
                Err(LoadError::Setting(format!("{name} is {value}; it must be between {least} and {most}")))
            }
        };
        let whole = |value: usize| f64::from(u32::try_from(value).unwrap_or(u32::MAX));
        let long = |value: u64| f64::from(u32::try_from(value).unwrap_or(u32::MAX));
        within("--learners", whole(self.learners), 1.0, whole(MOST_LEARNERS))?;
        within("--threads", whole(self.threads), 1.0, whole(MOST_THREADS))?;
        within("--loops", f64::from(self.loops), 1.0, f64::from(MOST_LOOPS))?;
        within("--questions", f64::from(self.questions), 1.0, f64::from(MOST_QUESTIONS))?;
        within("--reloads", self.reloads, 0.0, 1.0)?;
        within("--drops", self.drops, 0.0, 1.0)?;
        // From an exam of a whole day to one whose questions last a tenth of a second.
        within("--speed-up", self.speed_up, 0.01, 1000.0)?;
        within("--start-within", self.start_within.as_secs_f64(), 0.0, long(LONGEST_SECONDS))?;
        within("--think", self.think.as_secs_f64(), 0.0, 3600.0)?;
        within("--max-seconds", long(self.max_seconds), 1.0, long(LONGEST_SECONDS))?;
        if self.max_requests == 0 {
            return Err(LoadError::Setting("--max-requests must be at least 1".to_owned()));
        }
        let makes_and_removes = matches!(self.place, Place::Seed { keep: None, .. });
        if self.profile == Profile::Lrs && !makes_and_removes {
            return Err(LoadError::Setting(
                "the tools of --profile lrs make a credential for themselves and delete it: name --seed-course and --admin, \
                 and neither --course nor --keep"
                    .to_owned(),
            ));
        }
        if let Place::Given { people, .. } = &self.place {
            let teachers = people.iter().filter(|who| who.teaches).count();
            let learners = people.len() - teachers;
            let [exam, browse, teach, _] = self.parts();
            if learners < exam + browse || teachers < teach {
                return Err(LoadError::Setting(format!(
                    "the run needs {} learners and {teach} teachers, and the file of users has {learners} and {teachers}",
                    exam + browse
                )));
            }
        }
        Ok(())
    }

    /// How many take the exam, read, teach, and are tools.
    pub fn parts(&self) -> [usize; 4] {
        match self.profile {
            Profile::Exam => [self.learners, 0, 0, 0],
            Profile::Browse => [0, self.learners, 0, 0],
            Profile::Teach => [0, 0, self.learners, 0],
            Profile::Lrs => [0, 0, 0, self.learners],
            Profile::Mixed => {
                let teach = (self.learners / 20).max(usize::from(self.learners >= 3));
                let browse = (self.learners / 4).max(usize::from(self.learners >= 3));
                [self.learners - teach - browse, browse, teach, 0]
            }
        }
    }

    /// How long the exam of `questions` questions lasts.
    pub fn exam_length(&self, questions: u16) -> Duration {
        self.as_fast(Duration::from_secs_f64(QUESTION_SECONDS * f64::from(questions)))
    }

    /// How long something lasts for people who are as fast as these.
    pub fn as_fast(&self, span: Duration) -> Duration {
        span.div_f64(self.speed_up)
    }

    /// Every setting by its name, without secrets.
    pub fn named(&self) -> BTreeMap<String, String> {
        let mut named = BTreeMap::new();
        let mut put = |name: &str, value: String| {
            named.insert(name.to_owned(), value);
        };
        put("url", self.url.clone());
        put("profile", self.profile.name().to_owned());
        if let Some(size) = self.size {
            put("size", size.name().to_owned());
        }
        put("learners", self.learners.to_string());
        put("loops", self.loops.to_string());
        put("start_within_ms", self.start_within.as_millis().to_string());
        put("questions", self.questions.to_string());
        put("reloads", self.reloads.to_string());
        put("drops", self.drops.to_string());
        put("arrival", self.arrival.name().to_owned());
        put("think_ms", self.think.as_millis().to_string());
        put("speed_up", self.speed_up.to_string());
        let within = self.sign_in_within.map(|within| within.as_millis().to_string());
        put("sign_in_within_ms", within.unwrap_or_else(|| "as the server takes them".to_owned()));
        put("threads", self.threads.to_string());
        put("seed", self.seed.to_string());
        put("max_seconds", self.max_seconds.to_string());
        put("max_requests", self.max_requests.to_string());
        match &self.place {
            Place::Seed { keep, .. } => {
                let made = if self.profile == Profile::Lrs { "none" } else { "made for the run" };
                put("course", made.to_owned());
                put("kept", keep.is_some().to_string());
            }
            Place::Given { course, quiz, .. } => {
                put("course", course.to_string());
                put("quiz", quiz.to_string());
            }
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(profile: Profile, learners: usize) -> Settings {
        let place = Place::Seed { admin: "a".to_owned(), password: "secret".to_owned(), keep: None };
        Settings::new("http://127.0.0.1:1", profile, learners, place)
    }

    #[test]
    fn a_mixed_run_has_everybody_in_it_and_nobody_twice() {
        for learners in [1, 2, 3, 20, 1000] {
            let parts = settings(Profile::Mixed, learners).parts();
            assert_eq!(parts.iter().sum::<usize>(), learners);
            assert!(parts[0] >= 1, "{parts:?}");
        }
        assert_eq!(settings(Profile::Mixed, 1000).parts(), [700, 250, 50, 0]);
    }

    #[test]
    fn bounds_are_named_and_secrets_are_not_reported() {
        let mut wrong = settings(Profile::Exam, MOST_LEARNERS + 1);
        assert!(wrong.check().unwrap_err().to_string().contains("--learners"));
        wrong.learners = 1;
        wrong.speed_up = f64::NAN;
        assert!(wrong.check().unwrap_err().to_string().contains("--speed-up"));
        wrong.speed_up = 1.0;
        wrong.check().unwrap();
        assert!(!format!("{:?}", wrong.named()).contains("secret"));
        wrong.profile = Profile::Lrs;
        wrong.check().unwrap();
        wrong.place = Place::Given { course: 1, quiz: 1, people: Vec::new() };
        assert!(wrong.check().unwrap_err().to_string().contains("--seed-course"));
    }
}
