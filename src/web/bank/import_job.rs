//! The import of a large file: how far it is, and at its end the same report as of a small one.

use std::sync::Arc;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use super::import::{Shown, Tried};
use super::into_quiz::IntoQuiz;
use super::place_of;
use crate::domain::access::Permission;
use crate::domain::bank::import::QuestionImportReport;
use crate::domain::ids::{CourseId, JobId};
use crate::domain::job::{self, Failure, Job, JobState, QuestionImport, Work};
use crate::domain::refusal::{Refusal, not_found};
use crate::store::Read;
use crate::web::course::CoursePlace;
use crate::web::frame::Frame;
use crate::web::upload::KeptFor;
use crate::web::visitor::Visitor;

#[derive(Debug, Deserialize)]
pub(super) struct TriedQuery {
    file: Option<String>,
    format: Option<String>,
    encoding: Option<String>,
}

#[derive(Template)]
#[template(path = "bank/import_job.html")]
struct JobPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    job: &'a Job,
    /// Jobs that run at once.
    parallel: usize,
    import: &'a QuestionImport,
    failure: Option<&'a Failure>,
    shown: Option<&'a Shown>,
    tried: Option<&'a Tried>,
    into_quiz: Option<IntoQuiz>,
}

impl JobPage<'_> {
    fn is_over(&self) -> bool {
        self.job.state.ended().is_some()
    }

    fn is_done(&self) -> bool {
        matches!(self.job.state, JobState::Done(_))
    }
}

/// The report of a job that is over: its parts with the end that the API puts behind them.
fn report(read: &impl Read, job: &Job, import: &QuestionImport) -> Result<QuestionImportReport, Refusal> {
    let empty = || QuestionImportReport::empty(import.format, import.encoding.clone(), import.dry_run);
    let mut text = Vec::new();
    for place in 0..job.parts {
        if let Some(part) = job::part(read, job.id, place)? {
            text.extend_from_slice(&part.body);
        }
    }
    text.extend_from_slice(b"]}");
    let Ok(Value::Object(mut fields)) = serde_json::from_slice(&text) else { return Ok(empty()) };
    fields.insert("created".to_owned(), import.created.into());
    fields.insert("unchanged".to_owned(), (import.next - import.created).into());
    Ok(serde_json::from_value(Value::Object(fields)).unwrap_or_else(|_| empty()))
}

pub(super) async fn show(
    visitor: Visitor,
    path: web::Path<(CourseId, JobId)>,
    query: web::Query<TriedQuery>,
) -> Result<HttpResponse, Refusal> {
    let (course, id) = *path;
    let (frame, actor) = (&visitor.frame, visitor.actor());
    // Whoever comes here may import questions, so they may read what an import came to.
    let (place, job) = visitor.state.store.read(|read| -> Result<(CoursePlace, Arc<Job>), Refusal> {
        let place = place_of(read, actor, Permission::EditQuestions, course)?;
        Ok((place, job::get(read, actor, id)?))
    })?;
    let import = match &job.work {
        Work::QuestionImport(import) if import.course == course => import,
        _ => return Err(not_found("job", id)),
    };
    let over = job.state.ended().is_some();
    let shown = if over {
        Some(Shown::of(visitor.state.store.read(|read| report(read, &job, import))?))
    } else {
        None
    };
    let into_quiz = match &shown {
        Some(shown) => visitor.state.store.read(|read| IntoQuiz::of(read, actor, &place, &shown.report))?,
        None => None,
    };
    let TriedQuery { file, format, encoding } = query.into_inner();
    // Whoever made the address may be somebody else than the viewer, who is offered their own file only.
    let file = file.filter(|file| KeptFor::Questions(course).open(&visitor.who, file).is_ok());
    let tried = file.map(|file| Tried {
        file,
        format: format.unwrap_or_default(),
        encoding: encoding.unwrap_or_default(),
    });
    let done = matches!(job.state, JobState::Done(_));
    let page = JobPage {
        frame,
        place: &place,
        import,
        failure: match &job.state {
            JobState::Failed(_, failure) => Some(failure),
            _ => None,
        },
        shown: shown.as_ref(),
        tried: tried.as_ref().filter(|_| import.dry_run && done),
        job: &job,
        parallel: visitor.state.config.jobs.parallel,
        into_quiz,
    };
    let mut response = frame.show(&page)?;
    if !over {
        // Works without scripts, too.
        let name = HeaderName::from_static("refresh");
        response.headers_mut().insert(name, HeaderValue::from_static("3"));
    }
    Ok(response)
}
