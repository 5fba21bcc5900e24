//! Dates and times in the viewer's zone and language, always with the exact moment beside them for machines.

use askama::filters::HtmlSafe;
use jiff::tz::TimeZone;

use super::text::{Text, ToArg};
use crate::clock::Timestamp;

/// How somebody reads time.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The language.
    pub text: Text,
    /// The zone.
    pub zone: TimeZone,
}

/// A `<time>` element. Its parts are escaped where it is made.
#[derive(Debug, Clone)]
pub struct TimeTag(String);

impl std::fmt::Display for TimeTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl HtmlSafe for TimeTag {}

impl Calendar {
    fn at(&self, moment: Timestamp) -> jiff::ZonedDateTime {
        jiff::Timestamp::from_millisecond(moment.ms())
            .unwrap_or_default()
            .to_zoned_datetime(self.zone.clone())
    }

    /// Day, month and year in words.
    pub fn day(&self, moment: Timestamp) -> String {
        let at = self.at(moment);
        let month = self.text.t_of("time-month-", &at.month().to_string());
        // As text: a year is not grouped like a number.
        let year = at.year().to_string();
        self.text.with("time-day", &[("day", &i32::from(at.day())), ("month", &month), ("year", &year)])
    }

    /// Hours and minutes.
    pub fn clock(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%H:%M").to_string()
    }

    /// Hours, minutes and seconds.
    pub fn clock_seconds(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%H:%M:%S").to_string()
    }

    /// Hours, minutes and seconds, behind the day unless that is the one of `now`.
    pub fn exact(&self, moment: Timestamp, now: Timestamp) -> String {
        let clock = self.clock_seconds(moment);
        if self.at(moment).date() == self.at(now).date() {
            return clock;
        }
        self.text.t2("time-moment", "day", self.day(moment), "clock", clock)
    }

    /// Day and clock.
    pub fn moment(&self, moment: Timestamp) -> String {
        self.text.t2("time-moment", "day", self.day(moment), "clock", self.clock(moment))
    }

    /// A moment as an input of type `datetime-local` has it.
    pub fn local(&self, moment: Timestamp) -> String {
        self.at(moment).strftime("%Y-%m-%dT%H:%M").to_string()
    }

    /// The moment that an input of type `datetime-local` names in this zone. Of an hour that is there twice the first.
    pub fn parse_local(&self, text: &str) -> Option<Timestamp> {
        let local: jiff::civil::DateTime = text.trim().parse().ok()?;
        let zoned = local.to_zoned_datetime(self.zone.clone()).ok()?;
        Some(Timestamp::from_ms(zoned.timestamp().as_millisecond()))
    }

    /// How far away it is, in one unit: "in 3 days", "2 hours ago".
    pub fn distance(&self, moment: Timestamp, now: Timestamp) -> String {
        let ahead = moment > now;
        let span = if ahead { moment.since(now) } else { now.since(moment) };
        let (unit, count) = match span.as_secs() / 60 {
            minutes @ 0..60 => ("minutes", minutes),
            minutes @ 60..2880 => ("hours", minutes / 60),
            minutes => ("days", minutes / 1440),
        };
        let way = if ahead { "time-in-" } else { "time-ago-" };
        self.text.t1(&format!("{way}{unit}"), "count", count)
    }

    /// How long something lasts, to the second.
    pub fn span(&self, ms: u64) -> String {
        let (minutes, seconds) = (ms / 60_000, ms % 60_000 / 1000);
        match (minutes / 60, minutes % 60, seconds) {
            (0, 0, seconds) if ms > 0 => self.text.t1("time-span-seconds", "count", seconds),
            (0, minutes, 0) => self.text.t1("time-span-minutes", "count", minutes),
            (hours, 0, 0) => self.text.t1("time-span-hours", "count", hours),
            (hours, minutes, 0) => self.text.t2("time-span-both", "hours", hours, "minutes", minutes),
            (0, minutes, seconds) => {
                self.text.t2("time-span-with-seconds", "minutes", minutes, "seconds", seconds)
            }
            (hours, minutes, seconds) => {
                let said: [(&str, &dyn ToArg); 3] =
                    [("hours", &hours), ("minutes", &minutes), ("seconds", &seconds)];
                self.text.with("time-span-whole", &said)
            }
        }
    }

