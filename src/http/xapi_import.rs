//! Learning records from a file: `POST /api/import/statements`. The file goes to the disk as it comes; a job reads it.

use std::io::Write as _;

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::actor::SignedIn;
use super::address::Query;
use super::beside::{beside, beside_in_time};
use super::body::{Pieces, UNSUPPORTED_MEDIA_TYPE, Upload};
use super::job::{self, Prefers};
use super::once::{KeyHead, KeyInPieces};
#[cfg(test)]
use super::problems::{JobView, OnceHeader, PreferHeader, Trying};
use super::routes::{Needs, Routes};
use crate::domain::access::Permission;
use crate::domain::job::{StatementImport, Work};
use crate::domain::refusal::{INTERNAL, READ_ONLY, Refusal};
#[cfg(test)]
use crate::domain::xapi::import::StatementImportReport;
use crate::domain::xapi::import::{self};
use crate::jobs::kept;
use crate::state::State;
use crate::statement_import::{self, Packing};
use crate::store::Class;
use crate::store::blobs::Making;

/// What is written to the disk at once.
const WRITTEN_BYTES: usize = 1024 * 1024;

/// Routes of this file.
pub fn routes(routes: &mut Routes) {
    let needs = Needs::Site(Permission::ManageSite);
    routes.add(Method::POST, "/api/import/statements", Class::Bulk, needs, import);
}

/// The documents of this file.
#[cfg(test)]
#[derive(utoipa::OpenApi)]
#[openapi(paths(import), components(schemas(StatementImportReport)))]
pub struct Api;

/// How to import.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(utoipa::IntoParams))]
#[cfg_attr(test, into_params(parameter_in = Query))]
struct ImportQuery {
    /// Say what would happen and write nothing.
    dry_run: Option<bool>,
}

/// A file on its way to the disk.
struct Spool {
    making: Making,
    key: Option<KeyInPieces>,
    lines: u64,
    /// The last line has no end yet.
    open_line: bool,
}

impl Spool {
    fn take(&mut self, pieces: &[web::Bytes]) -> Result<(), Refusal> {
        for piece in pieces {
            if let Some(key) = &mut self.key {
                key.take(piece);
            }
            self.lines += piece.split(|byte| *byte == b'\n').skip(1).count() as u64;
            self.open_line = piece.last().is_some_and(|byte| *byte != b'\n');
            self.making
                .write_all(piece)
                .map_err(|error| INTERNAL.refuse(format!("keeping the file: {error}")))?;
        }
        Ok(())
    }
}

fn packing(request: &HttpRequest) -> Result<Packing, Refusal> {
    let media = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/x-ndjson" => Ok(Packing::Ndjson),
        "application/zip" => Ok(Packing::Zip),
        _ => Err(UNSUPPORTED_MEDIA_TYPE.refuse(
            "send the file itself as the body, with Content-Type: application/x-ndjson or application/zip",
        )),
    }
}

/// Takes in statements of another learning record store: one JSON object a line, or a zip with `statements.ndjson` and
/// `attachments/SHA2`, as the export of statements gives them. A job does it; its result is a `StatementImportReport`. A line that
/// is no statement is passed over and reported; a file that is evidently neither is refused whole, and a zip is taken as one
/// whatever its media type says. A statement keeps its id, its times but `stored`, and its authority. The same file
/// again changes nothing.
#[cfg_attr(test, utoipa::path(post, path = "/api/import/statements", tag = "learning records",
    params(ImportQuery, PreferHeader, OnceHeader),
    request_body(content((String = "application/x-ndjson"), (Vec<u8> = "application/zip"))),
    responses((status = 202, description = "A job does it", body = JobView), Trying)))]
async fn import(
    state: web::Data<State>,
    who: SignedIn,
    query: Query<ImportQuery>,
    prefers: Prefers,
    request: HttpRequest,
    upload: Upload,
) -> Result<HttpResponse, Refusal> {
    state.store.read(|read| import::require(read, &who))?;
    let said = packing(&request)?;
    let key = KeyHead::of(&request)?.map(KeyHead::begin);
    let (file, key, lines) = spool(&state, upload, key).await?;
    let (held, name) = (state.clone(), file.clone());
    let checked = beside(&state, move || {
        let (opened, begin) = kept::open(&held, &name)?;
        statement_import::check(&held.config.xapi, opened, begin, said)
    });
    let answer = match checked.await {
        Ok(packing) => {
            let zip = packing == Packing::Zip;
            let work = StatementImport::of(file.clone(), zip, query.dry_run.unwrap_or(false));
            job::start(&state, &who, prefers, key.map(KeyInPieces::end), move |txn, actor| {
                import::require(txn, actor)?;
                // How many lines a zip has is known at its end.
                Ok((Work::StatementImport(work), (!zip).then_some(lines)))
            })
            .await
        }
        Err(refusal) => Err(refusal),
    };
    job::forget_file(&state, file).await?;
    answer
}

/// Writes a body to the disk as it comes. Its name, its key, and how many lines it has.
async fn spool(
    state: &State,
    upload: Upload,
    key: Option<KeyInPieces>,
) -> Result<(String, Option<KeyInPieces>, u64), Refusal> {
    let (limit, patience) = (state.config.xapi.import_limit_bytes, state.config.server.body_patience());
    let mut pieces = Pieces::of(upload.into_inner(), limit, patience);
    let held = state.clone();
    let making = beside(state, move || kept::begin(&held)).await?;
    let mut spool = Spool { making, key, lines: 0, open_line: false };
    let (mut waiting, mut bytes) = (Vec::new(), 0);
    loop {
        let piece = pieces.next().await?;
        let over = piece.is_none();
        bytes += piece.as_ref().map_or(0, web::Bytes::len);
        waiting.extend(piece);
        if bytes >= WRITTEN_BYTES || over {
            let some = std::mem::take(&mut waiting);
            bytes = 0;
            spool = beside_in_time(state, move || spool.take(&some).map(|()| spool)).await?;
            // Before it takes the room that answers need.
            if let Some(reason) = state.store.read_only_reason() {
                return Err(READ_ONLY.refuse(reason).retry_after(60));
            }
        }
        if over {
            break;
        }
    }
    let Spool { making, key, lines, open_line } = spool;
    let held = state.clone();
    let file = beside_in_time(state, move || kept::end(&held, making)).await?;
    Ok((file, key, lines + u64::from(open_line)))
}
