//! The audit trail as a file: who changed rights, exams and grades.

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::actor::SignedIn;
use super::address::Query;
#[cfg(test)]
use super::problems::Reading;
use super::routes::{Needs, Routes};
use super::stream::{self, NDJSON, Then};
use super::trail::Trail;
use crate::clock::Timestamp;
use crate::domain::access::Permission;
use crate::domain::audit::{self, AuditEntry};
use crate::domain::ids::{CourseId, UserId};
use crate::domain::refusal::Refusal;
use crate::state::State;
use crate::store::Class;

/// Entries per read: a tenth of a megabyte.
const PER_READ: usize = 200;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let site = Needs::Site(Permission::ManageSite);
    routes.add(Method::GET, "/api/export/audit", Class::Bulk, site, export);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(export))]
pub struct Api;

/// One change.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub struct AuditView {
    /// When.
    pub at: Timestamp,
    /// Distinguishes entries of one millisecond.
    pub id: u64,
    /// Who did it; `null` for the program itself (a deadline, a command on the machine).
    pub actor: Option<UserId>,
    /// What: a verb such as `grade.override` or `role.grant`.
    pub action: String,
    /// In which course, when in one.
    pub course: Option<CourseId>,
    /// To what: `user 7`, `attempt 12`.
    pub subject: String,
    /// From what to what.
    pub detail: String,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { at, id, actor, action, course, subject, detail } = entry;
        Self { at, id, actor, action, course, subject, detail }
    }
}

/// From when on.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct Since {
    /// Entries of this moment and later; all when absent.
    since: Option<Timestamp>,
}

/// The audit trail, an entry per line, the oldest first.
#[cfg_attr(test, utoipa::path(get, path = "/api/export/audit", tag = "system", params(Since), responses(
    (status = 200, description = "An AuditView per line", content_type = "application/x-ndjson", body = AuditView),
    Reading)))]
async fn export(
    state: web::Data<State>,
    who: SignedIn,
    query: Query<Since>,
    trail: Trail,
) -> Result<HttpResponse, Refusal> {
    let noted = trail.of("audit_export", "audit trail", None);
    let mut after = query.since.map(audit::before);
    stream::file(&state, &who, NDJSON, "audit.ndjson", noted, move |state, actor, to| {
        let entries = state.store.read(|read| audit::list(read, actor, after, PER_READ))?;
        let then = Then::after(entries.len(), PER_READ);
        for entry in entries {
            after = Some((entry.at, entry.id));
            stream::line(to, &AuditView::from(entry))?;
        }
        Ok(then)
    })
    .await
}
