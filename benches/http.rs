//! Whole requests, from the client's first byte to the answer's last, one after the other on a kept connection: what
//! people wait for on a quiet machine. What many at once get is measured by `ratio` and by `lyceum load`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    dead_code,
    reason = "a bench stops at the first failure; it shares its exam with others that ask it for more"
)]

#[path = "support/exam.rs"]
mod exam;

use criterion::{Criterion, criterion_group, criterion_main};
use exam::Exam;
use lyceum::load::client::Connection;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn requests(criterion: &mut Criterion) {
    let exam = Exam::start(false);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut connection = runtime.block_on(Connection::open(exam.address)).unwrap();
    let mut ask = |bytes: &[u8]| {
        let status = runtime.block_on(connection.status(bytes)).unwrap();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(bytes));
    };
    let mut group = criterion.benchmark_group("http");
    for (name, bytes) in [
        ("outline", exam.outline_request(0)),
        ("outline page", exam.page_request(0)),
        ("paper of 20 questions", exam.paper_request(0)),
        ("gradebook, 50 learners", exam.matrix_request()),
    ] {
        group.bench_function(name, |bencher| bencher.iter(|| ask(&bytes)));
    }
    let savers = exam.savers();
    group.bench_function("durable save", |bencher| {
        bencher.iter(|| ask(&savers.save(0, exam.next_sequence())));
    });
    group.finish();
}

criterion_group!(benches, requests);
criterion_main!(benches);
