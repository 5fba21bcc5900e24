//! Taking a quiz: the door, the exam room, handing in, the result, the receipts. All of it works without scripts; those in
//! `assets/exam/` save on each change through the API and keep what the network does not take.
//!
//! | file | what |
//! |---|---|
//! | `door` | `/quizzes/{quiz}`: what it is, attempts so far, the start, waiting for a turn |
//! | `room` | `/attempts/{attempt}`: the questions with their fields, saving |
//! | `hand_in` | what is not answered, and handing in |
//! | `result` | what may be seen of it afterwards |
//! | `receipts` | every save with its receipt, as a page and as files |
//! | `shown`, `given` | a question with its fields; a question with what was answered |
//! | `sheets` | which questions stand on one page of the room |
//! | `response` | fields of a form as a response and back |

pub mod door;
pub mod given;
pub mod hand_in;
mod log;
pub mod receipts;
pub mod response;
pub mod result;
pub mod room;
mod sheets;
pub mod shown;

use crate::domain::access::Permission;
use crate::http::routes::{Needs, Routes};
use crate::store::Class;

/// Routes of this folder.
pub fn routes(routes: &mut Routes) {
    let mine = Needs::SignIn;
    // Who waits for a turn waits here, and has to see where they stand.
    routes.page("/quizzes/{quiz}", Class::Interactive, Needs::Course(Permission::ViewCourse), door::show);
    routes.form("/quizzes/{quiz}/start", Class::Start, Needs::Course(Permission::TakeQuiz), door::start);
    routes.page("/attempts/{attempt}", Class::Start, mine, room::show);
    routes.form("/attempts/{attempt}", Class::Exam, mine, room::save);
    routes.page("/attempts/{attempt}/submit", Class::Exam, mine, hand_in::show);
    routes.form("/attempts/{attempt}/submit", Class::Exam, mine, hand_in::submit);
    routes.page("/attempts/{attempt}/review", Class::Browse, mine, result::show);
    routes.page("/attempts/{attempt}/receipts", Class::Browse, mine, receipts::show);
    routes.page("/attempts/{attempt}/receipts.json", Class::Browse, mine, receipts::json);
    routes.page("/attempts/{attempt}/receipts.txt", Class::Browse, mine, receipts::text);
}
