//! Forwarding to a store that fails, refuses, or knows better: waits, dead letters, conflicts.

use std::time::Duration;

use lyceum::domain::access::Actor;
use lyceum::domain::refusal::Refusal;
use lyceum::domain::xapi::credential::LrsScope;
use lyceum::domain::xapi::forward::edit::{self, Letters, MAX_LETTERS};
use lyceum::domain::xapi::forward::progress::MANY_TRIES;
use lyceum::domain::xapi::forward::{DeadLetter, ForwardTargetId};
use lyceum::domain::xapi::record::Stored;
use lyceum::state::State;
use lyceum::store::{Class, Txn};
use serde_json::{Value, json};

use crate::support::{Lrs, id, statement};
use crate::target::{Asked, Reply, Scripted, facts, facts_of, say};

fn ids(numbers: impl IntoIterator<Item = u32>) -> Vec<String> {
    numbers.into_iter().map(id).collect()
}

fn post_all(lrs: &Lrs, numbers: std::ops::Range<u32>) {
    lrs.post(&numbers.map(statement).collect::<Value>());
}

/// Refuses requests with one of these statements.
fn without(bad: &[u32]) -> impl FnMut(&Asked) -> Reply + Send + 'static {
    let bad = ids(bad.iter().copied());
    move |asked| {
        let refused = asked.ids().iter().any(|id| bad.contains(id));
        if refused { Reply::Say(400, String::new(), "no\r\n such verb".to_owned()) } else { say(200) }
    }
}

#[test]
fn what_is_not_about_the_statements_waits_twice_as_long_each_time_and_loses_nothing() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let clock = source.running.clock.clone();
    post_all(&source, 1..61);
    let way = source.forward(facts(&target.endpoint));
    let elsewhere = Scripted::start();
    let redirect = Reply::Say(302, format!("Location: {}\r\n", elsewhere.endpoint), String::new());
    let troubles = [
        (say(500), Some(500)),
        (say(401), Some(401)),
        (say(403), Some(403)),
        (say(404), Some(404)),
        (redirect, Some(302)),
        (Reply::Hang, None),
        (say(429), Some(429)),
    ];
    let begun = clock.now();
    for (round, (reply, status)) in (0..).zip(troubles) {
        target.script([reply]);
        source.run();
        let trouble = source.progress(way).trouble.unwrap();
        assert_eq!((trouble.tries, trouble.status, trouble.since), (round + 1, status, begun));
        let (wait, least) = (trouble.next.since(clock.now()), Duration::from_secs(1 << round));
        assert!(wait >= least && wait <= least.mul_f64(1.25), "try {round} waits {wait:?}");
        assert_eq!(target.asked().len(), 1);
        source.run();
        assert_eq!(target.asked().len(), 0, "nobody asks before the time");
        clock.advance(wait);
    }
    // A target may ask for more patience.
    target.script([Reply::Say(503, "Retry-After: 3600\r\n".to_owned(), "busy".to_owned())]);
    source.run();
    let trouble = source.progress(way).trouble.unwrap();
    assert_eq!((trouble.next.since(clock.now()).as_secs(), trouble.reason.as_str()), (3600, "busy"));
    clock.advance(Duration::from_hours(1));
    source.run();
    assert_eq!(target.taken(), ids(1..61));
    assert_eq!((source.progress(way).trouble, source.letters(way)), (None, vec![]));
    assert_eq!(elsewhere.asked().len(), 0);
    let text = source.metrics();
    assert!(text.contains(&format!("lyceum_forward_failed_tries_total{{target=\"{way}\"}} 8")), "{text}");
}

/// Comes to grief over each of these statements in its way, and takes the others.
fn failing(bad: &[(u32, Reply)]) -> impl FnMut(&Asked) -> Reply + Send + 'static {
    let bad: Vec<(String, Reply)> = bad.iter().map(|(number, reply)| (id(*number), reply.clone())).collect();
    move |asked| {
        let ids = asked.ids();
        bad.iter().find(|(id, _)| ids.contains(id)).map_or_else(|| say(200), |(_, reply)| reply.clone())
    }
}

