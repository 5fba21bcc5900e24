//! Texts of statements as they lie in their rows: LZ4 blocks, which begin with a dictionary of the words that statements are
//! made of. A statement of a kilobyte takes a third to a half of its bytes, and every byte of a row is written several times: to the
//! journal, to the tree, and again with each neighbour that comes.

use std::io;

use bytes::Bytes;
use lz4_flex::block::{compress_into_with_dict, decompress_into_with_dict, get_maximum_output_size};

use super::record::Text;
use crate::store::MAX_VALUE_BYTES;

/// What is packed refers to it, so it never changes: another one would be another way to keep a text.
const DICTIONARY: &[u8] = br#"["objectType":"StatementRef","SubStatement","Group","member":[{"mbox":"mailto:"mbox_sha1sum":""openid":"http://"attachments":[{"usageType":"http://adlnet.gov/expapi/attachments/signature","display":{"en-US":""},"description":{"en-US":""},"contentType":"application/octet-stream","length":,"sha2":""fileUrl":"https://"revision":"","platform":"","language":"en-US","instructor":{"team":{"moreInfo":"https://"interactionType":"choice","correctResponsesPattern":["true-false"fill-in"matching"sequencing"numeric"likert"performance"choices":[{"id":"a","description":{"en-US":"scale":[{"source":[{"target":[{"steps":[{"http://id.tincanapi.com/verb/http://id.tincanapi.com/activitytype/https://w3id.org/xapi/cmi5/https://w3id.org/xapi/profiles/https://w3id.org/xapi/video/verbs/extensions":{"https://w3id.org/xapi/extensions/session","http://adlnet.gov/expapi/verbs/voidedhttp://adlnet.gov/expapi/verbs/launchedhttp://adlnet.gov/expapi/verbs/initializedhttp://adlnet.gov/expapi/verbs/terminatedhttp://adlnet.gov/expapi/verbs/experiencedhttp://adlnet.gov/expapi/verbs/attemptedhttp://adlnet.gov/expapi/verbs/interactedhttp://adlnet.gov/expapi/verbs/progressedhttp://adlnet.gov/expapi/verbs/scoredhttp://adlnet.gov/expapi/verbs/failedhttp://adlnet.gov/expapi/verbs/passedhttp://adlnet.gov/expapi/activities/coursehttp://adlnet.gov/expapi/activities/lessonhttp://adlnet.gov/expapi/activities/modulehttp://adlnet.gov/expapi/activities/mediahttp://adlnet.gov/expapi/activities/question{"id":"","actor":{"objectType":"Agent","name":"","mbox":"mailto:@example.com"},"verb":{"id":"http://adlnet.gov/expapi/verbs/answered","display":{"en-US":"answered","en":""}},"object":{"objectType":"Activity","id":"https://","definition":{"name":{"en-US":"","en":""},"description":{"en":""},"type":"http://adlnet.gov/expapi/activities/cmi.interaction"}},"result":{"response":"","extensions":{},"score":{"scaled":0.,"raw":0,"min":0,"max":100},"success":false,"completion":true,"duration":"PT0H0M0S"},"context":{"registration":"","contextActivities":{"parent":[{"id":"https://","objectType":"Activity"}],"grouping":[{"id":"https://","objectType":"Activity","definition":{"type":"http://adlnet.gov/expapi/activities/assessment"}}],"category":[{"id":"https://"}],"other":[]}},"timestamp":"2026-01-01T00:00:00.000Z","verb":{"id":"http://adlnet.gov/expapi/verbs/completed","display":{"en":"completed"}},"version":"1.0.0","authority":{"objectType":"Agent","account":{"homePage":"https://","name":""},"name":""}"#;

/// Room behind a text for what is told with it: `stored`, `timestamp` and the last brace.
const ROOM_BYTES: usize = 128;

impl Text {
    /// A text that fits its row, packed when that saves something.
    pub fn in_row(text: String) -> Self {
        let mut packed = vec![0; get_maximum_output_size(text.len())];
        match (compress_into_with_dict(text.as_bytes(), &mut packed, DICTIONARY), u32::try_from(text.len())) {
            (Ok(length), Ok(bytes)) if length < text.len() => {
                Self::Packed { lz4: Bytes::copy_from_slice(packed.get(..length).unwrap_or_default()), bytes }
            }
            _ => Self::Here(text),
        }
    }
}

/// The text that was packed.
pub fn unpacked(lz4: &[u8], bytes: u32) -> io::Result<String> {
    let damaged = || io::Error::other("the packed text of a statement is damaged");
    if bytes as usize > MAX_VALUE_BYTES {
        return Err(damaged());
    }
    let mut text = vec![0; bytes as usize + ROOM_BYTES];
    let length = decompress_into_with_dict(lz4, &mut text, DICTIONARY).map_err(|_| damaged())?;
    text.truncate(length);
    if length == bytes as usize { String::from_utf8(text).map_err(|_| damaged()) } else { Err(damaged()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::store::blobs::name_of;

    fn there_and_back(text: &str) -> (String, usize) {
        match Text::in_row(text.to_owned()) {
            Text::Packed { lz4, bytes } => (unpacked(&lz4, bytes).unwrap(), lz4.len()),
            Text::Here(text) => (text.clone(), text.len()),
            Text::File { .. } => panic!("a file"),
        }
    }

    #[test]
    fn a_statement_takes_half_of_its_bytes() {
        let text = r#"{"id":"6690e6c9-3ef0-4ed3-8b37-7f3964730bee","actor":{"name":"Maeve O'Shea","mbox":"mailto:maeve.oshea@school.example"},"verb":{"id":"http://adlnet.gov/expapi/verbs/passed","display":{"en-GB":"passed"}},"object":{"id":"https://school.example/quizzes/12","definition":{"type":"http://adlnet.gov/expapi/activities/assessment","name":{"en-GB":"Safety in the laboratory"}}},"result":{"score":{"scaled":0.9,"raw":18,"min":0,"max":20},"success":true},"timestamp":"2026-03-02T09:41:07.311Z","version":"1.0.0","authority":{"objectType":"Agent","account":{"homePage":"https://lms.example/xapi","name":"3"},"name":"Lab tool"}"#;
        let (back, length) = there_and_back(text);
        assert_eq!(back, text);
        assert!(length * 2 < text.len(), "{length} of {}", text.len());
    }

    #[test]
    fn what_does_not_shrink_stays_as_it_is() {
        for text in ["", "x", "0123456789abcdefghijklmnopqrstuvwxyz!$%&/()=?"] {
            assert_eq!(Text::in_row(text.to_owned()), Text::Here(text.to_owned()));
        }
    }

    #[test]
    fn the_dictionary_is_the_one_that_rows_were_packed_with() {
        assert_eq!(
            name_of(DICTIONARY),
            "24539097962748f4e62d99916184af0ac8daea9146c08938abeb95615205c047",
            "texts that are kept cannot be read with another dictionary"
        );
    }

    #[test]
    fn damage_is_told() {
        let Text::Packed { lz4, bytes } = Text::in_row("\"objectType\":\"Activity\"".repeat(9)) else {
            panic!("it was not packed")
        };
        unpacked(&lz4, bytes).unwrap();
        unpacked(&lz4, bytes + 1).unwrap_err();
        unpacked(&lz4, bytes - 1).unwrap_err();
        unpacked(lz4.get(..lz4.len() - 1).unwrap(), bytes).unwrap_err();
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "(\"objectType\":|\\{|[a-z ]{0,9}|\\PC){0,60}") {
            prop_assert_eq!(there_and_back(&text).0, text);
        }
    }
}
