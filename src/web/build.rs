//! Building a course: its sections and what is in them. Order changes by a button a step at a time, what is taken away is
//! asked about first.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;

use super::confirm::{self, Confirm};
use super::course::CoursePlace;
use super::course_facts::{ask_archive, is_free};
use super::flash::Flash;
use super::form::{Fields, Form};
use super::frame::Frame;
use super::made;
use super::visitor::{Posted, Visitor};
use crate::clock::Timestamp;
use crate::domain::access::{self, Actor, Permission, Scope};
use crate::domain::content::{self, Availability, Item, ItemKind, Section};
use crate::domain::content_edit::{
    self, AvailabilityInput, ItemChangeInput, ItemContentInput, ItemInput, SectionInput,
};
use crate::domain::course::{self, CourseStatus};
use crate::domain::faults::{Faults, together};
use crate::domain::ids::{CourseId, ItemId, QuizId, SectionId};
use crate::domain::page;
use crate::domain::quiz::{self, Quiz};
use crate::domain::refusal::{CHANGED, Refusal, invalid};
use crate::http::content_page::{Kept, keep, load};
use crate::http::routes::{Needs, Routes};
use crate::state::State;
use crate::store::{Class, Read};

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let edit = Needs::Course(Permission::EditCourse);
    let class = Class::Interactive;
    routes.page("/courses/{course}/edit", class, edit, show);
    routes.form("/courses/{course}/status", class, edit, set_status);
    routes.form("/courses/{course}/learning-records", class, edit, set_learning_records);
    routes.form("/courses/{course}/sections", class, edit, add_section);
    routes.page("/sections/{section}/edit", class, edit, show_section);
    routes.form("/sections/{section}/edit", class, edit, change_section);
    routes.form("/sections/{section}/move", class, edit, move_section);
    routes.page("/sections/{section}/delete", class, edit, ask_delete_section);
    routes.form("/sections/{section}/delete", class, edit, delete_section);
    routes.form("/sections/{section}/items", class, edit, add_item);
    routes.page("/items/{item}/edit", class, edit, show_item);
    routes.form("/items/{item}/edit", class, edit, change_item);
    routes.form("/items/{item}/move", class, edit, move_item);
    routes.page("/items/{item}/delete", class, edit, ask_delete_item);
    routes.form("/items/{item}/delete", class, edit, delete_item);
}

/// Quizzes to choose from for a new item.
const MOST_QUIZZES: usize = 200;

fn require(read: &impl Read, actor: &Actor, course: CourseId) -> Result<(), Refusal> {
    access::require(read, actor, Permission::EditCourse, Scope::Course(course))
}

/// A section and what is in it; with each whether it is a quiz that nobody can begin yet.
struct Part {
    section: Arc<Section>,
    items: Vec<(Arc<Item>, bool)>,
}

fn is_draft(read: &impl Read, item: &Item) -> Result<bool, Refusal> {
    match item.kind {
        ItemKind::Quiz(quiz) => Ok(!quiz::get(read, quiz)?.published),
        ItemKind::Page | ItemKind::Link(_) => Ok(false),
    }
}

#[derive(Template)]
#[template(path = "build/show.html")]
struct BuildPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    parts: &'a [Part],
    quizzes: &'a [Arc<Quiz>],
    form: &'a Form,
    edits_quizzes: bool,
    /// In which section the form that came back stands; none for the form of a new section.
    in_section: Option<SectionId>,
}

