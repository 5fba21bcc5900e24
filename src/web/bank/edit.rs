//! The form of a question. Every button sends the whole form: rows are added and moved, files taken up and the question
//! tried out without anything being saved, and what was typed stays.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::draft::{self, lists, new_row, rows_of};
use super::trial::Trial;
use super::{category_choices, chosen_category, id_in, place_of, rows, short, unchanged};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::category::Tree;
use crate::domain::bank::{DRAWS_TOO_FEW, Draft, Question, QuestionType, change, file, question};
use crate::domain::ids::{CourseId, QuestionId};
use crate::domain::once::OnceKey;
use crate::domain::question::format::MAX_EMBEDDED_BYTES;
use crate::domain::refusal::{INTERNAL, Refusal, TOO_LARGE, not_found};
use crate::http::beside::beside;
use crate::state::State;
use crate::store::Class;
use crate::web::attempt::given::GivenShape;
use crate::web::attempt::shown::Shape;
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form, Problem};
use crate::web::frame::Frame;
use crate::web::made;
use crate::web::upload::{UploadRight, Uploaded, UploadedFile};
use crate::web::visitor::Visitor;

/// Shares of the points that the form offers.
const SHARES: [&str; 12] =
    ["100", "75", "66.66667", "50", "33.33333", "25", "20", "0", "-25", "-33.33333", "-50", "-100"];

/// What is edited.
enum Target {
    /// A question that there is not yet.
    New(CourseId),
    /// A question as it was when the request came.
    Known(Arc<Question>),
}

impl Target {
    fn course(&self) -> CourseId {
        match self {
            Self::New(course) => *course,
            Self::Known(question) => question.course,
        }
    }

    fn action(&self) -> String {
        match self {
            Self::New(course) => format!("/courses/{course}/questions/new"),
            Self::Known(question) => format!("/questions/{}/edit", question.id),
        }
    }

    fn back(&self) -> String {
        match self {
            Self::New(course) => format!("/courses/{course}/questions"),
            Self::Known(question) => format!("/questions/{}", question.id),
        }
    }
}

#[derive(Template)]
#[template(path = "bank/kinds.html")]
struct KindsPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    category: &'a str,
}

#[derive(Template)]
#[template(path = "bank/edit.html")]
struct EditPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
    target: &'a Target,
    kind: QuestionType,
    categories: Vec<(String, String)>,
    /// Rows of every list, by name.
    counts: &'a Fields,
    trial: Option<&'a Trial>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
impl EditPage<'_> {
    fn count(&self, list: &str) -> usize {
        rows::count(self.counts, list)
    }

    fn name(list: &str, row: &usize, part: &str) -> String {
        format!("{list}/{row}/{part}")
    }

    fn rows_of(part: &usize) -> String {
        rows_of(*part)
    }

    /// The place of a part in the text.
    fn mark(part: &usize) -> String {
        format!("{{#{}}}", part + 1)
    }

    fn part(part: &usize, name: &str) -> String {
        format!("kind/parts/{part}/{name}")
    }

    /// Choices of a menu: the words of a name have a key that begins with `beginning`.
    fn choices(&self, names: &[&'static str], beginning: &str) -> Vec<(&'static str, String)> {
        let words =
            |name: &&'static str| (*name, self.frame.t_of(beginning, &name.replace('_', "-")).into_owned());
        names.iter().map(words).collect()
    }

    fn formats(&self) -> Vec<(&'static str, String)> {
        self.choices(&["plain", "markdown", "html"], "bank-format-")
    }

    fn numberings(&self) -> Vec<(&'static str, String)> {
        let names = ["lower_letters", "upper_letters", "numbers", "lower_roman", "upper_roman", "nothing"];
        self.choices(&names, "bank-numbering-")
    }

    fn credits(&self) -> Vec<(&'static str, String)> {
        let names = [
            "absolute_position",
            "all_or_nothing",
            "relative_to_correct",
            "next_excluding_last",
            "next_including_last",
            "one_previous_and_next",
            "all_previous_and_next",
            "longest_ordered_subset",
            "longest_contiguous_subset",
        ];
        self.choices(&names, "bank-credit-")
    }

    fn unit_rules(&self) -> Vec<(&'static str, String)> {
        self.choices(&["none", "optional", "required"], "bank-unit-rule-")
    }

    fn unit_entries(&self) -> Vec<(&'static str, String)> {
        self.choices(&["typed", "radio", "menu"], "bank-unit-entry-")
    }

    fn penalty_bases(&self) -> Vec<(&'static str, String)> {
        self.choices(&["response", "question"], "bank-penalty-of-")
    }

    fn part_types(&self) -> Vec<(&'static str, String)> {
        self.choices(&["short_answer", "choice", "multiple_response", "numerical"], "bank-part-type-")
    }

    fn displays(&self) -> Vec<(&'static str, String)> {
        self.choices(&["menu", "column", "row"], "bank-display-")
    }

    fn editors(&self) -> Vec<(&'static str, String)> {
        self.choices(&["formatted", "plain", "monospaced"], "bank-editor-")
    }

    const fn shares() -> &'static [&'static str] {
        &SHARES
    }

    fn next_version(&self) -> u32 {
        match self.target {
            Target::New(_) => 1,
            Target::Known(question) => question.latest + 1,
        }
    }

    fn is_new(&self) -> bool {
        matches!(self.target, Target::New(_))
    }

    fn title(&self) -> String {
        match self.target {
            Target::New(_) => {
                self.frame.t1("bank-new-of", "kind", self.frame.t_of("bank-kind-", self.kind.name()))
            }
            Target::Known(question) => self.frame.t1("bank-edit-title", "name", &question.name),
        }
    }

    /// Is anything of the feedback by result written, or wrong?
    fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| !self.form.value(name).is_empty() || self.form.problem(name).is_some())
    }
}

