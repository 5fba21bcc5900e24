//! How a thread stands to the others when the machine is full. Linux gives each thread a nice value of its own.

/// Sets the nice value of the calling thread. Lowering it needs a right (root, `CAP_SYS_NICE`, `LimitNICE=` of systemd);
/// without it everything works, only less fast when the machine is full.
pub fn of_this_thread(nice: i32) {
    if let Err(error) = rustix::process::setpriority_process(None, nice) {
        tracing::debug!(%error, nice, "a thread runs with ordinary priority");
    }
}
