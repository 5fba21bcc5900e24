//! From a request to its route, in one walk down a tree of paths, however many routes there are; asks admission before
//! the body is read; counts and times what each route answers, stage by stage, and says what was slow.

use std::collections::HashMap;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use actix_web::dev::{Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage as _, HttpResponse, ResponseError as _};
use futures_util::future::LocalBoxFuture;
use tracing::field::Empty;

use super::actor::counted_address;
use super::address;
use super::admit;
use super::error::TurnKept;
use super::routes::{Line, Needs, RouteInfo, Serve, Surface, not_allowed, nothing_here};
use super::serving::Serving;
use super::xapi;
use crate::admission::rate::Counts;
use crate::monitor::stages::{Stage, Stages};
use crate::monitor::{Ended, RouteMetrics};
use crate::state::State;
use crate::store::Class;

/// Makes a worker's dispatcher.
pub struct Dispatch {
    state: State,
    lines: Vec<Line>,
}

struct Choice {
    method: Method,
    serve: Serve,
    /// Of this worker, as its handle on the state is: what all workers count up and down is not for every request.
    metrics: Rc<RouteMetrics>,
    class: Class,
    path: &'static str,
    /// By what an address is counted, where nobody need be signed in.
    counts: Option<Counts>,
}

/// What is open and of the most urgent class costs next to nothing, and so does what a browser asks before it sends a request to
/// another origin, which it does also for one with a sign-in.
fn counts_of(method: &Method, needs: Needs, class: Class) -> Option<Counts> {
    let is_cheap = class == Class::Exam || method == Method::OPTIONS;
    let open = if is_cheap { Counts::Little } else { Counts::Whole };
    (needs == Needs::Nothing).then_some(open)
}

/// What leads nowhere is as urgent as looking around.
const STRAYS: Class = Class::Browse;

/// What there is at one path.
struct Place {
    /// The names in the path, in its order.
    names: Vec<&'static str>,
    choices: Vec<Choice>,
    /// For `Allow`.
    allowed: String,
    surface: Surface,
}

/// A worker's dispatcher.
pub struct Dispatcher {
    state: Rc<State>,
    /// Leads to a number of `places`.
    paths: matchit::Router<usize>,
    places: Vec<Place>,
    /// Of what leads nowhere.
    strays: RouteMetrics,
}

impl Dispatch {
    pub(super) const fn new(state: State, lines: Vec<Line>) -> Self {
        Self { state, lines }
    }
}

