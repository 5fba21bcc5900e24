//! HTTP: parse, find the actor, call one domain function, show a view. Async lives only here.

pub mod account;
pub mod actor;
pub mod address;
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
#[cfg(test)]
mod completed;
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
pub mod forwarded;
pub mod grade;
pub mod group;
pub mod history;
pub mod job;
pub mod live;
pub mod marking;
pub mod once;
pub mod openapi;
pub mod outermost;
pub mod outline;
pub mod page;
pub mod prepared;
#[cfg(test)]
mod problems;
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
pub mod trail;
pub mod xapi;
pub mod xapi_credential;
pub mod xapi_export;
pub mod xapi_import;
pub mod xapi_people;
pub mod xapi_target;

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
