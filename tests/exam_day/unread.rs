//! Clients that ask for much and never read it: each costs a bounded piece of memory and no worker, and is let go in time.

use std::fmt::Write as _;
use std::io::ErrorKind;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

use crate::client::Client;
use crate::crowd::save;
use crate::hostile::World;
use crate::run;
use crate::server::Server;

const SETTINGS: [(&str, &str); 5] = [
    // They ask often, and nobody is to wait for that.
    ("LYCEUM__LIMITS__PERSON_PER_SECOND", "0"),
    ("LYCEUM__SERVER__WRITE_STALL_SECONDS", "3"),
    ("LYCEUM__SIGN_IN__ARGON2_MEMORY_KIB", "8"),
    ("LYCEUM__SIGN_IN__ARGON2_PASSES", "1"),
    ("LYCEUM__STORE__LOW_WATER_MIB", "16"),
];
/// Clients per kind of answer: with the whole file for each the server would need a gigabyte.
const CLIENTS: usize = 150;
const FILE_BYTES: usize = 8 * 1024 * 1024;
/// What one of them may cost: buffers and a piece or two. The kernel's share is not the process's.
const BYTES_PER_CLIENT: u64 = 384 * 1024;
const PATIENCE: Duration = Duration::from_secs(40);

/// Asks and does not read; the window is small, as that of somebody who means it. Asks again when the machine is full.
async fn ask(client: &Client, path: &str) -> TcpStream {
    let until = Instant::now() + PATIENCE;
    loop {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let mut stream = socket.connect(client.address).await.unwrap();
        stream.write_all(&client.bytes("GET", path, &[], b"")).await.unwrap();
        // The answer has begun; nothing more is taken of it.
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.unwrap();
        match &status {
            b"HTTP/1.1 200" => return stream,
            b"HTTP/1.1 503" => assert!(Instant::now() < until, "{path} is refused for ever"),
            _ => panic!("{path} is answered with {}", String::from_utf8_lossy(&status)),
        }
    }
}

/// A slot whose answer is a number.
async fn number_slot(world: &mut World) -> usize {
    let attempt = format!("/api/attempts/{}", world.attempt);
    let paper: Value = world.learner.get(&attempt).await.expect(200).json();
    let number = |slot: &Value| slot["question"]["answer"]["type"] == "number";
    paper["slots"].as_array().unwrap().iter().position(number).unwrap()
}

#[test]
fn who_never_reads_an_answer_costs_little_and_is_let_go() {
    run(async {
        let mut server = Server::start(&SETTINGS);
        let mut world = World::make(&server).await;
        let slot = number_slot(&mut world).await;
        let course = world.school.course;
        let bytes: Vec<u8> = (0..FILE_BYTES).map(|place| u8::try_from(place % 251).unwrap()).collect();
        let path = format!("/api/courses/{course}/question_files?name=film.mp4");
        let octets = [("Content-Type", "application/octet-stream")];
        let kept = world.school.teacher.call("POST", &path, &octets, &bytes).await.expect(200).json();
        let file = format!("/api/files/{}", kept["sha256"].as_str().unwrap());
        let mut roster = "username,firstname,lastname,email\n".to_owned();
        for row in 0..2_000 {
            let long = "x".repeat(90);
            writeln!(roster, "n{row:04}{long},{long},{long},n{row}@{}.example", &long[..60]).unwrap();
        }
        let csv = [("Content-Type", "text/csv")];
        let import = "/api/import/roster";
        world.school.administrator.call("POST", import, &csv, roster.as_bytes()).await.expect(200);
        // Who reads gets all of it.
        let whole = world.school.teacher.get(&file).await.expect(200);
        assert!(whole.answer.body == bytes, "the file came back otherwise");
        save(&mut world, slot, 1001, 20).await;

        let memory = server.memory_bytes();
        let mut unread = Vec::with_capacity(2 * CLIENTS);
        for _ in 0..CLIENTS {
            unread.push(ask(&world.school.teacher, &file).await);
            unread.push(ask(&world.school.administrator, "/api/export/roster").await);
        }
        let until = Instant::now() + PATIENCE;
        let mut sequence = 1101;
        let (mut slowest, mut largest) = (Duration::ZERO, 0);
        while !unread.is_empty() {
            assert!(Instant::now() < until, "{} connections are held for ever", unread.len());
            slowest = slowest.max(save(&mut world, slot, sequence, 20).await);
            largest = largest.max(server.memory_bytes().saturating_sub(memory));
            sequence += 20;
            // A byte more of what nobody asked for: once the other side is gone, sending fails.
            unread.retain(|stream| match stream.try_write(b"\n") {
                Ok(_) => true,
                Err(error) => error.kind() == ErrorKind::WouldBlock,
            });
        }
        assert!(slowest < Duration::from_secs(1), "a save took {slowest:?}");
        let bound = 2 * CLIENTS as u64 * BYTES_PER_CLIENT;
        assert!(largest < bound, "{} clients cost {largest} bytes", 2 * CLIENTS);
        world.school.teacher.get(&file).await.expect(200);
        server.stop();
    });
}