/// The names in `{}` of a path.
fn names(path: &'static str) -> Vec<&'static str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn build(state: State, lines: &[Line]) -> Result<Dispatcher, ()> {
    let mut paths = matchit::Router::new();
    let mut places: Vec<Place> = Vec::new();
    let mut known: HashMap<&'static str, usize> = HashMap::new();
    for Line { info, serve, metrics } in lines {
        let RouteInfo { method, path, class, needs, surface } = info.clone();
        let at = if let Some(at) = known.get(path) {
            *at
        } else {
            let at = places.len();
            if let Err(error) = paths.insert(path, at) {
                tracing::error!(path, %error, "the route table is wrong");
                return Err(());
            }
            known.insert(path, at);
            places.push(Place { names: names(path), choices: Vec::new(), allowed: String::new(), surface });
            at
        };
        if let Some(place) = places.get_mut(at) {
            if !place.allowed.is_empty() {
                place.allowed.push_str(", ");
            }
            place.allowed.push_str(if method == Method::GET { "GET, HEAD" } else { method.as_str() });
            let counts = counts_of(&method, needs, class);
            let (serve, metrics) = (serve.clone(), Rc::new(metrics.clone()));
            place.choices.push(Choice { method, serve, metrics, class, path, counts });
        }
    }
    let strays = state.metrics.no_route(STRAYS);
    Ok(Dispatcher { state: Rc::new(state), paths, places, strays })
}

impl ServiceFactory<ServiceRequest> for Dispatch {
    type Response = ServiceResponse;
    type Error = Error;
    type Config = ();
    type Service = Dispatcher;
    type InitError = ();
    type Future = Ready<Result<Dispatcher, ()>>;

    fn new_service(&self, (): ()) -> Self::Future {
        ready(build(self.state.clone(), &self.lines))
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
        let began = Instant::now();
        let found = self.paths.at(request.match_info().unprocessed()).ok().and_then(|found| {
            let values: Vec<String> = found.params.iter().map(|(_, value)| value.to_owned()).collect();
            Some((self.places.get(*found.value)?, values))
        });
        let Some((place, values)) = found else { return self.stray(request, nothing_here) };
        if place.surface == Surface::Page {
            // Whatever refuses from here on, its refusal becomes a page.
            request.extensions_mut().insert(Surface::Page);
        }
        // What is read answers HEAD, too; of the answer nothing but its head is sent (`outermost`).
        let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
        let Some(chosen) = place.choices.iter().find(|it| it.method == *method) else {
            return self.stray(request, || not_allowed(&place.allowed));
        };
        if !self.state.admission.admit(chosen.class) {
            chosen.metrics.count(503);
            return Dispatched::refused(request, admit::busy(chosen.class));
        }
        if let Some(wait) = self.state.admission.full_row(chosen.class) {
            chosen.metrics.count(503);
            let refusal = admit::long_row(&self.state, chosen.class, wait);
            return Dispatched::refused(request, refusal.error_response());
        }
        if let Some(counts) = chosen.counts
            && let Err(refusal) = admit::address(&self.state, counted_address(request.request()), counts)
        {
            chosen.metrics.count(429);
            return Dispatched::refused(request, refusal.error_response());
        }
        let parts = place.names.iter().copied().zip(values.iter().map(String::as_str));
        if let Err(refusal) = address::refuse_other_ways(parts) {
            chosen.metrics.count(404);
            return Dispatched::refused(request, refusal.error_response());
        }
        for (name, value) in place.names.iter().zip(values) {
            request.match_info_mut().add_static(*name, value);
        }
        let span = tracing::debug_span!(
            "request",
            method = %chosen.method,
            route = chosen.path,
            class = chosen.class.name(),
            admit_us = Empty,
            parse_us = Empty,
            queue_us = Empty,
            apply_us = Empty,
            sync_us = Empty,
            render_us = Empty,
        );
        let mut stages = Stages::default();
        let admitted = Instant::now();
        stages.add(Stage::Admit, admitted - began);
        Dispatched::Running(Running {
            state: self.state.clone(),
            began,
            admitted: Some(admitted),
            answer: (chosen.serve)(request),
            metrics: chosen.metrics.clone(),
            class: chosen.class,
            method: chosen.method.clone(),
            path: chosen.path,
            worked: Duration::ZERO,
            stages,
            span,
        })
    }
}

impl Dispatcher {
    /// A request that leads nowhere: like one of somebody who looks around, it is refused when there is no room, and counts for its
    /// address.
    fn stray(&self, request: ServiceRequest, said: impl FnOnce() -> HttpResponse) -> Dispatched {
        let said = if self.state.admission.admit(STRAYS) {
            let counted = admit::address(&self.state, counted_address(request.request()), Counts::Whole);
            counted.map_or_else(|refusal| refusal.error_response(), |()| said())
        } else {
            admit::busy(STRAYS)
        };
        self.strays.count(said.status().as_u16());
        Dispatched::refused(request, said)
    }
}

/// An answer on its way.
pub enum Dispatched {
    /// There is no such route, or no room.
    Refused(Ready<Result<ServiceResponse, Error>>),
    /// Its handler runs.
    Running(Running),
}

/// A handler that runs.
pub struct Running {
    state: Rc<State>,
    began: Instant,
    /// Until it is first polled, which is at once: clocks are not for nothing.
    admitted: Option<Instant>,
    answer: LocalBoxFuture<'static, ServiceResponse>,
    metrics: Rc<RouteMetrics>,
    class: Class,
    method: Method,
    path: &'static str,
    /// How long it kept its worker busy.
    worked: Duration,
    stages: Stages,
    span: tracing::Span,
}

impl Dispatched {
    fn refused(request: ServiceRequest, mut response: HttpResponse) -> Self {
        xapi::refused_before(request.request(), &mut response);
        Self::Refused(ready(Ok(request.into_response(response))))
    }
}

impl Future for Dispatched {
    type Output = Result<ServiceResponse, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::Refused(refused) => Pin::new(refused).poll(context),
            Self::Running(running) => running.poll(context).map(Ok),
        }
    }
}

/// How a request ended that got this answer.
fn ended(answer: &ServiceResponse) -> Ended {
    let status = answer.status();
    let is_turn = || answer.response().extensions().contains::<TurnKept>();
    if status == StatusCode::SERVICE_UNAVAILABLE && is_turn() {
        Ended::Later
    } else {
        Ended::With(status.as_u16())
    }
}

