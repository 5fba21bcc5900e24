//! Exact decimal numbers for scores, points, fractions and weights: an `i64` of ten-millionths.
//!
//! Seven digits are what Moodle's question formats carry (`33.33333 %` is `0.3333333`). Sums of such thirds
//! miss a whole by a few last digits; [`Decimal::snap`] closes that gap where a rule says so.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Units in one: ten million.
const SCALE: i64 = 10_000_000;
/// Digits behind the point.
const DIGITS: usize = 7;
/// The largest magnitude that `parse` accepts: a hundred million. Sums of a million of them still fit in `i64`
/// times two, and every value is exact as a JSON number (below 2^53 units).
const MAX_PARSED: i64 = 100_000_000 * SCALE;

/// An exact decimal with seven digits behind the point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i64);

/// Why a text is no [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not digits with at most one point.
    #[error("is not a decimal number such as 2.5 or -0.3333333")]
    Malformed,
    /// More than seven digits behind the point that are not zero.
    #[error("has more than 7 digits behind the point")]
    TooPrecise,
    /// Larger than a hundred million either way.
    #[error("is larger than 100000000 in magnitude")]
    TooLarge,
}

impl Decimal {
    /// Nought.
    pub const ZERO: Self = Self(0);
    /// One, or 100 %.
    pub const ONE: Self = Self(SCALE);
    /// A hundred.
    pub const HUNDRED: Self = Self(100 * SCALE);

    /// A whole number.
    #[must_use]
    pub const fn from_int(value: i32) -> Self {
        Self(value as i64 * SCALE)
    }

    /// From ten-millionths.
    #[must_use]
    pub const fn from_units(units: i64) -> Self {
        Self(units)
    }

    /// Ten-millionths.
    #[must_use]
    pub const fn units(self) -> i64 {
        self.0
    }

    /// `numerator / denominator`, rounded half away from zero; zero when the denominator is zero.
    #[must_use]
    pub fn ratio(numerator: Self, denominator: Self) -> Self {
        if denominator.0 == 0 {
            return Self::ZERO;
        }
        Self(divide_rounded(i128::from(numerator.0) * i128::from(SCALE), i128::from(denominator.0)))
    }

    /// The product, rounded half away from zero.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self(divide_rounded(i128::from(self.0) * i128::from(other.0), i128::from(SCALE)))
    }

    /// `self × numerator ÷ denominator` with one rounding at the end; zero when the denominator is zero.
    #[must_use]
    pub fn scaled(self, numerator: Self, denominator: Self) -> Self {
        if denominator.0 == 0 {
            return Self::ZERO;
        }
        Self(divide_rounded(i128::from(self.0) * i128::from(numerator.0), i128::from(denominator.0)))
    }

    /// Divided by a count, rounded half away from zero; zero when the count is zero.
    #[must_use]
    pub fn divided_by(self, count: u64) -> Self {
        if count == 0 {
            return Self::ZERO;
        }
        Self(divide_rounded(i128::from(self.0), i128::from(count)))
    }

    /// Within one hundred-thousandth of `target`? Then exactly `target`.
    #[must_use]
    pub fn snap(self, target: Self) -> Self {
        if (self.0 - target.0).abs() <= SCALE / 100_000 { target } else { self }
    }

    /// Rounded to `digits` (0 to 7) behind the point, half away from zero.
    #[must_use]
    pub fn rounded(self, digits: u32) -> Self {
        let drop = 10_i64.pow(7_u32.saturating_sub(digits));
        Self(divide_rounded(i128::from(self.0), i128::from(drop)).saturating_mul(drop))
    }

    /// From a text, its digits behind the seventh rounded away as those of a JSON number are, half away from zero: what a
    /// spreadsheet computed mostly has more.
    ///
    /// # Errors
    /// No decimal number, or too large.
    pub fn parse_rounded(text: &str) -> Result<Self, DecimalError> {
        let parts = text.split_once('.');
        let Some((whole, (kept, rest))) =
            parts.and_then(|(whole, behind)| Some((whole, behind.split_at_checked(DIGITS)?)))
        else {
            return text.parse();
        };
        if !rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(DecimalError::Malformed);
        }
        let kept: Self = format!("{whole}.{kept}").parse()?;
        // The first digit that goes decides.
        let step = i64::from(rest.starts_with(['5', '6', '7', '8', '9']));
        let units = if text.starts_with('-') { kept.0 - step } else { kept.0 + step };
        if units.abs() > MAX_PARSED { Err(DecimalError::TooLarge) } else { Ok(Self(units)) }
    }

    /// Not below zero.
    #[must_use]
    pub fn max_zero(self) -> Self {
        Self(self.0.max(0))
    }

    /// Is it nought?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Is it below nought?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The nearest `f64`; exact when printed for every value that `parse` accepts.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "display and wire only; parsed values are below 2^53 units"
    )]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / SCALE as f64
    }

    /// From a float of the wire, rounded to seven digits.
    ///
    /// # Errors
    /// Not finite, or too large.
    #[expect(clippy::cast_possible_truncation, reason = "range-checked before the cast")]
    pub fn from_f64(value: f64) -> Result<Self, DecimalError> {
        if !value.is_finite() {
            return Err(DecimalError::Malformed);
        }
        if value.abs() > 100_000_000.0 {
            return Err(DecimalError::TooLarge);
        }
        Ok(Self((value * 10_000_000.0).round() as i64))
    }
}

