//! Statements with their files as `multipart/mixed`, each file once, read piece by piece while it is sent.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream;

use super::call::Call;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::multipart::{self, Made};
use crate::domain::xapi::record::Statement;
use crate::http::beside::beside;
use crate::secret;
use crate::state::State;

/// What is read of a file at once.
const PIECE_BYTES: usize = 64 * 1024;

enum Piece {
    Text(String),
    File(String),
    Open(File),
}

struct Source {
    state: State,
    pieces: VecDeque<Piece>,
}

impl Source {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Refusal> {
        loop {
            let Some(piece) = self.pieces.pop_front() else { return Ok(None) };
            let state = self.state.clone();
            match piece {
                Piece::Text(text) => return Ok(Some((Bytes::from(text), self))),
                Piece::File(name) => {
                    let file = beside(&state, move || {
                        let file = self
                            .state
                            .blobs
                            .reader(&name)
                            .map_err(|error| INTERNAL.refuse(error.to_string()))?;
                        let file =
                            file.ok_or_else(|| INTERNAL.refuse(format!("the file {name} is missing")))?;
                        self.pieces.push_front(Piece::Open(file));
                        Ok(self)
                    });
                    self = file.await?;
                }
                Piece::Open(mut file) => {
                    let (bytes, file) = beside(&state, move || {
                        let mut bytes = Vec::with_capacity(PIECE_BYTES);
                        let read = (&mut file).take(PIECE_BYTES as u64).read_to_end(&mut bytes);
                        read.map_err(|error| INTERNAL.refuse(error.to_string()))?;
                        Ok((bytes, file))
                    })
                    .await?;
                    if !bytes.is_empty() {
                        self.pieces.push_front(Piece::Open(file));
                        return Ok(Some((Bytes::from(bytes), self)));
                    }
                }
            }
        }
    }
}

/// Answers with JSON and the files of these statements.
pub fn with_files(call: &Call, json: &str, statements: &[Arc<Statement>]) -> Result<HttpResponse, Refusal> {
    let boundary = format!("lyceum-{}", secret::token()?);
    let files = statements.iter().flat_map(|statement| &statement.files);
    let pieces = multipart::made(&boundary, json, files).into_iter().map(|made| match made {
        Made::Text(text) => Piece::Text(text),
        Made::File { name, .. } => Piece::File(name),
    });
    let pieces = pieces.collect();
    let source = Source { state: call.state.clone(), pieces };
    let body = stream::try_unfold(source, |source| async move {
        source.next().await.inspect_err(|refusal| {
            tracing::warn!(%refusal, "statements with files were not sent to their end");
        })
    });
    Ok(HttpResponse::Ok()
        .content_type(format!("multipart/mixed; boundary={boundary}"))
        .streaming(Box::pin(body)))
}
