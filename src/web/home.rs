//! The start page: my courses.

use std::sync::Arc;

use actix_web::HttpResponse;
use askama::Template;

use super::frame::Frame;
use super::visitor::Visitor;
use crate::domain::course::{self, Course};
use crate::domain::refusal::Refusal;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    routes.page("/", Class::Browse, Needs::SignIn, show);
}

/// More courses than one person has at a time.
const MAX_COURSES: usize = 100;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    frame: &'a Frame,
    courses: Vec<Arc<Course>>,
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let own = visitor.state.store.read(|read| course::mine(read, visitor.actor(), None, MAX_COURSES))?;
    let courses = own.into_iter().map(|(course, _)| course).collect();
    visitor.frame.show(&HomePage { frame: &visitor.frame, courses })
}
