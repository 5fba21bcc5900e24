//! A machine that is full, without the work that would fill it: the limiter is told what it would measure then.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use lyceum::state::State;
use lyceum::store::Class;

/// How often it is told; a tick of the limiter is ten times as long.
const OFTEN: Duration = Duration::from_millis(2);
/// Sign-ins that ask at a time: all that there is goes to them, and to what is more urgent.
const CROWD: usize = 50;

/// The machine is full for as long as this lives: of what is less urgent than a sign-in next to nothing is let in.
pub struct Full {
    over: Arc<AtomicBool>,
    told: Option<JoinHandle<()>>,
}

impl Full {
    /// Begins. The limiter needs some ticks to find out.
    pub fn begin(state: &State) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (until, state) = (over.clone(), state.clone());
        let told = std::thread::spawn(move || {
            let limiter = &state.admission.limiter;
            while !until.load(Ordering::Relaxed) {
                for _ in 0..CROWD {
                    limiter.admit(Class::SignIn);
                    limiter.waited(Duration::from_mins(1));
                }
                limiter.spent(Class::SignIn, 20 * OFTEN);
                std::thread::sleep(OFTEN);
            }
        });
        Self { over, told: Some(told) }
    }
}

impl Drop for Full {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(told) = self.told.take() {
            let ended = told.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the crowd fell over");
        }
    }
}
