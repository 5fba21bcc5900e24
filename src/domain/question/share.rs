//! What a response earned, exactly.

use super::mark::MarkState;
use crate::domain::decimal::Decimal;

/// Each of one to twelve equal shares of the whole is a whole number of so many parts.
const PARTS: i32 = 27_720;

/// So much of so much. One of three has no end as a decimal, so nothing is rounded before the points are known: two of
/// three parts of three points are two points.
#[derive(Debug, Clone, Copy)]
pub struct Share {
    earned: Decimal,
    of: Decimal,
}

impl Share {
    /// Nothing at all.
    pub const NOTHING: Self = Self { earned: Decimal::ZERO, of: Decimal::ONE };
    /// Everything.
    pub const WHOLE: Self = Self { earned: Decimal::ONE, of: Decimal::ONE };

    /// `earned` of `of`; of nothing it is nothing.
    #[must_use]
    pub const fn ratio(earned: Decimal, of: Decimal) -> Self {
        if of.is_zero() { Self::NOTHING } else { Self { earned, of } }
    }

    /// So many of so many.
    #[must_use]
    pub fn count(earned: usize, of: usize) -> Self {
        let whole = |count| Decimal::from_int(i32::try_from(count).unwrap_or(i32::MAX));
        Self::ratio(whole(earned), whole(of))
    }

    /// As an author gave it, alone or as several that add up. What is missing because decimals end does not count: two of
    /// `33.33333 %` are two thirds, and what all but reaches the whole is meant to be the whole.
    #[must_use]
    pub fn given(fractions: impl IntoIterator<Item = Decimal>) -> Self {
        let share =
            Self { earned: fractions.into_iter().map(parts_meant).sum(), of: Decimal::from_int(PARTS) };
        if share.rounded().snap(Decimal::ONE) == Decimal::ONE { Self::WHOLE } else { share }
    }

    /// A weight as a number of parts, so that nothing of what is earned of it is rounded before it is added up.
    #[must_use]
    pub(super) fn in_parts(weight: u16) -> Decimal {
        Decimal::from_int(i32::from(weight).saturating_mul(PARTS))
    }

    /// Not below nothing and not above everything.
    #[must_use]
    pub fn held(self) -> Self {
        Self { earned: self.earned.max_zero().min(self.of), of: self.of }
    }

    /// What it comes to of these points, rounded once.
    #[must_use]
    pub fn of_points(self, points: Decimal) -> Decimal {
        points.scaled(self.earned, self.of)
    }

    /// For people and the wire, to seven digits.
    #[must_use]
    pub fn rounded(self) -> Decimal {
        Decimal::ratio(self.earned, self.of)
    }

    /// How it went.
    #[must_use]
    pub fn state(self) -> MarkState {
        if self.earned >= self.of {
            MarkState::Right
        } else if self.earned > Decimal::ZERO {
            MarkState::Partial
        } else {
            MarkState::Wrong
        }
    }
}

/// How many [`PARTS`] a fraction of an author is: the whole number of them that it is with seven digits, or what it says.
fn parts_meant(fraction: Decimal) -> Decimal {
    let parts = fraction.times(Decimal::from_int(PARTS));
    let whole = parts.rounded(0);
    if Decimal::ratio(whole, Decimal::from_int(PARTS)) == fraction { whole } else { parts }
}
