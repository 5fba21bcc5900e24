//! The order in which one attempt shows options, stems, answers and items.
//!
//! The order follows from the seed alone: `ChaCha8` keyed with the seed (little-endian, padded with zeros), one
//! Fisher-Yates pass per list from its end, each draw uniform below its bound by rejecting the biased remainder. Attempts store the
//! arrangement, so a change here would not disturb them; the golden test keeps it stable all the same.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use super::kind::{ClozeKind, Kind};

/// Which element stands at which displayed position. Positions and elements count from nought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Arrangement {
    /// Options of a choice, stems of a matching, items of an ordering.
    pub main: Vec<u8>,
    /// The right column of a matching.
    pub right: Vec<u8>,
    /// Options of every part of a cloze; empty for parts without options.
    pub parts: Vec<Vec<u8>>,
}

/// Arranges a question for one attempt. `shuffle` is the quiz's wish; options move only when the question allows it
/// too. The right column of a matching and the items of an ordering always move, and an ordering does not begin
/// solved when it has more than one item.
#[must_use]
pub fn arrange(kind: &Kind, shuffle: bool, seed: u64) -> Arrangement {
    let mut dice = Dice::new(seed);
    let mut arrangement = Arrangement::default();
    match kind {
        Kind::SingleChoice(it) => arrangement.main = dice.order(it.options.len(), shuffle && it.shuffle),
        Kind::MultipleResponse(it) => arrangement.main = dice.order(it.options.len(), shuffle && it.shuffle),
        Kind::Matching(it) => {
            arrangement.main = dice.order(it.pairs.len(), shuffle && it.shuffle);
            arrangement.right = dice.order(it.right_column().len(), true);
        }
        Kind::Ordering(it) => {
            arrangement.main = dice.order(it.items.len(), true);
            if arrangement.main.is_sorted() && arrangement.main.len() > 1 {
                arrangement.main.rotate_left(1);
            }
        }
        Kind::Cloze(it) => {
            for part in &it.parts {
                arrangement.parts.push(match &part.kind {
                    ClozeKind::Choice { options, shuffle: may, .. }
                    | ClozeKind::MultipleResponse { options, shuffle: may, .. } => {
                        dice.order(options.len(), shuffle && *may)
                    }
                    ClozeKind::ShortAnswer { .. } | ClozeKind::Numerical { .. } => Vec::new(),
                });
            }
        }
        Kind::TrueFalse(_) | Kind::Numerical(_) | Kind::ShortAnswer(_) | Kind::Essay(_) => {}
    }
    arrangement
}

struct Dice(ChaCha8Rng);

impl Dice {
    fn new(seed: u64) -> Self {
        let mut key = [0_u8; 32];
        for (slot, byte) in key.iter_mut().zip(seed.to_le_bytes()) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    fn order(&mut self, count: usize, shuffle: bool) -> Vec<u8> {
        let mut order: Vec<u8> = (0..=u8::MAX).take(count).collect();
        if shuffle {
            for last in (1..order.len()).rev() {
                let other = self.below(u32::try_from(last + 1).unwrap_or(u32::MAX));
                order.swap(last, usize::try_from(other).unwrap_or(0));
            }
        }
        order
    }

    /// Uniform in `0..bound`; draws from the incomplete last stretch of 2^32 are thrown away.
    fn below(&mut self, bound: u32) -> u32 {
        let complete = u32::MAX - u32::MAX % bound;
        loop {
            let draw = self.0.next_u32();
            if draw < complete {
                return draw % bound;
            }
        }
    }
}

/// The element at a displayed position.
pub(super) fn at(order: &[u8], position: u16) -> Option<usize> {
    order.get(usize::from(position)).map(|element| usize::from(*element))
}
