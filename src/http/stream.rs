//! What is too much for one answer, sent whole: read in pages, each its own read, and streamed in constant memory.
//!
//! The next piece is read when the connection has room for it, where blocking is fine: a slow client holds neither a thread
//! nor a lock, and costs the memory of one piece. The first piece is read before the answer begins, so whoever may not
//! read gets a problem document. A failure later ends the connection without the last chunk (RFC 9112, 7.1), by which
//! every client knows that the file is not whole.

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::Bytes;
use futures_util::stream;
use serde::Serialize;

use super::actor::SignedIn;
use super::beside::beside;
use super::trail::Noted;
use crate::domain::access::Actor;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::state::State;

/// A piece is sent when it has so many bytes: few enough to be little memory, enough not to be a system call per line.
const PIECE_BYTES: usize = 32 * 1024;
/// The media type of JSON values with a line end behind each.
pub const NDJSON: &str = "application/x-ndjson";

/// What follows a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Another page.
    More,
    /// Nothing.
    End,
}

impl Then {
    /// Another page when there is a place where it begins.
    pub const fn from<T>(next: &Option<T>) -> Self {
        if next.is_some() { Self::More } else { Self::End }
    }

    /// A page that came short of its limit is the last one.
    pub const fn after(rows: usize, limit: usize) -> Self {
        if rows < limit { Self::End } else { Self::More }
    }
}

/// A file that is being sent.
struct Source<P> {
    state: State,
    who: SignedIn,
    page: P,
    then: Then,
}

impl<P> Source<P>
where
    P: FnMut(&State, &Actor, &mut Vec<u8>) -> Result<Then, Refusal> + Send + 'static,
{
    /// Reads pages until they fill a piece. Who asks, and what they may, is as it is now, not as it was when the file began.
    async fn piece(mut self) -> Result<(Bytes, Self), Refusal> {
        let held = self.state.clone();
        beside(&held, move || {
            let mut bytes = Vec::new();
            while self.then == Then::More && bytes.len() < PIECE_BYTES {
                let actor = self.state.store.read(|read| self.who.still(read, self.state.now()))?;
                self.then = (self.page)(&self.state, &actor, &mut bytes)?;
            }
            Ok((Bytes::from(bytes), self))
        })
        .await
    }
}

/// Answers with a file. `page` writes one page at a time behind what it is given, in one read or several short ones, and
/// checks the right each time. Whoever signs out, is suspended or deletes their token gets no further page. `noted` goes into the audit
/// trail once the right was looked at; what is about nobody else has none.
pub async fn file<P>(
    state: &State,
    who: &SignedIn,
    media: &'static str,
    name: &str,
    noted: Option<Noted>,
    page: P,
) -> Result<HttpResponse, Refusal>
where
    P: FnMut(&State, &Actor, &mut Vec<u8>) -> Result<Then, Refusal> + Send + 'static,
{
    let source = Source { state: state.clone(), who: who.clone(), page, then: Then::More };
    let (first, source) = source.piece().await?;
    if let Some(noted) = noted {
        noted.write(state, who).await?;
    }
    let first = stream::iter([Ok(first)]);
    let rest = stream::try_unfold(source, |source| async {
        if source.then == Then::End {
            return Ok(None);
        }
        source.piece().await.map(Some).inspect_err(|refusal| {
            tracing::warn!(%refusal, "a file was not sent to its end");
        })
    });
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .streaming(Box::pin(futures_util::StreamExt::chain(first, rest))))
}

/// Writes one line of NDJSON.
pub fn line(to: &mut Vec<u8>, view: &impl Serialize) -> Result<(), Refusal> {
    serde_json::to_writer(&mut *to, view).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    to.push(b'\n');
    Ok(())
}
