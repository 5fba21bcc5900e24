//! Exact numbers for numerical questions, and how a learner may write them.
//!
//! [`Decimal`](crate::domain::decimal::Decimal) has seven digits, which is right for points and too few for
//! Avogadro's number. A [`Number`] keeps every digit as it was written and compares without rounding.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::fold;

/// Most significant digits: more than any measurement has, and their sums stay in 128 bits.
const MAX_DIGITS: usize = 30;
/// Largest power of ten of the leading digit, both ways: the visible universe in atoms is below 10^81.
const MAX_POWER: i32 = 90;
/// A power of ten of more digits is this one, which no digits bring back to what is kept.
const BEYOND: i32 = 1_000_000;
/// In longer texts (bytes) no known unit is looked for at every place: a number and a unit are shorter.
const MAX_BESIDE: usize = 200;

/// An exact decimal number: `mantissa × 10^exponent`, without trailing zeros in the mantissa.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Number {
    mantissa: i128,
    exponent: i16,
}

/// Why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a number at all.
    #[error("is not a number such as 1.5 or 3e8")]
    Malformed,
    /// `1,234` may be a thousand or one.
    #[error("could be read in two ways: write 1234 or 1.234")]
    Ambiguous,
    /// More digits or a higher power than are kept.
    #[error("has more than 30 digits or is beyond 10^90")]
    OutOfRange,
}

impl Number {
    /// Nought.
    pub const ZERO: Self = Self { mantissa: 0, exponent: 0 };
    /// One.
    pub const ONE: Self = Self { mantissa: 1, exponent: 0 };

    fn new(mantissa: i128, exponent: i32) -> Result<Self, NumberError> {
        if mantissa == 0 {
            return Ok(Self::ZERO);
        }
        let (mut mantissa, mut exponent) = (mantissa, exponent);
        while mantissa % 10 == 0 {
            mantissa /= 10;
            exponent += 1;
        }
        let digits = mantissa.unsigned_abs().to_string().len();
        let power = exponent + i32::try_from(digits).unwrap_or(i32::MAX) - 1;
        if digits > MAX_DIGITS || power.abs() > MAX_POWER {
            return Err(NumberError::OutOfRange);
        }
        Ok(Self { mantissa, exponent: i16::try_from(exponent).map_err(|_| NumberError::OutOfRange)? })
    }

    /// From the notation of files and programs: `-12.5`, `.5`, `3e8`; the point is a point.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let (number, power) = match text.find(['e', 'E']) {
            Some(at) => {
                let (number, rest) = text.split_at(at);
                (number, parse_power(rest.get(1..).unwrap_or_default())?)
            }
            None => (text, 0),
        };
        let (negative, digits) = split_sign(number);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let digits = Digits::read(whole, fraction, power)?;
        if digits.significant.len() > MAX_DIGITS {
            return Err(NumberError::OutOfRange);
        }
        digits.number(negative)
    }

    /// Is it below nought?
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    /// Is it nought?
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    /// The middle of two numbers and half their distance.
    pub fn middle_and_half_width(low: Self, high: Self) -> Result<(Self, Self), NumberError> {
        let exponent = low.exponent.min(high.exponent);
        let align = |number: Self| {
            let shift = u32::try_from(number.exponent - exponent).ok()?;
            10_i128.checked_pow(shift).and_then(|factor| number.mantissa.checked_mul(factor))
        };
        let (low, high) = align(low).zip(align(high)).ok_or(NumberError::OutOfRange)?;
        let halved = |sum: Option<i128>| {
            let five_times = sum.and_then(|sum| sum.checked_mul(5)).ok_or(NumberError::OutOfRange)?;
            Self::new(five_times, i32::from(exponent) - 1)
        };
        Ok((halved(low.checked_add(high))?, halved(high.checked_sub(low))?))
    }

    /// Is `self` within `tolerance` of `target`, both stretched by `factor`? The edges count as within.
    #[must_use]
    pub fn is_within(self, target: Self, tolerance: Self, factor: Self) -> bool {
        let base = i32::from(self.exponent)
            .min(i32::from(target.exponent) + i32::from(factor.exponent))
            .min(i32::from(tolerance.exponent) + i32::from(factor.exponent));
        let value = Big::aligned(self.mantissa, None, i32::from(self.exponent) - base);
        let target = Big::aligned(
            target.mantissa,
            Some(factor.mantissa),
            i32::from(target.exponent) + i32::from(factor.exponent) - base,
        );
        let tolerance = Big::aligned(
            tolerance.mantissa,
            Some(factor.mantissa),
            i32::from(tolerance.exponent) + i32::from(factor.exponent) - base,
        );
        value.minus(&target).compare_magnitude(&tolerance) != Ordering::Greater
    }
}

