//! Opening a million rows: after a clean close, after kill -9, after a power cut; time, memory, disk.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;
use std::time::Instant;

use lyceum::store::{Class, Durability, Read, Store, StoreError, StoreOptions};

use crate::{Answer, Plain, SCHEMA};

const ROWS: u64 = 1_000_000;
const TEXT_BYTES: usize = 300;

fn options(durability: Durability) -> StoreOptions {
    StoreOptions { durability, low_water_bytes: 0, ..StoreOptions::default() }
}

fn fill(store: &Store, from: u64, to: u64) {
    for from in (from..to).step_by(2000) {
        store
            .write_blocking(Class::Bulk, move |txn| -> Result<(), StoreError> {
                (from..from + 2000).try_for_each(|number| {
                    let slot = (number % 40).try_into().unwrap();
                    txn.put(Answer::<0, false> { attempt: number / 40, slot, text: "m".repeat(TEXT_BYTES) })
                })
            })
            .unwrap();
    }
}

/// Opens, says what it took, and with `LYCEUM_BENCH_MORE` writes on and waits to be killed.
pub fn child() {
    let home = std::env::var("LYCEUM_BENCH_HOME").unwrap();
    let began = Instant::now();
    let store = Store::open(Path::new(&home), SCHEMA, options(Durability::Synced)).unwrap();
    let took = began.elapsed();
    let row = store.read(|read| read.get::<Plain>(&(7_000, 3)).unwrap().unwrap());
    assert_eq!(row.text.len(), TEXT_BYTES);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let of = |name: &str| {
        status
            .lines()
            .find(|line| line.starts_with(name))
            .map_or("", |line| line[name.len()..].trim())
            .to_owned()
    };
    println!(
        "open {took:?}, rebuilt {}, resident {}, at most {}, tree {} MB, journal {} MB",
        store.counts().rebuilds.load(Ordering::Relaxed),
        of("VmRSS:"),
        of("VmHWM:"),
        store.tree_bytes().unwrap() / 1_000_000,
        store.journal_bytes() / 1_000_000,
    );
    if std::env::var("LYCEUM_BENCH_MORE").is_ok() {
        store.checkpoint().unwrap();
        fill(&store, ROWS, ROWS + 40_000);
        println!("more");
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    store.close();
}

fn run(what: &str, home: &Path, kill: bool) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("LYCEUM_BENCH", "million-child").env("LYCEUM_BENCH_HOME", home);
    if kill {
        command.env("LYCEUM_BENCH_MORE", "1");
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    println!("{what}: {}", lines.next().unwrap().unwrap());
    if kill {
        assert_eq!(lines.next().unwrap().unwrap(), "more");
        child.kill().unwrap();
    }
    child.wait().unwrap();
}

/// Fills a store and opens it in processes of their own.
pub fn measure() {
    let home = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let store = Store::open(home.path(), SCHEMA, options(Durability::Relaxed)).unwrap();
    fill(&store, 0, ROWS);
    store.close();
    drop(store);
    println!("filled {ROWS} rows of about {TEXT_BYTES} bytes in {:?}", began.elapsed());
    run("after a clean close", home.path(), false);
    run("after a clean close, then 40,000 rows behind a checkpoint", home.path(), true);
    run("after kill -9", home.path(), false);
    let marker = home.path().join("marker.json");
    std::fs::write(&marker, r#"{"layout":1,"boot":"another","clean":false,"tree":[]}"#).unwrap();
    run("after a power cut (rebuilt)", home.path(), false);
    let began = Instant::now();
    let sizes = lyceum::store::compact(home.path(), SCHEMA, &options(Durability::Synced)).unwrap();
    println!("compacted {} MB to {} MB in {:?}", sizes.0 / 1_000_000, sizes.1 / 1_000_000, began.elapsed());
}