/// Tries until nothing is in the way any more, `most` times; how often.
fn try_on(source: &Lrs, way: ForwardTargetId, most: u32) -> u32 {
    for round in 1..=most {
        source.run();
        let Some(trouble) = source.progress(way).trouble else { return round };
        let clock = &source.running.clock;
        clock.advance(trouble.next.since(clock.now()));
    }
    most
}

#[test]
fn a_statement_at_which_a_working_target_fails_for_hours_is_put_aside_and_those_behind_it_arrive() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    post_all(&source, 1..4);
    source.run();
    post_all(&source, 4..10);
    let boom = Reply::Say(500, String::new(), "boom".to_owned());
    target.judge(failing(&[(5, boom.clone()), (6, Reply::Hang)]));
    let begun = source.running.clock.now();
    try_on(&source, way, 100);
    let mut arrived = target.taken();
    // The last that was taken before is sent again to see whether the target works: it is known there.
    arrived.dedup();
    assert_eq!(arrived, ids([1, 2, 3, 4, 7, 8, 9]), "in order");
    let letters = source.letters(way);
    let said: Vec<_> = letters.iter().map(|letter| (letter.status, letter.tries > MANY_TRIES)).collect();
    assert_eq!(said, [(Some(500), true), (None, true)]);
    assert_eq!(letters[0].answer, "boom");
    let waited = letters[0].refused.since(begun);
    assert!(waited > Duration::from_mins(100) && waited < Duration::from_hours(4), "{waited:?}");
    assert_eq!(letters[1].refused, letters[0].refused, "the next one is found at once");
    assert_eq!((source.progress(way).trouble, source.lag(way).statements), (None, 0));

    // Sent again they fail as before, and hold up nobody.
    source.post(&statement(10));
    assert_eq!(source.send_again(way), 2);
    source.run();
    assert_eq!(target.taken().last(), Some(&id(10)));
    let letters = source.letters(way);
    assert_eq!((letters.len(), letters.iter().any(|letter| letter.again)), (2, false));

    // And when nothing is behind it, nothing is in the way any more either.
    target.judge(failing(&[(11, boom)]));
    source.post(&statement(11));
    let tries = try_on(&source, way, 100);
    assert!(tries > MANY_TRIES && tries < 100, "{tries}");
    assert_eq!((source.letters(way).len(), source.progress(way).trouble), (3, None));
}

#[test]
fn an_outage_puts_nothing_aside_however_long_it_lasts() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    // Nothing shows that a target works which has taken nothing yet.
    post_all(&source, 1..3);
    target.judge(failing(&[(1, say(500))]));
    assert_eq!(try_on(&source, way, 40), 40);
    assert_eq!((source.letters(way), target.taken()), (vec![], vec![]));
    target.judge(|_| say(200));
    try_on(&source, way, 2);
    let mut failures = [say(500), say(503), Reply::Hang].into_iter().cycle();
    target.judge(move |_| failures.next().unwrap());
    post_all(&source, 3..103);
    assert_eq!(try_on(&source, way, 40), 40);
    assert_eq!(source.progress(way).trouble.unwrap().tries, 40);
    target.asked();
    source.run();
    let asked: Vec<Vec<String>> = target.asked().iter().map(Asked::ids).collect();
    assert_eq!(asked.concat(), ids([3, 2]), "one that waits, and one that is known");
    // It ends between two requests: the first that waits still failed.
    target.judge(|_| say(200));
    target.script([say(502)]);
    try_on(&source, way, 4);
    let mut arrived = target.taken();
    arrived.dedup();
    assert_eq!(arrived, ids(1..103));
    assert_eq!(source.letters(way), []);
}

/// Gives a target another address.
fn change(state: &State, way: ForwardTargetId, endpoint: &str) {
    let (actor, new) = (Actor::program(state.now()), facts(endpoint).parse().unwrap());
    let change = move |txn: &mut Txn<'_>| edit::change(txn, &actor, way, new, |_| Ok(()));
    state.store.write_blocking(Class::Interactive, change).unwrap();
}