fn split_sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        (true, rest)
    } else {
        (false, text.strip_prefix('+').unwrap_or(text))
    }
}

fn parse_power(text: &str) -> Result<i32, NumberError> {
    let (negative, digits) = split_sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NumberError::Malformed);
    }
    let digits = digits.trim_start_matches('0');
    let power = match digits.len() {
        0 => 0,
        1..=4 => digits.parse().map_err(|_| NumberError::Malformed)?,
        _ => BEYOND,
    };
    Ok(if negative { -power } else { power })
}

/// The digits of a number without the noughts around them, and the power of ten of the last one.
struct Digits {
    significant: String,
    exponent: i32,
}

impl Digits {
    fn read(whole: &str, fraction: &str, power: i32) -> Result<Self, NumberError> {
        let all = format!("{whole}{fraction}");
        if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::Malformed);
        }
        let without_end = all.trim_end_matches('0');
        let length = |text: &str| i32::try_from(text.len()).map_err(|_| NumberError::OutOfRange);
        let exponent = power - length(fraction)? + length(&all)? - length(without_end)?;
        Ok(Self { significant: without_end.trim_start_matches('0').to_owned(), exponent })
    }

    fn number(&self, negative: bool) -> Result<Number, NumberError> {
        if self.significant.is_empty() {
            return Ok(Number::ZERO);
        }
        let mantissa: i128 = self.significant.parse().map_err(|_| NumberError::OutOfRange)?;
        Number::new(if negative { -mantissa } else { mantissa }, self.exponent)
    }

    /// As near as can be kept, towards nought: calculators give more digits than anybody measures.
    fn nearest_number(mut self, negative: bool) -> Result<Number, NumberError> {
        let length = |text: &str| i32::try_from(text.len()).unwrap_or(BEYOND);
        if self.exponent + length(&self.significant) - 1 < -MAX_POWER {
            return Ok(Number::ZERO);
        }
        let beyond = self.significant.split_off(self.significant.len().min(MAX_DIGITS));
        self.exponent += length(&beyond);
        self.number(negative)
    }
}

/// A number as a learner wrote it, and what stood beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The number.
    pub number: Number,
    /// What stood before or behind it, trimmed: a unit, or nothing.
    pub unit: String,
}

/// Reads what a learner wrote: `1.5`, `1,5`, `1 000`, `1,234,567`, `1.234,5`, `3e8`, `3 x 10^8`, `١٢٫٥`, with a unit
/// before or behind. `1,234` alone is refused, because it could be either. Digits beyond what is kept are cut.
pub fn read_written(text: &str) -> Result<Written, NumberError> {
    read_plain(&plain_characters(text))
}

/// [`read_written`] where units are known: one of them may begin or end with a digit, as `1/s` does.
pub fn read_with_units(text: &str, is_unit: impl Fn(&str) -> bool) -> Result<Written, NumberError> {
    let text = plain_characters(text);
    let read = read_plain(&text);
    if read.as_ref().is_ok_and(|written| written.unit.is_empty() || is_unit(&written.unit)) {
        return read;
    }
    beside_unit(&text, is_unit).map_or(read, Ok)
}

/// What names of one unit have in common, however they are written.
pub(super) fn unit_key(name: &str) -> String {
    plain_characters(&fold::compatible(name))
}