impl BuildPage<'_> {
    const fn kind(item: &Item) -> &'static str {
        match &item.kind {
            ItemKind::Page => "page",
            ItemKind::Link(_) => "link",
            ItemKind::Quiz(_) => "quiz",
        }
    }

    fn is_hidden(&self, of: &Availability) -> bool {
        !of.is_open(self.frame.now)
    }

    /// From when on learners see what they do not see now, unless somebody hides it.
    fn seen_from(&self, of: &Availability) -> Option<Timestamp> {
        of.from.filter(|from| of.visible && self.frame.now < *from)
    }

    /// Since when learners do not see it any more.
    fn seen_until(&self, of: &Availability) -> Option<Timestamp> {
        of.until.filter(|until| of.visible && *until <= self.frame.now)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
    fn is_here(&self, section: &SectionId) -> bool {
        self.in_section == Some(*section)
    }

    /// The id of a field of the form that adds to a section; where it was refused, the one that the summary leads to.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template hands over what it names by reference")]
    fn field_id(&self, section: &SectionId, name: &str) -> String {
        let id = self.form.id(name);
        if self.is_here(section) { id } else { format!("{id}-{section}") }
    }
}

fn show_page(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    form: &Form,
    in_section: Option<SectionId>,
) -> Result<HttpResponse, Refusal> {
    let (place, parts, quizzes) = state.store.read(|read| -> Result<_, Refusal> {
        require(read, actor, course)?;
        let place = CoursePlace::of(read, actor, course, "/edit")?;
        let mut parts = Vec::new();
        for id in &content::contents(read, course)?.sections {
            let section = content::section(read, *id)?;
            let items = section.items.iter().map(|item| -> Result<_, Refusal> {
                let item = content::item(read, *item)?;
                let draft = is_draft(read, &item)?;
                Ok((item, draft))
            });
            parts.push(Part { items: items.collect::<Result<_, _>>()?, section });
        }
        // A quiz has one place in the course.
        let (mut quizzes, _) = quiz::of_course(read, actor, course, None, MOST_QUIZZES)?;
        let mut free = Vec::new();
        for quiz in quizzes.drain(..) {
            if content::item_of_quiz(read, quiz.id)?.is_none() {
                free.push(quiz);
            }
        }
        Ok((place, parts, free))
    })?;
    let edits_quizzes = place.can(Permission::EditQuiz);
    let page =
        BuildPage { frame, place: &place, parts: &parts, quizzes: &quizzes, form, edits_quizzes, in_section };
    form.show(frame, &page)
}

async fn show(visitor: Visitor, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let form = Form::default();
    show_page(&visitor.state, &visitor.frame, visitor.actor(), *id, &form, None)
}

fn built(frame: &Frame, course: CourseId, key: &str) -> HttpResponse {
    frame.go_and_say(&format!("/courses/{course}/edit"), &Flash::done(key))
}

async fn set_status(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    posted.state.store.read(|read| require(read, &actor, id))?;
    let next = match posted.fields.get("status") {
        "published" => CourseStatus::Published,
        "archived" => CourseStatus::Archived,
        _ => return Err(invalid("/status", "is neither published nor archived")),
    };
    let write = confirm::once_sure(&posted.state, is_free(next, &posted.fields), move |txn| {
        course::set_status(txn, &actor, id, next, |_| Ok(())).map(drop)
    });
    if write.await?.is_none() {
        let (action, back) = (format!("/courses/{id}/status"), format!("/courses/{id}/edit"));
        return ask_archive(&posted.state, &posted.frame, id, &posted.fields, (&action, &back));
    }
    Ok(built(&posted.frame, id, "build-status-set"))
}

async fn set_learning_records(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    posted.state.store.read(|read| require(read, &actor, id))?;
    let (wanted, key) = match posted.fields.get("learning_records") {
        "on" => (true, "build-records-begun"),
        "off" => (false, "build-records-ended"),
        _ => return Err(invalid("/learning_records", "is neither on nor off")),
    };
    let frame = &posted.frame;
    let sure = wanted || confirm::is_sure(&posted.fields);
    let write = confirm::once_sure(&posted.state, sure, move |txn| {
        course::set_learning_records(txn, &actor, id, wanted, |_| Ok(())).map(drop)
    });
    if write.await?.is_none() {
        let course = posted.state.store.read(|read| course::get(read, id))?;
        let question = Confirm {
            question: frame.t1("build-records-end-question", "name", &course.title),
            what: vec![
                frame.t("build-records-end-goes").into_owned(),
                frame.t("build-records-end-stays").into_owned(),
            ],
            action: &format!("/courses/{id}/learning-records"),
            fields: &confirm::again(&posted.fields),
            button: frame.t("build-records-end").into_owned(),
            back: &format!("/courses/{id}/edit"),
        };
        return question.show(frame);
    }
    Ok(built(frame, id, key))
}