/// Answered or not: whoever goes away before has cost no less.
impl Drop for Running {
    fn drop(&mut self) {
        self.state.admission.spent(self.class, self.worked);
    }
}

impl Running {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<ServiceResponse> {
        let polled = self.admitted.take().unwrap_or_else(Instant::now);
        let answer = {
            let _inside = (self.span.enter(), Serving::a(self.class));
            self.answer.as_mut().poll(context)
        };
        let now = Instant::now();
        self.worked += now - polled;
        self.stages.collect();
        let answer = std::task::ready!(answer);
        let status = answer.status();
        let whole = now - self.began;
        self.stages.close(whole);
        self.metrics.observe(ended(&answer), whole, &self.stages);
        if !self.span.is_disabled() {
            self.tell_span(status.as_u16());
        }
        if whole >= self.state.slow.from {
            self.tell_slow(status.as_u16(), whole);
        }
        Poll::Ready(answer)
    }

    /// Puts the stages into the span, and an event with the status into it, by which a log shows them.
    #[cold]
    fn tell_span(&self, status: u16) {
        for (stage, time) in self.stages.iter() {
            self.span.record(stage.field(), u64::try_from(time.as_micros()).unwrap_or(u64::MAX));
        }
        tracing::debug!(parent: &self.span, status, "answered");
    }

    #[cold]
    fn tell_slow(&self, status: u16, whole: Duration) {
        let Some(left_out) = self.state.slow.takes(Instant::now()) else { return };
        let (slowest, time) = self.stages.slowest();
        let stages: Vec<String> = self
            .stages
            .iter()
            .filter(|(_, time)| !time.is_zero())
            .map(|(stage, time)| format!("{} {:.1}", stage.name(), time.as_secs_f64() * 1e3))
            .collect();
        tracing::warn!(
            method = %self.method,
            route = self.path,
            class = self.class.name(),
            status,
            ms = whole.as_millis(),
            slowest = slowest.name(),
            slowest_ms = time.as_millis(),
            stages_ms = stages.join(", "),
            left_out,
            "a slow request"
        );
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use actix_web::dev::Payload;
    use actix_web::test::{TestRequest, call_service, init_service};
    use actix_web::{App, web};
    use futures_util::stream;
    use parking_lot::Mutex;
    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing_subscriber::Registry;
    use tracing_subscriber::filter::LevelFilter;
    use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

    use super::*;
    use crate::clock::{Clock, Timestamp};
    use crate::config::Config;
    use crate::{app, http};

    /// Fields of the spans of requests, as they were when the last of them was recorded.
    #[derive(Clone, Default)]
    struct Spans(Arc<Mutex<BTreeMap<u64, Fields>>>);

    #[derive(Clone, Default)]
    struct Fields {
        texts: BTreeMap<&'static str, String>,
        numbers: BTreeMap<&'static str, u64>,
    }

    impl Visit for Fields {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            self.texts.insert(field.name(), format!("{value:?}"));
        }
        fn record_str(&mut self, field: &Field, value: &str) {
            self.texts.insert(field.name(), value.to_owned());
        }
        fn record_u64(&mut self, field: &Field, value: u64) {
            self.numbers.insert(field.name(), value);
        }
    }

