//! HTTP: parse, find the actor, call one domain function, show a view. Async lives only here.

pub mod account;
pub mod actor;
pub mod admit;
pub mod attempt;
pub mod attempt_file;
pub mod attempt_view;
pub mod audit;
pub mod bank;
pub(crate) mod beside;
pub mod body;
pub mod capacity;
pub mod codes;
pub mod connection;
pub mod content;
pub mod content_page;
pub mod course;
pub mod dispatch;
pub mod docs;
pub mod edit;
pub mod enrolment;
pub mod error;
pub mod file;
pub mod grade;
pub mod group;
pub mod history;
pub mod job;
pub mod live;
pub mod marking;
pub mod once;
pub mod outermost;
pub mod outline;
pub mod page;
pub mod prepared;
pub mod problems;
pub mod progress;
pub mod quiz;
pub mod range;
pub mod readiness;
pub mod revision;
pub mod role;
pub mod roster;
pub mod routes;
pub mod serving;
pub mod session;
pub mod setup;
pub mod slow;
pub mod statistics;
pub mod stream;
pub mod system;
pub mod token;
pub mod xapi;
pub mod xapi_credential;
pub mod xapi_export;
pub mod xapi_import;
pub mod xapi_people;
pub mod xapi_target;

use utoipa::OpenApi;

use crate::state::State;

/// All routes.
pub fn table(state: &State) -> routes::Routes {
    let mut routes = routes::Routes::new(state);
    attempt::routes(&mut routes);
    attempt_file::routes(&mut routes);
    outline::routes(&mut routes);
    quiz::routes(&mut routes);
    live::routes(&mut routes);
    statistics::routes(&mut routes);
    marking::routes(&mut routes);
    bank::routes(&mut routes);
    progress::routes(&mut routes);
    content_page::routes(&mut routes);
    course::routes(&mut routes);
    content::routes(&mut routes);
    enrolment::routes(&mut routes);
    group::routes(&mut routes);
    grade::routes(&mut routes);
    session::routes(&mut routes);
    account::routes(&mut routes);
    token::routes(&mut routes);
    role::routes(&mut routes);
    roster::routes(&mut routes);
    job::routes(&mut routes);
    setup::routes(&mut routes);
    capacity::routes(&mut routes);
    readiness::routes(&mut routes);
    history::routes(&mut routes);
    audit::routes(&mut routes);
    system::routes(&mut routes);
    docs::routes(&mut routes);
    codes::routes(&mut routes);
    xapi::routes(&mut routes);
    xapi_credential::routes(&mut routes);
    xapi_export::routes(&mut routes);
    xapi_target::routes(&mut routes);
    xapi_import::routes(&mut routes);
    xapi_people::routes(&mut routes);
    crate::web::routes(&mut routes);
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
    for (_, part) in documents() {
        document.merge(part);
    }
    problems::of_all(&mut document);
    document
}

/// The documents that [`openapi`] is made of, by noun. Merging lets the first of two schemas with one name win and says
/// nothing; a test looks at them here.
pub fn documents() -> Vec<(&'static str, utoipa::openapi::OpenApi)> {
    vec![
        ("live", live::Api::openapi()),
        ("statistics", statistics::Api::openapi()),
        ("marking", marking::Api::openapi()),
        ("attempt", attempt::Api::openapi()),
        ("attempt_file", attempt_file::Api::openapi()),
        ("quiz", quiz::Api::openapi()),
        ("audit", audit::Api::openapi()),
        ("system", system::Api::openapi()),
        ("capacity", capacity::Api::openapi()),
        ("readiness", readiness::Api::openapi()),
        ("history", history::Api::openapi()),
        ("docs", docs::Api::openapi()),
        ("codes", codes::Api::openapi()),
        ("bank", bank::Api::openapi()),
        ("session", session::Api::openapi()),
        ("account", account::Api::openapi()),
        ("token", token::Api::openapi()),
        ("role", role::Api::openapi()),
        ("roster", roster::Api::openapi()),
        ("job", job::Api::openapi()),
        ("setup", setup::Api::openapi()),
        ("outline", outline::Api::openapi()),
        ("progress", progress::Api::openapi()),
        ("content_page", content_page::Api::openapi()),
        ("course", course::Api::openapi()),
        ("content", content::Api::openapi()),
        ("enrolment", enrolment::Api::openapi()),
        ("group", group::Api::openapi()),
        ("grade", grade::Api::openapi()),
        ("xapi_credential", xapi_credential::Api::openapi()),
        ("xapi_export", xapi_export::Api::openapi()),
        ("xapi_target", xapi_target::Api::openapi()),
        ("xapi_import", xapi_import::Api::openapi()),
        ("xapi_people", xapi_people::Api::openapi()),
    ]
}
