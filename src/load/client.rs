//! A small HTTP/1.1 client on one keep-alive connection: sends prepared bytes, reads one whole answer. It costs little
//! beside the server it drives, which is what makes it a load generator.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Largest answer read; a server that sends more than this to a load generator is broken.
const ANSWER_LIMIT_BYTES: usize = 64 * 1024 * 1024;
/// A buffer's first size: the answer to a save fits.
const BUFFER_BYTES: usize = 4096;
/// Header lines understood.
const HEADERS: usize = 64;

/// An open connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    /// The server answered before it had the whole request, so nothing more can be said on this connection.
    spent: bool,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, with values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The bytes of a request.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n").into_bytes();
    for (name, value) in headers {
        bytes.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
        bytes.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}

/// How the body's end is known.
#[derive(Debug, Clone, Copy)]
enum Framing {
    Length(usize),
    Chunked,
}

struct Head {
    status: u16,
    length: usize,
    framing: Framing,
    retry_after_seconds: Option<u64>,
    turn: Duration,
    close: bool,
}

/// What a load loop needs to know of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Brief {
    /// The status code.
    pub status: u16,
    /// `Retry-After`, where it is in seconds.
    pub retry_after_seconds: Option<u64>,
    /// How long the server held the request until its turn came, as its `Server-Timing` has it.
    pub turn: Duration,
    /// The server closes the connection after this answer.
    pub close: bool,
}