async fn add_section(posted: Posted, id: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    state.store.read(|read| require(read, &actor, id))?;
    let input =
        SectionInput { title: fields.get("title").to_owned(), availability: AvailabilityInput::default() };
    let done = match input.parse() {
        Ok(heading) => {
            let by = actor.clone();
            let write = made::once(&state, &actor, made::key(&frame, &fields), move |txn| {
                content_edit::add_section(txn, &by, id, heading).map(|section| section.id)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(_) => Ok(built(&frame, id, "build-section-added")),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_page(&state, &frame, &actor, id, &form, None)
        }
    }
}

/// The fields of title and availability.
fn heading_fields(frame: &Frame, title: &str, availability: Availability, revision: u32) -> Fields {
    let moment = |at: Option<Timestamp>| at.map(|at| frame.calendar.local(at)).unwrap_or_default();
    Fields::default()
        .with("title", title)
        .with("availability/visible", availability.visible)
        .with("availability/from", moment(availability.from))
        .with("availability/until", moment(availability.until))
        .with("revision", revision)
}

fn moment(frame: &Frame, fields: &Fields, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let read = |text| {
        frame
            .calendar
            .parse_local(text)
            .ok_or_else(|| invalid(format!("/{name}"), "is not a date and a time"))
    };
    fields.optional(name).map(read).transpose()
}

fn availability(frame: &Frame, fields: &Fields) -> Result<AvailabilityInput, Refusal> {
    let moment = |name| moment(frame, fields, name);
    let (from, until) = together((moment("availability/from"), moment("availability/until")))?;
    Ok(AvailabilityInput { visible: fields.ticked("availability/visible"), from, until })
}

/// Refuses another revision than the one that the page was made of.
pub(super) fn unchanged(seen: String) -> impl FnOnce(u32) -> Result<(), Refusal> + Send + 'static {
    move |now| {
        let same = seen.parse() == Ok(now);
        if same { Ok(()) } else { Err(CHANGED.refuse("it was changed since the page was loaded")) }
    }
}

#[derive(Template)]
#[template(path = "build/section.html")]
struct SectionPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    section: &'a Section,
    form: &'a Form,
}

fn section_of(state: &State, actor: &Actor, id: SectionId) -> Result<(CoursePlace, Arc<Section>), Refusal> {
    state.store.read(|read| {
        let section = content::section(read, id)?;
        require(read, actor, section.course)?;
        Ok((CoursePlace::of(read, actor, section.course, "/edit")?, section))
    })
}

async fn show_section(visitor: Visitor, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let (place, section) = section_of(&visitor.state, visitor.actor(), *id)?;
    let frame = &visitor.frame;
    let form = Form::of(heading_fields(frame, &section.title, section.availability, section.revision));
    form.show(frame, &SectionPage { frame, place: &place, section: &section, form: &form })
}

