//! The question bank: questions and their versions, categories, files, import and export.

mod category;
mod file;
mod preview;
mod question;
mod transfer;

pub(crate) use preview::new_seed;
pub(crate) use transfer::keep_files;

use actix_web::http::Method;

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
    routes.add(Method::GET, "/api/courses/{course}/question_categories/{question_category}", Class::Browse, VIEW, category::read);
    routes.add(Method::PUT, "/api/courses/{course}/question_categories/{question_category}", Class::Interactive, EDIT, category::change);
    routes.add(Method::DELETE, "/api/courses/{course}/question_categories/{question_category}", Class::Interactive, EDIT, category::delete);
}

/// The documents of this noun.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
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
