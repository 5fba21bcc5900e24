//! Writing statements: `PUT` and `POST /xapi/statements`, alone, in batches, and with files.

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

use super::call::Call;
use super::known::json;
use crate::domain::refusal::{INTERNAL, Refusal};
use crate::domain::xapi::json::{Node, Value, Wrong, parse};
use crate::domain::xapi::keep::{Ready, doubles, fits, keep};
use crate::domain::xapi::multipart::{self, Part};
use crate::domain::xapi::prepare::{Attached, Prepared, prepare};
use crate::domain::xapi::record::{FileNote, Text, file_hash};
use crate::domain::xapi::scalar::uuid_text;
use crate::domain::xapi::{INVALID_REQUEST, INVALID_STATEMENT, signature};
use crate::http::beside::beside;
use crate::store::Class;

/// Statements of one request. They are one transaction, for which others wait.
const MAX_BATCH: usize = 1_000;

/// One statement under the id of the address.
pub async fn put(call: &mut Call) -> Result<HttpResponse, Refusal> {
    let id = call.params.uuid("statementId")?;
    call.params.done()?;
    let id =
        id.ok_or_else(|| INVALID_REQUEST.refuse("statementId is missing").at("?statementId", "is missing"))?;
    write(call, Some(id)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// One statement, or a list of them: all are kept or none.
pub async fn post(call: &mut Call) -> Result<HttpResponse, Refusal> {
    call.params.done()?;
    let ids = write(call, None).await?;
    let ids: Vec<String> = ids.iter().map(|id| format!("\"{}\"", uuid_text(id))).collect();
    Ok(json(format!("[{}]", ids.join(","))))
}

/// A version 4 UUID.
fn fresh_id() -> Result<[u8; 16], Refusal> {
    let mut id = [0_u8; 16];
    getrandom::fill(&mut id).map_err(|error| INTERNAL.refuse(error.to_string()))?;
    if let Some(byte) = id.get_mut(6) {
        *byte = (*byte & 0x0f) | 0x40;
    }
    if let Some(byte) = id.get_mut(8) {
        *byte = (*byte & 0x3f) | 0x80;
    }
    Ok(id)
}

/// A body with statements first and files behind, or statements alone.
struct Sent {
    body: Bytes,
    statements: std::ops::Range<usize>,
    files: Vec<Part>,
}

async fn sent(call: &mut Call) -> Result<Sent, Refusal> {
    match call.media().as_str() {
        "application/json" => {
            let body = call.body().await?;
            let statements = 0..body.len();
            Ok(Sent { body, statements, files: Vec::new() })
        }
        "multipart/mixed" => {
            let refuse = |problem: String| INVALID_REQUEST.refuse(problem);
            let boundary =
                multipart::boundary(call.content_type.as_deref().unwrap_or_default()).map_err(refuse)?;
            let body = call.body().await?;
            let mut parts = multipart::parts(&body, &boundary).map_err(refuse)?.into_iter();
            let first = parts.next().ok_or_else(|| INVALID_REQUEST.refuse("there is no part"))?;
            let media = first.header("content-type").unwrap_or_default();
            if !media.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
                return Err(INVALID_REQUEST.refuse("the first part is not application/json"));
            }
            Ok(Sent { statements: first.body, files: parts.collect(), body })
        }
        _ => Err(INVALID_REQUEST.refuse("Content-Type is neither application/json nor multipart/mixed")),
    }
}

async fn write(call: &mut Call, given: Option<[u8; 16]>) -> Result<Vec<[u8; 16]>, Refusal> {
    call.caller.require(&[crate::domain::xapi::credential::LrsScope::StatementsWrite])?;
    let sent = sent(call).await?;
    let statements = sent.body.get(sent.statements.clone()).unwrap_or_default();
    let node = parse(statements)?;
    let nodes = match &node.value {
        Value::Object(_) => std::slice::from_ref(&node),
        Value::List(items) if given.is_none() => items.as_slice(),
        _ if given.is_some() => return Err(Wrong::new("is not an object").into()),
        _ => return Err(Wrong::new("is neither an object nor a list").into()),
    };
    let in_list = matches!(node.value, Value::List(_));
    if nodes.len() > MAX_BATCH {
        return Err(INVALID_STATEMENT.refuse(format!("a request has at most {MAX_BATCH} statements")));
    }
    let mut all = Vec::with_capacity(nodes.len());
    for (place, item) in nodes.iter().enumerate() {
        let under = |wrong: Wrong| if in_list { wrong.under(place.to_string()) } else { wrong };
        all.push(prepare(item, call.version, given, fresh_id()?, &call.caller).map_err(under)?);
    }
    let ids: Vec<[u8; 16]> = all.iter().map(|prepared| prepared.id).collect();
    if let Some(double) = doubles(&ids) {
        let id = uuid_text(&double);
        return Err(INVALID_STATEMENT.refuse(format!("two statements of the request have the id {id}")));
    }
    let files = check_files(&sent, nodes, in_list, &all)?;
    let ready = keep_files(call, &sent, all, files).await?;
    let caller = call.caller.clone();
    call.state.store.write(Class::Interactive, move |txn| keep(txn, &caller, ready)).await
}

/// A part, under the hash that it names.
struct File<'s> {
    sha2: String,
    bytes: &'s [u8],
    body: std::ops::Range<usize>,
}