/// Signs, separators and digits of other scripts and of print as those of a keyboard.
pub fn plain_characters(text: &str) -> String {
    let plain = |character| match character {
        '\u{2013}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        '\u{ff0b}' => '+',
        '\u{66b}' | '\u{ff0e}' => '.',
        '\u{60c}' | '\u{ff0c}' => ',',
        // Groups alone are separated by these.
        '\u{66c}' | '\u{2019}' => '\'',
        '\u{66a}' => '%',
        other => fold::digit(other).unwrap_or(other),
    };
    fold::seen(text).chars().map(plain).collect()
}

/// A number with a known unit behind or before it.
fn beside_unit(text: &str, is_unit: impl Fn(&str) -> bool) -> Option<Written> {
    if text.len() > MAX_BESIDE {
        return None;
    }
    let of_number = |character: char| character.is_ascii_digit() || matches!(character, '.' | ',');
    let joined = |number: &str, unit: &str| {
        let number = read_plain(number).ok().filter(|written| written.unit.is_empty())?.number;
        let unit = unit.trim();
        is_unit(unit).then(|| Written { number, unit: unit.to_owned() })
    };
    text.char_indices().map(|(at, _)| text.split_at(at)).find_map(|(front, back)| {
        // Digits beside each other are of one number.
        let behind = !(front.ends_with(of_number) && back.starts_with(of_number));
        let before = !(front.ends_with(|c: char| c.is_ascii_digit()) && back.starts_with(of_number));
        let behind = behind.then(|| joined(front, back)).flatten();
        behind.or_else(|| before.then(|| joined(back, front)).flatten())
    })
}

fn read_plain(text: &str) -> Result<Written, NumberError> {
    let start = text.find(|c: char| c.is_ascii_digit()).ok_or(NumberError::Malformed)?;
    // A sign and a leading separator belong to the number, everything before them to the unit.
    let before = text.get(..start).unwrap_or_default();
    let prefix = before.trim_end_matches(['.', ',']).trim_end().trim_end_matches(['-', '+']);
    let number = text.get(prefix.len()..).unwrap_or_default().trim_start();
    let (negative, rest) = split_sign(number);
    let rest = rest.trim_start();
    let plain_end = plain_end(rest);
    let (plain, rest) = rest.split_at_checked(plain_end).ok_or(NumberError::Malformed)?;
    let (power, suffix) = read_power(rest)?;
    let (whole, fraction) = split_plain(plain, power.is_some())?;
    let prefix = prefix.trim();
    let suffix = suffix.trim();
    if !prefix.is_empty() && !suffix.is_empty() {
        return Err(NumberError::Malformed);
    }
    if prefix.len() + suffix.len() > 0 && suffix.chars().any(|c| c.is_ascii_digit()) && prefix.is_empty() {
        // `5 m2` is a unit with a digit in it; `5 6` is two numbers.
        if suffix.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == ',') {
            return Err(NumberError::Malformed);
        }
    }
    let number = Digits::read(&whole, &fraction, power.unwrap_or(0))?.nearest_number(negative)?;
    Ok(Written { number, unit: format!("{prefix}{suffix}") })
}

/// Where digits, their separators and group spaces end.
fn plain_end(text: &str) -> usize {
    let mut end = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next_is_digit = characters.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let belongs = character.is_ascii_digit()
            || matches!(character, '.' | ',')
            || (is_group_space(character) && next_is_digit && at > 0);
        if !belongs {
            break;
        }
        end = at + character.len_utf8();
    }
    end
}

const fn is_group_space(character: char) -> bool {
    matches!(character, ' ' | '\'')
}