impl From<&Head> for Brief {
    fn from(head: &Head) -> Self {
        Self {
            status: head.status,
            retry_after_seconds: head.retry_after_seconds,
            turn: head.turn,
            close: head.close,
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; BUFFER_BYTES], filled: 0, spent: false })
    }

    /// Sends `request` and reads the answer; its status only, which is all that a load loop looks at.
    pub async fn status(&mut self, request: &[u8]) -> io::Result<u16> {
        self.send(request).await?;
        let head = self.read_head().await?;
        let end = self.read_body(&head).await?;
        self.consume(end);
        Ok(head.status)
    }

    /// Sends `request` and reads the answer; what is needed of its head, and its body when somebody wants it.
    pub async fn ask(&mut self, request: &[u8], body: Option<&mut Vec<u8>>) -> io::Result<Brief> {
        self.send(request).await?;
        let head = self.read_head().await?;
        let end = self.read_body(&head).await?;
        if let Some(body) = body {
            body.clear();
            let raw = self.buffer.get(head.length..end).unwrap_or_default();
            match head.framing {
                Framing::Length(_) => body.extend_from_slice(raw),
                Framing::Chunked => {
                    *body = unchunk(raw).ok_or_else(|| broken("a chunk is not well-formed"))?;
                }
            }
        }
        self.consume(end);
        Ok(Brief::from(&head))
    }

    /// Sends `request` and reads the answer's head alone: for a body that goes on and on, read by [`Self::more_body`].
    /// Nothing else can be asked on this connection.
    pub async fn begin(&mut self, request: &[u8]) -> io::Result<Brief> {
        self.send(request).await?;
        let head = self.read_head().await?;
        self.spent = true;
        self.consume(head.length);
        Ok(Brief::from(&head))
    }

    /// Waits for some more of a body that [`Self::begin`] began, and throws it away; how much it was, 0 at the end.
    pub async fn more_body(&mut self) -> io::Result<usize> {
        if self.filled > 0 {
            return Ok(std::mem::take(&mut self.filled));
        }
        self.stream.read(&mut self.buffer).await
    }

    /// Has the server closed the connection while nothing was asked?
    pub fn is_closed(&self) -> bool {
        let mut byte = [0];
        match self.stream.try_read(&mut byte) {
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
            // The end, or bytes that nobody asked for.
            Ok(_) => true,
        }
    }

    /// Gives the room back that a large answer took: ten thousand connections lie idle in a load run.
    pub fn release(&mut self) {
        if self.filled == 0 && self.buffer.len() > BUFFER_BYTES {
            self.buffer = vec![0; BUFFER_BYTES];
        }
    }

    /// Sends `request` and reads the whole answer.
    pub async fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.send(request).await?;
        self.read_answer().await
    }

    /// Sends the request, or as much of it as the server takes: one that refuses a large body answers without reading
    /// it, and that answer must not get lost behind a write that fails or never ends.
    async fn send(&mut self, request: &[u8]) -> io::Result<()> {
        if self.spent {
            return Err(io::ErrorKind::NotConnected.into());
        }
        let mut rest = request;
        while !rest.is_empty() {
            let may_write = tokio::select! {
                biased;
                ready = self.stream.writable() => ready.map(|()| true),
                ready = self.stream.readable() => ready.map(|()| false),
            };
            if !may_write? {
                if self.filled == self.buffer.len() {
                    self.buffer.resize(self.filled * 2, 0);
                }
                match self.stream.try_read(self.buffer.get_mut(self.filled..).unwrap_or_default()) {
                    Ok(read) => {
                        self.filled += read;
                        self.spent = true;
                        return Ok(());
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                    Err(error) => return Err(error),
                }
            }
            match self.stream.try_write(rest) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error)
                    if matches!(error.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) =>
                {
                    self.spent = true;
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Can nothing more be said on this connection?
    pub fn is_spent(&self) -> bool {
        self.spent
    }

    /// Sends bytes as they are, without waiting for an answer: for requests that are broken on purpose.
    pub async fn send_raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.send(bytes).await
    }

    /// Says that nothing more will be sent; answers can still be read.
    pub async fn finish_sending(&mut self) -> io::Result<()> {
        self.spent = true;
        self.stream.shutdown().await
    }

    /// Reads one whole answer to what was sent.
    pub async fn read_answer(&mut self) -> io::Result<Answer> {
        let head = self.read_head().await?;
        let end = self.read_body(&head).await?;
        let raw = self.buffer.get(..end).unwrap_or_default();
        let mut lines = [httparse::EMPTY_HEADER; HEADERS];
        let mut response = httparse::Response::new(&mut lines);
        response.parse(raw).map_err(|error| broken(&error.to_string()))?;
        let headers = response
            .headers
            .iter()
            .map(|line| (line.name.to_ascii_lowercase(), String::from_utf8_lossy(line.value).into_owned()))
            .collect();
        let body = raw.get(head.length..).unwrap_or_default();
        let body = match head.framing {
            Framing::Length(_) => body.to_vec(),
            Framing::Chunked => unchunk(body).ok_or_else(|| broken("a chunk is not well-formed"))?,
        };
        self.consume(end);
        Ok(Answer { status: head.status, headers, body })
    }

    fn consume(&mut self, end: usize) {
        self.buffer.copy_within(end..self.filled, 0);
        self.filled -= end;
    }

    async fn more(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            if self.filled >= ANSWER_LIMIT_BYTES {
                return Err(broken("the answer is larger than 64 MiB"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let room = self.buffer.get_mut(self.filled..).unwrap_or_default();
        match self.stream.read(room).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }

    async fn read_head(&mut self) -> io::Result<Head> {
        loop {
            if let Some(head) = parse_head(self.buffer.get(..self.filled).unwrap_or_default())? {
                return Ok(head);
            }
            self.more().await?;
        }
    }

    /// Reads the body; where the answer ends in the buffer.
    async fn read_body(&mut self, head: &Head) -> io::Result<usize> {
        match head.framing {
            Framing::Length(length) => {
                let end = head.length + length;
                while self.filled < end {
                    self.more().await?;
                }
                Ok(end)
            }
            Framing::Chunked => loop {
                let body = self.buffer.get(head.length..self.filled).unwrap_or_default();
                if let Some(length) = chunks_end(body) {
                    return Ok(head.length + length);
                }
                self.more().await?;
            },
        }
    }
}

fn parse_head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut lines = [httparse::EMPTY_HEADER; HEADERS];
    let mut response = httparse::Response::new(&mut lines);
    let httparse::Status::Complete(length) =
        response.parse(bytes).map_err(|error| broken(&error.to_string()))?
    else {
        return Ok(None);
    };
    let value = |name: &str| {
        response.headers.iter().find(|line| line.name.eq_ignore_ascii_case(name)).map(|line| line.value)
    };
    let framing = match value("transfer-encoding") {
        Some(coding) if coding.eq_ignore_ascii_case(b"chunked") => Framing::Chunked,
        Some(_) => return Err(broken("an unknown transfer coding")),
        None => Framing::Length(match value("content-length") {
            Some(text) => std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .ok_or_else(|| broken("a Content-Length that is no number"))?,
            None => 0,
        }),
    };
    let retry_after_seconds =
        value("retry-after").and_then(|text| std::str::from_utf8(text).ok()?.trim().parse().ok());
    let turn = value("server-timing").and_then(turn).unwrap_or_default();
    let close = value("connection").is_some_and(|text| text.eq_ignore_ascii_case(b"close"));
    Ok(Some(Head { status: response.code.unwrap_or(0), length, framing, retry_after_seconds, turn, close }))
}

/// `queue;dur=MILLISECONDS` among the entries of a `Server-Timing`.
fn turn(value: &[u8]) -> Option<Duration> {
    let mut entries = std::str::from_utf8(value).ok()?.split(',').map(str::trim);
    let ms: f64 = entries.find_map(|entry| entry.strip_prefix("queue;dur="))?.parse().ok()?;
    Duration::try_from_secs_f64(ms / 1000.0).ok()
}

/// Where a chunked body ends, when all of it is there.
fn chunks_end(body: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (size, data) = chunk_head(body, at)?;
        let end = data + size + 2;
        if end > body.len() {
            return None;
        }
        at = end;
        if size == 0 {
            return Some(at);
        }
    }
}

/// The size of the chunk at `at`, and where its data begins.
fn chunk_head(body: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = body.get(at..)?;
    let line = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let text = std::str::from_utf8(rest.get(..line)?).ok()?;
    let size = usize::from_str_radix(text.split(';').next()?.trim(), 16).ok()?;
    Some((size, at + line + 2))
}

fn unchunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(body.len());
    let mut at = 0;
    loop {
        let (size, data) = chunk_head(body, at)?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(data..data + size)?);
        at = data + size + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chunked_body_is_put_together() {
        let body = b"4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\nHTTP/1.1 200";
        assert_eq!(chunks_end(body), Some(body.len() - 12));
        assert_eq!(unchunk(body).unwrap(), b"Wikipedia");
        assert_eq!(chunks_end(b"4\r\nWi"), None);
    }

    #[test]
    fn a_held_request_says_for_how_long() {
        assert_eq!(turn(b"queue;dur=1250"), Some(Duration::from_millis(1250)));
        assert_eq!(turn(b"db;dur=3, queue;dur=0.5"), Some(Duration::from_micros(500)));
        assert_eq!(turn(b"queue;dur=-1"), None);
        assert_eq!(turn(b"cache"), None);
    }
}
