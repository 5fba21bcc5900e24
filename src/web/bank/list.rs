//! The questions of a course: found by category, tag, kind and name, and what is done with several at once.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

use super::question::few_uses;
use super::{category_choices, chosen_category, look_for, path_words, place_of, short};
use crate::domain::access::{Actor, Permission};
use crate::domain::bank::category::Tree;
use crate::domain::bank::list::{Filter, Place, is_same_tag};
use crate::domain::bank::{DRAWS_TOO_FEW, Draft, Question, QuestionType, change, draft, question};
use crate::domain::ids::{CategoryId, CourseId, QuestionId, QuizId};
use crate::domain::refusal::{CHANGED, Refusal, invalid};
use crate::http::page::{PageQuery, cursor};
use crate::state::State;
use crate::store::{Class, Txn};
use crate::web::confirm::{self, Confirm};
use crate::web::course::CoursePlace;
use crate::web::flash::Flash;
use crate::web::form::{Fields, Form};
use crate::web::frame::Frame;
use crate::web::sign_in::encoded;
use crate::web::visitor::{Posted, Visitor};

/// Questions on a page, and most that are changed at once.
const PER_PAGE: usize = 50;
/// Quizzes that a line names.
const USES_NAMED: usize = 3;

/// What is asked for in the address. An empty field says nothing.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    tag: String,
    #[serde(default)]
    retired: String,
    after: Option<String>,
}

impl Asked {
    /// From the address that a form of the page was sent with.
    fn of(fields: &Fields) -> Self {
        let field = |name: &str| fields.get(&format!("filter/{name}")).to_owned();
        Self {
            q: field("q"),
            category: field("category"),
            kind: field("type"),
            tag: field("tag"),
            retired: field("retired"),
            after: Some(field("after")).filter(|after| !after.is_empty()),
        }
    }

    fn filter(&self) -> Result<Filter, Refusal> {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let category = match self.category.as_str() {
            "" => None,
            "top" => Some(None),
            text => {
                let id = text.parse().map_err(|_| invalid("?category", "is neither an id nor top"))?;
                Some(Some(CategoryId(id)))
            }
        };
        Ok(Filter {
            // A category is asked for with those in it; the top is what lies in none.
            with_children: matches!(category, Some(Some(_))),
            category,
            tag: said(&self.tag),
            kind: QuestionType::parse(&self.kind),
            name: None,
            words: said(&self.q),
            retired: match self.retired.as_str() {
                "yes" => Some(true),
                "all" => None,
                _ => Some(false),
            },
        })
    }

    /// Names and values that say something.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", self.q.as_str()),
            ("category", &self.category),
            ("type", &self.kind),
            ("tag", &self.tag),
            ("retired", &self.retired),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    fn address(&self, course: CourseId, after: Option<&str>) -> String {
        let mut pairs = self.pairs();
        pairs.extend(after.map(|after| ("after", after)));
        let query: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("/courses/{course}/questions{mark}{}", query.join("&"))
    }

    /// Does it leave questions out beside those that are retired?
    fn narrows(&self) -> bool {
        self.pairs().iter().any(|(name, _)| *name != "retired")
    }
}

struct Line {
    question: Arc<Question>,
    category: String,
    uses: Vec<(QuizId, String)>,
    more_uses: bool,
}

#[derive(Template)]
#[template(path = "bank/list.html")]
struct ListPage<'a> {
    frame: &'a Frame,
    place: &'a CoursePlace,
    form: &'a Form,
    asked: &'a Asked,
    lines: Vec<Line>,
    next: Option<String>,
    /// To look for, and to move to.
    categories: Vec<(String, String)>,
    may_edit: bool,
}