/// What was counted of targets since the start, as the metrics have it: noughts are left out.
fn counted(source: &Lrs) -> Vec<String> {
    let names = ["lyceum_forward_delivered_total{", "lyceum_forward_failed_tries_total{"];
    let text = source.metrics();
    let counted = |line: &&str| names.iter().any(|name| line.starts_with(name)) && !line.ends_with("} 0");
    text.lines().filter(counted).map(str::to_owned).collect()
}

#[test]
fn nothing_is_counted_of_a_target_that_is_gone_also_when_it_answers_later() {
    for reply in [say(200), say(503)] {
        let (source, target) = (Lrs::start(), Scripted::start());
        let way = source.forward(facts(&target.endpoint));
        post_all(&source, 1..2);
        target.script([say(503), say(200)]);
        source.run();
        source.running.clock.advance(std::time::Duration::from_secs(2));
        source.run();
        assert_eq!(counted(&source).len(), 2, "one try, and one statement");
        let state = source.running.state.clone();
        target.judge(move |_| {
            let actor = Actor::program(state.now());
            let delete = move |txn: &mut Txn<'_>| edit::delete(txn, &actor, way, |_| Ok(()));
            state.store.write_blocking(Class::Interactive, delete).unwrap();
            reply.clone()
        });
        post_all(&source, 2..3);
        source.run();
        assert_eq!(target.asked().len(), 3);
        assert_eq!(counted(&source), Vec::<String>::new());
    }
}

/// Gives a target another address while it is asked, before this is answered.
fn change_when_asked(source: &Lrs, way: ForwardTargetId, asked: &Scripted, to: &Scripted, reply: Reply) {
    let (state, endpoint) = (source.running.state.clone(), to.endpoint.clone());
    asked.judge(move |_| {
        change(&state, way, &endpoint);
        reply.clone()
    });
}

#[test]
fn what_a_store_answers_that_is_not_the_target_any_more_says_nothing_of_the_one_that_is() {
    let patience = Reply::Say(503, "Retry-After: 86400\r\n".to_owned(), "busy".to_owned());
    for reply in [say(200), say(400), say(401), patience, Reply::Hang] {
        let (source, first, second) = (Lrs::start(), Scripted::start(), Scripted::start());
        let way = source.forward(facts(&first.endpoint));
        post_all(&source, 1..4);
        change_when_asked(&source, way, &first, &second, reply.clone());
        source.run();
        // What was under way has left nothing behind, and all of it goes to the new one.
        assert_eq!(source.progress(way).trouble, None, "{reply:?}");
        assert_eq!(counted(&source), Vec::<String>::new(), "{reply:?}");
        source.run();
        assert_eq!(second.taken(), ids(1..4), "{reply:?}");
        assert_eq!(counted(&source), [format!("lyceum_forward_delivered_total{{target=\"{way}\"}} 3")]);
        assert_eq!((source.progress(way).delivered, source.letters(way)), (3, vec![]), "{reply:?}");
    }
}

#[test]
fn a_letter_that_a_store_took_or_refused_which_is_not_the_target_any_more_goes_to_the_one_that_is() {
    for reply in [say(200), say(400), say(401)] {
        let (source, first, second) = (Lrs::start(), Scripted::start(), Scripted::start());
        let way = source.forward(facts(&first.endpoint));
        source.post(&statement(1));
        first.script([say(400)]);
        source.run();
        assert_eq!(source.send_again(way), 1);
        change_when_asked(&source, way, &first, &second, reply.clone());
        source.run();
        let letters = source.letters(way);
        assert!(
            matches!(&letters[..], [letter] if letter.again && letter.tries == 1),
            "{reply:?} {letters:?}"
        );
        source.run();
        assert_eq!((second.taken(), source.letters(way)), (ids([1]), vec![]), "{reply:?}");
    }
}

