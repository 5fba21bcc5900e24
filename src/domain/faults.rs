//! Everything that is wrong with an input at once: who fills in a form learns of all its faults in one round.
//!
//! [`together`] joins parts that are checked by themselves, [`each`] those of a list; [`Faults`] keeps those of parts in whose
//! place something usual can stand while the rest is looked at. A fault is mostly a refusal; whatever can be [`Joined`] is one.

use super::refusal::{More, Refusal};

/// Faults that are told together: more than a form has fields, and not more than somebody reads.
pub const MAX_FAULTS: usize = 100;

/// Two of them are one.
pub trait Joined: Sized {
    /// Both, in this order.
    #[must_use]
    fn joined(self, second: Self) -> Self;
}

impl Joined for Refusal {
    /// The first says what sort of no it is; of both, every place counts. Where there is no room for all, that is told.
    fn joined(mut self, second: Self) -> Self {
        if self.has_more_faults() {
            return self;
        }
        let room = MAX_FAULTS.saturating_sub(self.fields.len());
        if room > 0 {
            self.detail = format!("{}; {}", self.detail, second.detail);
        }
        if room > 0 && second.has_more_faults() {
            self.more = second.more;
        } else if room == 0 || second.fields.len() > room {
            self.detail.push_str("; and more");
            self.more = Some(Box::new(More::Faults));
        }
        self.fields.extend(second.fields.into_iter().take(room));
        self
    }
}

fn both<A, B, E: Joined>(one: Result<A, E>, other: Result<B, E>) -> Result<(A, B), E> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(first), Err(second)) => Err(first.joined(second)),
        (Err(fault), Ok(_)) | (Ok(_), Err(fault)) => Err(fault),
    }
}

/// Several checked parts.
pub trait Parts {
    /// What they are when none has a fault.
    type Values;
    /// What is wrong with them.
    type Fault;
    /// All of them, or all their faults.
    fn join(self) -> Result<Self::Values, Self::Fault>;
}

impl<A, Fault> Parts for (Result<A, Fault>,) {
    type Values = (A,);
    type Fault = Fault;

    fn join(self) -> Result<Self::Values, Fault> {
        self.0.map(|one| (one,))
    }
}

macro_rules! parts {
    ($first:ident) => {};
    ($first:ident $($rest:ident)+) => {
        impl<Fault: Joined, $first, $($rest),+> Parts for (Result<$first, Fault>, $(Result<$rest, Fault>),+) {
            type Values = ($first, $($rest),+);
            type Fault = Fault;

            #[expect(non_snake_case, reason = "each part has the name of its type")]
            fn join(self) -> Result<Self::Values, Fault> {
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
pub fn together<P: Parts>(parts: P) -> Result<P::Values, P::Fault> {
    parts.join()
}

/// [`together`] of a list.
pub fn each<T, E: Joined>(parts: impl IntoIterator<Item = Result<T, E>>) -> Result<Vec<T>, E> {
    let (mut values, mut faults) = (Vec::new(), Faults::default());
    for part in parts {
        match part {
            Ok(value) => values.push(value),
            Err(fault) => faults.add(fault),
        }
    }
    faults.and(Ok(values))
}

impl Faults<Refusal> {
    /// Are there more than are told? Then looking on is in vain.
    pub fn are_many(&self) -> bool {
        self.0.as_ref().is_some_and(Refusal::has_more_faults)
    }
}

/// What was found wrong so far.
#[derive(Debug)]
pub struct Faults<E = Refusal>(Option<E>);

impl<E> Default for Faults<E> {
    fn default() -> Self {
        Self(None)
    }
}

impl<E: Joined> Faults<E> {
    /// One more.
    pub fn add(&mut self, fault: E) {
        self.0 = Some(match self.0.take() {
            Some(first) => first.joined(fault),
            None => fault,
        });
    }

    /// The part, or something usual in its place and its fault kept.
    pub fn or_default<T: Default>(&mut self, part: Result<T, E>) -> T {
        part.unwrap_or_else(|fault| {
            self.add(fault);
            T::default()
        })
    }

    /// What was made of the parts, when neither they nor it has a fault.
    pub fn and<T>(self, whole: Result<T, E>) -> Result<T, E> {
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
        assert_eq!(together((Ok::<_, Refusal>(1), Ok("a"), Ok(true))), Ok((1, "a", true)));
        let refusal = together((Err::<u8, _>(no("/a")), Ok(2), Err::<u8, _>(no("/c")))).unwrap_err();
        assert_eq!(places(&refusal), ["/a", "/c"]);
        assert_eq!(refusal.detail, "/a is wrong; /c is wrong");
        assert_eq!(each::<_, Refusal>([Ok(1), Ok(2)]), Ok(vec![1, 2]));
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
        assert_eq!(Faults::<Refusal>::default().and(Ok(1)), Ok(1));
    }

    #[test]
    fn nobody_is_told_of_a_thousand_faults_but_that_there_are_more() {
        let many = |count: usize| each((0..count).map(|at| Err::<u8, _>(no(&format!("/{at}"))))).unwrap_err();
        let all = many(MAX_FAULTS);
        assert_eq!((all.fields.len(), all.more.is_none()), (MAX_FAULTS, true), "{}", all.detail);
        for refusal in [many(1_000), many(60).joined(many(60)), no("/a").joined(many(1_000))] {
            assert_eq!((refusal.fields.len(), refusal.has_more_faults()), (MAX_FAULTS, true));
            assert!(refusal.detail.ends_with("; and more"), "{}", refusal.detail);
            assert_eq!(refusal.detail.matches("and more").count(), 1, "{}", refusal.detail);
        }
    }
}
