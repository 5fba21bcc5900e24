//! Ten thousand connections that say nothing, and a flood of requests that never become whole: the exam goes on, and
//! the server's memory stays bounded.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::hostile::World;
use crate::open_files;
use crate::run;
use crate::server::Server;

const IDLE: usize = 10_000;
const SLOW: usize = 500;
/// What a connection that waits may cost: its buffers, and the kernel's share is not the process's.
const BYTES_PER_CONNECTION: u64 = 16 * 1024;

const SETTINGS: [(&str, &str); 5] = [
    ("LYCEUM__SERVER__BODY_IDLE_SECONDS", "3"),
    ("LYCEUM__SERVER__BODY_SECONDS", "3"),
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];

/// Saves `count` times; the slowest.
pub async fn save(world: &mut World, slot: usize, first: u64, count: u64) -> Duration {
    let mut slowest = Duration::ZERO;
    for sequence in first..first + count {
        let response = json!({ "type": "number", "text": sequence.to_string(), "unit": null });
        let body = json!({ "sequence": sequence, "response": response });
        let path = format!("/api/attempts/{}/slots/{slot}", world.attempt);
        let began = Instant::now();
        world.learner.put(&path, &body).await.expect(200);
        slowest = slowest.max(began.elapsed());
    }
    slowest
}

#[test]
fn ten_thousand_idle_connections_and_a_flood_of_slow_requests_do_not_stop_an_exam() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut world = World::make(&server).await;
        let attempt = format!("/api/attempts/{}", world.attempt);
        let paper: Value = world.learner.get(&attempt).await.expect(200).json();
        let slots = paper["slots"].as_array().unwrap();
        let number = |slot: &Value| slot["question"]["answer"]["type"] == "number";
        let slot = slots.iter().position(number).unwrap();
        // Behind what the learner saved before.
        save(&mut world, slot, 1001, 100).await;
        let before = server.memory_bytes();

        let many = open_files::connections(IDLE, 2 * SLOW);
        let mut idle = Vec::with_capacity(many);
        for _ in 0..many {
            idle.push(TcpStream::connect(server.address).await.unwrap());
        }
        let mut slow_bodies = Vec::new();
        let mut slow_heads = Vec::new();
        let path = format!("/api/attempts/{}/slots/0", world.attempt);
        let whole = world.learner.bytes("PUT", &path, &[("Content-Type", "application/json")], &[b' '; 1000]);
        for _ in 0..SLOW {
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(&whole[..whole.len() - 999]).await.unwrap();
            slow_bodies.push(stream);
            let mut stream = TcpStream::connect(server.address).await.unwrap();
            stream.write_all(b"GET /api/courses HTTP/1.1\r\nHost: l\r\nX-Slow: ").await.unwrap();
            slow_heads.push(stream);
        }
        let slowest = save(&mut world, slot, 1101, 200).await;
        assert!(slowest < Duration::from_secs(1), "a save took {slowest:?}");
        let grown = server.memory_bytes().saturating_sub(before);
        let connections = (many + 2 * SLOW) as u64;
        assert!(grown < connections * BYTES_PER_CONNECTION, "{connections} connections cost {grown} bytes");

        // Those that never become whole are told so, and let go.
        for stream in slow_bodies.iter_mut().chain(&mut slow_heads) {
            let mut answer = Vec::new();
            let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await;
            let _ = read.expect("the connection was held for ever");
            let text = String::from_utf8_lossy(&answer);
            assert!(text.starts_with("HTTP/1.1 408"), "{text}");
        }
        save(&mut world, slot, 1301, 50).await;
        let kept: Value = world.learner.get(&attempt).await.expect(200).json();
        assert_eq!(kept["slots"][slot]["response"]["text"], "1350", "{}", kept["slots"][slot]);
        drop(idle);
        server.stop();
    });
}