async fn change_section(posted: Posted, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let (place, section) = section_of(&state, &actor, id)?;
    let read = || {
        let mut faults = Faults::default();
        let availability = faults.or_default(availability(&frame, &fields));
        faults.and(SectionInput { title: fields.get("title").to_owned(), availability }.parse())
    };
    let done = match read() {
        Ok(heading) => {
            let same = unchanged(fields.get("revision").to_owned());
            let write = state.store.write(Class::Interactive, move |txn| {
                content_edit::change_section(txn, &actor, id, heading, same).map(drop)
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        Ok(()) => Ok(built(&frame, section.course, "build-saved")),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            form.show(&frame, &SectionPage { frame: &frame, place: &place, section: &section, form: &form })
        }
    }
}

/// Moves one of a list a step: its place from 1 and how many there are; none at the end.
pub(super) fn step<T: Copy + PartialEq>(order: &mut [T], one: T, up: bool) -> Option<(usize, usize)> {
    let at = order.iter().position(|other| *other == one)?;
    let to = if up { at.checked_sub(1)? } else { at + 1 };
    (to < order.len()).then(|| order.swap(at, to))?;
    Some((to + 1, order.len()))
}

/// Leads to what was moved, where the browser shows it and puts the focus, and says its new place.
pub(super) fn say_moved(
    frame: &Frame,
    address: &str,
    name: &str,
    moved: Option<(usize, usize)>,
) -> HttpResponse {
    let Some((place, of)) = moved else { return frame.go(address) };
    let said = Flash::done("build-moved").with("name", name).with("place", place).with("of", of);
    frame.go_and_say(address, &said)
}

async fn move_section(posted: Posted, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let up = posted.fields.get("way") == "up";
    let (_, section) = section_of(&posted.state, &actor, id)?;
    let course = section.course;
    let write = posted.state.store.write(Class::Interactive, move |txn| -> Result<_, Refusal> {
        let mut order = content::contents(txn, course)?.sections.clone();
        let moved = step(&mut order, id, up);
        if moved.is_some() {
            content_edit::order_sections(txn, &actor, course, order, |_| Ok(()))?;
        }
        Ok(moved)
    });
    Ok(say_moved(&posted.frame, &format!("/courses/{course}/edit#s{id}"), &section.title, write.await?))
}

async fn ask_delete_section(visitor: Visitor, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let (_, section) = section_of(&visitor.state, visitor.actor(), *id)?;
    let frame = &visitor.frame;
    let what = if section.items.is_empty() {
        frame.t("build-section-delete-what").into_owned()
    } else {
        frame.t1("build-section-not-empty", "count", section.items.len())
    };
    Confirm {
        question: frame.t1("build-delete-question", "name", &section.title),
        what: vec![what],
        action: &format!("/sections/{id}/delete"),
        fields: &[("revision", section.revision.to_string())],
        button: if section.items.is_empty() { frame.t("build-delete").into_owned() } else { String::new() },
        back: &format!("/courses/{}/edit", section.course),
    }
    .show(frame)
}

async fn delete_section(posted: Posted, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let (_, section) = section_of(&posted.state, &actor, id)?;
    let same = unchanged(posted.fields.get("revision").to_owned());
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| content_edit::remove_section(txn, &actor, id, same));
    write.await?;
    Ok(built(&posted.frame, section.course, "build-deleted"))
}

async fn add_item(posted: Posted, id: web::Path<SectionId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let (_, section) = section_of(&state, &actor, id)?;
    let read = || -> Result<_, Refusal> {
        let mut faults = Faults::default();
        let content = match fields.get("kind") {
            "page" => ItemContentInput::Page { markdown: String::new() },
            "link" => ItemContentInput::Link { url: fields.get("content/url").trim().to_owned() },
            "quiz" => {
                let quiz = fields.get("content/quiz").parse();
                let quiz = quiz.map_err(|_| invalid("/content/quiz", "names no quiz"));
                ItemContentInput::Quiz { quiz: QuizId(faults.or_default(quiz)) }
            }
            _ => return Err(invalid("/kind", "is neither page nor link nor quiz")),
        };
        let title = fields.get("title").to_owned();
        faults.and(ItemInput { title, content, availability: AvailabilityInput::default() }.parse())
    };
    let done = match read() {
        Ok((heading, kind)) => {
            let by = actor.clone();
            let is_page = kind == ItemKind::Page;
            let write = made::once(&state, &actor, made::key(&frame, &fields), move |txn| {
                content_edit::add_item(txn, &by, id, heading, kind, None).map(|item| (item.id, is_page))
            });
            write.await
        }
        Err(refusal) => Err(refusal),
    };
    match done {
        // A page is empty at first: on to its text.
        Ok((item, true)) => {
            Ok(frame.go_and_say(&format!("/items/{item}/edit"), &Flash::done("build-item-added")))
        }
        Ok((_, false)) => Ok(built(&frame, section.course, "build-item-added")),
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_page(&state, &frame, &actor, section.course, &form, Some(id))
        }
    }
}

