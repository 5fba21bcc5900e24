//! Takes a person out of the text of a statement: wherever an agent object is them, another one stands; every other byte stays.
//! Signatures go, since they sign what it said before, and have it in them. So does the registration of what this installation told
//! of an attempt of theirs: what it tells of that attempt later names them, and has it, too.

use super::Person;
use crate::domain::xapi::agent::{Expected, somebody};
use crate::domain::xapi::json::{Node, Wrong, object, parse_text, quoted};
use crate::domain::xapi::own::Site;
use crate::domain::xapi::scalar::{uuid, uuid_text};
use crate::domain::xapi::signature;
use crate::domain::xapi::term::Ifi;

/// Is the person who acts or is acted on, alone and not as one of a group?
pub(super) fn is_about(statement: &Node<'_>, person: &Person) -> Result<bool, Wrong> {
    for place in ["actor", "object"] {
        if let Some(node) = statement.get(place)
            && is_somebody(place, node)
            && somebody(node, Expected::Either)?.ifi.is_some_and(|ifi| person.has(&ifi))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn kind<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    node.get("objectType").and_then(Node::text)
}

/// An object may be many other things.
fn is_somebody(place: &str, node: &Node<'_>) -> bool {
    place != "object" || matches!(kind(node), Some("Agent" | "Group"))
}

/// The statement with the agent `instead` wherever the person was. `site` has told of the attempts of this installation.
pub(super) fn rewrite(
    text: &str,
    person: &Person,
    instead: &Ifi,
    site: Option<&Site>,
) -> Result<String, Wrong> {
    let Ifi::Account { home_page, name } = instead else {
        return Err(Wrong::new("is to be replaced by an account"));
    };
    let (home_page, quoted_name) = (quoted(home_page), quoted(name));
    let account = object([("homePage", home_page.as_str()), ("name", quoted_name.as_str())]);
    let node = parse_text(text)?;
    let mut edits = Edits { text, person, account, made: Vec::new() };
    edits.core(&node)?;
    if let Some(authority) = node.get("authority") {
        edits.somebody(authority)?;
    }
    if !edits.made.is_empty() {
        edits.signatures(&node);
    }
    if let Some(site) = site
        && is_about(&node, person)?
    {
        edits.registration(&node, site, name)?;
    }
    Ok(edits.apply())
}

/// A statement that is too long, without what it needs not have.
pub(super) fn without_surroundings(text: &str) -> Result<String, Wrong> {
    let node = parse_text(text)?;
    let kept = node.members().unwrap_or_default().iter();
    let kept = kept.filter(|(key, _)| !matches!(key.as_ref(), "context" | "result" | "attachments"));
    Ok(object(kept.map(|(key, value)| (key.as_ref(), value.raw))))
}

struct Edits<'e> {
    text: &'e str,
    person: &'e Person,
    /// The account that stands for the person, as JSON.
    account: String,
    /// From where, how many bytes, and what stands there then.
    made: Vec<(usize, usize, String)>,
}

