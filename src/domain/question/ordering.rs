//! Credit for an order of items, in each of the ways that Moodle's ordering question knows.

use super::kind::OrderingCredit;
use super::share::Share;

/// The share earned by `order`, a permutation of `0..n` where item `i` belongs to position `i`.
pub(super) fn credit(how: OrderingCredit, order: &[usize]) -> Share {
    let count = order.len();
    let (earned, possible) = match how {
        OrderingCredit::AllOrNothing => (usize::from(order.is_sorted()), 1),
        OrderingCredit::AbsolutePosition => {
            (order.iter().enumerate().filter(|(at, item)| at == *item).count(), count)
        }
        OrderingCredit::RelativeToCorrect => {
            let most = count.saturating_sub(1);
            let earned =
                order.iter().enumerate().map(|(at, item)| most.saturating_sub(at.abs_diff(*item))).sum();
            (earned, most * count)
        }
        OrderingCredit::NextExcludingLast => (right_successions(order), count.saturating_sub(1)),
        OrderingCredit::NextIncludingLast => {
            (right_successions(order) + usize::from(ends_rightly(order)), count)
        }
        OrderingCredit::OnePreviousAndNext => {
            // Each right succession counts for both neighbours; the two ends count once each.
            let begins = usize::from(order.first() == Some(&0));
            (2 * right_successions(order) + begins + usize::from(ends_rightly(order)), 2 * count)
        }
        OrderingCredit::AllPreviousAndNext => {
            let rising: usize = order
                .iter()
                .enumerate()
                .map(|(at, item)| order.iter().skip(at + 1).filter(|later| item < *later).count())
                .sum();
            (2 * rising, count * count.saturating_sub(1))
        }
        OrderingCredit::LongestOrderedSubset => (at_least_two(longest_rising(order)), count),
        OrderingCredit::LongestContiguousSubset => (at_least_two(longest_successive(order)), count),
    };
    Share::count(earned, possible)
}

fn right_successions(order: &[usize]) -> usize {
    order.iter().zip(order.iter().skip(1)).filter(|(item, next)| *item + 1 == **next).count()
}

fn ends_rightly(order: &[usize]) -> bool {
    order.last().is_some_and(|item| item + 1 == order.len())
}

/// A sequence of one item is no sequence.
fn at_least_two(length: usize) -> usize {
    if length < 2 { 0 } else { length }
}

fn longest_rising(order: &[usize]) -> usize {
    let mut lengths: Vec<usize> = Vec::with_capacity(order.len());
    for (at, item) in order.iter().enumerate() {
        let before = order.iter().zip(&lengths).take(at).filter(|(other, _)| *other < item);
        lengths.push(before.map(|(_, length)| length + 1).max().unwrap_or(1));
    }
    lengths.into_iter().max().unwrap_or(0)
}

/// Items `k, k+1, k+2, ..` in this order, others may stand between them.
fn longest_successive(order: &[usize]) -> usize {
    let mut lengths = vec![0_usize; order.len() + 1];
    let mut longest = 0;
    for item in order {
        let before = item.checked_sub(1).and_then(|before| lengths.get(before)).copied().unwrap_or(0);
        if let Some(length) = lengths.get_mut(*item) {
            *length = before + 1;
            longest = longest.max(*length);
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(how: OrderingCredit, order: &[usize]) -> String {
        credit(how, order).rounded().to_string()
    }

    #[test]
    fn the_right_order_earns_everything_in_every_way() {
        for how in [
            OrderingCredit::AllOrNothing,
            OrderingCredit::AbsolutePosition,
            OrderingCredit::RelativeToCorrect,
            OrderingCredit::NextExcludingLast,
            OrderingCredit::NextIncludingLast,
            OrderingCredit::OnePreviousAndNext,
            OrderingCredit::AllPreviousAndNext,
            OrderingCredit::LongestOrderedSubset,
            OrderingCredit::LongestContiguousSubset,
        ] {
            assert_eq!(share(how, &[0, 1, 2, 3, 4, 5]), "1", "{how:?}");
        }
    }

    #[test]
    fn all_or_nothing_is_just_that() {
        assert_eq!(share(OrderingCredit::AllOrNothing, &[0, 1, 3, 2]), "0");
    }

    #[test]
    fn positions_and_distances() {
        assert_eq!(share(OrderingCredit::AbsolutePosition, &[1, 0, 2, 3]), "0.5");
        // Distances 1, 1, 0, 0 of at most 3 each.
        assert_eq!(share(OrderingCredit::RelativeToCorrect, &[1, 0, 2, 3]), "0.8333333");
        assert_eq!(share(OrderingCredit::RelativeToCorrect, &[3, 2, 1, 0]), "0.3333333");
    }

    #[test]
    fn successions() {
        assert_eq!(share(OrderingCredit::NextExcludingLast, &[1, 2, 0, 3]), "0.3333333");
        assert_eq!(share(OrderingCredit::NextIncludingLast, &[1, 2, 0, 3]), "0.5");
        // 1-2 counts for both, the end is right, the beginning is not: 3 of 8.
        assert_eq!(share(OrderingCredit::OnePreviousAndNext, &[1, 2, 0, 3]), "0.375");
        // Rising pairs: 1-2, 1-3, 2-3, 0-3 of 6.
        assert_eq!(share(OrderingCredit::AllPreviousAndNext, &[1, 2, 0, 3]), "0.6666667");
    }

    #[test]
    fn longest_subsets() {
        assert_eq!(share(OrderingCredit::LongestOrderedSubset, &[1, 2, 0, 3]), "0.75");
        assert_eq!(share(OrderingCredit::LongestContiguousSubset, &[1, 2, 0, 3]), "0.75");
        assert_eq!(share(OrderingCredit::LongestContiguousSubset, &[0, 2, 3, 1]), "0.5");
        assert_eq!(share(OrderingCredit::LongestOrderedSubset, &[3, 2, 1, 0]), "0");
    }
}