#[test]
fn a_pause_or_another_name_keeps_what_a_target_answers() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    source.post(&statement(1));
    let state = source.running.state.clone();
    let (actor, mut new) = (Actor::program(state.now()), facts(&target.endpoint));
    new.name = "Another name".to_owned();
    let new = new.parse().unwrap();
    target.judge(move |_| {
        let (actor, new) = (actor.clone(), new.clone());
        let change = move |txn: &mut Txn<'_>| {
            edit::change(txn, &actor, way, new, |_| Ok(()))?;
            edit::pause(txn, &actor, way, true)
        };
        state.store.write_blocking(Class::Interactive, change).unwrap();
        say(200)
    });
    source.run();
    assert_eq!((source.progress(way).delivered, source.lag(way).statements), (1, 0));
    source.pause(way, false);
    source.run();
    assert_eq!(target.taken(), ids([1]), "once");
}

#[test]
fn what_one_store_has_taken_is_not_sent_to_another() {
    let (source, first, second) = (Lrs::start(), Scripted::start(), Scripted::start());
    let way = source.forward(facts(&first.endpoint));
    source.post(&statement(1));
    source.run();
    change(&source.running.state, way, &second.endpoint);
    source.post(&statement(2));
    second.judge(|_| say(500));
    assert_eq!(try_on(&source, way, 30), 30);
    let asked: Vec<Vec<String>> = second.asked().iter().map(Asked::ids).collect();
    assert_eq!(asked.concat(), vec![id(2); 30]);
    assert_eq!((first.taken(), source.letters(way)), (ids([1]), vec![]));
}

#[test]
fn a_long_body_has_more_time_than_a_short_one() {
    let (source, target) = (Lrs::with(|config| config.forwarding.timeout_seconds = 1), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    // A line, or a machine, that takes its time.
    target.judge(|_| {
        std::thread::sleep(Duration::from_millis(1_500));
        say(200)
    });
    source.post(&statement(1));
    source.run();
    assert_eq!(source.progress(way).trouble.unwrap().status, None, "nothing came in time");
    let mut long = statement(2);
    long["result"] = json!({ "response": "x".repeat(200 * 1024) });
    source.post(&long);
    source.running.clock.advance(Duration::from_secs(2));
    source.run();
    assert_eq!((source.progress(way).delivered, source.progress(way).trouble), (2, None));
}

#[test]
fn a_target_that_does_not_speak_tls_is_trouble_and_gets_no_secret() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}/xapi/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut hello = [0; 64];
        let read = std::io::Read::read(&mut stream, &mut hello).unwrap();
        std::io::Write::write_all(&mut stream, b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n").unwrap();
        hello[..read].to_vec()
    });
    let source = Lrs::start();
    source.post(&statement(1));
    let way = source.forward(facts(&endpoint));
    source.run();
    assert_eq!(server.join().unwrap()[0], 22, "a handshake of TLS");
    let trouble = source.progress(way).trouble.unwrap();
    assert!(trouble.status.is_none() && !trouble.reason.is_empty(), "{trouble:?}");
    assert_eq!(source.lag(way).statements, 1);
}

#[test]
fn a_wrong_secret_holds_everything_until_it_is_right() {
    let (source, target) = (Lrs::start(), Lrs::start());
    let key = target.credential("Source", &[LrsScope::StatementsWrite], &[]);
    let wrong = edit::TargetFacts { secret: Some("wrong".to_owned()), ..facts_of(&target, &key) };
    let way = source.forward(wrong);
    source.post(&statement(1));
    source.run();
    assert_eq!(source.progress(way).trouble.unwrap().status, Some(401));
    let actor = lyceum::domain::access::Actor::program(source.running.clock.now());
    let new = facts_of(&target, &key).parse().unwrap();
    let change = move |txn: &mut lyceum::store::Txn<'_>| edit::change(txn, &actor, way, new, |_| Ok(()));
    source.running.state.store.write_blocking(Class::Interactive, change).unwrap();
    source.run();
    assert_eq!(target.found(""), ids([1]), "a change is tried at once");
}

