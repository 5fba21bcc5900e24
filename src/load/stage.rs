//! What a run plays on: a course with a quiz and people who can sign in, made for it or there before; or a credential of the
//! learning record store.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use super::desk::Desk;
use super::run::Progress;
use super::seed::{self, Made};
use super::settings::{Place, Profile, Settings, SignIn};
use super::stop::Stop;
use super::target::Target;
use super::tools::Access;
use super::{LoadError, machine};

/// A course with a quiz, and people; or what tools need.
#[derive(Debug, Default)]
pub struct Stage {
    /// The course.
    pub course: u64,
    /// Its quiz.
    pub quiz: u64,
    /// Questions of one attempt.
    pub questions: u16,
    /// Who can sign in.
    pub people: Vec<SignIn>,
    /// Pages in the course.
    pub pages: Vec<u64>,
    /// Sections of the course.
    pub sections: Vec<u64>,
    /// Files of the course, by hash.
    pub files: Vec<String>,
    /// What is worth knowing about it.
    pub notes: Vec<String>,
    pub(super) made: Option<Made>,
    /// The credential of tools, which need nothing else.
    pub(super) access: Option<Access>,
}

impl Stage {
    /// Makes it, or looks at what is there. Not measured. When `stop` is said meanwhile, what was made until then is put
    /// away.
    pub async fn open(
        settings: &Settings,
        stop: &Stop,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Self, LoadError> {
        let target = Target::find(&settings.url, settings.allow_host.as_deref())?;
        let mut stage = match &settings.place {
            Place::Seed { admin, password, .. } if settings.profile == Profile::Lrs => {
                Self::of_tools(Access::make(&target, (admin, password), stop, tell).await?)
            }
            Place::Seed { admin, password, .. } => {
                seed::make(settings, &target, (admin, password), stop, tell).await?
            }
            Place::Given { course, quiz, people } => look(&target, *course, *quiz, people, stop).await?,
        };
        if let Some(fit) = machine::raise_open_files(settings.learners) {
            stage
                .notes
                .push(format!("the limit of open files lets only {fit} people have a connection each"));
        }
        Ok(stage)
    }

    /// No course, and nobody who signs in.
    fn of_tools(access: Access) -> Self {
        Self { access: Some(access), ..Self::default() }
    }

    /// Puts away what was made, unless it is to be kept. What could not be put away, or only so far, is returned.
    pub async fn close(stage: Arc<Self>, settings: &Settings, tell: &mut dyn FnMut(Progress)) -> Vec<String> {
        let name = match (&stage.made, &stage.access) {
            (Some(made), _) => made.run.clone(),
            (None, Some(access)) => access.run.clone(),
            (None, None) => return Vec::new(),
        };
        match Arc::into_inner(stage) {
            Some(stage) => seed::left(&name, stage.put_away(settings, tell).await),
            None => vec![format!("{name} was not put away: a run still plays on it")],
        }
    }

    async fn put_away(
        self,
        settings: &Settings,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Vec<String>, LoadError> {
        if let Some(access) = self.access {
            return access.put_away(tell).await;
        }
        let Some(made) = self.made else { return Ok(Vec::new()) };
        if let Place::Seed { keep: Some(path), .. } = &settings.place {
            let mut text = "username,password,role\n".to_owned();
            for who in &self.people {
                let role = if who.teaches { "teacher" } else { "learner" };
                // Writing to a string does not fail.
                let _ = writeln!(text, "{},{},{role}", who.username, who.password);
            }
            write_secret(path, &text).map_err(|source| LoadError::File { path: path.clone(), source })?;
            let note = format!(
                "course {} with quiz {} is kept; run again with --course {} --quiz {} --users {}",
                self.course,
                self.quiz,
                self.course,
                self.quiz,
                path.display()
            );
            return Ok(vec![note]);
        }
        seed::put_away(made, &self.people, self.course, tell).await
    }
}

/// Writes a file of passwords, for this user alone.
fn write_secret(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = std::fs::File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// Looks at a course that is there.
async fn look(
    target: &Target,
    course: u64,
    quiz: u64,
    people: &[SignIn],
    stop: &Stop,
) -> Result<Stage, LoadError> {
    let first = people
        .iter()
        .find(|who| who.teaches)
        .or_else(|| people.first())
        .ok_or_else(|| LoadError::Setting("the file of users names nobody".to_owned()))?;
    let mut desk = Desk::new(target).heeding(stop);
    desk.sign_in(&first.username, &first.password).await?;
    let overview = desk.get(&format!("/api/quizzes/{quiz}/overview")).await?;
    let mut stage = Stage {
        course,
        quiz,
        questions: number(&overview, "questions").and_then(|count| u16::try_from(count).ok()).unwrap_or(0),
        people: people.to_vec(),
        ..Stage::default()
    };
    stage.look_at_outline(&mut desk).await?;
    if overview.get("needs_access_code") == Some(&Value::Bool(true)) {
        return Err(LoadError::Setting(format!("quiz {quiz} asks for an access code; take one without")));
    }
    Ok(stage)
}

/// A field that is a whole number.
pub(super) fn number(view: &Value, name: &str) -> Option<u64> {
    view.get(name)?.as_u64()
}

impl Stage {
    pub(super) async fn look_at_outline(&mut self, desk: &mut Desk) -> Result<(), LoadError> {
        let outline = desk.get(&format!("/api/courses/{}/outline", self.course)).await?;
        let sections = outline.get("sections").and_then(Value::as_array).cloned().unwrap_or_default();
        for section in &sections {
            self.sections.extend(number(section, "id"));
            for item in section.get("items").and_then(Value::as_array).into_iter().flatten() {
                if item.pointer("/content/kind").and_then(Value::as_str) == Some("page") {
                    self.pages.extend(number(item, "id"));
                }
            }
        }
        if self.pages.is_empty() {
            self.notes.push("the course has no pages, so none were read".to_owned());
        }
        if self.files.is_empty() {
            self.notes.push("no files of the course are known, so none were read".to_owned());
        }
        Ok(())
    }
}
