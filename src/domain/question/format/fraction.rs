//! Shares of points as question files write them: percentages with at most five digits behind the point.
//!
//! A third is written `33.33333` and means a third. So a percentage that is the rounded or cut form of one of the
//! periodic shares that Moodle offers stands for that share; every other number stands for itself. Shares are
//! written with all five digits where that would otherwise be mistaken.

use crate::domain::decimal::Decimal;

/// The periodic shares among those that Moodle offers, in ten-millionths: sixths, thirds, a seventh, a ninth.
const PERIODIC: [(i64, i64); 6] = [(1, 3), (2, 3), (1, 6), (5, 6), (1, 7), (1, 9)];
const UNITS: i64 = 10_000_000;

/// The share that a percentage stands for; none unless it is a number from -100 to 100.
#[must_use]
pub fn from_percent(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    if !whole.bytes().chain(behind.bytes()).all(|byte| byte.is_ascii_digit())
        || whole.is_empty() && behind.is_empty()
    {
        return None;
    }
    // More than five digits behind the point are more than a share has.
    let kept = behind.get(..behind.len().min(5)).unwrap_or_default();
    let units: i64 = format!("{whole}{kept:0<5}").parse().ok()?;
    if units > UNITS {
        return None;
    }
    let step = 10_i64.pow(u32::try_from(5 - kept.len()).unwrap_or(0));
    let meant = PERIODIC.iter().find_map(|(numerator, denominator)| {
        let cut = numerator * UNITS / denominator;
        let rounded = (2 * numerator * UNITS + denominator) / (2 * denominator);
        let same = |exact: i64| exact / step * step == units || (exact + step / 2) / step * step == units;
        same(cut).then_some(rounded)
    });
    let units = meant.unwrap_or(units);
    Some(Decimal::from_units(if negative { -units } else { units }))
}

/// A share as a percentage that [`from_percent`] reads as exactly this share.
#[must_use]
pub fn to_percent(share: Decimal) -> String {
    let short = Decimal::from_units(share.units().saturating_mul(100)).to_string();
    if from_percent(&short) == Some(share) {
        return short;
    }
    let (whole, behind) = short.split_once('.').unwrap_or((&short, ""));
    format!("{whole}.{behind:0<5}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_and_rounded_periods_mean_the_share() {
        for text in ["33", "33.3", "33.33", "33.333", "33.33333", "33.3333333"] {
            assert_eq!(from_percent(text), Some(Decimal::from_units(3_333_333)), "{text}");
        }
        for text in ["66", "67", "66.67", "66.66667", "66.66666"] {
            assert_eq!(from_percent(text), Some(Decimal::from_units(6_666_667)), "{text}");
        }
        assert_eq!(from_percent("-16.66667"), Some(Decimal::from_units(-1_666_667)));
        assert_eq!(from_percent("14.28571"), Some(Decimal::from_units(1_428_571)));
        assert_eq!(from_percent("11.11111"), Some(Decimal::from_units(1_111_111)));
    }

    #[test]
    fn other_numbers_stand_for_themselves() {
        assert_eq!(from_percent("50"), Some(Decimal::from_units(5_000_000)));
        assert_eq!(from_percent("12.5"), Some(Decimal::from_units(1_250_000)));
        assert_eq!(from_percent("100.00000"), Some(Decimal::ONE));
        assert_eq!(from_percent("33.31"), Some(Decimal::from_units(3_331_000)));
        for text in ["", "-", ".", "101", "1e1", "--5", "5%"] {
            assert_eq!(from_percent(text), None, "{text}");
        }
    }

    #[test]
    fn every_share_survives() {
        for units in
            (-10_000_000..=10_000_000).step_by(997).chain([3_300_000, 3_333_333, 6_666_667, 1_600_000])
        {
            let share = Decimal::from_units(units);
            assert_eq!(from_percent(&to_percent(share)), Some(share), "{share}");
        }
    }
}
