//! The yardstick of the store: the bare group-commit loop of the engine, with nothing around it.
//!
//! One thread takes what waits, writes it as one record behind the last one of a preallocated file, calls `fdatasync`,
//! applies it to sled as one batch, and answers. No types, no indexes, no transactions, no readers to keep whole.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

/// Keys and values of one write.
pub type Rows = Vec<(Vec<u8>, Vec<u8>)>;

/// As large as a journal segment of the store.
const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// A running loop; ends when dropped.
pub struct BareLoop {
    queue: Option<Sender<(Rows, oneshot::Sender<()>)>>,
    thread: Option<JoinHandle<()>>,
}

fn preallocate(path: &Path) -> File {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path).unwrap();
    let zeros = vec![0; 1024 * 1024];
    for at in (0..SEGMENT_BYTES).step_by(zeros.len()) {
        file.write_all_at(&zeros, at).unwrap();
    }
    file.sync_all().unwrap();
    file
}

impl BareLoop {
    /// Runs in `directory`, with a page cache of `cache_bytes`.
    pub fn start(directory: &Path, cache_bytes: u64) -> Self {
        let db = sled::Config::new()
            .path(directory.join("tree"))
            .cache_capacity(cache_bytes)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None)
            .open()
            .unwrap();
        let journal = preallocate(&directory.join("journal"));
        let (queue, waiting) = channel::<(Rows, oneshot::Sender<()>)>();
        let thread = std::thread::spawn(move || {
            let mut at = 0;
            let mut record = Vec::new();
            while let Ok(first) = waiting.recv() {
                let mut group = vec![first];
                group.extend(waiting.try_iter());
                record.clear();
                record.resize(16, 0);
                let mut batch = sled::Batch::default();
                for (rows, _) in &group {
                    for (key, value) in rows {
                        record.extend_from_slice(&u32::try_from(key.len()).unwrap().to_le_bytes());
                        record.extend_from_slice(key);
                        record.extend_from_slice(&u32::try_from(value.len()).unwrap().to_le_bytes());
                        record.extend_from_slice(value);
                        batch.insert(key.as_slice(), value.as_slice());
                    }
                }
                let sum = crc32c::crc32c(&record);
                record[..4].copy_from_slice(&sum.to_le_bytes());
                if at + record.len() as u64 > SEGMENT_BYTES {
                    // A new life of the file: the yardstick does not pay for making segments.
                    at = 0;
                }
                journal.write_all_at(&record, at).unwrap();
                journal.sync_data().unwrap();
                at += record.len() as u64;
                db.apply_batch(batch).unwrap();
                for (_, answer) in group {
                    let _ = answer.send(());
                }
            }
        });
        Self { queue: Some(queue), thread: Some(thread) }
    }

    /// Queues a write; the receiver is answered when it is durable and applied.
    pub fn write(&self, rows: Rows) -> oneshot::Receiver<()> {
        let (answer, answered) = oneshot::channel();
        self.queue.as_ref().unwrap().send((rows, answer)).unwrap();
        answered
    }
}

impl Drop for BareLoop {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
