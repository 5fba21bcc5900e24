//! What one learner does in an exam: answers everything, changes their mind, sends things twice and out of order on a
//! bad network, and goes on after the server was killed. Keeps what was sent and every receipt that came back.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::client::{Client, Reply};
use crate::dice::Dice;
use crate::questions::{NUMBERS, SENTENCES, WORDS};

/// A response that was sent for a slot under a number.
#[derive(Debug, Clone)]
pub struct Save {
    pub slot: u64,
    pub sequence: u64,
    pub response: Value,
}

/// A receipt for one of them.
#[derive(Debug, Clone)]
pub struct Receipt {
    pub slot: u64,
    /// What was sent.
    pub sent_sequence: u64,
    /// What is saved, which may be newer.
    pub sequence: u64,
    pub number: u64,
    pub at: String,
    pub link: String,
}

/// What all learners together do.
#[derive(Default)]
pub struct Progress {
    pub sent: AtomicU64,
    pub acknowledged: AtomicU64,
    pub repeated: AtomicU64,
    pub superseded: AtomicU64,
    pub retries: AtomicU64,
    pub in_flight: AtomicI64,
    /// Microseconds of the requests that were answered at the first try.
    pub latencies_us: Mutex<Vec<u64>>,
    /// The middle of the exam: so many acknowledged saves.
    pub middle: AtomicU64,
    pub in_the_middle: Notify,
    /// When the server was killed, and when the first save after that was acknowledged.
    pub killed: Mutex<Option<Instant>>,
    pub back: Mutex<Option<Duration>>,
}

pub struct Learner {
    pub user: u64,
    pub client: Client,
    other: Client,
    pub dice: Dice,
    pub attempt: Value,
    pub sent: Vec<Save>,
    pub receipts: Vec<Receipt>,
    /// Hands nothing in.
    pub is_late: bool,
    /// The deadline came before everything was said.
    pub refused: bool,
}

/// Saves that go in one request.
type Request = Vec<Save>;

impl Learner {
    pub fn new(user: u64, client: Client, is_late: bool) -> Self {
        let other = client.another();
        let dice = Dice::new(user + 1);
        let (sent, receipts) = (Vec::new(), Vec::new());
        Self { user, client, other, dice, attempt: Value::Null, sent, receipts, is_late, refused: false }
    }

    pub fn attempt_id(&self) -> u64 {
        self.attempt["id"].as_u64().unwrap()
    }

    /// The steps of the exam: requests of one step are under way at the same time.
    fn plan(&mut self) -> Vec<Vec<Request>> {
        let slots = self.attempt["slots"].as_array().unwrap().clone();
        let mut steps = Vec::new();
        let mut sequence = vec![0_u64; slots.len()];
        let order = self.dice.shuffled(slots.len());
        let mut save = |dice: &mut Dice, slot: usize| {
            // Clients count in steps of their own.
            sequence[slot] += 1 + u64::try_from(dice.below(3)).unwrap();
            let response = respond(dice, &slots[slot]["question"]["answer"]);
            Save { slot: u64::try_from(slot).unwrap(), sequence: sequence[slot], response }
        };
        for slot in &order {
            for _ in 0..=self.dice.below(3) {
                let first = save(&mut self.dice, *slot);
                steps.push(match self.dice.below(8) {
                    0 => vec![vec![first.clone()], vec![first]],
                    1 => {
                        let second = save(&mut self.dice, *slot);
                        vec![vec![second], vec![first]]
                    }
                    _ => vec![vec![first]],
                });
            }
            if self.dice.below(5) == 0 {
                let first = self.dice.below(slots.len());
                let some: Vec<usize> = (first..slots.len()).take(4).collect();
                steps.push(vec![some.into_iter().map(|slot| save(&mut self.dice, slot)).collect()]);
            }
        }
        steps
    }

    /// Answers everything. Ends early only when it is late and the deadline has come.
    pub async fn take(&mut self, progress: &Arc<Progress>) {
        for step in self.plan() {
            let mut step = step.into_iter();
            let first = step.next().unwrap();
            let second = step.next();
            self.sent.extend(first.iter().chain(second.iter().flatten()).cloned());
            let attempt = self.attempt_id();
            let first = send(&mut self.client, attempt, first, progress);
            match second {
                None => {
                    let reply = first.await;
                    self.take_in(reply, progress);
                }
                Some(second) => {
                    let second = send(&mut self.other, attempt, second, progress);
                    let (one, two) = tokio::join!(first, second);
                    self.take_in(one, progress);
                    self.take_in(two, progress);
                }
            }
            if self.refused {
                return;
            }
        }
        if self.dice.below(10) == 0 && !self.is_late {
            self.reuse_a_number().await;
        }
    }