#[test]
fn one_bad_statement_is_put_aside_and_the_others_arrive_in_order() {
    let (source, target) = (Lrs::start(), Scripted::start());
    post_all(&source, 1..71);
    let way = source.forward(facts(&target.endpoint));
    target.judge(without(&[7, 50, 51]));
    source.run();
    let good = (1..71).filter(|number| ![7, 50, 51].contains(number));
    assert_eq!(target.taken(), ids(good));
    let letters = source.letters(way);
    let said: Vec<_> =
        letters.iter().map(|letter| (letter.status, letter.answer.as_str(), letter.tries)).collect();
    assert_eq!(said, [(Some(400), "no such verb", 1); 3]);
    let halving = target.asked().len();
    assert!(halving < 40, "{halving} requests for three bad statements of seventy");
    assert_eq!((source.progress(way).trouble, source.lag(way).statements), (None, 0));

    // Sent again: one is still not wanted, the others go before what is new.
    source.post(&statement(71));
    target.judge(without(&[50]));
    let before = target.taken().len();
    assert_eq!(source.send_again(way), 3);
    source.run();
    assert_eq!(target.taken()[before..], ids([7, 51, 71]));
    let letters = source.letters(way);
    assert_eq!((letters.len(), letters[0].tries, letters[0].again), (1, 2, false));

    // And given up.
    let actor = lyceum::domain::access::Actor::program(source.running.clock.now());
    let these = Letters::These(vec![letters[0].stored, Stored(1)]);
    let discard = move |txn: &mut lyceum::store::Txn<'_>| edit::discard(txn, &actor, way, &these);
    let gone = source.running.state.store.write_blocking(Class::Interactive, discard).unwrap();
    assert_eq!((gone, source.letters(way)), (1, vec![]));
}

fn voids(number: u32, target: u32) -> Value {
    let mut one = statement(number);
    one["verb"]["id"] = json!("http://adlnet.gov/expapi/verbs/voided");
    one["object"] = json!({ "objectType": "StatementRef", "id": id(target) });
    one
}

#[test]
fn what_our_credential_may_not_void_over_there_is_put_aside_and_holds_up_nobody() {
    let (source, target) = (Lrs::start(), Lrs::start());
    let (ours, others) = (
        target.credential("Source", &[LrsScope::StatementsWrite], &[]),
        target.credential("Other", &[LrsScope::StatementsWrite], &[]),
    );
    target.request("POST", "statements").by(&others).json(&statement(2)).send().status(200);
    let way = source.forward(facts_of(&target, &ours));
    post_all(&source, 1..10);
    source.post(&json!([voids(10, 2), statement(11)]));
    source.run();
    let letters = |count: usize| {
        let letters = source.letters(way);
        let said: Vec<_> = letters.iter().map(|letter| letter.status).collect();
        assert_eq!(said, vec![Some(403); count], "{letters:?}");
        assert_eq!((source.progress(way).trouble, source.lag(way).statements), (None, 0));
    };
    letters(1);
    let mut found = target.found("");
    found.sort();
    assert_eq!(found, ids((1..10).chain([11])));
    // Alone, and sent again.
    source.post(&voids(12, 2));
    source.run();
    letters(2);
    source.send_again(way);
    source.post(&statement(13));
    source.run();
    letters(2);
    target.get(&format!("statements?statementId={}", id(13))).send().status(200);
    // A target that has taken nothing yet.
    let first = Scripted::start();
    first.judge(|asked| say(if asked.ids().contains(&id(1)) { 403 } else { 200 }));
    let other = Lrs::start();
    other.post(&voids(1, 2));
    let way = other.forward(facts(&first.endpoint));
    other.post(&statement(3));
    other.run();
    assert_eq!((other.letters(way).len(), first.taken()), (1, ids([3])));
}

#[test]
fn a_credential_that_may_do_nothing_any_more_is_no_matter_of_what_voids() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    source.post(&statement(1));
    source.run();
    target.judge(|_| say(403));
    source.post(&json!([voids(2, 1), statement(3)]));
    source.run();
    assert_eq!((source.letters(way), source.progress(way).trouble.unwrap().status), (vec![], Some(403)));
    target.judge(|_| say(200));
    try_on(&source, way, 2);
    let mut arrived = target.taken();
    arrived.dedup();
    assert_eq!(arrived, ids([1, 2, 3]));
}