impl Edits<'_> {
    fn replace(&mut self, node: &Node<'_>, with: String) {
        // What was read of a text is a part of it.
        let start = node.raw.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr());
        self.made.push((start, node.raw.len(), with));
    }

    fn instead(&self, kind: &str, more: &[(&str, &str)]) -> String {
        let kind = quoted(kind);
        let members = [("objectType", kind.as_str()), ("account", self.account.as_str())];
        object(members.into_iter().chain(more.iter().copied()))
    }

    fn is(&self, ifi: Option<&Ifi>) -> bool {
        ifi.is_some_and(|ifi| self.person.has(ifi))
    }

    fn somebody(&mut self, node: &Node<'_>) -> Result<(), Wrong> {
        let who = somebody(node, Expected::Either)?;
        let members = node.get("member").and_then(Node::items);
        if !self.is(who.ifi.as_ref()) {
            return members.unwrap_or_default().iter().try_for_each(|member| self.somebody(member));
        }
        let instead = match members {
            None => self.instead(if who.group { "Group" } else { "Agent" }, &[]),
            Some(members) => {
                let told = members.iter().zip(&who.members).map(|(node, member)| {
                    if self.is(member.ifi.as_ref()) {
                        self.instead("Agent", &[])
                    } else {
                        node.raw.to_owned()
                    }
                });
                let told = format!("[{}]", told.collect::<Vec<_>>().join(","));
                self.instead("Group", &[("member", told.as_str())])
            }
        };
        self.replace(node, instead);
        Ok(())
    }

    /// What statements and the statements inside them have in common.
    fn core(&mut self, node: &Node<'_>) -> Result<(), Wrong> {
        for place in ["actor", "object"] {
            match node.get(place) {
                Some(inner) if kind(inner) == Some("SubStatement") => self.core(inner)?,
                Some(who) if is_somebody(place, who) => self.somebody(who)?,
                _ => {}
            }
        }
        let Some(context) = node.get("context") else { return Ok(()) };
        for place in ["instructor", "team"] {
            context.get(place).map_or(Ok(()), |who| self.somebody(who))?;
        }
        for (list, place) in [("contextAgents", "agent"), ("contextGroups", "group")] {
            for item in context.get(list).and_then(Node::items).unwrap_or_default() {
                item.get(place).map_or(Ok(()), |who| self.somebody(who))?;
            }
        }
        Ok(())
    }

    fn signatures(&mut self, node: &Node<'_>) {
        let signs = |item: &Node<'_>| item.get("usageType").and_then(Node::text) == Some(signature::USAGE);
        if let Some(list) = node.get("attachments")
            && let Some(items) = list.items()
            && items.iter().any(signs)
        {
            let kept: Vec<&str> = items.iter().filter(|item| !signs(item)).map(|item| item.raw).collect();
            self.replace(list, format!("[{}]", kept.join(",")));
        }
        if let Some(inner) = node.get("object")
            && kind(inner) == Some("SubStatement")
        {
            self.signatures(inner);
        }
    }

    /// Puts another registration into what the site told of an attempt: the same in all of it that is made nameless together, and one
    /// that leads nowhere for who knows that of the attempt and the pseudonym.
    fn registration(&mut self, node: &Node<'_>, site: &Site, pseudonym: &str) -> Result<(), Wrong> {
        let Some(authority) = node.get("authority") else { return Ok(()) };
        if !somebody(authority, Expected::Either)?.ifi.is_some_and(|ifi| site.is_authority(&ifi)) {
            return Ok(());
        }
        if let Some(known) = node.get("context").and_then(|context| context.get("registration"))
            && let Some(Ok(attempt)) = known.text().map(uuid)
        {
            let of = format!("attempt {} of {pseudonym}", uuid_text(&attempt));
            self.replace(known, quoted(&uuid_text(&site.uuid(of.as_bytes()))));
        }
        Ok(())
    }

    fn apply(mut self) -> String {
        self.made.sort_unstable_by_key(|(start, ..)| *start);
        let mut text = String::with_capacity(self.text.len());
        let mut at = 0;
        for (start, bytes, with) in &self.made {
            text.push_str(self.text.get(at..*start).unwrap_or_default());
            text.push_str(with);
            at = start + bytes;
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_objects_of_the_person_are_written_anew() {
        let ada = r#"{"mbox":"mailto:a@b.c" ,"name":"Ada"}"#;
        let bob = r#"{ "openid": "http://bob" }"#;
        let group = format!(r#"{{"objectType":"Group","member":[{bob}, {ada}]}}"#);
        let text = |ada: &str, group: &str, attached: &str| {
            format!(
                r#"{{"actor": {ada},"verb":{{"id":"http://v"}} , "object":{{"objectType":"SubStatement","actor":{bob},
                "verb":{{"id":"http://v"}},"object":{ada}}},"result":{{"score":{{"raw":1.50}}}},"context":{{"team":{group},
                "contextAgents":[{{"objectType":"contextAgent","agent":{ada}}}]}},"attachments":{attached},"authority":{ada}}}"#
            )
        };
        let ada = ada.replacen('{', r#"{"objectType":"Agent","#, 1);
        let other = r#"{"usageType":"http://u"}"#;
        let signed = format!(r#"{{"usageType":"{}"}}"#, signature::USAGE);
        let before = text(&ada, &group, &format!("[{signed},{other}]"));
        let person = Person::of(&[Ifi::Mbox("mailto:a@b.c".to_owned())]);
        let instead = Ifi::Account { home_page: "http://p".to_owned(), name: "x".to_owned() };
        let after = rewrite(&before, &person, &instead, None).unwrap();
        let nobody = r#"{"objectType":"Agent","account":{"homePage":"http://p","name":"x"}}"#;
        let group = format!(r#"{{"objectType":"Group","member":[{bob}, {nobody}]}}"#);
        assert_eq!(after, text(nobody, &group, &format!("[{other}]")));
        assert!(is_about(&parse_text(&before).unwrap(), &person).unwrap());
        assert!(!is_about(&parse_text(&after).unwrap(), &person).unwrap());
    }

    #[test]
    fn what_the_site_told_of_an_attempt_gets_another_registration_and_what_others_told_keeps_its_own() {
        let site = Site { base: "http://here".into(), namespace: [9; 16], told: true };
        let ada = Ifi::Account { home_page: "http://here".to_owned(), name: "7".to_owned() };
        let person = Person::of(std::slice::from_ref(&ada));
        let known = "6690e6c9-3ef0-4ed3-8b37-7f3964730bea";
        let after = |home: &str, actor: &str, registration: &str, pseudonym: &str| {
            let account =
                |home: &str, name: &str| format!(r#"{{"account":{{"homePage":"{home}","name":"{name}"}}}}"#);
            let text = format!(
                r#"{{"actor":{},"verb":{{"id":"http://v"}},"object":{{"id":"http://o"}},"context":{{"instructor":{},
                "registration":"{registration}"}},"authority":{}}}"#,
                account("http://here", actor),
                account("http://here", "7"),
                account(home, "lyceum")
            );
            let instead = Ifi::Account { home_page: "http://p".to_owned(), name: pseudonym.to_owned() };
            let text = rewrite(&text, &person, &instead, Some(&site)).unwrap();
            let node = parse_text(&text).unwrap();
            node.get("context").unwrap().get("registration").unwrap().text().unwrap().to_owned()
        };
        let (own, upper) = (after("http://here", "7", known, "x"), known.to_uppercase());
        assert_ne!(own, known);
        assert_eq!(own, after("http://here", "7", &upper, "x"), "of one attempt it is one");
        let another = "6690e6c9-3ef0-4ed3-8b37-7f3964730beb";
        for other in [after("http://here", "7", another, "x"), after("http://here", "7", known, "y")] {
            assert!(other != own && other != known && other != another, "{other}");
        }
        assert_eq!(after("http://elsewhere", "7", known, "x"), known, "told by another installation");
        assert_eq!(after("http://here", "8", known, "x"), known, "an attempt of somebody else");
    }
}
