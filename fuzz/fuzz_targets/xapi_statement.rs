//! Any bytes as a statement; what is taken must be taken again as it is kept, and say the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::clock::Timestamp;
use lyceum::domain::xapi::credential::Caller;
use lyceum::domain::xapi::json::parse;
use lyceum::domain::xapi::prepare::prepare;
use lyceum::domain::xapi::shape::{Format, Languages, Shape};
use lyceum::domain::xapi::version::Version;

fuzz_target!(|bytes: &[u8]| {
    let Ok(node) = parse(bytes) else { return };
    let caller = Caller::site(&"http://a".into(), Timestamp::EPOCH);
    for version in [Version::One, Version::Two] {
        let Ok(first) = prepare(&node, version, None, [1; 16], &caller) else { continue };
        let kept = format!("{}}}", first.text);
        let again = parse(kept.as_bytes()).expect("what is kept is JSON");
        let again =
            prepare(&again, version, Some(first.id), [2; 16], &caller).expect("what is kept is a statement");
        assert_eq!(again.says, first.says);
        assert_eq!(again.concerns, first.concerns);
        for format in [Format::Ids, Format::Canonical] {
            let languages = Languages::parse("en");
            let shape = Shape { format, languages: &languages, definition: &|_| None };
            let shaped = shape.of(&kept).expect("what is kept has every shape");
            parse(shaped.as_bytes()).expect("every shape is JSON");
        }
    }
});