/// Shows the form.
fn show_form(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    (target, kind): (&Target, QuestionType),
    (form, fields): (&Form, &Fields),
    trial: Option<&Trial>,
) -> Result<HttpResponse, Refusal> {
    let course = target.course();
    let (place, categories) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place_of(read, actor, Permission::EditQuestions, course)?;
        Ok((place, category_choices(frame, &Tree::read(read, course)?, "")))
    })?;
    let page = EditPage { frame, place: &place, form, target, kind, categories, counts: fields, trial };
    form.show(frame, &page)
}

#[derive(Debug, Deserialize)]
pub(super) struct NewQuery {
    kind: Option<String>,
    category: Option<u64>,
}

/// The kinds to choose from, or the form of one.
pub(super) async fn begin(
    visitor: Visitor,
    course: web::Path<CourseId>,
    query: web::Query<NewQuery>,
) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor, course) = (&visitor.frame, &visitor.state, visitor.actor(), *course);
    let place = state.store.read(|read| place_of(read, actor, Permission::EditQuestions, course))?;
    let category = query.category.map(|category| category.to_string()).unwrap_or_default();
    let Some(name) = &query.kind else {
        return frame.show(&KindsPage { frame, place: &place, category: &category });
    };
    let kind = QuestionType::parse(name).ok_or_else(|| not_found("kind of question", name))?;
    let fields = draft::begun(kind).with("category", category);
    let form = Form::of(fields.clone());
    show_form(state, frame, actor, (&Target::New(course), kind), (&form, &fields), None)
}

pub(super) async fn show(visitor: Visitor, id: web::Path<QuestionId>) -> Result<HttpResponse, Refusal> {
    let (frame, state, actor) = (&visitor.frame, &visitor.state, visitor.actor());
    let (known, version) = state.store.read(|read| -> Result<_, Refusal> {
        let known = question::open(read, actor, Permission::EditQuestions, *id)?;
        let version = question::version(read, *id, known.latest)?;
        Ok((known, version))
    })?;
    let kind = known.kind;
    let category = known.category.map(|category| category.to_string()).unwrap_or_default();
    let fields = draft::shown(&version.body).with("category", category).with("revision", known.revision);
    let form = Form::of(fields.clone());
    show_form(state, frame, actor, (&Target::Known(known), kind), (&form, &fields), None)
}

/// The right to send a new question.
pub(super) struct MayCreate;

impl UploadRight for MayCreate {
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal> {
        let course = CourseId(id_in(request, "course")?);
        state.store.read(|read| place_of(read, actor, Permission::EditQuestions, course)).map(drop)
    }
}

/// The right to send a question again.
pub(super) struct MayEdit;

impl UploadRight for MayEdit {
    fn require(state: &State, actor: &Actor, request: &HttpRequest) -> Result<(), Refusal> {
        let id = QuestionId(id_in(request, "question")?);
        state.store.read(|read| question::open(read, actor, Permission::EditQuestions, id)).map(drop)
    }
}

/// What a button of the form asks for.
enum Wish {
    Save,
    Preview,
    Try,
    /// Only the form with other rows.
    Rows(Fields),
}

