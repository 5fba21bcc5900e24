//! What the kernel is told of every accepted connection: how much of an answer it keeps for a client that does not read,
//! and for how long it tries to get rid of it.
//!
//! The server makes more of an answer only when the kernel takes some, and nothing in the process waits for that with a
//! clock. `TCP_USER_TIMEOUT` is the kernel's own: it ends a connection whose data are not acknowledged, or whose peer
//! keeps its window shut, for so long. Whoever waits for the connection is told, and lets go of the answer.

use std::any::Any;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use rustix::net::sockopt;

/// Bytes of answers that the kernel keeps per connection, which doubles it for its own needs: 256 KiB on the way are 20
/// Mbit/s over a tenth of a second, and by itself it would keep 4 MiB.
const SEND_BUFFER_BYTES: usize = 256 * 1024;

/// For each accepted connection: how long a write may make no progress.
pub fn bounded(stall: Duration) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync + 'static {
    let stall_ms = u32::try_from(stall.as_millis()).unwrap_or(u32::MAX);
    move |connection, _| {
        let Some(stream) = connection.downcast_ref::<TcpStream>() else { return };
        let set = sockopt::set_socket_send_buffer_size(stream, SEND_BUFFER_BYTES)
            .and_then(|()| set_user_timeout(stream, stall_ms));
        if let Err(error) = set {
            tracing::debug!(%error, "a connection has the system's own bounds");
        }
    }
}

#[cfg(target_os = "linux")]
fn set_user_timeout(stream: &TcpStream, stall_ms: u32) -> rustix::io::Result<()> {
    sockopt::set_tcp_user_timeout(stream, stall_ms)
}

/// Elsewhere the system's own patience holds, minutes.
#[cfg(not(target_os = "linux"))]
fn set_user_timeout(_: &TcpStream, _: u32) -> rustix::io::Result<()> {
    Ok(())
}
