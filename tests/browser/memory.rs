//! An hour of saves, one a second, as fast as the server takes them: the page that takes them does not grow.

use serde_json::{Value, json};

use crate::driver::Browser;
use crate::samples::{Begun, begun};

/// An hour at one a second.
const SAVES: u64 = 3600;

/// Before the first look: what a page learns once, it may keep.
const WARM_UP: u64 = 300;

/// What the heap may have grown by: less than a hundred bytes for each answer, so nothing is kept of any.
const MAX_GROWTH_BYTES: f64 = 256.0 * 1024.0;

/// Changes an answer and waits until it is saved, so many times.
const SAVE: &str = "
    const [times] = args;
    const states = [0, 1, 2, 3].map((slot) => document.querySelector(`section[data-slot='${slot}'] .state`));
    for (let at = 0; at < times; at += 1) {
        const slot = at % 4;
        const inputs = document.querySelectorAll(`input[name='a${slot}']:not([value=''])`);
        const input = inputs[inputs[0].checked ? 1 : 0];
        const saved = new Promise((resolve) => {
            const watch = new MutationObserver(() => {
                if (states[slot].dataset.state !== 'saved') return;
                watch.disconnect();
                resolve();
            });
            watch.observe(states[slot], { attributes: true, childList: true });
        });
        input.checked = true;
        input.dispatchEvent(new Event('change', { bubbles: true }));
        await saved;
    }
    return times";

fn weigh(browser: &Browser) -> (f64, Value) {
    // Twice: what the first round frees may hold what the second frees.
    for _ in 0..2 {
        browser.cdp("HeapProfiler.collectGarbage", &json!({}));
    }
    let heap = browser.cdp("Runtime.getHeapUsage", &json!({}))["usedSize"].as_f64().unwrap();
    (heap, browser.cdp("Memory.getDOMCounters", &json!({})))
}

pub fn an_hour_of_saves(browser: &mut Browser) {
    let Begun { exam, learner, attempt } = begun(browser, 4, &json!({ "time_limit_ms": 7_200_000 }));
    browser.cdp("HeapProfiler.enable", &json!({}));
    save(browser, WARM_UP);
    let (before, counted_before) = weigh(browser);
    save(browser, SAVES);
    let (after, counted_after) = weigh(browser);
    let view = exam.attempt(&learner, attempt);
    let slots = view["slots"].as_array().unwrap().iter();
    let saves: u64 = slots.map(|slot| slot["sequence"].as_u64().unwrap()).sum();
    assert_eq!(saves, WARM_UP + SAVES, "every one reached the server");
    let grown = after - before;
    println!(
        "an hour of saves: {before:.0} bytes before, {after:.0} after; {counted_before} {counted_after}"
    );
    assert!(grown < MAX_GROWTH_BYTES, "{SAVES} saves leave {grown:.0} bytes behind");
    for what in ["nodes", "jsEventListeners", "documents"] {
        let count = |counted: &Value| counted[what].as_u64().unwrap();
        assert!(
            count(&counted_after) <= count(&counted_before) + 16,
            "{what}: {counted_before} became {counted_after}"
        );
    }
    let stored = browser.run("return localStorage.length", &[]);
    assert_eq!(stored, 0, "what is saved is kept here no longer");
    browser.shot("after-an-hour");
}

fn save(browser: &Browser, times: u64) {
    // In parts, since a script that runs for long is taken for one that hangs.
    for _ in 0..times / 100 {
        assert_eq!(browser.run_async(SAVE, &[json!(100)]), 100);
    }
}
