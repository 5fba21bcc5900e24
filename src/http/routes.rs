//! The route table: what there is, how urgent it is and what right it needs, in one readable list per noun.

use std::rc::Rc;

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::{Error, FromRequest, Handler, HttpResponse, Responder};
use futures_util::future::LocalBoxFuture;

use super::dispatch::Dispatch;
use super::{address, error};
use crate::domain::access::Permission;
use crate::monitor::RouteMetrics;
use crate::state::State;
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
    /// A credential of the learning record store; nobody who is signed in has one by that.
    Credential,
}

/// Who a route is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// Programs: in the OpenAPI document, refusals are problem documents.
    Api,
    /// People with a browser: refusals are pages, and whoever is not signed in is sent to sign in.
    Page,
    /// Learning tools: what there is and how it answers is in the xAPI standard.
    Lrs,
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
    /// Who it is for.
    pub surface: Surface,
}

/// A handler, whatever it takes from a request and makes its answer of.
pub(super) type Serve = Rc<dyn Fn(ServiceRequest) -> LocalBoxFuture<'static, ServiceResponse>>;

/// What is compiled for each of the hundreds of handlers; everything else of a route is the same code for all. Where it is
/// `exact`, what a query says is read or refused.
fn serve<F, Args>(handler: F, exact: bool) -> Serve
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    Rc::new(move |request| {
        let handler = handler.clone();
        Box::pin(async move {
            let (request, mut payload) = request.into_parts();
            let args = Args::from_request(&request, &mut payload).await.map_err(Into::into);
            let unread = if exact { address::refuse_unread(&request) } else { Ok(()) };
            let response = match args.and_then(|args| unread.map(|()| args).map_err(Error::from)) {
                Ok(args) => handler.call(args).await.respond_to(&request).map_into_boxed_body(),
                Err(error) => HttpResponse::from_error(error),
            };
            ServiceResponse::new(request, response)
        })
    })
}

/// One line with its handler.
pub struct Line {
    pub(super) info: RouteInfo,
    pub(super) serve: Serve,
    pub(super) metrics: RouteMetrics,
}

/// The table with its handlers.
pub struct Routes {
    state: State,
    routes: Vec<Line>,
}

impl Routes {
    /// An empty table.
    pub fn new(state: &State) -> Self {
        Self { state: state.clone(), routes: Vec::new() }
    }

    /// Adds a line of the API.
    pub fn add<F, Args>(&mut self, method: Method, path: &'static str, class: Class, needs: Needs, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        // What is not below `/api/` is asked by probes and monitors, some of which put something behind every address.
        let exact = path.starts_with("/api/");
        self.line(RouteInfo { method, path, class, needs, surface: Surface::Api }, serve(handler, exact));
    }

    /// Adds a page that is read.
    pub fn page<F, Args>(&mut self, path: &'static str, class: Class, needs: Needs, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.line(
            RouteInfo { method: Method::GET, path, class, needs, surface: Surface::Page },
            serve(handler, false),
        );
    }

    /// Adds what a form of a page is sent to.
    pub fn form<F, Args>(&mut self, path: &'static str, class: Class, needs: Needs, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.line(
            RouteInfo { method: Method::POST, path, class, needs, surface: Surface::Page },
            serve(handler, false),
        );
    }

    /// Adds a line of the learning record store.
    pub fn lrs<F, Args>(&mut self, method: Method, path: &'static str, class: Class, needs: Needs, handler: F)
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.line(RouteInfo { method, path, class, needs, surface: Surface::Lrs }, serve(handler, false));
    }

    fn line(&mut self, info: RouteInfo, serve: Serve) {
        let metrics = self.state.metrics.route(info.method.as_str(), info.path, info.class);
        self.routes.push(Line { info, serve, metrics });
    }

    /// What there is.
    pub fn list(&self) -> Vec<RouteInfo> {
        self.routes.iter().map(|line| line.info.clone()).collect()
    }

    /// What finds them for a worker.
    pub fn dispatch(self) -> Dispatch {
        Dispatch::new(self.state, self.routes)
    }
}

/// The only code without a refusal of its own, because no rule says it: the address exists and the method does not.
pub const METHOD_NOT_ALLOWED: (&str, &str) =
    ("method_not_allowed", "The address does not take this method; `Allow` names those that it takes.");

pub(super) fn not_allowed(allowed: &str) -> HttpResponse {
    let status = actix_web::http::StatusCode::METHOD_NOT_ALLOWED;
    let mut response =
        error::respond(status, METHOD_NOT_ALLOWED.0, &format!("this address takes {allowed}"), None);
    if let Ok(value) = allowed.parse() {
        response.headers_mut().insert(actix_web::http::header::ALLOW, value);
    }
    response
}

/// Any other address.
pub(super) fn nothing_here() -> HttpResponse {
    error::respond(
        actix_web::http::StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing at this address",
        None,
    )
}
