//! A network that can be cut or held up: what a browser asks goes through here to the server, until the cable is pulled.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;

pub struct Cable {
    /// Where the server is.
    to: SocketAddr,
    /// Where browsers come.
    port: u16,
    open: Option<Open>,
    held: Arc<(Mutex<bool>, Condvar)>,
}

struct Open {
    over: Arc<AtomicBool>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
    accepts: JoinHandle<()>,
}

impl Cable {
    /// A new port that leads to the server at `base`.
    pub fn to(base: &str) -> Self {
        let to = base.trim_start_matches("http://").parse().unwrap();
        let mut cable = Self { to, port: 0, open: None, held: Arc::default() };
        cable.mend();
        cable
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Puts it together again, on the same port.
    pub fn mend(&mut self) {
        assert!(self.open.is_none());
        let listener = TcpListener::bind(("127.0.0.1", self.port)).unwrap();
        self.port = listener.local_addr().unwrap().port();
        let over = Arc::new(AtomicBool::new(false));
        let streams = Arc::new(Mutex::new(Vec::new()));
        let (ends, kept, to, held) = (over.clone(), streams.clone(), self.to, self.held.clone());
        let accepts = std::thread::spawn(move || {
            for from in listener.incoming() {
                if ends.load(Ordering::Acquire) {
                    return;
                }
                let (Ok(from), Ok(to)) = (from, TcpStream::connect(to)) else { continue };
                let mut kept = kept.lock().unwrap();
                for (mut a, mut b) in [(&from, &to), (&to, &from)]
                    .map(|(a, b)| (a.try_clone().unwrap(), b.try_clone().unwrap()))
                {
                    let held = held.clone();
                    std::thread::spawn(move || {
                        let mut buffer = vec![0; 64 * 1024];
                        while let Ok(read @ 1..) = a.read(&mut buffer) {
                            let (held, change) = &*held;
                            drop(change.wait_while(held.lock().unwrap(), |held| *held).unwrap());
                            if b.write_all(&buffer[..read]).is_err() {
                                break;
                            }
                        }
                        let _ = a.shutdown(Shutdown::Both);
                        let _ = b.shutdown(Shutdown::Both);
                    });
                }
                kept.push(from);
                kept.push(to);
            }
        });
        self.open = Some(Open { over, streams, accepts });
    }

    /// Holds up what comes from now on, either way, until it is let go: a network as slow as can be.
    pub fn hold(&self, hold: bool) {
        let (held, change) = &*self.held;
        *held.lock().unwrap() = hold;
        change.notify_all();
    }

    /// Pulls it: nobody can connect, and who was connected no longer is.
    pub fn cut(&mut self) {
        let Some(open) = self.open.take() else { return };
        open.over.store(true, Ordering::Release);
        // The thread that waits for somebody gets somebody, and ends.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        open.accepts.join().unwrap();
        for stream in open.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.hold(false);
        self.cut();
    }
}