    fn take_in(&mut self, (saves, reply): (Vec<Save>, Reply), progress: &Arc<Progress>) {
        if reply.status == 409 && self.is_late {
            assert!(matches!(reply.code().as_str(), "deadline_passed" | "attempt_over"), "{}", reply.text());
            self.refused = true;
            return;
        }
        let view = reply.expect(200).json();
        let views = match view["answers"].as_array() {
            Some(several) => several.clone(),
            None => vec![view],
        };
        assert_eq!(views.len(), saves.len());
        for (save, view) in saves.iter().zip(&views) {
            let outcome = view["outcome"].as_str().unwrap();
            match outcome {
                "saved" => progress.acknowledged.fetch_add(1, Ordering::Relaxed),
                "repeated" => progress.repeated.fetch_add(1, Ordering::Relaxed),
                "superseded" => progress.superseded.fetch_add(1, Ordering::Relaxed),
                other => panic!("{other}: {view}"),
            };
            let sequence = view["sequence"].as_u64().unwrap();
            assert!((outcome == "superseded") == (sequence > save.sequence), "{view}");
            self.receipts.push(Receipt {
                slot: view["slot"].as_u64().unwrap(),
                sent_sequence: save.sequence,
                sequence,
                number: view["number"].as_u64().unwrap(),
                at: view["at"].as_str().unwrap().to_owned(),
                link: view["receipt"].as_str().unwrap().to_owned(),
            });
        }
    }

    /// Two devices that count alike: the second response is refused and changes nothing.
    async fn reuse_a_number(&mut self) {
        let last = self.sent.iter().max_by_key(|save| (save.slot == 0, save.sequence)).unwrap().clone();
        let slot = &self.attempt["slots"][usize::try_from(last.slot).unwrap()]["question"]["answer"];
        let other = (0..50).map(|_| respond(&mut self.dice, slot)).find(|other| *other != last.response);
        let path = format!("/api/attempts/{}/slots/{}", self.attempt_id(), last.slot);
        let body = json!({ "sequence": last.sequence, "response": other.unwrap() });
        let reply = self.client.put(&path, &body).await.expect(409);
        assert_eq!(reply.code(), "sequence_reused");
    }

    /// Hands in, when in doubt twice.
    pub async fn hand_in(&mut self, twice: bool) {
        let path = format!("/api/attempts/{}/submit", self.attempt_id());
        if twice {
            let nothing = json!({});
            let (one, two) =
                tokio::join!(self.client.post(&path, &nothing), self.other.post(&path, &nothing));
            assert_eq!(one.expect(200).json()["finished"], two.expect(200).json()["finished"]);
        }
        let view = self.client.post(&path, &json!({})).await.expect(200).json();
        assert_eq!((&view["state"], &view["finished_by"]), (&json!("finished"), &json!("learner")), "{view}");
    }