/// `a / b` rounded half away from zero, saturating at the ends of `i64`. `b` is not zero.
fn divide_rounded(a: i128, b: i128) -> i64 {
    let half = b.abs() / 2;
    let rounded = if (a < 0) == (b < 0) { (a.abs() + half) / b.abs() } else { -((a.abs() + half) / b.abs()) };
    i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX })
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(DecimalError::Malformed);
        }
        if !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
            return Err(DecimalError::Malformed);
        }
        let fraction = fraction.trim_end_matches('0');
        if fraction.len() > DIGITS {
            return Err(DecimalError::TooPrecise);
        }
        let whole = whole.trim_start_matches('0');
        if whole.len() > 9 {
            return Err(DecimalError::TooLarge);
        }
        let whole: i64 =
            if whole.is_empty() { 0 } else { whole.parse().map_err(|_| DecimalError::Malformed)? };
        let padded = format!("{fraction:0<DIGITS$}");
        let fraction: i64 = padded.parse().map_err(|_| DecimalError::Malformed)?;
        let units = whole * SCALE + fraction;
        if units > MAX_PARSED {
            return Err(DecimalError::TooLarge);
        }
        Ok(Self(if negative { -units } else { units }))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        let mut text = format!("{}.{:07}", magnitude / scale, magnitude % scale);
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
        f.pad_integral(self.0 >= 0, "", &text)
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Add for Decimal {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Decimal {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Decimal {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl AddAssign for Decimal {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Decimal {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Decimal {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::ZERO, Add::add)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_f64(self.to_f64())
        } else {
            serializer.serialize_i64(self.0)
        }
    }
}

struct Readable;

impl Visitor<'_> for Readable {
    type Value = Decimal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a decimal number with at most 7 digits behind the point")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
        Decimal::from_f64(value).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
        value
            .checked_mul(SCALE)
            .filter(|units| units.abs() <= MAX_PARSED)
            .map(Decimal)
            .ok_or_else(|| E::custom(DecimalError::TooLarge))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
        self.visit_i64(i64::try_from(value).map_err(|_| E::custom(DecimalError::TooLarge))?)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
        text.parse().map_err(E::custom)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(Readable)
        } else {
            i64::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some(
                "An exact decimal with at most 7 digits behind the point; read as a number or a string",
            ))
            .into()
    }
}

