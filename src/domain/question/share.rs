//! What a response earned, exactly.

use super::mark::MarkState;
use crate::domain::decimal::Decimal;

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

    /// As an author gave it, alone or as a sum: three thirds of seven digits are meant to be the whole.
    #[must_use]
    pub fn given(fraction: Decimal) -> Self {
        Self { earned: fraction.snap(Decimal::ONE), of: Decimal::ONE }
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
