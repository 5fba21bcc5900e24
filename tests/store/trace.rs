//! The order on the real thing: under strace, no answer leaves before the sync that covers it.

use std::io::{BufRead, BufReader, Read as _, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use lyceum::store::{Read, Store, StoreOptions};

use crate::skipped::skipped;
use crate::support::{Note, SCHEMA, assert_clean, child_of_this, eventually, options, write, write_notes};

const WRITERS: u64 = 4;
const EACH: u64 = 20;

/// The child: writes from several threads and says each answer.
#[test]
fn child_that_answers() {
    let Ok(home) = std::env::var("LYCEUM_TRACE_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, options()).unwrap();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                for number in writer * EACH..(writer + 1) * EACH {
                    let text = format!("MARK{number};");
                    write(store, move |txn| txn.put(Note { number, tag: 1, text })).unwrap();
                    std::io::stdout().write_all(format!("ANSWER{number};\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

/// One system call: when it began, when it returned, what it was.
struct Call {
    began: usize,
    ended: usize,
    text: String,
}

/// Reads `strace -f` lines, where a call may be cut in two by others.
fn calls(trace: &str) -> Vec<Call> {
    let mut open = std::collections::HashMap::new();
    let mut calls = Vec::new();
    for (at, line) in trace.lines().enumerate() {
        let Some((thread, text)) = line.split_once(' ') else { continue };
        let text = text.trim_start();
        if let Some(begun) = text.strip_suffix("<unfinished ...>") {
            open.insert(thread.to_owned(), (at, begun.to_owned()));
        } else if text.starts_with("<... ") {
            if let Some((began, begun)) = open.remove(thread) {
                calls.push(Call { began, ended: at, text: format!("{begun}{text}") });
            }
        } else {
            calls.push(Call { began: at, ended: at, text: text.to_owned() });
        }
    }
    calls
}

fn descriptor(call: &Call) -> &str {
    call.text.split(['(', ',', ')', ' ']).nth(1).unwrap()
}

#[test]
fn no_answer_is_sent_before_the_sync_that_covers_it() {
    if Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_err() {
        skipped("strace is not installed");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let trace = home.path().join("trace");
    let place = home.path().join("store").to_str().unwrap().to_owned();
    let child = child_of_this("trace::child_that_answers", &[("LYCEUM_TRACE_HOME", place)]);
    let status = Command::new("strace")
        .args(["-f", "-s", "200000", "-e", "trace=pwrite64,fdatasync,write", "-o"])
        .arg(&trace)
        .arg(child.get_program())
        .args(child.get_args())
        .envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    if !status.success() {
        skipped(&format!("strace may not trace here: {status}"));
        return;
    }
    let calls = calls(&String::from_utf8_lossy(&std::fs::read(&trace).unwrap()));
    for number in 0..WRITERS * EACH {
        let mark = format!("MARK{number};");
        // The journal's write is the first that has the mark; sled's comes later.
        let written = calls
            .iter()
            .filter(|call| call.text.starts_with("pwrite64(") && call.text.contains(&mark))
            .min_by_key(|call| call.began)
            .unwrap_or_else(|| panic!("{mark} was never written"));
        let synced = calls
            .iter()
            .filter(|call| {
                call.text.starts_with("fdatasync(")
                    && descriptor(call) == descriptor(written)
                    && call.began >= written.ended
                    && call.text.trim_end().ends_with("= 0")
            })
            .min_by_key(|call| call.began)
            .unwrap_or_else(|| panic!("{mark} was never synced"));
        let answer = format!("ANSWER{number};");
        let answered = calls
            .iter()
            .find(|call| call.text.starts_with("write(1,") && call.text.contains(&answer))
            .unwrap_or_else(|| panic!("{mark} was never answered"));
        assert!(
            written.ended <= synced.began && synced.ended < answered.began,
            "{mark}: written at line {}, synced at {}, answered at {}",
            written.ended,
            synced.ended,
            answered.began
        );
    }
}

/// The tree's file is synced by nobody but who asks for it.
fn calm() -> StoreOptions {
    StoreOptions { checkpoint_interval: Duration::from_hours(1), checkpoint_bytes: 1 << 40, ..options() }
}

/// The child: syncs of the tree's file fail, for each thread once.
#[test]
fn child_whose_tree_is_not_synced() {
    let Ok(home) = std::env::var("LYCEUM_UNSYNCED_HOME") else { return };
    let store = Store::open(Path::new(&home), SCHEMA, calm()).unwrap();
    println!("\nopen");
    // Whoever traces says when they do: what opening syncs is not meant.
    std::io::stdin().read_line(&mut String::new()).unwrap();
    if std::env::var("LYCEUM_UNSYNCED_WHEN").unwrap() == "1" {
        write_notes(&store, 50..100);
        // The second is that of sled, which panics, when the committer takes the tree out of use.
        let said = store.checkpoint().unwrap_err().to_string();
        assert!(said.contains("Input/output error"), "{said}");
        eventually("it is healed", || store.read_only_reason().is_none());
        assert_eq!(store.read(|read| read.list::<Note>(&(), None, 1000)).unwrap().len(), 100);
        write_notes(&store, 100..150);
        store.checkpoint().unwrap();
        assert_clean(&store);
    }
    store.close();
}

#[test]
fn a_sync_of_the_tree_that_fails_costs_no_thread_and_is_no_clean_close() {
    let tries = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    if !tries.is_ok_and(|tries| tries.status.success()) {
        skipped("strace is not installed, or may not trace here");
        return;
    }
    // The first of each thread; or the second, which at closing is that of sled while it is dropped.
    for (when, injected) in [("1", 2), ("2", 1)] {
        let home = tempfile::tempdir().unwrap();
        let (place, trace) = (home.path().join("store"), home.path().join("trace"));
        let store = Store::open(&place, SCHEMA, calm()).unwrap();
        write_notes(&store, 0..50);
        store.close();
        drop(store);
        let environment = [
            ("LYCEUM_UNSYNCED_HOME", place.to_str().unwrap().to_owned()),
            ("LYCEUM_UNSYNCED_WHEN", when.to_owned()),
        ];
        let mut child = child_of_this("trace::child_whose_tree_is_not_synced", &environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        assert!(lines.any(|line| line.unwrap() == "open"), "the child ended by itself");
        let mut tracer = Command::new("strace")
            .args(["-f", "-e", "trace=fsync", "-e", &format!("inject=fsync:error=EIO:when={when}"), "-P"])
            .arg(place.join("tree/db"))
            .arg("-o")
            .arg(&trace)
            .args(["-p", &child.id().to_string()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(tracer.stderr.take().unwrap()).lines();
        assert!(told.any(|line| line.unwrap().contains("attached")), "strace could not attach");
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
        // Both pipes are read to their ends, so that nobody waits for room in them.
        let rest = std::thread::spawn(move || lines.count());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        rest.join().unwrap();
        let ended = child.wait().unwrap();
        tracer.wait().unwrap();
        let trace = std::fs::read_to_string(&trace).unwrap();
        assert!(ended.success(), "{trace}{said}");
        assert_eq!(trace.matches("(INJECTED)").count(), injected, "{trace}");
        assert!(said.contains("panicked"), "sled had its panic: {trace}{said}");
        let marker = std::fs::read_to_string(place.join("marker.json")).unwrap();
        assert_eq!(marker.contains("\"clean\":true"), when == "1", "{marker}");
        let store = Store::open(&place, SCHEMA, calm()).unwrap();
        let notes = if when == "1" { 150 } else { 50 };
        assert_eq!(store.read(|read| read.list::<Note>(&(), None, 1000)).unwrap().len(), notes);
        assert_eq!(store.counts().rebuilds.load(Ordering::Relaxed), 0);
        assert_clean(&store);
    }
}
