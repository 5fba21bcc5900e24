//! Times as people type them: whole minutes mostly, with a fraction where seconds matter.

use crate::domain::decimal::Decimal;
use crate::domain::refusal::{Refusal, invalid};
use crate::web::form::{as_typed, in_groups};

/// A time in milliseconds as a field shows it.
pub(super) fn shown(ms: Option<u64>) -> String {
    let Some(ms) = ms.and_then(|ms| i64::try_from(ms).ok()) else { return String::new() };
    // A minute has sixty thousand milliseconds, a whole ten million units.
    Decimal::from_units(ms.saturating_mul(500) / 3).rounded(3).to_string()
}

/// What was typed, within limits in milliseconds; nothing is no time. What still stands as it was shown of `known` is
/// exactly that, whatever the rounding.
pub(super) fn typed(
    text: Option<&str>,
    known: Option<u64>,
    at: &str,
    (least_ms, most_ms): (u64, u64),
) -> Result<Option<u64>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    if known.is_some() && text == shown(known) {
        return Ok(known);
    }
    let wrong = || {
        let (least, most) = (shown(Some(least_ms)), shown(Some(most_ms)));
        invalid(at, format!("is not a number of minutes from {least} to {most}"))
    };
    let minutes = Decimal::parse_rounded(&as_typed(text))
        .map_err(|_| in_groups(text).map_or_else(wrong, |problem| invalid(at, problem)))?;
    let ms = minutes.to_f64() * 60_000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
    let ms = ms.round() as u64;
    if minutes.is_negative() || !(least_ms..=most_ms).contains(&ms) {
        return Err(wrong());
    }
    Ok(Some(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_go_there_and_back() {
        let limits = (10_000, 3_600_000);
        let read = |text: &str| typed(Some(text), None, "/x", limits).ok().flatten();
        assert_eq!(read("30"), Some(1_800_000));
        assert_eq!(read("1,5"), Some(90_000));
        assert_eq!((read("٣٠"), read("١٫٥")), (Some(1_800_000), Some(90_000)));
        assert_eq!((read("0"), read("-1"), read("61"), read("soon")), (None, None, None, None));
        assert_eq!(shown(Some(5_400_000)), "90");
        // A time of the API that is no round number of minutes is not changed by looking at it.
        let odd = Some(100_001);
        assert_eq!(typed(Some(&shown(odd)), odd, "/x", limits), Ok(odd));
        assert_eq!(typed(None, odd, "/x", limits), Ok(None));
        let refusal = typed(Some("61"), None, "/x", limits).unwrap_err();
        assert!(refusal.to_string().contains("from 0.167 to 60"), "{refusal}");
        // Fifteen hundred or one and a half: nobody knows.
        let refusal = typed(Some("1,500"), None, "/x", limits).unwrap_err();
        assert!(refusal.to_string().contains("write 1500 or 1.500"), "{refusal}");
    }
}
