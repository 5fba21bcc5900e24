//! What a header such as `Accept-Language` asks for, and how much of each is wanted (RFC 9110, 12.4.2).

/// The names in such a header with their qualities, from 0 (not at all) to 1, which is what none or an unreadable one means.
pub fn wanted(header: &str) -> impl Iterator<Item = (&str, f32)> {
    header.split(',').filter_map(|item| {
        let mut parts = item.split(';');
        let name = parts.next()?.trim();
        let mut settings = parts.filter_map(|part| part.split_once('='));
        let quality = settings.find(|(key, _)| key.trim().eq_ignore_ascii_case("q"));
        let quality = quality.and_then(|(_, value)| value.trim().parse().ok());
        let quality = quality.filter(|quality| (0.0..=1.0).contains(quality));
        (!name.is_empty()).then(|| (name, quality.unwrap_or(1.0)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_with_their_qualities() {
        let all = |header| wanted(header).collect::<Vec<_>>();
        assert_eq!(all("de-AT, en ;q=0.5,*; Q = 0"), [("de-AT", 1.0), ("en", 0.5), ("*", 0.0)]);
        assert_eq!(all("text/html;level=1;q=0.4"), [("text/html", 0.4)]);
        assert_eq!(all("gzip;q=much, br;q=nan, x;q=7"), [("gzip", 1.0), ("br", 1.0), ("x", 1.0)]);
        assert!(all(" , ;q=1,").is_empty());
    }
}