/// `e8`, `x 10^8`, `×10**8`, `·10⁸` at the front of `text`.
fn read_power(text: &str) -> Result<(Option<i32>, &str), NumberError> {
    let digits_end = |text: &str| {
        let signed = usize::from(text.starts_with(['-', '+']));
        let digits = text.get(signed..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count();
        (digits > 0).then_some(signed + digits)
    };
    if let Some(rest) = text.strip_prefix(['e', 'E'])
        && let Some(end) = digits_end(rest)
    {
        let (power, rest) = rest.split_at_checked(end).ok_or(NumberError::Malformed)?;
        return Ok((Some(parse_power(power)?), rest));
    }
    let times_ten = text
        .trim_start()
        .strip_prefix(['x', 'X', '\u{d7}', '*', '\u{b7}'])
        .and_then(|rest| rest.trim_start().strip_prefix("10"))
        .map(str::trim_start);
    let Some(rest) = times_ten else { return Ok((None, text)) };
    if let Some(rest) = rest.strip_prefix("**").or_else(|| rest.strip_prefix('^')).map(str::trim_start)
        && let Some(end) = digits_end(rest)
    {
        let (power, rest) = rest.split_at_checked(end).ok_or(NumberError::Malformed)?;
        return Ok((Some(parse_power(power)?), rest));
    }
    let power: String = rest.chars().map_while(raised).collect();
    if digits_end(&power) == Some(power.len()) {
        let rest = rest.trim_start_matches(|character| raised(character).is_some());
        return Ok((Some(parse_power(&power)?), rest));
    }
    Ok((None, text))
}

/// A digit or sign that stands above the line.
fn raised(character: char) -> Option<char> {
    Some(match character {
        '⁺' => '+',
        '⁻' => '-',
        '⁰' => '0',
        '¹' => '1',
        '²' => '2',
        '³' => '3',
        '⁴' => '4',
        '⁵' => '5',
        '⁶' => '6',
        '⁷' => '7',
        '⁸' => '8',
        '⁹' => '9',
        _ => return None,
    })
}

/// Decides which separator is the decimal one. Nobody writes thousands and a power of ten.
fn split_plain(plain: &str, has_power: bool) -> Result<(String, String), NumberError> {
    let spaced = plain.contains(is_group_space);
    let dots = plain.matches('.').count();
    let commas = plain.matches(',').count();
    let (whole, fraction, separator) = match (dots, commas) {
        (0, 0) => (plain, "", None),
        (1, 0) => {
            let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
            (whole, fraction, None)
        }
        (0, 1) => {
            let (whole, fraction) = plain.split_once(',').unwrap_or((plain, ""));
            let could_be_thousands = fraction.len() == 3
                && (1..=3).contains(&whole.len())
                && !whole.starts_with('0')
                && !spaced
                && !has_power;
            if could_be_thousands {
                return Err(NumberError::Ambiguous);
            }
            (whole, fraction, None)
        }
        (_, 0) => (plain, "", Some('.')),
        (0, _) => (plain, "", Some(',')),
        // The separator that comes last and once is the decimal one.
        (_, _) => {
            let (decimal, thousands) =
                if plain.rfind('.') > plain.rfind(',') { ('.', ',') } else { (',', '.') };
            let (whole, fraction) = plain.rsplit_once(decimal).unwrap_or((plain, ""));
            if whole.contains(decimal) {
                return Err(NumberError::Malformed);
            }
            (whole, fraction, Some(thousands))
        }
    };
    if fraction.contains(|c: char| !c.is_ascii_digit()) || (spaced && separator.is_some()) {
        return Err(NumberError::Malformed);
    }
    if spaced || separator.is_some() {
        let mut groups = whole.split(|c| is_group_space(c) || Some(c) == separator);
        let first = groups.next().unwrap_or_default();
        if !(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3) {
            return Err(NumberError::Malformed);
        }
    }
    Ok((whole.chars().filter(char::is_ascii_digit).collect(), fraction.to_owned()))
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
        let exponent = i32::from(self.exponent);
        let point = length + exponent;
        let text = if exponent >= 0 && point <= 21 {
            format!("{digits}{}", "0".repeat(usize::try_from(exponent).unwrap_or(0)))
        } else if exponent < 0 && point > 0 {
            let (whole, fraction) =
                digits.split_at_checked(usize::try_from(point).unwrap_or(0)).unwrap_or_default();
            format!("{whole}.{fraction}")
        } else if exponent < 0 && point > -7 {
            format!("0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)))
        } else {
            let (first, rest) = digits.split_at_checked(1).unwrap_or_default();
            let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
            format!("{first}{rest}e{}", point - 1)
        };
        write!(f, "{sign}{text}")
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.mantissa, self.exponent).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_any(TextOrNumber)
        } else {
            let (mantissa, exponent) = <(i128, i16)>::deserialize(deserializer)?;
            Self::new(mantissa, i32::from(exponent)).map_err(de::Error::custom)
        }
    }
}

