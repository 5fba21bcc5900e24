//! Any text as a boundary and any bytes as a body in parts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::domain::xapi::multipart;

fuzz_target!(|input: (&str, &[u8])| {
    let (content_type, body) = input;
    if let Ok(boundary) = multipart::boundary(content_type) {
        let _ = multipart::parts(body, &boundary);
    }
    if let Ok(parts) = multipart::parts(body, "b") {
        for part in parts {
            assert!(body.get(part.body.clone()).is_some());
            let _ = part.header("content-type");
        }
    }
});
