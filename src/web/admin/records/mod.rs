//! Learning records: who may write and read them here, where they are forwarded to, all of them as a
//! file, in and out, and what is kept of one person.

mod credentials;
mod import;
mod letters;
mod people;
mod targets;

use actix_web::HttpResponse;
use askama::Template;

use super::require;
use crate::domain::access::Permission;
use crate::domain::refusal::{FieldError, Refusal};
use crate::domain::xapi::credential::{self, Credential, LrsScope};
use crate::domain::xapi::forward::edit;
use crate::http::routes::{Needs, Routes};
use crate::http::xapi_target::ForwardTargetView;
use crate::store::Class;
use crate::web::frame::Frame;
use crate::web::visitor::Visitor;

/// The address of the overview.
const HERE: &str = "/admin/records";

/// Routes of these files.
pub(super) fn routes(routes: &mut Routes) {
    routes.page(HERE, Class::Browse, Needs::Site(Permission::ManageSite), show);
    credentials::routes(routes);
    targets::routes(routes);
    letters::routes(routes);
    import::routes(routes);
    people::routes(routes);
}

/// A target as the pages show it.
struct Line {
    target: ForwardTargetView,
    /// The name of its state, and the colour.
    state: &'static str,
    colour: &'static str,
}

impl Line {
    const fn of(target: ForwardTargetView) -> Self {
        let (state, colour) = if target.paused {
            ("paused", "warn")
        } else if target.trouble.is_some() {
            ("trouble", "bad")
        } else if target.behind_statements > 0 {
            ("sending", "accent")
        } else {
            ("done", "good")
        };
        Self { target, state, colour }
    }

    /// How far it is behind, in words; nothing when it is not.
    fn behind(&self, frame: &Frame) -> Option<String> {
        let count = self.target.behind_statements;
        (count > 0)
            .then(|| frame.t2("records-behind", "count", count, "age", frame.span(&self.target.behind_ms)))
    }
}

#[derive(Template)]
#[template(path = "records/overview.html")]
struct OverviewPage<'a> {
    frame: &'a Frame,
    credentials: Vec<Credential>,
    targets: Vec<Line>,
}

impl OverviewPage<'_> {
    fn scopes(&self, credential: &Credential) -> String {
        let names = credential.scopes.iter().map(|scope| scope_words(self.frame, *scope).1);
        names.collect::<Vec<_>>().join(self.frame.t("admin-list-comma").as_ref())
    }
}

async fn show(visitor: Visitor) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    require(state, actor, Permission::ManageSite)?;
    let now = state.now();
    let (credentials, targets) = state.store.read(|read| -> Result<_, Refusal> {
        let targets = edit::list(read, actor)?.into_iter();
        let targets = targets.map(|target| Ok(Line::of(ForwardTargetView::of(read, target, now)?)));
        Ok((credential::list(read, actor)?, targets.collect::<Result<Vec<_>, Refusal>>()?))
    })?;
    frame.show(&OverviewPage { frame, credentials, targets })
}

/// Every scope, by its name in the API and the end of its message's key.
const SCOPES: [(LrsScope, &str, &str); 8] = [
    (LrsScope::StatementsWrite, "statements/write", "statements-write"),
    (LrsScope::StatementsReadMine, "statements/read/mine", "statements-read-mine"),
    (LrsScope::StatementsRead, "statements/read", "statements-read"),
    (LrsScope::State, "state", "state"),
    (LrsScope::Profile, "profile", "profile"),
    (LrsScope::Define, "define", "define"),
    (LrsScope::AllRead, "all/read", "all-read"),
    (LrsScope::All, "all", "all"),
];

/// The name of a scope, and what it lets in words.
fn scope_words(frame: &Frame, scope: LrsScope) -> (&'static str, String) {
    let found = SCOPES.iter().find(|(known, ..)| *known == scope);
    found.map_or_else(Default::default, |(_, name, key)| {
        (*name, frame.t_of("records-scope-", key).into_owned())
    })
}

/// The lines of a text field that say something.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A refusal of an item of a list, told of the text field whose lines are the list.
fn of_lines(mut refusal: Refusal, list: &str) -> Refusal {
    let prefix = format!("/{list}/");
    for field in &mut refusal.fields {
        let Some(rest) = field.at.strip_prefix(&prefix) else { continue };
        // What is wrong may be inside of the item.
        let (place, inside) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
        if let Ok(place) = place.parse::<usize>() {
            let space = if inside.is_empty() { "" } else { " " };
            let problem = format!("line {}: {inside}{space}{}", place + 1, field.problem);
            *field = FieldError { at: format!("/{list}"), problem };
        }
    }
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::invalid;

    #[test]
    fn every_scope_has_words_under_its_name_in_the_api() {
        for (scope, name, _) in SCOPES {
            assert_eq!(serde_json::to_value(scope).unwrap(), name);
        }
    }

    #[test]
    fn what_is_wrong_in_a_line_is_told_of_the_field() {
        let refusal = of_lines(invalid("/verbs/1", "is no IRI"), "verbs");
        assert_eq!(
            (refusal.fields[0].at.as_str(), refusal.fields[0].problem.as_str()),
            ("/verbs", "line 2: is no IRI")
        );
        assert_eq!(of_lines(invalid("/name", "is empty"), "verbs").fields[0].at, "/name");
        let inside = of_lines(invalid("/agents/0/mbox", "is no mailto"), "agents");
        assert_eq!(inside.fields[0].problem, "line 1: /mbox is no mailto");
    }
}