fn hash_is(sha2: &str, bytes: &[u8]) -> bool {
    let is = |digest: &[u8]| {
        digest.iter().zip(sha2.as_bytes().chunks(2)).all(|(byte, digits)| {
            std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok())
                == Some(*byte)
        })
    };
    match sha2.len() {
        56 => is(&Sha224::digest(bytes)),
        64 => is(&Sha256::digest(bytes)),
        96 => is(&Sha384::digest(bytes)),
        128 => is(&Sha512::digest(bytes)),
        _ => false,
    }
}

/// Checks that each file belongs to a statement and each statement has its files. Where the bytes of each hash are.
fn check_files(
    sent: &Sent,
    nodes: &[Node<'_>],
    in_list: bool,
    all: &[Prepared],
) -> Result<Vec<(String, std::ops::Range<usize>)>, Refusal> {
    let mut files: Vec<File<'_>> = Vec::new();
    for (place, part) in sent.files.iter().enumerate() {
        let refuse = |problem: &str| INVALID_REQUEST.refuse(format!("part {}: {problem}", place + 1));
        let encoding = part.header("content-transfer-encoding");
        if !encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("binary")) {
            return Err(refuse("Content-Transfer-Encoding is not binary"));
        }
        let sha2 = part
            .header("x-experience-api-hash")
            .ok_or_else(|| refuse("X-Experience-API-Hash is missing"))?
            .to_ascii_lowercase();
        if !all.iter().any(|prepared| prepared.attached.iter().any(|attached| attached.sha2 == sha2)) {
            return Err(refuse("no statement has an attachment with its X-Experience-API-Hash"));
        }
        let bytes = sent.body.get(part.body.clone()).unwrap_or_default();
        if !hash_is(&sha2, bytes) {
            return Err(refuse("its bytes do not have the hash of X-Experience-API-Hash"));
        }
        files.push(File { sha2, bytes, body: part.body.clone() });
    }
    for (place, (node, prepared)) in nodes.iter().zip(all).enumerate() {
        for attached in &prepared.attached {
            let refuse = |wrong: Wrong| {
                let wrong = wrong.under(attached.place.to_string()).under("attachments");
                let wrong = if attached.inside { wrong.under("object") } else { wrong };
                Refusal::from(if in_list { wrong.under(place.to_string()) } else { wrong })
            };
            check_attached(&files, node, attached).map_err(refuse)?;
        }
    }
    Ok(files.into_iter().map(|file| (file.sha2, file.body)).collect())
}

fn check_attached(files: &[File<'_>], node: &Node<'_>, attached: &Attached) -> Result<(), Wrong> {
    let signed = attached.usage_type == signature::USAGE;
    if signed && attached.content_type != signature::CONTENT_TYPE {
        return Err(Wrong::new(format!("is a signature and not of the type {}", signature::CONTENT_TYPE)));
    }
    let Some(file) = files.iter().find(|file| file.sha2 == attached.sha2) else {
        let elsewhere = attached.has_url;
        return if elsewhere {
            Ok(())
        } else {
            Err(Wrong::new("has neither a fileUrl nor a part with its bytes"))
        };
    };
    if signed { signature::check(file.bytes, node).map_err(Wrong::new) } else { Ok(()) }
}

/// Puts files, and texts that are too long for a row, into the content store.
async fn keep_files(
    call: &Call,
    sent: &Sent,
    all: Vec<Prepared>,
    files: Vec<(String, std::ops::Range<usize>)>,
) -> Result<Vec<Ready>, Refusal> {
    let short = all.iter().all(|prepared| fits(prepared, prepared.attached.len()));
    if files.is_empty() && short {
        let ready = |prepared: Prepared| {
            let text = Text::Here(prepared.text.clone());
            Ready { prepared: Prepared { text: String::new(), ..prepared }, text, files: Vec::new() }
        };
        return Ok(all.into_iter().map(ready).collect());
    }
    let (held, body) = (call.state.clone(), sent.body.clone());
    beside(&call.state, move || {
        let put = |bytes: &[u8]| {
            let name = held
                .blobs
                .put(bytes)
                .map_err(|error| INTERNAL.refuse(format!("keeping a file failed: {error}")))?;
            file_hash(&name).ok_or_else(|| INTERNAL.refuse(format!("a file has the name {name}")))
        };
        let mut known: Vec<(String, [u8; 32], u64)> = Vec::new();
        for (sha2, range) in files {
            if !known.iter().any(|(other, _, _)| *other == sha2) {
                let bytes = body.get(range).unwrap_or_default();
                known.push((sha2, put(bytes)?, bytes.len() as u64));
            }
        }
        all.into_iter()
            .map(|mut prepared| {
                let mut notes: Vec<FileNote> = Vec::new();
                for attached in &prepared.attached {
                    let Some((_, sha256, bytes)) = known.iter().find(|(sha2, _, _)| *sha2 == attached.sha2)
                    else {
                        continue;
                    };
                    if !notes.iter().any(|note| note.sha2 == attached.sha2) {
                        notes.push(FileNote {
                            sha2: attached.sha2.clone(),
                            content_type: attached.content_type.clone(),
                            sha256: *sha256,
                            bytes: *bytes,
                        });
                    }
                }
                let here = fits(&prepared, prepared.attached.len());
                let text = std::mem::take(&mut prepared.text);
                let text = if here {
                    Text::Here(text)
                } else {
                    Text::File { sha256: put(text.as_bytes())?, bytes: text.len() as u64 }
                };
                Ok(Ready { prepared, text, files: notes })
            })
            .collect()
    })
    .await
}