    impl Layer<Registry> for Spans {
        fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, _: Context<'_, Registry>) {
            if attributes.metadata().name() == "request" {
                attributes.record(self.0.lock().entry(id.into_u64()).or_default());
            }
        }
        fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, Registry>) {
            if let Some(fields) = self.0.lock().get_mut(&id.into_u64()) {
                values.record(fields);
            }
        }
    }

    /// Fields of what is told of slow requests.
    #[derive(Clone, Default)]
    struct Slow(Arc<Mutex<Vec<Fields>>>);

    impl Layer<Registry> for Slow {
        fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, Registry>) {
            let mut fields = Fields::default();
            event.record(&mut fields);
            if fields.texts.get("message").is_some_and(|message| message == "a slow request") {
                self.0.lock().push(fields);
            }
        }
    }

    #[test]
    fn a_slow_request_is_told_with_its_method() {
        let home = tempfile::tempdir().unwrap();
        let state = open_with(&home, |config| config.server.slow_ms = 0);
        let slow = Slow::default();
        let guard = tracing::subscriber::set_default(Registry::default().with(slow.clone()));
        actix_web::rt::System::new().block_on(async {
            let app = App::new()
                .app_data(web::Data::new(state.clone()))
                .default_service(http::table(&state).dispatch());
            let app = init_service(app).await;
            call_service(&app, TestRequest::delete().uri("/api/session").to_request()).await;
        });
        drop(guard);
        let told = slow.0.lock().clone();
        let [fields] = told.as_slice() else { panic!("{} lines of one request", told.len()) };
        assert_eq!(
            (fields.texts["method"].as_str(), fields.texts["route"].as_str()),
            ("DELETE", "/api/session")
        );
        state.store.close();
    }

    /// A server whose files lie in `home`.
    fn open(home: &tempfile::TempDir) -> State {
        open_with(home, |_| {})
    }

    fn open_with(home: &tempfile::TempDir, set: impl FnOnce(&mut Config)) -> State {
        let mut config = Config::default();
        set(&mut config);
        config.store.directory = home.path().join("store");
        (config.store.segment_mib, config.store.low_water_mib) = (1, 1);
        (config.sign_in.argon2_memory_kib, config.sign_in.argon2_passes) = (8, 1);
        let clock = Clock::fixed("2026-09-07T08:00:00Z".parse::<Timestamp>().unwrap());
        app::open(config, clock).unwrap()
    }

    /// Sets a server up while spans of up to `level` are looked at; what was seen, and how long it took.
    fn seen(level: LevelFilter) -> (Vec<Fields>, Duration) {
        let home = tempfile::tempdir().unwrap();
        let state = open(&home);
        let code = http::setup::offer(&state).unwrap().unwrap();
        let seen = actix_web::rt::System::new().block_on(set_up(&state, &code, level));
        state.store.close();
        seen
    }

    async fn set_up(state: &State, code: &str, level: LevelFilter) -> (Vec<Fields>, Duration) {
        let app =
            App::new().app_data(web::Data::new(state.clone())).default_service(http::table(state).dispatch());
        let app = init_service(app).await;
        let spans = Spans::default();
        let guard =
            tracing::subscriber::set_default(Registry::default().with(spans.clone().with_filter(level)));
        let request = TestRequest::post().uri("/api/setup").set_json(serde_json::json!({
            "code": code, "username": "principal", "email": null,
            "first_name": "Ada", "last_name": "Principal", "password": "lantern-gravel-83-oboe"
        }));
        let began = Instant::now();
        let answer = call_service(&app, request.to_request()).await;
        let took = began.elapsed();
        drop(guard);
        assert_eq!(answer.status().as_u16(), 201);
        let spans = spans.0.lock().values().cloned().collect();
        (spans, took)
    }

    #[test]
    fn a_span_has_the_stages_of_its_request() {
        let (spans, took) = seen(LevelFilter::DEBUG);
        let [fields] = spans.as_slice() else { panic!("{} spans of one request", spans.len()) };
        assert_eq!(fields.texts["route"], "/api/setup");
        assert_eq!(fields.texts["class"], "sign_in");
        let names = ["admit_us", "apply_us", "parse_us", "queue_us", "render_us", "sync_us"];
        assert_eq!(fields.numbers.keys().copied().collect::<Vec<_>>(), names);
        assert!(fields.numbers["sync_us"] > 0, "it was written: {:?}", fields.numbers);
        let whole: u64 = fields.numbers.values().sum();
        assert!(u128::from(whole) <= took.as_micros(), "{whole} of {took:?}");
        let (spans, _) = seen(LevelFilter::INFO);
        assert!(spans.is_empty(), "nobody asked for spans");
    }

    #[test]
    fn a_full_row_refuses_an_import_whose_body_never_comes_and_nothing_more_urgent() {
        let home = tempfile::tempdir().unwrap();
        let state = open(&home);
        state.admission.row(Class::Report).pretend_full(Class::Report);
        let statuses = actix_web::rt::System::new().block_on(async {
            let app = App::new()
                .app_data(web::Data::new(state.clone()))
                .default_service(http::table(&state).dispatch());
            let app = init_service(app).await;
            let mut statuses = Vec::new();
            for path in ["/api/import/roster", "/api/courses"] {
                let request = TestRequest::post().uri(path).insert_header(("Content-Type", "text/csv"));
                let never: Payload = Payload::Stream { payload: Box::pin(stream::pending()) };
                let (request, _) = request.to_request().replace_payload(never);
                let answer = call_service(&app, request).await;
                let waits = answer.headers().get("Retry-After").map(|wait| wait.to_str().unwrap().to_owned());
                statuses.push((answer.status().as_u16(), waits));
            }
            statuses
        });
        assert_eq!(statuses, [(503, Some("10".to_owned())), (401, None)]);
        state.store.close();
    }
}
