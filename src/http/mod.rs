//! HTTP: parse, find the actor, call one domain function, show a view. Async lives only here.

pub mod actor;
pub mod attempt;
pub mod attempt_view;
pub mod bank;
pub mod body;
pub mod docs;
pub mod error;
pub mod measure;
pub mod once;
pub mod page;
pub mod quiz;
pub mod revision;
pub mod routes;
pub mod state;
pub mod system;

use utoipa::OpenApi;

/// All routes, the hottest first: the router looks at them in this order.
pub fn table(state: &state::State) -> routes::Routes {
    let mut routes = routes::Routes::new(state);
    attempt::routes(&mut routes);
    quiz::routes(&mut routes);
    bank::routes(&mut routes);
    system::routes(&mut routes);
    docs::routes(&mut routes);
    routes
}

/// The OpenAPI document of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(info(
        title = "Lyceum",
        description = "A learning platform in one binary. Errors are RFC 9457 problem documents with a stable `code`."
    ))]
    struct Base;
    let mut document = Base::openapi();
    document.merge(attempt::Api::openapi());
    document.merge(quiz::Api::openapi());
    document.merge(system::Api::openapi());
    document.merge(docs::Api::openapi());
    document.merge(bank::Api::openapi());
    document
}
