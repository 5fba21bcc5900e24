//! From a request to its route, in one walk down a tree of paths, however many routes there are; counts and times what
//! each route answers.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::{Error, HttpResponse, Route};
use futures_util::future::LocalBoxFuture;

use super::routes::{Line, not_allowed, nothing_here};
use crate::monitor::RouteMetrics;

/// Makes a worker's dispatcher.
pub struct Dispatch {
    lines: Vec<Line>,
}

type RouteService = <Route as ServiceFactory<ServiceRequest>>::Service;

struct Choice {
    method: Method,
    service: RouteService,
    metrics: RouteMetrics,
}

/// What there is at one path.
struct Place {
    /// The names in the path, in its order.
    names: Vec<&'static str>,
    methods: Vec<Choice>,
    /// For `Allow`.
    allowed: String,
}

/// A worker's dispatcher.
pub struct Dispatcher {
    /// Leads to a number of `places`.
    paths: matchit::Router<usize>,
    places: Vec<Place>,
}

impl Dispatch {
    pub(super) const fn new(lines: Vec<Line>) -> Self {
        Self { lines }
    }
}

/// The names in `{}` of a path.
fn names(path: &'static str) -> Vec<&'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

async fn build(lines: Vec<(&'static str, Method, RouteMetrics, Making)>) -> Result<Dispatcher, ()> {
    let mut paths = matchit::Router::new();
    let mut places: Vec<Place> = Vec::new();
    let mut known: std::collections::HashMap<&'static str, usize> = std::collections::HashMap::new();
    for (path, method, metrics, making) in lines {
        let service = making.await?;
        let at = match known.get(path) {
            Some(at) => *at,
            None => {
                let at = places.len();
                if let Err(error) = paths.insert(path, at) {
                    tracing::error!(path, %error, "the route table is wrong");
                    return Err(());
                }
                known.insert(path, at);
                places.push(Place { names: names(path), methods: Vec::new(), allowed: String::new() });
                at
            }
        };
        if let Some(place) = places.get_mut(at) {
            if !place.allowed.is_empty() {
                place.allowed.push_str(", ");
            }
            place.allowed.push_str(method.as_str());
            place.methods.push(Choice { method, service, metrics });
        }
    }
    Ok(Dispatcher { paths, places })
}

type Making = LocalBoxFuture<'static, Result<RouteService, ()>>;

impl ServiceFactory<ServiceRequest> for Dispatch {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Dispatcher;
    type InitError = ();
    type Future = LocalBoxFuture<'static, Result<Dispatcher, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        let lines = self
            .lines
            .iter()
            .map(|line| {
                let making = line.route.new_service(());
                (line.info.path, line.info.method.clone(), line.metrics.clone(), making)
            })
            .collect();
        Box::pin(build(lines))
    }
}

impl Service<ServiceRequest> for Dispatcher {
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Dispatched;

    fn poll_ready(&self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        // Handlers are always ready; what limits them is admission.
        Poll::Ready(Ok(()))
    }

    fn call(&self, mut request: ServiceRequest) -> Dispatched {
        let found = self.paths.at(request.match_info().unprocessed()).ok().and_then(|found| {
            let values: Vec<String> = found.params.iter().map(|(_, value)| value.to_owned()).collect();
            Some((self.places.get(*found.value)?, values))
        });
        let Some((place, values)) = found else { return Dispatched::refused(request, nothing_here()) };
        let Some(chosen) = place.methods.iter().find(|it| it.method == *request.method()) else {
            return Dispatched::refused(request, not_allowed(&place.allowed));
        };
        for (name, value) in place.names.iter().zip(values) {
            request.match_info_mut().add_static(*name, value);
        }
        Dispatched::Running {
            started: Instant::now(),
            answer: chosen.service.call(request),
            metrics: chosen.metrics.clone(),
        }
    }
}

/// An answer on its way.
pub enum Dispatched {
    /// There is no such route.
    Refused(Ready<Result<ServiceResponse, Error>>),
    /// Its handler runs.
    Running {
        /// When it began.
        started: Instant,
        /// What it will say.
        answer: LocalBoxFuture<'static, Result<ServiceResponse, Error>>,
        /// Where it is counted.
        metrics: RouteMetrics,
    },
}

impl Dispatched {
    fn refused(request: ServiceRequest, response: HttpResponse) -> Self {
        Self::Refused(ready(Ok(request.into_response(response))))
    }
}

impl Future for Dispatched {
    type Output = Result<ServiceResponse, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Refused(refused) => Pin::new(refused).poll(context),
            Self::Running { started, answer, metrics } => {
                let answer = std::task::ready!(answer.as_mut().poll(context));
                let status = match &answer {
                    Ok(response) => response.status(),
                    Err(error) => error.as_response_error().status_code(),
                };
                metrics.observe(status.as_u16(), started.elapsed().as_secs_f64());
                Poll::Ready(answer)
            }
        }
    }
}
