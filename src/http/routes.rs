//! The route table: what there is, how urgent it is and what right it needs, in one readable list per noun.

use actix_web::http::Method;
use actix_web::{FromRequest, Handler, HttpResponse, Resource, Responder, Route, web};

use super::error;
use super::measure::Measure;
use super::state::State;
use crate::domain::access::Permission;
use crate::store::Class;

/// The right that a route needs. The domain function checks it; this is for documents and for the test that walks
/// every route with every role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nobody need be known.
    Nothing,
    /// Somebody signed in; what they get is their own.
    SignIn,
    /// A right for the whole installation.
    Site(Permission),
    /// A right in the course that the path leads to.
    Course(Permission),
}

/// One line of the table.
#[derive(Debug, Clone)]
pub struct RouteInfo {
    /// The method.
    pub method: Method,
    /// The path with `{names}`.
    pub path: &'static str,
    /// The priority class.
    pub class: Class,
    /// The right.
    pub needs: Needs,
}

/// The table with its handlers.
pub struct Routes {
    state: State,
    routes: Vec<(RouteInfo, Route)>,
}

impl Routes {
    /// An empty table.
    pub fn new(state: &State) -> Self {
        Self { state: state.clone(), routes: Vec::new() }
    }

    /// Adds a line.
    pub fn add<F, Args>(&mut self, method: Method, path: &'static str, class: Class, needs: Needs, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let metrics = self.state.metrics.route(method.as_str(), path, class);
        let route = web::method(method.clone()).to(handler).wrap(Measure(metrics));
        self.routes.push((RouteInfo { method, path, class, needs }, route));
    }

    /// What there is.
    pub fn list(&self) -> Vec<RouteInfo> {
        self.routes.iter().map(|(info, _)| info.clone()).collect()
    }

    /// Gives the routes to a worker: one resource per path, in the order of the table.
    pub fn install(self, config: &mut web::ServiceConfig) {
        let mut resources: Vec<(&'static str, Resource, Vec<Method>)> = Vec::new();
        for (info, route) in self.routes {
            match resources.iter_mut().find(|(path, _, _)| *path == info.path) {
                Some((_, resource, methods)) => {
                    let taken = std::mem::replace(resource, web::resource(""));
                    *resource = taken.route(route);
                    methods.push(info.method);
                }
                None => resources.push((info.path, web::resource(info.path).route(route), vec![info.method])),
            }
        }
        for (_, resource, methods) in resources {
            let allowed = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
            config.service(resource.default_service(web::to(move || {
                let allowed = allowed.clone();
                async move { not_allowed(&allowed) }
            })));
        }
    }
}

/// The only code without a refusal of its own, because no rule says it: the address exists and the method does not.
pub const METHOD_NOT_ALLOWED: (&str, &str) =
    ("method_not_allowed", "The address does not take this method; `Allow` names those that it takes.");

fn not_allowed(allowed: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::METHOD_NOT_ALLOWED;
    let mut response =
        error::respond(status, METHOD_NOT_ALLOWED.0, &format!("this address takes {allowed}"), None);
    if let Ok(value) = allowed.parse() {
        response.headers_mut().insert(actix_web::http::header::ALLOW, value);
    }
    response
}

/// Any other address.
pub async fn nothing_here() -> HttpResponse {
    error::respond(
        actix_web::http::StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address",
        None,
    )
}
