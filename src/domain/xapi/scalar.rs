//! The small values of xAPI: IRIs, UUIDs, language tags, durations, times. Each is checked as the standard that defines it has it.

use jiff::fmt::temporal::DateTimePrinter;

use crate::clock::LAST_SECOND;

/// Longer names are no names; every one of them stands in several records.
pub const MAX_IRI_BYTES: usize = 2_048;

const MS: i64 = 1_000;
const SECOND: i64 = 1_000_000;
const DAY_SECONDS: i64 = 24 * 3600;
/// The year 0.
const FIRST_SECOND: i64 = -62_167_219_200;

/// An absolute IRI: a scheme, a colon, and something behind it without what RFC 3987 never allows.
pub fn iri(text: &str) -> Result<(), String> {
    if text.len() > MAX_IRI_BYTES {
        return Err(format!("is longer than {MAX_IRI_BYTES} bytes"));
    }
    let formed = text.split_once(':').is_some_and(|(scheme, rest)| {
        let mut letters = scheme.bytes();
        letters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && letters.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
            && !rest.is_empty()
            && !rest.bytes().any(|byte| {
                byte <= b' '
                    || matches!(byte, 0x7f | b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`')
            })
            && (rest.is_ascii() || !rest.contains(|letter| ('\u{80}'..='\u{a0}').contains(&letter)))
            && (!rest.contains('%') || well_escaped(rest))
    });
    if formed { Ok(()) } else { Err("is not an absolute IRI, such as http://example.com/x".to_owned()) }
}

/// Two hexadecimal digits stand behind each per cent sign.
fn well_escaped(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)))
}

/// `mailto:` and an address, as loosely as it was once taken: what is kept may have it. See [`one_address`].
pub fn mbox(text: &str) -> Result<(), String> {
    let formed = text.strip_prefix("mailto:").and_then(|address| address.rsplit_once('@')).is_some_and(
        |(local, domain)| {
            !local.is_empty()
                && !domain.is_empty()
                && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ','))
        },
    );
    if formed && text.len() <= MAX_IRI_BYTES {
        Ok(())
    } else {
        Err("is not mailto: and an address, such as mailto:a@example.com".to_owned())
    }
}

/// What of an [`mbox`] that comes now is not one plain address: a header or a fragment behind it (RFC 6068), several of them, quotes.
pub fn one_address(mbox: &str) -> Result<(), String> {
    if mbox.bytes().filter(|byte| *byte == b'@').count() > 1 {
        return Err("has a second @: it is mailto: and one address, such as mailto:a@example.com".to_owned());
    }
    match mbox.chars().find(|letter| matches!(letter, '?' | '#' | ';' | ',' | '"' | '\\')) {
        Some(letter) => {
            Err(format!("has a {letter}: it is mailto: and one address, such as mailto:a@example.com"))
        }
        None => Ok(()),
    }
}

/// Forty hexadecimal digits.
pub fn sha1sum(text: &str) -> Result<(), String> {
    if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err("is not the 40 hexadecimal digits of a SHA-1".to_owned())
    }
}

/// The 64, or with a longer SHA-2 up to 128, hexadecimal digits of a hash.
pub fn sha2(text: &str) -> Result<(), String> {
    if matches!(text.len(), 56 | 64 | 96 | 128) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(())
    } else {
        Err("is not a SHA-2 in hexadecimal digits".to_owned())
    }
}

/// A UUID in its usual form, of any version, in either case.
pub fn uuid(text: &str) -> Result<[u8; 16], String> {
    let problem = || "is not a UUID, such as 6690e6c9-3ef0-4ed3-8b37-7f3964730bee".to_owned();
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return Err(problem());
    }
    let mut id = [0_u8; 16];
    let mut digits = 0_usize;
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 8 | 13 | 18 | 23) {
            if *byte != b'-' {
                return Err(problem());
            }
            continue;
        }
        let digit = char::from(*byte).to_digit(16).ok_or_else(problem)?;
        if let Some(slot) = id.get_mut(digits / 2) {
            *slot = (*slot << 4) | u8::try_from(digit).unwrap_or(0);
        }
        digits += 1;
    }
    // The variant of RFC 4122 and a version: what no generator makes is a mistake.
    let (version, variant) = (bytes.get(14).copied(), bytes.get(19).copied());
    let known = matches!(version, Some(b'1'..=b'8'))
        && matches!(variant, Some(b'8' | b'9' | b'a' | b'b' | b'A' | b'B'));
    if known { Ok(id) } else { Err(problem()) }
}

/// A UUID as text, in lower case.
pub fn uuid_text(id: &[u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in id.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for digit in [byte >> 4, byte & 0xf] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
    }
    text
}

/// An ISO 8601 duration; returns it as it is compared, cut to hundredths of a second.
pub fn duration(text: &str) -> Result<String, String> {
    compared_duration(text)
        .ok_or_else(|| "is not an ISO 8601 duration, such as PT4H35M59.14S or P4W".to_owned())
}

fn compared_duration(text: &str) -> Option<String> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    let mut fraction_seen = false;
    if let Some(weeks) = date.strip_suffix('W') {
        return (time.is_empty() && amount(weeks, &mut fraction_seen)).then(|| text.to_owned());
    }
    if date.is_empty() && time.is_empty() {
        return None;
    }
    components(date, "YMD", &mut fraction_seen)?;
    let seconds = components(time, "HMS", &mut fraction_seen)?;
    let mut compared = text.to_owned();
    if let Some((whole, fraction)) = seconds.split_once(['.', ',']) {
        let kept: String = fraction.chars().take(2).collect();
        let kept = kept.trim_end_matches('0');
        compared.truncate(text.len() - seconds.len() - 1);
        compared.push_str(whole);
        if !kept.is_empty() {
            compared.push('.');
            compared.push_str(kept);
        }
        compared.push('S');
    }
    Some(compared)
}

/// Numbers with these letters in this order; the number with the last letter, empty when there is none.
fn components<'t>(text: &'t str, letters: &str, fraction_seen: &mut bool) -> Option<&'t str> {
    let mut rest = text;
    let mut last = "";
    for (place, letter) in letters.char_indices() {
        if let Some((number, behind)) = rest.split_once(letter) {
            if !amount(number, fraction_seen) {
                return None;
            }
            if place + 1 == letters.len() {
                last = number;
            }
            rest = behind;
        }
    }
    rest.is_empty().then_some(last)
}

/// Digits, with a fraction only in the smallest component.
fn amount(number: &str, fraction_seen: &mut bool) -> bool {
    if *fraction_seen {
        return false;
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match number.split_once(['.', ',']) {
        Some((whole, fraction)) => {
            *fraction_seen = true;
            digits(whole) && digits(fraction)
        }
        None => digits(number),
    }
}

/// A time as statements have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Microseconds since 1970, in UTC.
    pub us: i64,
    /// It was said in UTC.
    pub in_utc: bool,
    /// It was said to no more than milliseconds.
    pub in_ms: bool,
}

/// What every text is told that shows no other fault.
const NO_MOMENT: &str = "is not a time of RFC 3339 (ISO 8601 with a whole date and a time of day), such as 2026-11-24T09:00:00.000Z";

/// An ISO 8601 time of RFC 3339's profile; seconds and the offset may be left out as ISO 8601 allows. Both standards have a
/// year 0000, the one before the year 1.
pub fn moment(text: &str) -> Result<Moment, String> {
    read_moment(text).map_err(|problem| if is_beyond(text) { BEYOND.to_owned() } else { problem })
}

/// What is said of times before [`FIRST_SECOND`] and after [`LAST_SECOND`].
const BEYOND: &str = "is before the year 0000 or after 9999-12-30 in UTC, and RFC 3339, by which times are kept, has none there";

/// Would it be a time if only its year were another?
fn is_beyond(text: &str) -> bool {
    let Some((year, rest)) = text.trim_start_matches(['+', '-']).split_once('-') else { return false };
    let digits = year.len() >= 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let is_usual = year.len() == 4 && !text.starts_with(['+', '-']) && !matches!(year, "0000" | "9999");
    digits && !is_usual && read_moment(&format!("2000-{rest}")).is_ok()
}

fn read_moment(text: &str) -> Result<Moment, String> {
    let none = || NO_MOMENT.to_owned();
    let number = |text: &str, digits: usize| -> Result<i16, String> {
        let formed = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| formed).ok_or_else(none)
    };
    let (date, rest) = text.split_at_checked(10).ok_or_else(none)?;
    let rest = rest.strip_prefix(['T', 't', ' ']).ok_or_else(none)?;
    let (year, day) = date.split_once('-').ok_or_else(none)?;
    let (month, day) = day.split_once('-').ok_or_else(none)?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    let of_calendar = || format!("has the date {date}, which the calendar does not have");
    let small = |number: i16| i8::try_from(number).map_err(|_| of_calendar());
    let date = jiff::civil::Date::new(year, small(month)?, small(day)?).map_err(|_| of_calendar())?;
    let offset_at = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
    let (clock, offset) = rest.split_at_checked(offset_at).ok_or_else(none)?;
    let (clock, fraction) = match clock.split_once(['.', ',']) {
        Some((clock, fraction)) if !fraction.is_empty() => (clock, fraction),
        Some(_) => return Err(none()),
        None => (clock, ""),
    };
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(none());
    }
    if fraction.len() > 12 {
        return Err("has more than 12 digits of a second".to_owned());
    }
    let (hour, minute) = clock.split_once(':').ok_or_else(none)?;
    let (minute, second) = match minute.split_once(':') {
        Some((minute, second)) => (minute, number(second, 2)?),
        None if fraction.is_empty() => (minute, 0),
        None => return Err(none()),
    };
    let (hour, minute) = (number(hour, 2)?, number(minute, 2)?);
    if hour > 23 || minute > 59 {
        return Err(format!("has the time of day {hour:02}:{minute:02}, and days go from 00:00 to 23:59"));
    }
    let offset_minutes = match offset {
        "" | "Z" | "z" => 0,
        _ => read_offset(offset)?,
    };
    let midnight = jiff::tz::Offset::UTC.to_timestamp(date.at(0, 0, 0, 0)).map_err(|_| BEYOND)?.as_second();
    let seconds = midnight + i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59))
        - offset_minutes * 60;
    // A leap second is the last of a day in UTC, and one with the second before it. Which days had one is in no table here.
    let is_leap = second == 60 && seconds.rem_euclid(DAY_SECONDS) == DAY_SECONDS - 1;
    if second > 59 && !is_leap {
        return Err(format!(
            "has the second {second}, and minutes go to 59, but for a leap second at 23:59:60 in UTC"
        ));
    }
    // Also in UTC the year has four digits.
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) {
        return Err(BEYOND.to_owned());
    }
    let digits = fraction.bytes().map(|digit| i64::from(digit - b'0')).chain(std::iter::repeat(0));
    let us = digits.take(6).fold(0, |us, digit| us * 10 + digit);
    Ok(Moment {
        us: seconds * SECOND + us,
        in_utc: offset_minutes == 0 && !offset.is_empty(),
        in_ms: fraction.len() <= 3,
    })
}

/// Is a time in UTC written as RFC 3339 has it, and not as ISO 8601 allows beside that?
pub fn is_rfc_3339(text: &str) -> bool {
    let shape: String =
        text.chars().map(|letter| if letter.is_ascii_digit() { '0' } else { letter }).collect();
    let Some((moment, rest)) = shape.split_at_checked("0000-00-00T00:00:00".len()) else { return false };
    let offset = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    // Behind a fraction the zeros of an offset begin with its sign.
    moment.eq_ignore_ascii_case("0000-00-00T00:00:00")
        && (offset.eq_ignore_ascii_case("Z") || offset == "+00:00")
}

/// A time as 2.0 tells it, in UTC and as RFC 3339 has it, where it is written otherwise.
pub fn retold(text: &str) -> Option<String> {
    let moment = moment(text).ok()?;
    (!(moment.in_utc && is_rfc_3339(text))).then(|| moment_text(moment.us))
}

/// Minutes east of Greenwich; minus zero, which says that nobody knows, is refused.
fn read_offset(text: &str) -> Result<i64, String> {
    let none = || NO_MOMENT.to_owned();
    let negative = text.starts_with('-');
    let digits = text.get(1..).ok_or_else(none)?;
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => digits.split_at_checked(2).ok_or_else(none)?,
        5 => digits.split_once(':').ok_or_else(none)?,
        _ => return Err(none()),
    };
    let number = |part: &str| -> Result<i64, String> {
        let formed = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|_| formed).ok_or_else(none)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let offset = hours * 60 + minutes;
    if hours > 23 || minutes > 59 {
        return Err(format!("has the offset {text}, and offsets go from -23:59 to +23:59"));
    }
    if negative && offset == 0 {
        return Err(format!("has the offset {text}, which says that none is known; write Z for UTC"));
    }
    Ok(if negative { -offset } else { offset })
}

/// Microseconds since 1970 as text in UTC: with milliseconds, or with all six digits when there are more. For what clients said.
pub fn moment_text(us: i64) -> String {
    const OF_MS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    if us % MS == 0 { text_by(&OF_MS, us) } else { exact_text(us) }
}

/// The same with all six digits, for what is set here: a text that is given back is exactly that moment, and texts sort as their
/// moments do.
pub fn exact_text(us: i64) -> String {
    const OF_US: DateTimePrinter = DateTimePrinter::new().precision(Some(6));
    text_by(&OF_US, us)
}

fn text_by(printer: &DateTimePrinter, us: i64) -> String {
    match jiff::Timestamp::from_microsecond(us) {
        Ok(moment) => printer.timestamp_to_string(&moment),
        Err(_) => format!("{us} us"),
    }
}

/// A media type, with its parameters or without: as it may stand in a header.
pub fn media_type(text: &str) -> Result<(), String> {
    let token = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let essence = text.split(';').next().unwrap_or_default().trim();
    let printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    match essence.split_once('/') {
        Some((kind, subtype)) if token(kind) && token(subtype) && printable => Ok(()),
        _ => Err("is not a media type, such as text/plain".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iris_are_absolute() {
        for good in [
            "http://example.com/x",
            "urn:uuid:1",
            "tag:a,2020:x",
            "https://example.com/\u{e9}?q=%20#f",
            "a+b-c.1:x",
        ] {
            assert_eq!(iri(good), Ok(()), "{good}");
        }
        let long = format!("http://x/{}", "a".repeat(MAX_IRI_BYTES));
        for bad in [
            "",
            "x",
            "example.com/x",
            ":x",
            "http:",
            "1a:x",
            "ab=c://x",
            "http://a b",
            "http://a/<",
            "http://a/%zz",
            "http://a/\n",
            &long,
        ] {
            assert!(iri(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn mailboxes_and_hashes() {
        assert_eq!(mbox("mailto:a.b+c@example.com"), Ok(()));
        for bad in
            ["a@example.com", "mailto:", "mailto:a", "mailto:@b", "mailto:a@", "mailto:a b@c", "MAILTO:a@b"]
        {
            assert!(mbox(bad).is_err(), "{bad}");
        }
        assert_eq!(one_address("mailto:a.b+c@example.com"), Ok(()));
        for (bad, says) in [
            ("mailto:a@b@c", "has a second @"),
            ("mailto:a@b.c?subject=x", "has a ?"),
            ("mailto:a@b.c#f", "has a #"),
            ("mailto:a@b.c;d", "has a ;"),
            ("mailto:a,d@b.c", "has a ,"),
            ("mailto:\"@b.c", "has a \""),
            ("mailto:a\\@b.c", "has a \\"),
        ] {
            assert!(one_address(bad).unwrap_err().starts_with(says), "{bad}");
        }
        assert_eq!(sha1sum("cd9b00a5611f94eaa7b1661edab976068e364975"), Ok(()));
        assert!(sha1sum("cd9b00a5611f94eaa7b1661edab976068e36497").is_err());
        assert!(sha1sum("cd9b00a5611f94eaa7b1661edab976068e36497g").is_err());
        assert!(sha2("495395e777cd98da653df9615d09c0fd6bb2f8d4788394cd53c56a3bfdcd848a").is_ok());
        assert!(sha2("495395").is_err());
    }

    #[test]
    fn uuids_are_of_the_usual_form() {
        let id = uuid("6690E6C9-3ef0-4ed3-8b37-7f3964730bee").unwrap();
        assert_eq!(uuid_text(&id), "6690e6c9-3ef0-4ed3-8b37-7f3964730bee");
        for bad in [
            "6690e6c93ef04ed38b377f3964730bee",
            "6690e6c9-3ef0-4ed3-8b37-7f3964730be",
            "6690e6c9-3ef0-4ed3-8b37-7f3964730beg",
            "6690e6c9+3ef0-4ed3-8b37-7f3964730bee",
            "6690e6c9-3ef0-fed3-8b37-7f3964730bee",
            "6690e6c9-3ef0-4ed3-4b37-7f3964730bee",
            "",
        ] {
            assert!(uuid(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_are_those_of_iso_8601_and_are_compared_to_the_hundredth() {
        for (good, compared) in [
            ("PT4H35M59.14S", "PT4H35M59.14S"),
            ("P1DT12H36M0.12567S", "P1DT12H36M0.12S"),
            ("P1DT12H36M0.1S", "P1DT12H36M0.1S"),
            ("P1DT12H36M0.10S", "P1DT12H36M0.1S"),
            ("PT0.001S", "PT0S"),
            ("P3Y1M29DT4H35M59.14S", "P3Y1M29DT4H35M59.14S"),
            ("P3Y", "P3Y"),
            ("P4W", "P4W"),
            ("PT0.5H", "PT0.5H"),
        ] {
            assert_eq!(duration(good).as_deref(), Ok(compared));
        }
        for bad in [
            "", "P", "PT", "P4W1D", "P1D2Y", "PT1S1H", "1D", "P1.5DT1H", "PA1H0M0S", "P1DT", "PT.5S",
            "PT5.S", "-P1D", "P-1D",
        ] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_are_read_to_the_microsecond_and_written_in_utc() {
        for (text, says, in_utc) in [
            ("2008-09-15T15:53:00.601Z", "2008-09-15T15:53:00.601Z", true),
            ("2008-09-15T15:53:00.601+00:00", "2008-09-15T15:53:00.601Z", true),
            ("2008-09-15T15:53:00+0530", "2008-09-15T10:23:00.000Z", false),
            ("2008-09-15 15:53:00-05", "2008-09-15T20:53:00.000Z", false),
            ("2008-09-15T15:53Z", "2008-09-15T15:53:00.000Z", true),
            ("2008-09-15T15:53:00.1234567Z", "2008-09-15T15:53:00.123456Z", true),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000Z", true),
            ("2016-12-31T15:59:60.25-08:00", "2016-12-31T23:59:59.250Z", false),
            ("2017-01-01T05:29:60+05:30", "2016-12-31T23:59:59.000Z", false),
            ("2017-01-01T08:59:60+0900", "2016-12-31T23:59:59.000Z", false),
            ("1969-12-31T23:59:60Z", "1969-12-31T23:59:59.000Z", true),
            ("2016-12-31T23:59:60", "2016-12-31T23:59:59.000Z", false),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500Z", true),
            ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z", true),
            ("0000-02-29T00:00:00-01:00", "0000-02-29T01:00:00.000Z", false),
        ] {
            let moment = moment(text).unwrap();
            assert_eq!((moment_text(moment.us).as_str(), moment.in_utc), (says, in_utc), "{text}");
            let exact = read_moment(&exact_text(moment.us)).unwrap();
            assert_eq!((exact.us, exact.in_ms), (moment.us, false), "{text}");
        }
    }

    #[test]
    fn what_iso_8601_allows_beside_rfc_3339_is_told_from_it() {
        for (text, is) in [
            ("2026-01-01T00:00:00Z", true),
            ("2026-01-01t00:00:00.123456z", true),
            ("2026-01-01T00:00:00.5+00:00", true),
            ("2026-01-01T00:00Z", false),
            ("2026-01-01 00:00:00Z", false),
            ("2026-01-01T00:00:00,5Z", false),
            ("2026-01-01T00:00:00.Z", false),
            ("2026-01-01T00:00:00", false),
            ("20260101T000000Z", false),
            ("2026-01-01T00:00:00+00", false),
        ] {
            assert_eq!(is_rfc_3339(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_told_why() {
        let none = "is not a time of RFC 3339";
        let beyond = "is before the year 0000 or after 9999-12-30";
        for (bad, says) in [
            ("", none),
            ("should fail", none),
            ("01/011/2015", none),
            ("2008-09-15", none),
            ("20080915T155300Z", none),
            ("2008-W38-1T15:53:00Z", none),
            ("2008-01-01T00:00:00.Z", none),
            ("2008-01-01T00:00.5Z", none),
            ("2008-1-01T00:00:00Z0", none),
            ("2008-01-01T00:00:00+1", none),
            ("\u{e9}008-01-01T00:00:00Z", none),
            ("2008-09-15T15:53:00.601-00", "has the offset -00"),
            ("2008-09-15T15:53:00.601-0000", "has the offset -0000"),
            ("2008-09-15T15:53:00.601-00:00", "has the offset -00:00, which says that none is known"),
            ("2008-01-01T00:00:00+99:00", "has the offset +99:00"),
            ("2008-02-30T00:00:00Z", "has the date 2008-02-30"),
            ("2007-02-29T00:00:00Z", "has the date 2007-02-29"),
            ("2008-13-01T00:00:00Z", "has the date 2008-13-01"),
            ("2008-01-01T24:00:00Z", "has the time of day 24:00"),
            ("2008-01-01T23:60:00Z", "has the time of day 23:60"),
            ("2008-01-01T00:00:61Z", "has the second 61"),
            ("2016-12-31T23:59:61Z", "has the second 61"),
            (
                "2016-12-31T23:58:60Z",
                "has the second 60, and minutes go to 59, but for a leap second at 23:59:60 in UTC",
            ),
            ("2016-12-31T00:00:60Z", "has the second 60"),
            ("2016-12-31T23:59:60.5+01:00", "has the second 60"),
            ("2016-12-31T23:59:60-08:00", "has the second 60"),
            ("1969-06-30T12:00:60", "has the second 60"),
            ("2008-01-01T00:00:00.1234567890123Z", "has more than 12 digits"),
            ("0000-01-01T00:00:00+01:00", beyond),
            ("-0001-12-31T00:00:00Z", beyond),
            ("9999-12-31T23:59:59Z", beyond),
            ("12008-01-01T00:00:00Z", beyond),
            ("+012008-01-01T00:00:00Z", beyond),
            ("99999-01-01T00:00:00+01:00", beyond),
            ("99999-13-01T00:00:00Z", none),
        ] {
            let problem = moment(bad).unwrap_err();
            assert!(problem.starts_with(says), "{bad}: {problem}");
        }
    }

    #[test]
    fn media_types() {
        assert_eq!(media_type("text/plain; charset=ascii"), Ok(()));
        assert!(media_type("text").is_err() && media_type("/x").is_err() && media_type("a b/c").is_err());
    }
}