#[derive(Template)]
#[template(path = "build/item.html")]
struct ItemPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    item: &'a Item,
    sections: &'a [Arc<Section>],
    form: &'a Form,
    /// How the text would look.
    preview: Option<&'a str>,
}

impl ItemPage<'_> {
    fn section_choices(&self) -> Vec<(SectionId, &str)> {
        self.sections.iter().map(|section| (section.id, section.title.as_str())).collect()
    }
}

struct Found {
    place: CoursePlace,
    item: Arc<Item>,
    sections: Vec<Arc<Section>>,
}

fn item_of(state: &State, actor: &Actor, id: ItemId) -> Result<Found, Refusal> {
    state.store.read(|read| {
        let item = content::item(read, id)?;
        require(read, actor, item.course)?;
        let order = content::contents(read, item.course)?;
        let sections = order.sections.iter().map(|section| content::section(read, *section));
        let sections = sections.collect::<Result<_, _>>()?;
        Ok(Found { place: CoursePlace::of(read, actor, item.course, "/edit")?, item, sections })
    })
}

fn show_item_form(
    frame: &Frame,
    found: &Found,
    form: &Form,
    preview: Option<&str>,
) -> Result<HttpResponse, Refusal> {
    let Found { place, item, sections } = found;
    form.show(frame, &ItemPage { frame, place, item, sections, form, preview })
}

async fn show_item(visitor: Visitor, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (visitor.actor(), *id);
    let found = item_of(&visitor.state, actor, id)?;
    let item = &found.item;
    let mut fields = heading_fields(&visitor.frame, &item.title, item.availability, item.revision)
        .with("section", item.section);
    match &item.kind {
        ItemKind::Link(url) => fields = fields.with("url", url.as_str()),
        ItemKind::Page => {
            let page = visitor.state.store.read(|read| page::source(read, actor, id))?;
            let markdown = load(&visitor.state, &page.source)?;
            fields = fields.with("markdown", markdown).with("text_revision", page.revision);
        }
        ItemKind::Quiz(_) => {}
    }
    show_item_form(&visitor.frame, &found, &Form::of(fields), None)
}

async fn change_item(posted: Posted, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, id) = (who.actor, *id);
    let found = item_of(&state, &actor, id)?;
    let is_page = found.item.kind == ItemKind::Page;
    if is_page && fields.get("do") == "preview" {
        let preview = page::render(fields.get("markdown")).map_err(|refusal| refusal.under("/markdown"));
        return match preview {
            Ok(html) => show_item_form(&frame, &found, &Form::of(fields), Some(&html)),
            Err(refusal) => {
                let form = Form::refused(fields, refusal, frame.text)?;
                show_item_form(&frame, &found, &form, None)
            }
        };
    }
    let done = save_item(&state, &frame, &actor, &found.item, &fields).await;
    match done {
        Ok(lost) if lost.is_empty() => Ok(built(&frame, found.item.course, "build-saved")),
        Ok(lost) => {
            let said = Flash::attention("build-saved-without").with("parts", lost.join(", "));
            Ok(frame.go_and_say(&format!("/courses/{}/edit", found.item.course), &said))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_item_form(&frame, &found, &form, None)
        }
    }
}