#[test]
fn trouble_in_the_middle_of_a_batch_that_is_halved_goes_on_where_it_was() {
    let (source, target) = (Lrs::start(), Scripted::start());
    post_all(&source, 1..5);
    let way = source.forward(facts(&target.endpoint));
    // All four, the first two, then the machine of the target fails.
    target.script([say(400), say(200), say(500)]);
    source.run();
    assert_eq!(source.progress(way).delivered, 2);
    source.running.clock.advance(Duration::from_secs(2));
    source.run();
    assert_eq!(target.taken(), ids(1..5));
}

#[test]
fn a_repeat_that_is_answered_with_409_is_compared() {
    let (source, target) = (Lrs::start(), Scripted::start());
    post_all(&source, 1..4);
    let way = source.forward(facts(&target.endpoint));
    let theirs = |number: u32| {
        let path = format!("statements?statementId={}", id(number));
        source.get(&path).send().status(200).json().to_string()
    };
    // The first is known, the second is there and voided, the third is another one.
    let known = [theirs(1), theirs(2)];
    target.judge(move |asked| {
        let found = |text: &String| Reply::Say(200, String::new(), text.clone());
        match asked.line.split(' ').nth(1).unwrap() {
            "/xapi/statements" => Reply::Say(409, String::new(), "conflict".to_owned()),
            path if path.ends_with(&format!("?statementId={}", id(1))) => found(&known[0]),
            path if path.ends_with(&format!("?voidedStatementId={}", id(2))) => found(&known[1]),
            path if path.ends_with(&format!("?statementId={}", id(3))) => {
                found(&json!({ "id": id(3), "verb": { "id": "http://example.com/other" } }).to_string())
            }
            _ => say(404),
        }
    });
    source.run();
    assert_eq!(source.progress(way).delivered, 2);
    let letters = source.letters(way);
    let said: Vec<_> = letters.iter().map(|letter| (letter.status, letter.answer.as_str())).collect();
    assert_eq!(said, [(Some(409), "conflict")]);
}

#[test]
fn another_statement_under_the_same_id_is_a_dead_letter() {
    let (source, target) = (Lrs::start(), Lrs::start());
    let key = target.credential("Source", &[LrsScope::All], &[]);
    post_all(&source, 1..4);
    let mut other = statement(2);
    other["verb"]["id"] = json!("http://example.com/something-else");
    target.post(&other);
    target.post(&source.get(&format!("statements?statementId={}", id(1))).send().json());
    let way = source.forward(facts_of(&target, &key));
    source.run();
    assert_eq!(source.progress(way).delivered, 2);
    let letters = source.letters(way);
    assert_eq!((letters.len(), letters[0].status), (1, Some(409)));
    assert!(letters[0].answer.contains("statement_conflict"), "{}", letters[0].answer);
    let mut found = target.found("");
    found.sort();
    assert_eq!(found, ids(1..4));
}

#[test]
fn a_target_that_wants_nothing_stands_still_when_its_letters_are_full() {
    let (source, target) = (Lrs::start(), Scripted::start());
    let way = source.forward(facts(&target.endpoint));
    let now = source.running.clock.now();
    let fill = move |txn: &mut lyceum::store::Txn<'_>| -> Result<(), Refusal> {
        for number in 0..MAX_LETTERS as u64 {
            txn.put(DeadLetter {
                target: way,
                stored: Stored(number),
                statement: [0; 16],
                refused: now,
                tries: 1,
                status: Some(400),
                answer: String::new(),
                again: false,
            })?;
        }
        Ok(())
    };
    source.running.state.store.write_blocking(Class::Bulk, fill).unwrap();
    source.post(&statement(1));
    target.judge(without(&[1]));
    source.run();
    let trouble = source.progress(way).trouble.unwrap();
    assert!(trouble.reason.contains("1000 statements were refused"), "{}", trouble.reason);
    assert_eq!((source.letters(way).len(), source.lag(way).statements), (MAX_LETTERS, 1));
    // Letters of statements that are gone are over when they are sent again.
    target.judge(|_| say(200));
    source.send_again(way);
    source.run();
    assert_eq!((source.letters(way).len(), target.taken()), (0, ids([1])));
}
