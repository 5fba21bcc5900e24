//! The API over HTTP: one file per noun, a real server on port 0 over a temporary directory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod account;
mod address;
mod admin_pages;
mod admission;
#[path = "../pages/asking.rs"]
mod asking_pages;
mod attempt;
mod attempt_file;
mod bank;
#[path = "../pages/bank.rs"]
mod bank_pages;
mod capacity;
mod classroom;
mod codes;
mod command_line;
mod content;
mod course;
mod course_clone;
#[path = "../pages/course_facts.rs"]
mod course_fact_pages;
mod demo;
mod enrolment;
#[path = "../pages/enrolment_key.rs"]
mod enrolment_key_pages;
mod exam;
mod exam_clock;
mod exam_command;
mod exam_follow;
mod exam_pages;
#[path = "../pages/exam_weight.rs"]
mod exam_weight;
mod export;
mod files;
mod form_faults;
#[path = "../../benches/support/full.rs"]
mod full;
mod grade;
mod grade_csv;
#[path = "../pages/grade_file.rs"]
mod grade_file_pages;
mod grade_reasons;
mod grade_workbook;
#[path = "../pages/gradebook_line.rs"]
mod gradebook_line_pages;
#[path = "../pages/grading.rs"]
mod grading_pages;
mod group;
#[path = "../pages/html_form.rs"]
mod html_form;
mod job;
mod job_deletion;
mod job_imports;
mod job_subject;
mod learning_records;
mod live;
mod load_compare;
mod long_essay;
mod marks_seen;
mod once;
mod openapi;
mod outline;
mod pages;
mod people;
mod people_pages;
#[path = "../pages/person_records.rs"]
mod person_record_pages;
mod protocol;
mod question_import;
mod quiz;
#[path = "../pages/quiz_pages.rs"]
mod quiz_pages;
#[path = "../pages/records.rs"]
mod record_pages;
#[path = "../pages/refusals.rs"]
mod refusal_pages;
mod refusal_words;
mod regrade;
mod regrade_results;
mod review;
#[path = "../pages/roles.rs"]
mod role_pages;
mod roles;
mod roster;
#[path = "../running/mod.rs"]
mod running;
mod sent_back;
mod session;
mod setup;
#[path = "../running/shared.rs"]
mod shared;
#[path = "../running/skipped.rs"]
mod skipped;
mod start_page;
mod statistics;
mod support;
mod system;
mod teacher_pages;
mod token;
#[path = "../pages/way_back.rs"]
mod way_back_pages;
mod wrong_shape;
mod xapi_target;
