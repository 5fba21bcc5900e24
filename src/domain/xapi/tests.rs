//! Every rule of a statement, one line each: a change of a statement that has everything, and the place that is wrong then.

use super::json::parse_text;
use super::statement::statement;
use super::version::Version;

/// A statement with everything that version 2.0 knows.
const WHOLE: &str = r#"{
  "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee",
  "actor": {"objectType": "Group", "name": "G", "mbox": "mailto:g@example.com",
    "member": [{"objectType": "Agent", "name": "A", "account": {"homePage": "http://h", "name": "a"}}]},
  "verb": {"id": "http://v", "display": {"en-GB": "did"}},
  "object": {"objectType": "Activity", "id": "http://o", "definition": {"name": {"en": "n"}, "description": {"de": "d"},
    "type": "http://t", "moreInfo": "http://m", "extensions": {"http://x": null}, "interactionType": "choice",
    "correctResponsesPattern": ["a"], "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}]}},
  "result": {"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": true, "completion": false,
    "response": "a", "duration": "PT1.5S", "extensions": {"http://x": [null]}},
  "context": {"registration": "6690e6c9-3ef0-4ed3-8b37-7f3964730bea", "instructor": {"openid": "http://i"},
    "team": {"objectType": "Group", "member": [{"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}]},
    "contextActivities": {"parent": {"id": "http://p"}, "grouping": [{"id": "http://q"}], "category": [], "other": []},
    "contextAgents": [{"objectType": "contextAgent", "agent": {"openid": "http://c"}, "relevantTypes": ["http://r"]}],
    "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "openid": "http://d"}}],
    "revision": "1", "platform": "P", "language": "en-GB",
    "statement": {"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730beb"}, "extensions": {}},
  "timestamp": "2026-09-07T08:00:00Z", "stored": "2026-09-07T08:00:00Z", "version": "2.0.0",
  "authority": {"objectType": "Group", "member": [{"openid": "http://e"}, {"openid": "http://f"}]},
  "attachments": [{"usageType": "http://u", "display": {"en": "x"}, "description": {"en": "y"},
    "contentType": "text/plain", "length": 3, "fileUrl": "http://file",
    "sha2": "495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a"}]
}"#;

fn wrong(text: &str, version: Version) -> Option<String> {
    let node = match parse_text(text) {
        Ok(node) => node,
        Err(wrong) => return Some(wrong.pointer()),
    };
    statement(&node, version).err().map(|wrong| wrong.pointer())
}

#[test]
fn what_has_everything_is_right() {
    assert_eq!(wrong(WHOLE, Version::Two), None);
    let old = WHOLE.replace("2.0.0", "1.0.3");
    assert_eq!(wrong(&old, Version::One).as_deref(), Some("/context/contextAgents"));
}

/// What is replaced by what, and where it is wrong then.
const RULES: &[(&str, &str, &str)] = &[
    // Keys: missing, unknown, in another case, twice, null.
    (r#""verb": {"id""#, r#""verb": {"iD""#, "/verb/iD"),
    (r#""verb": {"id": "http://v", "#, r#""verb": {"#, "/verb/id"),
    (
        r#""actor": {"objectType": "Group", "name""#,
        r#""actor": {"objectType": "Group", "nickname""#,
        "/actor/nickname",
    ),
    (r#""id": "6690e6c9-3ef0-4ed3-8b37-7f3964730bee","#, r#""id": null,"#, "/id"),
    (r#""success": true"#, r#""success": null"#, "/result/success"),
    (r#""success": true"#, r#""success": true, "success": true"#, "/result/success"),
    (r#""timestamp""#, r#""Timestamp""#, "/Timestamp"),
    // Types: numbers, booleans and strings are not each other.
    (r#""raw": 5"#, r#""raw": "5""#, "/result/score/raw"),
    (r#""success": true"#, r#""success": "true""#, "/result/success"),
    (r#""completion": false"#, r#""completion": 0"#, "/result/completion"),
    (r#""response": "a""#, r#""response": 1"#, "/result/response"),
    (r#""revision": "1""#, r#""revision": 1"#, "/context/revision"),
    (r#""platform": "P""#, r#""platform": {}"#, "/context/platform"),
    (r#""length": 3"#, r#""length": "3""#, "/attachments/0/length"),
    (r#""length": 3"#, r#""length": -3"#, "/attachments/0/length"),
    (r#""length": 3"#, r#""length": 3.5"#, "/attachments/0/length"),
    (r#""name": "G""#, r#""name": ["G"]"#, "/actor/name"),
    // People.
    ("mailto:g@example.com", "g@example.com", "/actor/mbox"),
    (r#""name": "G","#, r#""openid": "http://o","#, "/actor/openid"),
    (r#"{"homePage": "http://h", "#, r#"{"homePage": "h", "#, "/actor/member/0/account/homePage"),
    (r#""http://h", "name": "a"}"#, r#""http://h"}"#, "/actor/member/0/account/name"),
    (r#""http://h", "name": "a"}"#, r#""http://h", "name": 1}"#, "/actor/member/0/account/name"),
    (r#"[{"objectType": "Agent""#, r#"[{"objectType": "Group""#, "/actor/member/0/objectType"),
    (r#"[{"objectType": "Agent""#, r#"[{"objectType": "agent""#, "/actor/member/0/objectType"),
    (r#""mbox": "mailto:g@example.com","#, "", ""),
    (r#"{"openid": "http://i"}"#, r#"{"openid": "i"}"#, "/context/instructor/openid"),
    (r#"{"openid": "http://i"}"#, r#"{"name": "i"}"#, "/context/instructor"),
    (
        r#"{"objectType": "Group", "member": [{"mbox_sha1sum""#,
        r#"{"member": [{"mbox_sha1sum""#,
        "/context/team/objectType",
    ),
    (
        r#""member": [{"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}]"#,
        r#""member": []"#,
        "/context/team/member",
    ),
    (
        r#""member": [{"mbox_sha1sum": "cd9b00a5611f94eaa7b1661edab976068e364975"}]"#,
        r#""name": "T""#,
        "/context/team/member",
    ),
    ("cd9b00a5", "cd9b00a", "/context/team/member/0/mbox_sha1sum"),
    (
        r#"[{"openid": "http://e"}, {"openid": "http://f"}]"#,
        r#"[{"openid": "http://e"}]"#,
        "/authority/member",
    ),
    (
        r#""authority": {"objectType": "Group", "#,
        r#""authority": {"objectType": "Group", "openid": "http://g", "#,
        "/authority",
    ),
    // Verbs and texts by language.
    (r#""id": "http://v""#, r#""id": "v""#, "/verb/id"),
    ("en-GB\": \"did\"", "a12345678\": \"did\"", "/verb/display/a12345678"),
    (r#"{"en-GB": "did"}"#, r#"{"en-GB": 1}"#, "/verb/display/en-GB"),
    (r#"{"en-GB": "did"}"#, r#""did""#, "/verb/display"),
    // Activities.
    (r#""id": "http://o""#, r#""id": "o""#, "/object/id"),
    (r#""objectType": "Activity""#, r#""objectType": "activity""#, "/object/objectType"),
    (r#""type": "http://t""#, r#""type": "t""#, "/object/definition/type"),
    (r#""moreInfo": "http://m""#, r#""moreInfo": "m""#, "/object/definition/moreInfo"),
    (r#"{"http://x": null}"#, r#"{"x": null}"#, "/object/definition/extensions/x"),
    (r#"{"http://x": null}"#, "[]", "/object/definition/extensions"),
    (
        r#""interactionType": "choice""#,
        r#""interactionType": "choiCe""#,
        "/object/definition/interactionType",
    ),
    (r#""interactionType": "choice","#, "", "/object/definition/interactionType"),
    (r#""interactionType": "choice""#, r#""interactionType": "likert""#, "/object/definition/choices"),
    (r#""choices": ["#, r#""steps": ["#, "/object/definition/steps"),
    (r#"["a"], "choices""#, r#""a", "choices""#, "/object/definition/correctResponsesPattern"),
    (r#"["a"], "choices""#, r#"[1], "choices""#, "/object/definition/correctResponsesPattern/0"),
    (r#"{"id": "b"}"#, r#"{"id": "a"}"#, "/object/definition/choices/1/id"),
    (r#"{"id": "b"}"#, "{}", "/object/definition/choices/1/id"),
    (r#"{"en": "A"}"#, r#"{"e": "A"}"#, "/object/definition/choices/0/description/e"),
    // Results.
    (r#""scaled": 0.5"#, r#""scaled": 1.1"#, "/result/score/scaled"),
    (r#""scaled": 0.5"#, r#""scaled": -1.1"#, "/result/score/scaled"),
    (r#""scaled": 0.5"#, r#""scaled": 1.00000000000000000001"#, "/result/score/scaled"),
    (r#""scaled": 0.5"#, r#""scaled": -1.00000000000000000001"#, "/result/score/scaled"),
    (r#""raw": 5"#, r#""raw": 10.00000000000000000001"#, "/result/score/raw"),
    (r#""max": 10"#, r#""max": 0.0e7"#, "/result/score/max"),
    (r#""raw": 5"#, r#""raw": 10.5"#, "/result/score/raw"),
    (r#""raw": 5"#, r#""raw": -1"#, "/result/score/raw"),
    (r#""max": 10"#, r#""max": 0"#, "/result/score/max"),
    (r#""duration": "PT1.5S""#, r#""duration": "1.5""#, "/result/duration"),
    (r#"{"http://x": [null]}"#, r#"{"x": [null]}"#, "/result/extensions/x"),
    // Contexts.
    ("7f3964730bea", "7f3964730be", "/context/registration"),
    (r#""parent": {"id": "http://p"}"#, r#""parent": {"id": "p"}"#, "/context/contextActivities/parent/id"),
    (r#"[{"id": "http://q"}]"#, r#"["http://q"]"#, "/context/contextActivities/grouping/0"),
    (r#""category": []"#, r#""sibling": []"#, "/context/contextActivities/sibling"),
    (r#""contextAgent""#, r#""Agent""#, "/context/contextAgents/0/objectType"),
    (
        r#""agent": {"openid": "http://c"}"#,
        r#""agent": {"openid": "c"}"#,
        "/context/contextAgents/0/agent/openid",
    ),
    (r#"["http://r"]"#, "[]", "/context/contextAgents/0/relevantTypes"),
    (r#"["http://r"]"#, r#"["r"]"#, "/context/contextAgents/0/relevantTypes/0"),
    (r#""group": {"objectType": "Group", "#, r#""group": {"#, "/context/contextGroups/0/group/objectType"),
    (r#""language": "en-GB""#, r#""language": "en_GB""#, "/context/language"),
    (
        r#"{"objectType": "StatementRef", "id": "6690e6c9-3ef0"#,
        r#"{"id": "6690e6c9-3ef0"#,
        "/context/statement/objectType",
    ),
    ("7f3964730beb", "7f3964730bez", "/context/statement/id"),
    // Times, versions, files.
    (r#""timestamp": "2026-09-07T08:00:00Z""#, r#""timestamp": "2026-09-07T08:00:00-00:00""#, "/timestamp"),
    (r#""stored": "2026-09-07T08:00:00Z""#, r#""stored": "now""#, "/stored"),
    (r#""version": "2.0.0""#, r#""version": "0.9""#, "/version"),
    (r#""version": "2.0.0""#, r#""version": 2"#, "/version"),
    (r#""usageType": "http://u""#, r#""usageType": "u""#, "/attachments/0/usageType"),
    (r#""display": {"en": "x"}, "#, "", "/attachments/0/display"),
    (r#""contentType": "text/plain""#, r#""contentType": "text""#, "/attachments/0/contentType"),
    (r#""fileUrl": "http://file""#, r#""fileUrl": "file""#, "/attachments/0/fileUrl"),
    ("495395e777", "495395e77", "/attachments/0/sha2"),
];

#[test]
fn every_rule_is_kept_and_names_its_place() {
    let mut failed = Vec::new();
    for (from, to, at) in RULES {
        assert_eq!(WHOLE.matches(from).count(), 1, "{from}");
        let changed = WHOLE.replace(from, to);
        let found = wrong(&changed, Version::Two);
        // An empty place stands for: it is fine so.
        let expected = (!at.is_empty()).then(|| (*at).to_owned());
        if found != expected {
            failed.push(format!("{from} -> {to}: {found:?}, not {expected:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The rules of people, activities, results and contexts hold inside a sub-statement, too, which has some of its own.
#[test]
fn a_sub_statement_keeps_the_same_rules() {
    let start = WHOLE.find("\"actor\"").unwrap();
    let end = WHOLE.find(", \"stored\"").unwrap();
    let inner = &WHOLE[start..end];
    let outer = |inner: &str| {
        format!(
            r#"{{"actor": {{"openid": "http://a"}}, "verb": {{"id": "http://w"}}, "object": {{"objectType": "SubStatement", {inner}}}}}"#
        )
    };
    assert_eq!(wrong(&outer(inner), Version::Two), None);
    let mut failed = Vec::new();
    for (from, to, at) in RULES.iter().filter(|(from, _, at)| inner.contains(from) && !at.is_empty()) {
        let found = wrong(&outer(&inner.replace(from, to)), Version::Two);
        if found != Some(format!("/object{at}")) {
            failed.push(format!("{from} -> {to}: {found:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    for key in ["id", "stored", "version", "authority"] {
        let with = outer(&format!("\"{key}\": \"x\", {inner}"));
        assert_eq!(wrong(&with, Version::Two), Some(format!("/object/{key}")));
    }
    let nested = outer(inner).replace(r#""objectType": "Activity""#, r#""objectType": "SubStatement""#);
    assert_eq!(wrong(&nested, Version::Two).as_deref(), Some("/object/object/objectType"));
}

#[test]
fn revision_and_platform_are_of_activities_and_only_references_are_voided() {
    let with = |object: &str, context: &str, verb: &str| {
        format!(
            r#"{{"actor": {{"openid": "http://a"}}, "verb": {{"id": "{verb}"}}, "object": {object}, "context": {{{context}}}}}"#
        )
    };
    let agent = r#"{"objectType": "Agent", "openid": "http://b"}"#;
    let reference = r#"{"objectType": "StatementRef", "id": "6690e6c9-3ef0-4ed3-8b37-7f3964730beb"}"#;
    for key in ["revision", "platform"] {
        let context = format!(r#""{key}": "1""#);
        for object in [agent, reference] {
            assert_eq!(
                wrong(&with(object, &context, "http://v"), Version::One),
                Some(format!("/context/{key}"))
            );
        }
        assert_eq!(wrong(&with(r#"{"id": "http://o"}"#, &context, "http://v"), Version::One), None);
    }
    let voided = super::statement::VOIDED;
    assert_eq!(wrong(&with(reference, "", voided), Version::One), None);
    assert_eq!(wrong(&with(agent, "", voided), Version::One).as_deref(), Some("/object/objectType"));
}