/// A form with the rows that its button asks for: `add:kind/options`, `drop:kind/options/2`, `up:kind/options/2`.
fn wish(kind: QuestionType, fields: &Fields) -> Wish {
    let (what, of) = fields.get("do").split_once(':').unwrap_or((fields.get("do"), ""));
    let known = |list: &str| {
        lists(kind).contains(&list)
            || kind == QuestionType::Cloze
                && list.strip_prefix("kind/parts/").is_some_and(|rest| {
                    rest.strip_suffix("/rows").is_some_and(|part| part.parse::<u8>().is_ok())
                })
    };
    let row = || {
        let (list, row) = of.rsplit_once('/')?;
        Some((list, row.parse().ok()?))
    };
    let again = || fields.clone();
    match (what, row()) {
        ("preview" | "mix", _) => Wish::Preview,
        ("try", _) => Wish::Try,
        ("add", _) if of == "kind/parts" && kind == QuestionType::Cloze => {
            Wish::Rows(draft::with_part(again()))
        }
        ("add", _) if known(of) => Wish::Rows(rows::with_row(again(), of, new_row(kind, of))),
        ("drop", Some(("kind/parts", part))) if kind == QuestionType::Cloze => {
            Wish::Rows(draft::without_part(fields, part))
        }
        ("drop", Some((list, row))) if known(list) || list == "files" => {
            Wish::Rows(rows::without(fields, list, row))
        }
        ("up", Some((list, row))) if known(list) => Wish::Rows(rows::moved_up(fields, list, row)),
        ("add" | "drop" | "up" | "file", _) => Wish::Rows(again()),
        _ => Wish::Save,
    }
}

/// Takes up a file that was chosen, and names it in the form.
async fn with_upload(
    state: &State,
    actor: &Actor,
    course: CourseId,
    fields: Fields,
    files: Vec<UploadedFile>,
) -> Result<Fields, Refusal> {
    let Some(uploaded) = files.into_iter().find(|it| it.field == "file" && !it.bytes.is_empty()) else {
        return Ok(fields);
    };
    if uploaded.bytes.len() > MAX_EMBEDDED_BYTES {
        let problem = format!("is larger than {MAX_EMBEDDED_BYTES} bytes");
        return Err(TOO_LARGE.refuse(format!("the file {problem}")).at("/file", problem));
    }
    let held = state.clone();
    let kept = beside(state, move || {
        let described = file::describe(&uploaded.name, &uploaded.bytes).map_err(|mut refusal| {
            refusal.fields.iter_mut().for_each(|field| "/file".clone_into(&mut field.at));
            refusal
        })?;
        let put = held.blobs.put(&uploaded.bytes);
        put.map_err(|error| INTERNAL.refuse(format!("keeping a file: {error}")))?;
        Ok(described)
    })
    .await?;
    let (by, known) = (actor.clone(), kept.clone());
    state.store.write(Class::Interactive, move |txn| file::upload(txn, &by, course, &known)).await?;
    Ok(draft::with_file(fields, &kept))
}

/// What was typed as a question, or the form with what is wrong.
fn drafted(frame: &Frame, kind: QuestionType, fields: &Fields) -> Result<Draft, Box<Form>> {
    let (input, wrong) = draft::read(kind, fields);
    // What cannot be read is said as that; of what is around it the rules cannot say what is true.
    let is_wrong = |place: &str| wrong.iter().any(|(field, _)| draft::is_around(place, field));
    let refusal = match Draft::parse("", &input) {
        Ok(draft) if wrong.is_empty() => return Ok(draft),
        Ok(_) => None,
        Err(mut refusal) => {
            refusal.fields.retain(|field| {
                !is_wrong(field.at.trim_start_matches('/')) && !is_wrong(&draft::field_of(kind, &field.at))
            });
            Some(draft::placed(kind, refusal)).filter(|refusal| !refusal.fields.is_empty())
        }
    };
    // What a draft refuses is always a fault of what was typed.
    let refused = refusal.and_then(|refusal| Form::refused(fields.clone(), refusal, frame.text).ok());
    let unread = wrong.into_iter().map(|(field, key)| Problem {
        field,
        words: frame.t(key).into_owned(),
        english: String::new(),
    });
    let rules = refused.iter().flat_map(|form| form.problems().iter().cloned());
    let problems = unread.chain(rules).collect();
    Err(Box::new(Form::wrong(fields.clone(), problems, StatusCode::UNPROCESSABLE_ENTITY)))
}

