//! Choices that are the same in every run with the same seed.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// One person's choices.
#[derive(Debug)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The choices of person `number` in a run with `seed`.
    pub fn new(seed: u64, number: u64) -> Self {
        let mut key = [0_u8; 32];
        for (slot, byte) in key.iter_mut().zip(seed.to_le_bytes().into_iter().chain(number.to_le_bytes())) {
            *slot = byte;
        }
        Self(ChaCha8Rng::from_seed(key))
    }

    /// From 0 to below `bound`; 0 when there is nothing to choose. The bias of a remainder does not matter here.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u32::try_from(bound).unwrap_or(u32::MAX).max(1);
        usize::try_from(self.0.next_u32() % bound).unwrap_or(0)
    }

    /// From 0 to below 1.
    pub fn share(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// Does it happen that happens in this share of cases?
    pub fn happens(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// A moment within `span`.
    pub fn within(&mut self, span: Duration) -> Duration {
        span.mul_f64(self.share())
    }

    /// A time around `mean`: half to one and a half of it.
    pub fn around(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(0.5 + self.share())
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }

    /// The numbers below `count` in some order.
    pub fn shuffled(&mut self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..count).collect();
        for last in (1..count).rev() {
            order.swap(last, self.below(last + 1));
        }
        order
    }
}
