//! An exam day and what hostile clients send, against the binary itself: started as a process, stopped with signals,
//! spoken to over HTTP alone. What is expected is worked out here, with the library's pure rules at most.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "a test stops at the first surprise"
)]

mod client;
mod crowd;
mod dice;
mod exam;
mod expected;
mod forms;
mod gradebook;
mod hostile;
mod hostile_routes;
#[path = "../pages/html_form.rs"]
mod html_form;
mod jobs;
mod learner;
mod open_files;
mod questions;
mod receipts;
mod rush;
mod school;
mod server;
mod stopping;
mod unread;

/// One server at a time: one of the tests measures time, and two servers would share the machine.
pub static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());

/// Runs a test's async part on a few threads.
pub fn run(work: impl Future<Output = ()>) {
    let turn = ONE_AT_A_TIME.lock();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
    drop(turn);
}

/// Does all of it at once; the results in the order of the work.
pub async fn together<T: Send + 'static>(
    work: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = work.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.unwrap());
    }
    results
}