/// What was saved.
struct Saved {
    id: QuestionId,
    flash: Flash,
}

async fn save(
    state: &State,
    actor: &Actor,
    target: &Target,
    (key, fields): (Option<OnceKey>, &Fields),
    draft: Draft,
) -> Result<Saved, Refusal> {
    let category = chosen_category(fields, "category")?;
    let by = actor.clone();
    match target {
        Target::New(course) => {
            let course = *course;
            let write = made::once(state, actor, key, move |txn| {
                change::create(txn, &by, course, category, "", draft).map(|question| question.id)
            });
            Ok(Saved { id: write.await?, flash: Flash::done("bank-made") })
        }
        Target::Known(known) => {
            let (id, same) = (known.id, unchanged(fields.get("revision")));
            let (before, pools) = (known.latest, short::pools(fields));
            let write = state.store.write(Class::Interactive, move |txn| -> Result<_, Refusal> {
                change::edit(txn, &by, id, same, draft, pools)?;
                // The revision was looked at a moment ago, in this transaction.
                change::place(txn, &by, id, |_| Ok(()), category, pools)
            });
            let now = write.await?;
            let flash = if now.latest == before {
                Flash::done(if now.category == known.category { "bank-same" } else { "bank-moved" })
            } else {
                Flash::done("bank-saved").with("version", now.latest)
            };
            Ok(Saved { id, flash })
        }
    }
}

/// What every button comes to.
async fn send<R>(uploaded: Uploaded<R>, target: Target, kind: QuestionType) -> Result<HttpResponse, Refusal> {
    let Uploaded { who, frame, fields, files, state, .. } = uploaded;
    let actor = who.actor;
    let at = (&target, kind);
    let fields = match with_upload(&state, &actor, target.course(), fields.clone(), files).await {
        Ok(fields) => fields,
        Err(refusal) => {
            let form = Form::refused(fields.clone(), refusal, frame.text)?;
            return show_form(&state, &frame, &actor, at, (&form, &fields), None);
        }
    };
    let wish = wish(kind, &fields);
    if let Wish::Rows(fields) = wish {
        let form = Form::of(fields.clone());
        return show_form(&state, &frame, &actor, at, (&form, &fields), None);
    }
    let key = made::key(&frame, &fields);
    let fields = draft::tidied(kind, &fields);
    let draft = match drafted(&frame, kind, &fields) {
        Ok(draft) => draft,
        Err(form) => return show_form(&state, &frame, &actor, at, (&form, &fields), None),
    };
    if matches!(wish, Wish::Preview | Wish::Try) {
        let answered = matches!(wish, Wish::Try).then_some(&fields);
        let trial = Trial::of(frame.text, draft.body(), answered)?;
        let form = Form::of(fields.clone());
        return show_form(&state, &frame, &actor, at, (&form, &fields), Some(&trial));
    }
    match save(&state, &actor, &target, (key, &fields), draft).await {
        Ok(Saved { id, flash }) => Ok(frame.go_and_say(&format!("/questions/{id}"), &flash)),
        Err(mut refusal) if refusal.code == DRAWS_TOO_FEW => {
            // Its places are quizzes, which are no fields.
            refusal.fields.clear();
            let fields = fields.with(short::TOLD, "false");
            let form = Form::refused(fields.clone(), refusal, frame.text)?;
            show_form(&state, &frame, &actor, at, (&form, &fields), None)
        }
        Err(refusal) => {
            let form = Form::refused(fields.clone(), draft::placed(kind, refusal), frame.text)?;
            show_form(&state, &frame, &actor, at, (&form, &fields), None)
        }
    }
}

pub(super) async fn create(
    uploaded: Uploaded<MayCreate>,
    course: web::Path<CourseId>,
) -> Result<HttpResponse, Refusal> {
    let name = uploaded.fields.get("kind").to_owned();
    let kind = QuestionType::parse(&name).ok_or_else(|| not_found("kind of question", name))?;
    send(uploaded, Target::New(*course), kind).await
}

pub(super) async fn change(
    uploaded: Uploaded<MayEdit>,
    id: web::Path<QuestionId>,
) -> Result<HttpResponse, Refusal> {
    let (state, actor) = (&uploaded.state, &uploaded.who.actor);
    let known = state.store.read(|read| question::open(read, actor, Permission::EditQuestions, *id))?;
    let kind = known.kind;
    send(uploaded, Target::Known(known), kind).await
}