    /// Writes on when the time is nearly over, until the server refuses.
    pub async fn write_into_the_deadline(&mut self, progress: &Arc<Progress>) {
        let path = format!("/api/attempts/{}", self.attempt_id());
        let until = Instant::now() + Duration::from_secs(40);
        while !self.refused {
            assert!(Instant::now() < until, "the deadline does not come");
            let view = self.client.get(&path).await.expect(200).json();
            if view["state"] == "running" && view["remaining_ms"].as_u64().unwrap() > 300 {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
            let sequence = self.sent.iter().filter(|save| save.slot == 0).map(|save| save.sequence).max();
            let response = respond(&mut self.dice, &self.attempt["slots"][0]["question"]["answer"]);
            let save = Save { slot: 0, sequence: sequence.unwrap_or(0) + 1, response };
            self.sent.push(save.clone());
            let attempt = self.attempt_id();
            let reply = send(&mut self.client, attempt, vec![save], progress).await;
            self.take_in(reply, progress);
        }
    }
}

/// Sends saves until they are answered, the same bytes every time.
async fn send(
    client: &mut Client,
    attempt: u64,
    saves: Vec<Save>,
    progress: &Arc<Progress>,
) -> (Vec<Save>, Reply) {
    let one = |save: &Save| json!({ "sequence": save.sequence, "response": save.response });
    let (path, body) = match saves.as_slice() {
        [save] => (format!("/api/attempts/{attempt}/slots/{}", save.slot), one(save)),
        several => {
            let answer = |save: &Save| json!({ "slot": save.slot, "sequence": save.sequence, "response": save.response });
            let answers: Vec<Value> = several.iter().map(answer).collect();
            (format!("/api/attempts/{attempt}/answers"), json!({ "answers": answers }))
        }
    };
    let bytes =
        client.bytes("PUT", &path, &[("Content-Type", "application/json")], body.to_string().as_bytes());
    progress.sent.fetch_add(1, Ordering::Relaxed);
    progress.in_flight.fetch_add(1, Ordering::Relaxed);
    let before = client.retries;
    let since = Instant::now();
    let reply = client.send_until_answered(&bytes).await;
    let took = since.elapsed();
    progress.in_flight.fetch_sub(1, Ordering::Relaxed);
    if client.retries == before {
        progress.latencies_us.lock().push(u64::try_from(took.as_micros()).unwrap());
    } else {
        progress.retries.fetch_add(client.retries - before, Ordering::Relaxed);
        let killed = *progress.killed.lock();
        if let Some(killed) = killed {
            progress.back.lock().get_or_insert_with(|| killed.elapsed());
        }
    }
    if progress.acknowledged.load(Ordering::Relaxed) >= progress.middle.load(Ordering::Relaxed) {
        progress.in_the_middle.notify_one();
    }
    (saves, reply)
}

fn number(dice: &mut Dice, below: usize) -> Value {
    json!(dice.below(below))
}

/// What somebody may answer who sees the question, by its type.
pub fn respond(dice: &mut Dice, answer: &Value) -> Value {
    if dice.below(25) == 0 {
        return json!({ "type": "empty" });
    }
    let count = |list: &str| answer[list].as_array().unwrap().len();
    match answer["type"].as_str().unwrap() {
        "choice" => json!({ "type": "choice", "option": dice.below(count("options")) }),
        "choices" => json!({ "type": "choices", "options": some_of(dice, count("options")) }),
        "truth" => json!({ "type": "truth", "value": dice.below(2) == 0 }),
        "number" => {
            let unit = match answer["units"].as_array() {
                Some(units) if !units.is_empty() && dice.below(4) > 0 => dice.pick(units).clone(),
                _ => Value::Null,
            };
            json!({ "type": "number", "text": dice.pick(&NUMBERS), "unit": unit })
        }
        "text" => json!({ "type": "text", "text": dice.pick(&WORDS) }),
        "pairs" => {
            let right = count("answers");
            let answers: Vec<Value> = (0..count("stems"))
                .map(|_| if dice.below(6) == 0 { Value::Null } else { number(dice, right) })
                .collect();
            json!({ "type": "pairs", "answers": answers })
        }
        "order" => json!({ "type": "order", "order": dice.shuffled(count("items")) }),
        "cloze" => {
            let parts = answer["parts"].as_array().unwrap();
            let answers: Vec<Value> = parts
                .iter()
                .map(|part| match part["type"].as_str().unwrap() {
                    _ if dice.below(8) == 0 => json!({ "type": "empty" }),
                    "choice" => {
                        let options = part["options"].as_array().unwrap().len();
                        json!({ "type": "choice", "option": dice.below(options) })
                    }
                    "choices" => {
                        let options = part["options"].as_array().unwrap().len();
                        json!({ "type": "choices", "options": some_of(dice, options) })
                    }
                    _ => json!({ "type": "text", "text": dice.pick(&WORDS) }),
                })
                .collect();
            json!({ "type": "cloze", "answers": answers })
        }
        "essay" => {
            let sentences: Vec<&str> = (0..=dice.below(8)).map(|_| *dice.pick(&SENTENCES)).collect();
            json!({ "type": "essay", "text": sentences.join("\n") })
        }
        other => panic!("there is no question of type {other}"),
    }
}

fn some_of(dice: &mut Dice, count: usize) -> Vec<usize> {
    (0..count).filter(|_| dice.below(2) == 0).collect()
}
