//! A page to read and try the API: built from the OpenAPI document, compiled in, nothing loaded from outside.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use askama::Template;

use super::routes::{Needs, Routes};
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::store::Class;
use crate::web::assets;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/docs", Class::Browse, Needs::Nothing, page);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(page))]
pub struct Api;

#[derive(Template)]
#[template(path = "api.html")]
struct Page {
    style: &'static str,
    script: &'static str,
}

/// A page to read and try the API.
#[cfg_attr(test, utoipa::path(get, path = "/api/docs", tag = "system",
    responses((status = 200, description = "The page", content_type = "text/html", body = String))))]
async fn page() -> Result<HttpResponse, Refusal> {
    let page = Page { style: assets::address("api.css"), script: assets::address("api.js") };
    let html = page.render().map_err(|error| INTERNAL.refuse(error.to_string()))?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"))
        .content_type("text/html; charset=utf-8")
        .body(html))
}
