//! What is known of activities and people, and of this store: `/xapi/activities`, `/xapi/agents`, `/xapi/about`.

use actix_web::{HttpRequest, HttpResponse};

use super::call::Call;
use super::params::missing;
use crate::domain::refusal::Refusal;
use crate::domain::xapi::credential::LrsScope;
use crate::domain::xapi::definition::{activity_json, person_json};
use crate::http::actor::state as state_of;

/// JSON as an answer.
pub fn json(text: impl Into<String>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(text.into())
}

/// An activity with everything that statements said of it and the caller may know. One that was never named is one of which
/// nothing is known.
pub fn activity(call: &mut Call) -> Result<HttpResponse, Refusal> {
    use LrsScope::{AllRead, Profile, StatementsRead, StatementsReadMine};
    call.caller.require(&[StatementsRead, StatementsReadMine, Profile, AllRead])?;
    let id = call.params.iri("activityId")?;
    call.params.done()?;
    let id = id.ok_or_else(|| missing("activityId"))?;
    Ok(json(call.state.store.read(|read| activity_json(&call.caller, read, &id))?))
}

/// Everything that identifies somebody, with the names that the caller may know.
pub fn person(call: &mut Call) -> Result<HttpResponse, Refusal> {
    use LrsScope::{AllRead, Profile, StatementsRead, StatementsReadMine};
    call.caller.require(&[StatementsRead, StatementsReadMine, Profile, AllRead])?;
    let agent = call.params.agent("agent")?;
    call.params.done()?;
    let (ifi, name) = agent.ok_or_else(|| missing("agent"))?;
    Ok(json(call.state.store.read(|read| person_json(&call.caller, read, &ifi, name.as_deref()))?))
}

/// Which versions are spoken here.
pub fn about(request: &HttpRequest) -> Result<HttpResponse, Refusal> {
    state_of(request)?;
    Ok(json(r#"{"version":["1.0.3","2.0.0"],"extensions":{}}"#))
}