    /// Day and clock as an element.
    pub fn time(&self, moment: Timestamp) -> TimeTag {
        tag(moment, &self.moment(moment))
    }

    /// The day as an element.
    pub fn date(&self, moment: Timestamp) -> TimeTag {
        tag(moment, &self.day(moment))
    }

    /// How far away it is, as an element whose title is the moment itself.
    pub fn from_now(&self, moment: Timestamp, now: Timestamp) -> TimeTag {
        let (title, shown) = (escape(&self.moment(moment)), escape(&self.distance(moment, now)));
        TimeTag(format!("<time datetime=\"{moment}\" title=\"{title}\">{shown}</time>"))
    }
}

fn tag(moment: Timestamp, shown: &str) -> TimeTag {
    TimeTag(format!("<time datetime=\"{moment}\">{}</time>", escape(shown)))
}

fn escape(text: &str) -> String {
    crate::domain::rich_text::escape(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::preferences::Language;

    fn calendar(language: Language) -> Calendar {
        Calendar { text: Text(language), zone: TimeZone::get("Europe/Vienna").unwrap() }
    }

    #[test]
    fn a_moment_is_shown_in_the_viewers_zone_and_read_back() {
        let calendar = calendar(Language::En);
        let moment: Timestamp = "2026-07-01T22:30:00Z".parse().unwrap();
        let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(plain(calendar.moment(moment)), "2 July 2026, 00:30");
        assert_eq!(calendar.local(moment), "2026-07-02T00:30");
        assert_eq!(calendar.parse_local("2026-07-02T00:30"), Some(moment));
        assert!(calendar.time(moment).to_string().contains("datetime=\"2026-07-01T22:30:00.000Z\""));
        assert_eq!(calendar.parse_local("2026-02-30T00:00"), None);
        // The day of the viewer, not of the server.
        let before_midnight: Timestamp = "2026-07-01T21:30:00Z".parse().unwrap();
        assert_eq!(calendar.exact(moment, moment), "00:30:00");
        assert_eq!(plain(calendar.exact(moment, before_midnight)), "2 July 2026, 00:30:00");
    }

    #[test]
    fn a_distance_has_one_unit_and_the_plural_of_its_language() {
        let now: Timestamp = "2026-07-01T00:00:00Z".parse().unwrap();
        let later = |minutes: u64| now.plus(std::time::Duration::from_secs(minutes * 60));
        let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        let english = calendar(Language::En);
        assert_eq!(plain(english.distance(later(1), now)), "in 1 minute");
        assert_eq!(plain(english.distance(later(60 * 24 * 3), now)), "in 3 days");
        assert_eq!(plain(english.distance(now, later(120))), "2 hours ago");
        let arabic = calendar(Language::Ar);
        assert_eq!(plain(arabic.distance(later(60 * 24 * 2), now)), "بعد يومين");
    }

    #[test]
    fn a_length_of_time_names_its_seconds_where_it_has_any() {
        let (english, arabic) = (calendar(Language::En), calendar(Language::Ar));
        let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        for (seconds, words) in [
            (0, "0 minutes"),
            (1, "1 second"),
            (30, "30 seconds"),
            (60, "1 minute"),
            (630, "10 min 30 s"),
            (5_400, "1 h 30 min"),
            (7_200, "2 hours"),
            (7_205, "2 h 0 min 5 s"),
        ] {
            assert_eq!(plain(english.span(seconds * 1000)), words);
        }
        assert_eq!(plain(arabic.span(30_000)), "30 ثانية");
        assert_eq!(plain(arabic.span(630_000)), "10 د 30 ث");
    }
}
