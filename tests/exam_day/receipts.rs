//! The chain of receipts, computed from its documentation and not from the program.

use std::fmt::Write as _;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::client::Client;
use crate::learner::Learner;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

/// Checks every link, and that every receipt that came back is a link. Returns the saves: slot, sequence, response.
pub async fn check(learner: &Learner, client: &mut Client) -> Vec<(u64, u64, Value)> {
    let attempt = learner.attempt_id();
    let path = format!("/api/attempts/{attempt}/receipts");
    let head = client.get(&path).await.expect(200).json();
    let started_ms = head["started_ms"].as_i64().unwrap();
    let mut link: [u8; 32] = Sha256::new()
        .chain_update("lyceum attempt 1")
        .chain_update(attempt.to_be_bytes())
        .chain_update(started_ms.to_be_bytes())
        .finalize()
        .into();
    assert_eq!(head["genesis"], json!(hex(&link)));
    let lines = client.list(&path).await;
    let mut saves = Vec::with_capacity(lines.len());
    for (number, line) in (1_u64..).zip(&lines) {
        let slot = line["slot"].as_u64().unwrap();
        let sequence = line["sequence"].as_u64().unwrap();
        let text = line["response"].as_str().unwrap();
        link = Sha256::new()
            .chain_update(link)
            .chain_update(u16::try_from(slot).unwrap().to_be_bytes())
            .chain_update(sequence.to_be_bytes())
            .chain_update(line["at_ms"].as_i64().unwrap().to_be_bytes())
            .chain_update(Sha256::digest(text))
            .finalize()
            .into();
        assert_eq!((&line["number"], &line["receipt"]), (&json!(number), &json!(hex(&link))));
        saves.push((slot, sequence, serde_json::from_str(text).unwrap()));
    }
    let at = client.get(&format!("/api/attempts/{attempt}")).await.expect(200).json();
    assert_eq!(at["receipt"], json!(hex(&link)), "the attempt shows the end of its chain");
    for receipt in &learner.receipts {
        let line = &lines[usize::try_from(receipt.number).unwrap() - 1];
        let shown = (&line["slot"], &line["sequence"], &line["at"], &line["receipt"]);
        let kept = (&json!(receipt.slot), &json!(receipt.sequence), &json!(receipt.at), &json!(receipt.link));
        assert_eq!(shown, kept, "{receipt:?}");
    }
    saves
}
