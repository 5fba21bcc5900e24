//! Everything that is wrong with an input at once: who fills in a form learns of all its faults in one round.
//!
//! [`together`] joins parts that are checked by themselves, [`each`] those of a list; [`Faults`] keeps those of parts in whose
//! place something usual can stand while the rest is looked at.

use super::refusal::Refusal;

/// Faults that are told together: more than a form has fields, and not more than somebody reads.
const MAX_FAULTS: usize = 100;

/// The first says what sort of no it is; of both, every place counts.
fn joined(mut first: Refusal, second: Refusal) -> Refusal {
    let room = MAX_FAULTS.saturating_sub(first.fields.len());
    if room > 0 {
        first.detail = format!("{}; {}", first.detail, second.detail);
        first.fields.extend(second.fields.into_iter().take(room));
    }
    first
}

fn both<A, B>(one: Result<A, Refusal>, other: Result<B, Refusal>) -> Result<(A, B), Refusal> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(first), Err(second)) => Err(joined(first, second)),
        (Err(refusal), Ok(_)) | (Ok(_), Err(refusal)) => Err(refusal),
    }
}

/// Several checked parts.
pub trait Parts {
    /// What they are when none has a fault.
    type Values;
    /// All of them, or all their faults.
    fn join(self) -> Result<Self::Values, Refusal>;
}

impl<A> Parts for (Result<A, Refusal>,) {
    type Values = (A,);

    fn join(self) -> Result<Self::Values, Refusal> {
        self.0.map(|one| (one,))
    }
}

macro_rules! parts {
    ($first:ident) => {};
    ($first:ident $($rest:ident)+) => {
        impl<$first, $($rest),+> Parts for (Result<$first, Refusal>, $(Result<$rest, Refusal>),+) {
            type Values = ($first, $($rest),+);

            #[expect(non_snake_case, reason = "each part has the name of its type")]
            fn join(self) -> Result<Self::Values, Refusal> {
                let ($first, $($rest),+) = self;
                let ($first, ($($rest,)+)) = both($first, ($($rest,)+).join())?;
                Ok(($first, $($rest),+))
            }
        }
        parts!($($rest)+);
    };
}

parts!(A B C D E F G H I);

/// All parts, or all their faults: `let (name, email) = together((name, email))?`.
pub fn together<P: Parts>(parts: P) -> Result<P::Values, Refusal> {
    parts.join()
}

/// [`together`] of a list.
pub fn each<T>(parts: impl IntoIterator<Item = Result<T, Refusal>>) -> Result<Vec<T>, Refusal> {
    let (mut values, mut faults) = (Vec::new(), Faults::default());
    for part in parts {
        match part {
            Ok(value) => values.push(value),
            Err(fault) => faults.add(fault),
        }
    }
    faults.and(Ok(values))
}

/// What was found wrong so far.
#[derive(Debug, Default)]
pub struct Faults(Option<Refusal>);

impl Faults {
    /// One more.
    pub fn add(&mut self, fault: Refusal) {
        self.0 = Some(match self.0.take() {
            Some(first) => joined(first, fault),
            None => fault,
        });
    }

    /// The part, or something usual in its place and its fault kept.
    pub fn or_default<T: Default>(&mut self, part: Result<T, Refusal>) -> T {
        part.unwrap_or_else(|fault| {
            self.add(fault);
            T::default()
        })
    }

    /// What was made of the parts, when neither they nor it has a fault.
    pub fn and<T>(self, whole: Result<T, Refusal>) -> Result<T, Refusal> {
        let parts = self.0.map_or(Ok(()), Err);
        both(parts, whole).map(|((), whole)| whole)
    }
}

#[cfg(test)]
mod tests {
    use super::super::refusal::invalid;
    use super::*;

    fn no(at: &str) -> Refusal {
        invalid(at, "is wrong")
    }

    fn places(refusal: &Refusal) -> Vec<&str> {
        refusal.fields.iter().map(|field| field.at.as_str()).collect()
    }

    #[test]
    fn every_fault_is_told_in_its_order() {
        assert_eq!(together((Ok(1), Ok("a"), Ok(true))), Ok((1, "a", true)));
        let refusal = together((Err::<u8, _>(no("/a")), Ok(2), Err::<u8, _>(no("/c")))).unwrap_err();
        assert_eq!(places(&refusal), ["/a", "/c"]);
        assert_eq!(refusal.detail, "/a is wrong; /c is wrong");
        assert_eq!(each([Ok(1), Ok(2)]), Ok(vec![1, 2]));
        assert_eq!(places(&each([Err(no("/0")), Ok(1), Err(no("/2"))]).unwrap_err()), ["/0", "/2"]);
    }

    #[test]
    fn a_part_can_be_left_out_while_the_rest_is_looked_at() {
        let mut faults = Faults::default();
        assert_eq!((faults.or_default(Ok(7)), faults.or_default(Err::<u8, _>(no("/a")))), (7, 0));
        assert_eq!(places(&faults.and(Err::<(), _>(no("/b"))).unwrap_err()), ["/a", "/b"]);
        let mut faults = Faults::default();
        faults.or_default(Err::<u8, _>(no("/a")));
        assert_eq!(places(&faults.and(Ok(())).unwrap_err()), ["/a"]);
        assert_eq!(Faults::default().and(Ok(1)), Ok(1));
    }

    #[test]
    fn nobody_is_told_of_a_thousand_faults() {
        let refusal = each((0..1_000).map(|at| Err::<u8, _>(no(&format!("/{at}"))))).unwrap_err();
        assert_eq!(refusal.fields.len(), MAX_FAULTS);
    }
}
