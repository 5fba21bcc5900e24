//! The question bank: questions and their versions, categories, files, import and export.

mod category;
mod file;
mod preview;
mod question;
mod transfer;

use actix_web::http::Method;
use utoipa::OpenApi;

use super::error::Problem;
use super::routes::{Needs, Routes};
use crate::domain::access::Permission;
use crate::store::Class;

const VIEW: Needs = Needs::Course(Permission::ViewQuestions);
const EDIT: Needs = Needs::Course(Permission::EditQuestions);

/// Routes of this noun.
#[rustfmt::skip] // one route per line
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/files/{sha256}", Class::Browse, Needs::SignIn, file::read);
    routes.add(Method::POST, "/api/courses/{course}/question_files", Class::Interactive, EDIT, file::upload);
    routes.add(Method::GET, "/api/courses/{course}/questions", Class::Browse, VIEW, question::list);
    routes.add(Method::POST, "/api/courses/{course}/questions", Class::Interactive, EDIT, question::create);
    routes.add(Method::POST, "/api/courses/{course}/questions/import", Class::Bulk, EDIT, transfer::import);
    routes.add(Method::GET, "/api/courses/{course}/questions/export", Class::Bulk, VIEW, transfer::export);
    routes.add(Method::GET, "/api/questions/{question}", Class::Browse, VIEW, question::read);
    routes.add(Method::PUT, "/api/questions/{question}", Class::Interactive, EDIT, question::edit);
    routes.add(Method::DELETE, "/api/questions/{question}", Class::Interactive, EDIT, question::delete);
    routes.add(Method::PUT, "/api/questions/{question}/category", Class::Interactive, EDIT, question::place);
    routes.add(Method::PUT, "/api/questions/{question}/tags", Class::Interactive, EDIT, question::tag);
    routes.add(Method::PUT, "/api/questions/{question}/retired", Class::Interactive, EDIT, question::retire);
    routes.add(Method::GET, "/api/questions/{question}/versions", Class::Browse, VIEW, question::versions);
    routes.add(Method::GET, "/api/questions/{question}/versions/{version}", Class::Browse, VIEW, question::version);
    routes.add(Method::POST, "/api/questions/{question}/versions/{version}/restore", Class::Interactive, EDIT, question::restore);
    routes.add(Method::POST, "/api/questions/{question}/preview", Class::Interactive, VIEW, preview::preview);
    routes.add(Method::GET, "/api/courses/{course}/question_categories", Class::Browse, VIEW, category::list);
    routes.add(Method::POST, "/api/courses/{course}/question_categories", Class::Interactive, EDIT, category::create);
    routes.add(Method::GET, "/api/courses/{course}/question_categories/{category}", Class::Browse, VIEW, category::read);
    routes.add(Method::PUT, "/api/courses/{course}/question_categories/{category}", Class::Interactive, EDIT, category::change);
    routes.add(Method::DELETE, "/api/courses/{course}/question_categories/{category}", Class::Interactive, EDIT, category::delete);
}

/// The documents of this noun.
#[derive(OpenApi)]
#[openapi(paths(
    file::read,
    file::upload,
    question::list,
    question::create,
    transfer::import,
    transfer::export,
    question::read,
    question::edit,
    question::delete,
    question::place,
    question::tag,
    question::retire,
    question::versions,
    question::version,
    question::restore,
    preview::preview,
    category::list,
    category::create,
    category::read,
    category::change,
    category::delete
))]
pub struct Api;

/// Refusals of every route here.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "stands in the documents only")]
enum Refused {
    /// Nobody is signed in.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// The right is missing.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
    /// There is no such thing, or none that the person may see.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
    /// The input is wrong; `errors` says where.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
    /// The machine is full or read-only.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// Refusals of every change of something that is there.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "stands in the documents only")]
enum ChangeRefused {
    /// It cannot be done in the present state.
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
    /// It was changed since it was read.
    #[response(status = 412, content_type = "application/problem+json")]
    Changed(Problem),
    /// The input is larger than a limit.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// `If-Match` is missing.
    #[response(status = 428, content_type = "application/problem+json")]
    PreconditionRequired(Problem),
}