#[cfg(test)]
impl utoipa::ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn text_survives_a_round_trip() {
        for text in ["0", "1", "-1", "0.5", "-0.3333333", "12345.6789", "100000000"] {
            assert_eq!(d(text).to_string(), text);
        }
        assert_eq!(d("1.50").to_string(), "1.5");
        assert_eq!(d(".5").to_string(), "0.5");
    }

    #[test]
    fn bad_text_is_refused_with_its_reason() {
        assert_eq!("".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("1e3".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("1.2.3".parse::<Decimal>(), Err(DecimalError::Malformed));
        assert_eq!("0.12345678".parse::<Decimal>(), Err(DecimalError::TooPrecise));
        assert_eq!("100000000.1".parse::<Decimal>(), Err(DecimalError::TooLarge));
    }

    #[test]
    fn digits_that_are_not_kept_are_rounded_as_those_of_json_numbers() {
        for (text, kept) in [
            ("3.33333333", "3.3333333"),
            ("6.66666666666", "6.6666667"),
            ("0.00000005", "0.0000001"),
            ("-0.00000005", "-0.0000001"),
            ("-.123456749", "-0.1234567"),
            ("+2.99999999", "3"),
            ("0.30000000000000004", "0.3"),
            ("7", "7"),
            ("7.5", "7.5"),
            ("7.", "7"),
        ] {
            assert_eq!(Decimal::parse_rounded(text), Ok(d(kept)), "{text}");
            let number: f64 = text.parse().unwrap();
            assert_eq!(Decimal::from_f64(number), Ok(d(kept)), "{text} as a number");
        }
        for text in ["", ".", "x", "1.1234567x", "1.123456é", "1.1234567.8", "1,12345678", "--1.12345678"] {
            assert_eq!(Decimal::parse_rounded(text), Err(DecimalError::Malformed), "{text}");
        }
        assert_eq!(Decimal::parse_rounded("100000000.00000004"), Ok(d("100000000")));
        assert_eq!(Decimal::parse_rounded("100000000.00000005"), Err(DecimalError::TooLarge));
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        assert_eq!(Decimal::from_units(5).times(d("0.1")), Decimal::from_units(1));
        assert_eq!(Decimal::from_units(-5).times(d("0.1")), Decimal::from_units(-1));
        assert_eq!(d("2.345").rounded(2), d("2.35"));
        assert_eq!(d("-2.345").rounded(2), d("-2.35"));
        assert_eq!(Decimal::ratio(d("1"), d("3")), d("0.3333333"));
    }

    #[test]
    fn three_thirds_snap_to_one() {
        assert_eq!((d("0.3333333") + d("0.3333333") + d("0.3333333")).snap(Decimal::ONE), Decimal::ONE);
        assert_eq!(d("0.9").snap(Decimal::ONE), d("0.9"));
    }

    #[test]
    fn json_numbers_are_exact() {
        let value: Decimal = serde_json::from_str("0.1").unwrap();
        assert_eq!(value, d("0.1"));
        assert_eq!(serde_json::to_string(&d("33.3333333")).unwrap(), "33.3333333");
        assert_eq!(serde_json::from_str::<Decimal>("\"2.5\"").unwrap(), d("2.5"));
        assert!(serde_json::from_str::<Decimal>("1e300").is_err());
    }

    #[test]
    fn what_a_program_computes_is_rounded_to_seven_digits_and_a_text_is_not() {
        for (number, rounded) in [
            ("0.30000000000000004", "0.3"),
            ("3.3333333333333335", "3.3333333"),
            ("6.666666666666667", "6.6666667"),
            ("1e-9", "0"),
        ] {
            assert_eq!(serde_json::from_str::<Decimal>(number).unwrap(), d(rounded), "{number}");
        }
        assert!(serde_json::from_str::<Decimal>("\"3.3333333333333335\"").is_err());
    }
}
