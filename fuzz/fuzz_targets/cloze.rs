//! Any text as the markup of a cloze; what is read must read the same when written.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::domain::question::cloze;
use lyceum::domain::rich_text::RichText;

fuzz_target!(|source: &str| {
    let Ok(first) = cloze::extract(source) else { return };
    let Ok(text) = RichText::from_html(&first.text) else { return };
    let places = (0..first.parts.len()).map(cloze::placeholder);
    if places.into_iter().all(|place| text.to_plain().matches(&place).count() == 1) {
        let again = cloze::extract(&cloze::write(&text, &first.parts)).expect("what was written reads");
        assert_eq!(again.parts, first.parts);
    }
});
