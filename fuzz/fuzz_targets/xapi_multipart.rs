//! Any text as a boundary and any bytes as a body in parts, which are the same however the body comes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lyceum::domain::xapi::multipart;

fuzz_target!(|input: (&str, u8, &[u8])| {
    let (content_type, piece, body) = input;
    for boundary in [multipart::boundary(content_type).ok(), Some("b".to_owned())].into_iter().flatten() {
        let whole = multipart::parts([body], &boundary);
        let in_pieces = multipart::parts(body.chunks(usize::from(piece).max(1)), &boundary);
        assert_eq!(whole.is_ok(), in_pieces.is_ok());
        if let (Ok(whole), Ok(in_pieces)) = (whole, in_pieces) {
            assert_eq!(whole, in_pieces);
            assert!(whole.iter().map(|part| part.body.len()).sum::<usize>() <= body.len());
        }
    }
});
