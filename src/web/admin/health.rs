//! How the server is: charts of the last hour, readiness for the exams ahead, the last capacity report. Without scripts
//! the page shows the moment at which it was loaded; with them the charts go on.

use std::borrow::Cow;

use actix_web::HttpResponse;
use askama::Template;

use super::chart::{Chart, HEIGHT, WIDTH, charts};
use super::require;
use crate::domain::access::Permission;
use crate::domain::capacity::{self, Capacity};
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::monitor::history::{INTERVAL, MOST_SAMPLES};
use crate::readiness::{self, CheckLevel, ExamReadiness, ReadinessCheck};
use crate::store::Class;
use crate::web::frame::Frame;
use crate::web::said::{self, Said};
use crate::web::visitor::Visitor;

/// Routes of this file.
pub(super) fn routes(routes: &mut Routes) {
    routes.page("/admin/health", Class::Browse, Needs::Site(Permission::ManageSite), show);
}

#[derive(Template)]
#[template(path = "admin/health.html")]
struct HealthPage<'a> {
    frame: &'a Frame,
    charts: Vec<Chart>,
    width: u32,
    height: u32,
    samples: usize,
    interval_seconds: u64,
    readiness: &'a ExamReadiness,
    capacity: Option<&'a Capacity>,
}

impl HealthPage<'_> {
    fn said(&self, check: &ReadinessCheck) -> Said {
        said::check(self.frame, &check.name, &check.detail)
    }

    fn limit(&self, capacity: &Capacity) -> Cow<'static, str> {
        said::capacity::limit(self.frame.text, capacity.measurement.limit)
    }

    fn evidence(&self, capacity: &Capacity) -> Vec<String> {
        said::capacity::evidence(self.frame.text, &capacity.measurement)
    }
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    require(state, actor, Permission::ManageSite)?;
    let readiness = readiness::look(state, actor, None)?;
    let capacity = state.store.read(|read| capacity::last(read))?;
    let samples = state.metrics.history.last(MOST_SAMPLES);
    frame.show(&HealthPage {
        frame,
        charts: charts(frame, &samples),
        width: WIDTH,
        height: HEIGHT,
        samples: samples.len(),
        interval_seconds: INTERVAL.as_secs(),
        readiness: &readiness,
        capacity: capacity.as_deref(),
    })
}