impl ListPage<'_> {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        let words =
            |kind: QuestionType| (kind.name(), self.frame.t_of("bank-kind-", kind.name()).into_owned());
        QuestionType::ALL.into_iter().map(words).collect()
    }

    fn kind(&self, line: &Line) -> String {
        self.frame.t_of("bank-kind-", line.question.kind.name()).into_owned()
    }

    fn export(&self, format: &str) -> String {
        let category = if matches!(self.asked.category.as_str(), "" | "top") {
            String::new()
        } else {
            format!("&category={}", encoded(&self.asked.category))
        };
        format!("/api/courses/{}/questions/export?format={format}{category}", self.place.course.id)
    }

    fn first(&self) -> String {
        self.asked.address(self.place.course.id, None)
    }

    fn is_ticked(&self, line: &Line) -> bool {
        self.form.holds("questions[]", &line.question.id.to_string())
    }
}

fn show_list(
    state: &State,
    frame: &Frame,
    actor: &Actor,
    course: CourseId,
    asked: &Asked,
    form: &Form,
) -> Result<HttpResponse, Refusal> {
    let filter = asked.filter()?;
    let after = PageQuery { limit: None, after: asked.after.clone() }.after::<Place>()?;
    let (rows, next) = look_for(state, actor, course, &filter, after, PER_PAGE)?;
    let (place, lines, categories) = state.store.read(|read| -> Result<_, Refusal> {
        let place = place_of(read, actor, Permission::ViewQuestions, course)?;
        let tree = Tree::read(read, course)?;
        let line = |question: Arc<Question>| -> Result<Line, Refusal> {
            let mut uses = few_uses(read, question.id, USES_NAMED + 1)?;
            let more_uses = uses.len() > USES_NAMED;
            uses.truncate(USES_NAMED);
            let category = question.category.map(|id| path_words(&tree.path(id))).unwrap_or_default();
            Ok(Line { question, category, uses, more_uses })
        };
        let lines: Vec<Line> = rows.into_iter().map(line).collect::<Result<_, _>>()?;
        Ok((place, lines, category_choices(frame, &tree, "top")))
    })?;
    let next = next.as_ref().map(|next| asked.address(course, Some(&cursor(next))));
    let may_edit = place.can(Permission::EditQuestions);
    form.show(frame, &ListPage { frame, place: &place, form, asked, lines, next, categories, may_edit })
}

pub(super) async fn show(
    visitor: Visitor,
    course: web::Path<CourseId>,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, Refusal> {
    let form = Form::default();
    show_list(&visitor.state, &visitor.frame, visitor.actor(), *course, &asked, &form)
}

/// What is done with questions that are ticked.
enum Deed {
    Move(Option<CategoryId>),
    Tag(String),
    Retire(bool),
}

fn deed(fields: &Fields) -> Result<Deed, Refusal> {
    match fields.get("do") {
        "move" if fields.get("category") == "top" => Ok(Deed::Move(None)),
        "move" => match chosen_category(fields, "category")? {
            Some(category) => Ok(Deed::Move(Some(category))),
            None => Err(invalid("/category", "is missing; choose where to")),
        },
        "tag" => match fields.optional("tag") {
            Some(tag) => Ok(Deed::Tag(tag.to_owned())),
            None => Err(invalid("/tag", "is empty; write the tag")),
        },
        "retire" => Ok(Deed::Retire(true)),
        "restore" => Ok(Deed::Retire(false)),
        _ => Err(invalid("/do", "is nothing that can be done")),
    }
}

/// The questions that are ticked, all of this course.
fn ticked(state: &State, course: CourseId, fields: &Fields) -> Result<Vec<Arc<Question>>, Refusal> {
    let ids: Vec<&str> = fields.all("questions[]").filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Err(invalid("/questions", "are none; tick some first"));
    }
    if ids.len() > PER_PAGE {
        return Err(invalid("/questions", format!("are more than {PER_PAGE}")));
    }
    let wrong = || invalid("/questions", "are not all of this course");
    state.store.read(|read| {
        let find = |id: &str| {
            let found = question::get(read, QuestionId(id.parse().map_err(|_| wrong())?))?;
            if found.course == course { Ok(found) } else { Err(wrong()) }
        };
        ids.into_iter().map(find).collect()
    })
}