struct TextOrNumber;

impl de::Visitor<'_> for TextOrNumber {
    type Value = Number;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a text with one such as \"6.02214076e23\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Number, E> {
        Number::parse(text).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Number, E> {
        Number::new(i128::from(value), 0).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Number, E> {
        Number::new(i128::from(value), 0).map_err(E::custom)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Number, E> {
        // The shortest text that is this float is what the sender wrote.
        Number::parse(&value.to_string()).map_err(E::custom)
    }
}

/// A signed whole number of any length, in groups of nine digits, lowest first. Only what a comparison needs.
struct Big {
    negative: bool,
    groups: Vec<u64>,
}

const GROUP: u64 = 1_000_000_000;

impl Big {
    fn aligned(mantissa: i128, factor: Option<i128>, power: i32) -> Self {
        let mut big = Self { negative: mantissa < 0, groups: groups_of(mantissa.unsigned_abs()) };
        if let Some(factor) = factor {
            big.negative ^= factor < 0;
            big.groups = product(&big.groups, &groups_of(factor.unsigned_abs()));
        }
        let mut power = u32::try_from(power).unwrap_or(0);
        while power > 0 {
            let step = power.min(9);
            big.groups = product(&big.groups, &[10_u64.pow(step)]);
            power -= step;
        }
        big
    }

    fn minus(&self, other: &Self) -> Self {
        if self.negative != other.negative {
            return Self { negative: self.negative, groups: sum(&self.groups, &other.groups) };
        }
        if self.compare_magnitude(other) == Ordering::Less {
            Self { negative: !self.negative, groups: difference(&other.groups, &self.groups) }
        } else {
            Self { negative: self.negative, groups: difference(&self.groups, &other.groups) }
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        let length = self.groups.len().max(other.groups.len());
        for at in (0..length).rev() {
            let order = group(&self.groups, at).cmp(&group(&other.groups, at));
            if order != Ordering::Equal {
                return order;
            }
        }
        Ordering::Equal
    }
}

fn group(groups: &[u64], at: usize) -> u64 {
    groups.get(at).copied().unwrap_or(0)
}

fn groups_of(mut value: u128) -> Vec<u64> {
    let mut groups = Vec::new();
    while value > 0 {
        groups.push(u64::try_from(value % u128::from(GROUP)).unwrap_or(0));
        value /= u128::from(GROUP);
    }
    groups
}

fn product(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut result = vec![0_u64; a.len() + b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        let mut carry = 0;
        for j in 0..=b.len() {
            if let Some(slot) = result.get_mut(i + j) {
                let total = *slot + x * group(b, j) + carry;
                *slot = total % GROUP;
                carry = total / GROUP;
            }
        }
    }
    result
}

fn sum(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut carry = 0;
    (0..=a.len().max(b.len()))
        .map(|at| {
            let total = group(a, at) + group(b, at) + carry;
            carry = total / GROUP;
            total % GROUP
        })
        .collect()
}

/// `a - b` where `a` is not smaller.
fn difference(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut borrow = 0;
    (0..a.len())
        .map(|at| {
            let needed = group(b, at) + borrow;
            let have = group(a, at);
            borrow = u64::from(have < needed);
            have + borrow * GROUP - needed
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    fn written(text: &str) -> Result<(String, String), NumberError> {
        read_written(text).map(|w| (w.number.to_string(), w.unit))
    }

    #[test]
    fn numbers_print_as_they_parse() {
        for text in
            ["0", "1", "-1.5", "0.000001", "6.02214076e23", "1e-9", "123456789.125", "100000000000000000000"]
        {
            assert_eq!(n(text).to_string(), text);
        }
        assert_eq!(n("1.50e2").to_string(), "150");
        assert_eq!(n(".5").to_string(), "0.5");
        assert_eq!(n("5."), n("5"));
        for text in ["", ".", "e5", "1e", "1.2.3", "0x10", "1,5", "nan", "inf", "--1"] {
            assert_eq!(Number::parse(text), Err(NumberError::Malformed), "{text}");
        }
        for text in ["1e9999", "1e-9999", "1e999999", "0.3333333333333333333333333333333"] {
            assert_eq!(Number::parse(text), Err(NumberError::OutOfRange), "{text}");
        }
    }

    #[test]
    fn tolerance_edges_are_exact() {
        let within = |value, target, tolerance| n(value).is_within(n(target), n(tolerance), Number::ONE);
        assert!(within("0.3", "0.1", "0.2"));
        assert!(!within("0.30000000000000000001", "0.1", "0.2"));
        assert!(within("3.141", "3.1415", "0.0005"));
        assert!(within("3.142", "3.1415", "0.0005"));
        assert!(!within("3.1420000001", "3.1415", "0.0005"));
        assert!(within("-5", "-5", "0"));
        assert!(!within("5", "-5", "9.99"));
        assert!(within("5", "-5", "10"));
        assert!(within("1e80", "1e80", "1e-80"));
        assert!(!within("1e80", "1.0000000001e80", "1e-80"));
    }

    #[test]
    fn factors_stretch_answer_and_tolerance() {
        // 5 m ± 0.1 m, answered in centimetres.
        assert!(n("510").is_within(n("5"), n("0.1"), n("100")));
        assert!(!n("510.1").is_within(n("5"), n("0.1"), n("100")));
    }

    #[test]
    fn ranges_have_an_exact_middle() {
        let (middle, half) = Number::middle_and_half_width(n("3.141"), n("3.142")).unwrap();
        assert_eq!((middle, half), (n("3.1415"), n("0.0005")));
        let (middle, half) = Number::middle_and_half_width(n("-1"), n("2")).unwrap();
        assert_eq!((middle, half), (n("0.5"), n("1.5")));
    }

    #[test]
    fn learners_write_numbers_in_many_ways() {
        for (text, number) in [
            ("1.5", "1.5"),
            ("1,5", "1.5"),
            ("0,125", "0.125"),
            ("1234,567", "1234.567"),
            ("1 000", "1000"),
            ("1\u{a0}000,5", "1000.5"),
            ("1,234,567", "1234567"),
            ("1.234.567", "1234567"),
            ("1,234.5", "1234.5"),
            ("1.234,5", "1234.5"),
            ("1.234", "1.234"),
            ("1e3", "1000"),
            ("-2.5E-3", "-0.0025"),
            ("3 x 10^8", "300000000"),
            ("\u{2212}4", "-4"),
            (",5", "0.5"),
            ("+7", "7"),
            ("6,022e23", "6.022e23"),
            ("1,234e0", "1.234"),
            ("3·10⁸", "300000000"),
            ("6,022 × 10 ²³", "6.022e23"),
            ("2.5x10⁻³", "0.0025"),
            ("1,234,567e1", "12345670"),
            ("1\u{2019}000,5", "1000.5"),
            ("\u{200f}١٢٫٥", "12.5"),
            ("٢٬٠٠٠", "2000"),
        ] {
            assert_eq!(written(text), Ok((number.to_owned(), String::new())), "{text}");
        }
    }

    #[test]
    fn units_stand_before_or_behind() {
        assert_eq!(written("5 m"), Ok(("5".into(), "m".into())));
        assert_eq!(written("5eV"), Ok(("5".into(), "eV".into())));
        assert_eq!(written("9,81 m/s2"), Ok(("9.81".into(), "m/s2".into())));
        assert_eq!(written("$ 5"), Ok(("5".into(), "$".into())));
        assert_eq!(written("$-5"), Ok(("-5".into(), "$".into())));
        assert_eq!(written("2·10³ m²"), Ok(("2000".into(), "m²".into())));
        assert_eq!(written("5 x10"), Ok(("5".into(), "x10".into())));
    }

    #[test]
    fn ambiguous_and_broken_numbers_are_refused() {
        assert_eq!(written("1,234"), Err(NumberError::Ambiguous));
        assert_eq!(written("12,345 m"), Err(NumberError::Ambiguous));
        for text in ["", "abc", "1,23,456", "1.2,3.4", "5 6", "$5 m", "1,,5", "1 2,5"] {
            assert_eq!(written(text), Err(NumberError::Malformed), "{text}");
        }
    }
}
