//! The pages: what people with a browser see. Each page calls the same domain functions as the API handler of its noun
//! and renders a template; docs/pages.md says how one is made.
//!
//! | file | what |
//! |---|---|
//! | `frame` | who looks, in which language and zone; renders and redirects |
//! | `visitor` | the extractors of handlers: `Visitor`, `Guest`, `Posted`, `GuestPosted` |
//! | `form`, `typed` | what was typed: reading it, keeping it, errors beside fields |
//! | `upload` | forms with files |
//! | `text`, `dates` | the catalogue of messages, dates in the viewer's zone |
//! | `kept` | pages that are rendered once for as long as nothing in them changes |
//! | `assets` | style, scripts, pictures: hashed, compressed, cached for ever |
//! | `error` | refusals as pages |
//! | the others | a noun each, with the file name that it has in `domain/` and `http/` |

pub mod account;
pub mod activation;
pub mod admin;
pub mod assets;
pub mod attempt;
pub mod bank;
pub mod build;
pub mod confirm;
pub mod cookie;
pub mod course;
pub mod course_facts;
pub mod dates;
pub mod desk;
pub mod error;
pub mod field;
pub mod flash;
pub mod form;
pub mod frame;
pub mod grade;
pub mod grade_file;
pub mod gradebook;
pub mod grading;
pub mod home;
pub mod job;
pub mod kept;
pub mod live;
pub mod look;
pub mod made;
pub mod markdown;
pub mod marking;
pub mod page;
pub mod people;
pub mod quiz;
pub mod quiz_list;
pub mod quiz_place;
pub mod regrade;
pub mod said;
pub mod setup;
pub mod sign_in;
pub mod statistics;
pub mod text;
pub mod typed;
pub mod upload;
pub mod visitor;

use crate::http::routes::Routes;

/// The routes of all pages, a line per noun.
pub fn routes(routes: &mut Routes) {
    assets::routes(routes);
    look::routes(routes);
    sign_in::routes(routes);
    setup::routes(routes);
    activation::routes(routes);
    account::routes(routes);
    home::routes(routes);
    course::routes(routes);
    course_facts::routes(routes);
    page::routes(routes);
    attempt::routes(routes);
    quiz_list::routes(routes);
    quiz::routes(routes);
    live::routes(routes);
    // What has a name of its own stands before the pages of a person.
    grade_file::routes(routes);
    gradebook::routes(routes);
    grading::routes(routes);
    people::routes(routes);
    marking::routes(routes);
    regrade::routes(routes);
    build::routes(routes);
    bank::routes(routes);
    statistics::routes(routes);
    admin::routes(routes);
    grade::routes(routes);
}
