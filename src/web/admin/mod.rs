//! The administrator's pages. What runs now stands here; a file for each of the others.

mod audit;
mod chart;
mod courses;
mod exams;
mod health;
mod import;
mod jobs;
mod people;
mod person;
mod records;
mod roles;
mod settings;

use jobs::JobLine;
use std::sync::atomic::Ordering;

use actix_web::HttpResponse;
use askama::Template;

use super::course::Tab;
use super::frame::Frame;
use super::said::{self, Said};
use super::visitor::Visitor;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::attempt;
use crate::domain::job;
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::readiness::{self, CheckLevel, ExamReadiness};
use crate::state::State;
use crate::store::Class;

/// Routes of these files.
pub fn routes(routes: &mut Routes) {
    routes.page("/admin", Class::Browse, Needs::Site(Permission::ManageSite), show);
    people::routes(routes);
    roles::routes(routes);
    import::routes(routes);
    jobs::routes(routes);
    person::routes(routes);
    records::routes(routes);
    courses::routes(routes);
    exams::routes(routes);
    audit::routes(routes);
    settings::routes(routes);
    health::routes(routes);
}

/// The pages: address, the key of the name, and the rights of which one is needed.
const TABS: &[(&str, &str, &[Permission])] = &[
    ("/admin", "admin-tab-now", &[Permission::ManageSite]),
    ("/admin/people", "admin-tab-people", &[Permission::ViewPeople]),
    ("/admin/roles", "admin-tab-roles", &[Permission::ManageRoles]),
    ("/admin/courses", "admin-tab-courses", &[Permission::ManageSite]),
    ("/admin/exams", "admin-tab-exams", &[Permission::ManageSite]),
    ("/admin/jobs", "admin-tab-jobs", &[Permission::ManageSite, Permission::ManagePeople]),
    ("/admin/records", "records-tab", &[Permission::ManageSite]),
    ("/admin/health", "admin-tab-health", &[Permission::ManageSite]),
    ("/admin/audit", "admin-tab-audit", &[Permission::ManageSite]),
    ("/admin/settings", "admin-tab-settings", &[Permission::ManageSite]),
];

/// The pages that the viewer may open.
pub fn tabs(frame: &Frame) -> Vec<Tab> {
    let path = frame.here.split('?').next().unwrap_or_default();
    let mine = TABS.iter().filter(|(_, _, needs)| needs.iter().any(|permission| frame.may(*permission)));
    let tabs = mine.map(|(address, name, _)| {
        let below = path.strip_prefix(address).is_some_and(|rest| rest.starts_with('/'));
        let current = path == *address || (below && *address != "/admin");
        Tab { address: (*address).to_owned(), name, current }
    });
    tabs.collect()
}

/// The right, looked at before what was typed: whoever may not is told that and nothing else.
fn require(state: &State, actor: &Actor, permission: Permission) -> Result<(), Refusal> {
    state.store.read(|read| access::require(read, actor, permission, Scope::Site))
}

/// Refuses when somebody else changed it since the page was loaded; `revision` is what its hidden field had.
fn unchanged(revision: String) -> impl FnOnce(u32) -> Result<(), Refusal> {
    move |now| {
        if revision.parse() == Ok(now) {
            Ok(())
        } else {
            Err(crate::domain::refusal::CHANGED.refuse(format!("it has revision {now} now")))
        }
    }
}

/// A number of bytes in words.
fn size(frame: &Frame, bytes: u64) -> String {
    const UNITS: [&str; 4] = ["admin-size-kib", "admin-size-mib", "admin-size-gib", "admin-size-tib"];
    let mut unit = 0;
    let mut tenths = bytes.saturating_mul(10) / 1024;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1024;
        unit += 1;
    }
    let number =
        if tenths >= 1000 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) };
    frame.t1(UNITS.get(unit).copied().unwrap_or("admin-size-kib"), "size", number)
}

/// Something that somebody should look at.
struct Alert {
    title: String,
    /// What the server says of it.
    said: Option<Said>,
    bad: bool,
}

#[derive(Template)]
#[template(path = "admin/now.html")]
struct NowPage<'a> {
    frame: &'a Frame,
    alerts: Vec<Alert>,
    readiness: &'a ExamReadiness,
    running: i64,
    jobs: Vec<JobLine>,
    queue: u64,
    free: String,
    tree: String,
    journal: String,
    writes: bool,
}

/// What somebody should look at: the store, and the checks of readiness that warn.
fn alerts(frame: &Frame, state: &State, readiness: &ExamReadiness) -> Vec<Alert> {
    let mut alerts = Vec::new();
    if state.drain.has_begun() {
        alerts.push(Alert { title: frame.t("admin-alert-draining").into_owned(), said: None, bad: true });
    }
    if let Some(reason) = state.store.read_only_reason() {
        alerts.push(Alert {
            title: frame.t("admin-alert-read-only").into_owned(),
            said: Some(Said { words: reason, english: true }),
            bad: true,
        });
    }
    let rebuilds = state.store.counts().rebuilds.load(Ordering::Relaxed);
    if rebuilds > 0 {
        let title = frame.t1("admin-alert-rebuilt", "count", rebuilds);
        alerts.push(Alert { title, said: None, bad: false });
    }
    for check in readiness.checks.iter().filter(|check| check.level == CheckLevel::Warning) {
        let title = frame.t_of("admin-check-", &check.name.replace('_', "-")).into_owned();
        let said = Some(said::check(frame, &check.name, &check.detail));
        alerts.push(Alert { title, said, bad: false });
    }
    alerts
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    if !frame.may(Permission::ManageSite) {
        // The navigation leads here whoever has any page of these.
        for (right, page) in
            [(Permission::ViewPeople, "/admin/people"), (Permission::ManageRoles, "/admin/roles")]
        {
            if frame.may(right) {
                return Ok(frame.go(page));
            }
        }
    }
    require(state, actor, Permission::ManageSite)?;
    let readiness = readiness::look(state, actor, None)?;
    let (running, jobs) = state.store.read(|read| -> Result<_, Refusal> {
        let mut jobs = Vec::new();
        for (_, id) in job::run::active(read)? {
            let job = job::get(read, actor, id)?;
            jobs.push(JobLine::of(read, actor, &job, state.config.jobs.parallel)?);
        }
        Ok((attempt::running(read)?, jobs))
    })?;
    let counts = state.store.counts();
    frame.show(&NowPage {
        frame,
        alerts: alerts(frame, state, &readiness),
        readiness: &readiness,
        running,
        jobs,
        queue: state.store.queue_depths().into_iter().sum(),
        free: size(frame, counts.free_bytes.load(Ordering::Relaxed)),
        tree: size(frame, state.store.tree_bytes().unwrap_or(0)),
        journal: size(frame, state.store.journal_bytes()),
        writes: state.store.read_only_reason().is_none(),
    })
}
