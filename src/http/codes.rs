//! What the codes of problem documents mean: `/problems/{code}`, where the `type` of each leads.

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::body::json;
use super::error::status_of;
#[cfg(test)]
use super::problems::Problem;
use super::routes::{METHOD_NOT_ALLOWED, Needs, Routes};
use super::{actor, address, admit, attempt, body, outermost, range};
use crate::domain::codes;
use crate::domain::refusal::{Refusal, not_found};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/problems", Class::Browse, Needs::Nothing, list);
    routes.add(Method::GET, "/problems/{code}", Class::Browse, Needs::Nothing, show);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(list, show))]
pub struct Api;

/// A code of problem documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct CodeView {
    /// The code; never changes once released.
    pub code: String,
    /// The status that it comes with.
    pub status: u16,
    /// The status in words.
    pub title: String,
    /// What it means and what to do.
    pub meaning: String,
}

impl CodeView {
    fn new(code: &str, status: StatusCode, meaning: &str) -> Self {
        Self {
            code: code.to_owned(),
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            meaning: meaning.to_owned(),
        }
    }
}

/// Every code that the API answers with, by status and name.
pub fn all() -> Vec<CodeView> {
    let of_http = [
        body::CODES,
        actor::CODES,
        address::CODES,
        outermost::CODES,
        admit::CODES,
        attempt::CODES,
        range::CODES,
    ]
    .into_iter()
    .flatten()
    .copied();
    let mut all: Vec<CodeView> = codes::all()
        .chain(of_http)
        .map(|code| CodeView::new(code.name, status_of(code.kind), code.meaning))
        .collect();
    let (code, meaning) = METHOD_NOT_ALLOWED;
    all.push(CodeView::new(code, StatusCode::METHOD_NOT_ALLOWED, meaning));
    all.sort_by(|a, b| (a.status, &a.code).cmp(&(b.status, &b.code)));
    all
}

/// Every code.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct Codes {
    /// By status and name.
    pub items: Vec<CodeView>,
}

/// Every code of problem documents with its meaning.
#[cfg_attr(test, utoipa::path(get, path = "/problems", tag = "system",
    responses((status = 200, description = "All codes", body = Codes))))]
async fn list() -> Result<HttpResponse, Refusal> {
    json(&Codes { items: all() })
}

/// What a code of a problem document means. The `type` of every problem document leads here.
#[cfg_attr(test, utoipa::path(get, path = "/problems/{code}", tag = "system", params(("code" = String, Path)),
    responses((status = 200, description = "Its meaning", body = CodeView),
        (status = 404, description = "There is no such code", body = Problem,
            content_type = "application/problem+json"))))]
async fn show(code: web::Path<String>) -> Result<HttpResponse, Refusal> {
    match all().into_iter().find(|known| known.code == *code) {
        Some(found) => json(&found),
        None => Err(not_found("problem code", code)),
    }
}