/// Title, availability, address or text, and the section, all or none. What of the text is not shown.
async fn save_item(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    item: &Item,
    fields: &Fields,
) -> Result<Vec<String>, Refusal> {
    let url = matches!(item.kind, ItemKind::Link(_)).then(|| fields.get("url").trim().to_owned());
    let mut faults = Faults::default();
    let availability = faults.or_default(availability(frame, fields));
    let input = ItemChangeInput { title: fields.get("title").to_owned(), url, availability };
    let (heading, url) = faults.and(input.parse())?;
    let (text, lost) = if item.kind == ItemKind::Page {
        let Kept { source, lost } = keep(state, fields.get("markdown").to_owned())
            .await
            .map_err(|refusal| refusal.under("/markdown"))?;
        (Some(source), lost)
    } else {
        (None, Vec::new())
    };
    let section = fields.get("section").parse().map(SectionId);
    let section = section.map_err(|_| invalid("/section", "is no section"))?;
    let (same, same_text) =
        (unchanged(fields.get("revision").to_owned()), unchanged(fields.get("text_revision").to_owned()));
    let (actor, id, from) = (actor.clone(), item.id, item.section);
    let write = state.store.write(Class::Interactive, move |txn| -> Result<(), Refusal> {
        content_edit::change_item(txn, &actor, id, heading, url, same)?;
        if let Some(text) = text {
            page::write(txn, &actor, id, text, same_text)?;
        }
        if section != from {
            content_edit::move_item(txn, &actor, id, section, None, |_| Ok(()))?;
        }
        Ok(())
    });
    write.await.map(|()| lost)
}

async fn move_item(posted: Posted, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let up = posted.fields.get("way") == "up";
    let Found { item, .. } = item_of(&posted.state, &actor, id)?;
    let (course, section) = (item.course, item.section);
    let write = posted.state.store.write(Class::Interactive, move |txn| -> Result<_, Refusal> {
        let mut order = content::section(txn, section)?.items.clone();
        let moved = step(&mut order, id, up);
        if moved.is_some() {
            content_edit::order_items(txn, &actor, section, order, |_| Ok(()))?;
        }
        Ok(moved)
    });
    Ok(say_moved(&posted.frame, &format!("/courses/{course}/edit#i{id}"), &item.title, write.await?))
}

async fn ask_delete_item(visitor: Visitor, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let Found { item, .. } = item_of(&visitor.state, visitor.actor(), *id)?;
    let frame = &visitor.frame;
    let what = match item.kind {
        ItemKind::Page => "build-page-goes",
        ItemKind::Link(_) => "build-link-goes",
        ItemKind::Quiz(_) => "build-quiz-stays",
    };
    Confirm {
        question: frame.t1("build-delete-question", "name", &item.title),
        what: vec![frame.t(what).into_owned()],
        action: &format!("/items/{id}/delete"),
        fields: &[("revision", item.revision.to_string())],
        button: frame.t("build-delete").into_owned(),
        back: &format!("/courses/{}/edit", item.course),
    }
    .show(frame)
}

async fn delete_item(posted: Posted, id: web::Path<ItemId>) -> Result<HttpResponse, Refusal> {
    let (actor, id) = (posted.who.actor.clone(), *id);
    let Found { item, .. } = item_of(&posted.state, &actor, id)?;
    let same = unchanged(posted.fields.get("revision").to_owned());
    let write = posted
        .state
        .store
        .write(Class::Interactive, move |txn| content_edit::remove_item(txn, &actor, id, same));
    write.await?;
    Ok(built(&posted.frame, item.course, "build-deleted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stops_at_both_ends() {
        let mut order = [1, 2, 3];
        let steps = [(); 3].map(|()| step(&mut order, 3, true));
        assert_eq!(steps, [Some((2, 3)), Some((1, 3)), None]);
        assert_eq!(order, [3, 1, 2]);
        assert_eq!([2, 9].map(|id| step(&mut order, id, false)), [None, None]);
        assert_eq!(order, [3, 1, 2]);
    }
}
