//! A page to read and try the API: built from the OpenAPI document, compiled in, nothing loaded from outside.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use utoipa::OpenApi;

use super::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.add(Method::GET, "/api/docs", Class::Browse, Needs::Nothing, page);
    routes.add(Method::GET, "/api/docs/api.css", Class::Browse, Needs::Nothing, style);
    routes.add(Method::GET, "/api/docs/api.js", Class::Browse, Needs::Nothing, script);
}

/// The documents of this file.
#[derive(OpenApi)]
#[openapi(paths(page, style, script))]
pub struct Api;

fn asset(media: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(media)
        .body(text)
}

/// A page to read and try the API.
#[utoipa::path(get, path = "/api/docs", tag = "system",
    responses((status = 200, description = "The page", content_type = "text/html", body = String)))]
async fn page() -> HttpResponse {
    asset("text/html; charset=utf-8", include_str!("../web/api.html"))
}

/// The page's style.
#[utoipa::path(get, path = "/api/docs/api.css", tag = "system",
    responses((status = 200, description = "The style", content_type = "text/css", body = String)))]
async fn style() -> HttpResponse {
    asset("text/css; charset=utf-8", include_str!("../web/api.css"))
}

/// The page's script.
#[utoipa::path(get, path = "/api/docs/api.js", tag = "system",
    responses((status = 200, description = "The script", content_type = "text/javascript", body = String)))]
async fn script() -> HttpResponse {
    asset("text/javascript; charset=utf-8", include_str!("../web/api.js"))
}