/// The question with another tag, to be stored; none when it has it already.
fn tagged(state: &State, actor: &Actor, id: QuestionId, tag: &str) -> Result<Option<(u32, Draft)>, Refusal> {
    let (revision, mut body) = state.store.read(|read| change::newest_body(read, actor, id))?;
    if body.tags.iter().any(|known| is_same_tag(known, tag)) {
        return Ok(None);
    }
    body.tags.push(tag.to_owned());
    let named = |mut refusal: Refusal| {
        refusal.fields.iter_mut().for_each(|field| "/tag".clone_into(&mut field.at));
        refusal
    };
    let draft = Draft::new(body).map_err(|error| named(draft::refusal("", &error)))?;
    Ok(Some((revision, draft)))
}

/// Does it with all of them, or with none.
async fn done(state: &State, actor: &Actor, course: CourseId, fields: &Fields) -> Result<Flash, Refusal> {
    let deed = deed(fields)?;
    let questions = ticked(state, course, fields)?;
    let count = questions.len();
    let by = actor.clone();
    let (class, pools) = (Class::Interactive, short::pools(fields));
    let flash = |key: &str| Flash::done(key).with("count", count);
    match deed {
        Deed::Move(category) => {
            let all = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
                questions
                    .iter()
                    .try_for_each(|it| change::place(txn, &by, it.id, |_| Ok(()), category, pools).map(drop))
            };
            state.store.write(class, all).await?;
            Ok(flash("bank-many-moved"))
        }
        Deed::Retire(retired) => {
            let all = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
                questions
                    .iter()
                    .try_for_each(|it| change::retire(txn, &by, it.id, |_| Ok(()), retired, pools).map(drop))
            };
            state.store.write(class, all).await?;
            Ok(flash(if retired { "bank-many-retired" } else { "bank-many-back" }))
        }
        Deed::Tag(tag) => {
            let mut drafts = Vec::new();
            for it in &questions {
                if let Some((revision, draft)) = tagged(state, actor, it.id, &tag)? {
                    drafts.push((it.id, revision, draft));
                }
            }
            let all = move |txn: &mut Txn<'_>| -> Result<(), Refusal> {
                for (id, revision, draft) in drafts {
                    let same = |now| {
                        if now == revision { Ok(()) } else { Err(CHANGED.refuse("it was changed meanwhile")) }
                    };
                    change::edit(txn, &by, id, same, draft, pools)?;
                }
                Ok(())
            };
            state.store.write(class, all).await?;
            Ok(flash("bank-many-tagged"))
        }
    }
}

pub(super) async fn change(posted: Posted, course: web::Path<CourseId>) -> Result<HttpResponse, Refusal> {
    let Posted { who, frame, fields, state } = posted;
    let (actor, course) = (who.actor, *course);
    state.store.read(|read| place_of(read, &actor, Permission::EditQuestions, course))?;
    let asked = Asked::of(&fields);
    if !confirm::is_sure(&fields)
        && let (Ok(Deed::Retire(true)), Ok(questions)) = (deed(&fields), ticked(&state, course, &fields))
    {
        let question = Confirm {
            question: frame.t1("bank-retire-many-title", "count", questions.len()),
            what: vec![
                frame.t("bank-retire-many-what").into_owned(),
                frame.t("bank-retire-many-used").into_owned(),
            ],
            action: &format!("/courses/{course}/questions"),
            fields: &confirm::again(&fields),
            button: frame.t("bank-retire").into_owned(),
            back: &asked.address(course, asked.after.as_deref()),
        };
        return question.show(&frame);
    }
    match done(&state, &actor, course, &fields).await {
        Ok(flash) => Ok(frame.go_and_say(&asked.address(course, asked.after.as_deref()), &flash)),
        Err(refusal) if refusal.code == DRAWS_TOO_FEW => {
            let at = (format!("/courses/{course}/questions"), asked.address(course, asked.after.as_deref()));
            short::ask(&state, &frame, refusal, &fields, (&at.0, &at.1))
        }
        Err(refusal) => {
            let form = Form::refused(fields, refusal, frame.text)?;
            show_list(&state, &frame, &actor, course, &asked, &form)
        }
    }
}
