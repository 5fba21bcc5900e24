//! Order-preserving key encoding: the bytes of two keys compare as the keys do.
//!
//! Integers are big-endian (signed ones with the sign bit flipped), strings are escaped and terminated, tuples are
//! their parts in order. A prefix of a tuple is a prefix of its bytes, which is what makes range scans typed.

/// Why bytes are no key of the expected shape. Only ever seen when a store file was changed from outside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a stored key does not have the shape of its table: {0}")]
pub struct KeyError(pub &'static str);

/// A value that can stand in a key.
pub trait KeyPart: Sized {
    /// Appends the order-preserving bytes.
    fn encode(&self, out: &mut Vec<u8>);
    /// Takes the value off the front of `input`.
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError>;
}

/// `Self` is a leading part of the key `K`, so scanning for it is one contiguous range.
pub trait PrefixOf<K> {
    /// Appends the bytes that every matching key begins with.
    fn encode_prefix(&self, out: &mut Vec<u8>);
}

/// The bytes of a key on their own.
pub fn encode(key: &impl KeyPart) -> Vec<u8> {
    let mut out = Vec::with_capacity(24);
    key.encode(&mut out);
    out
}

/// Reads a whole key; left-over bytes are an error.
pub fn decode<K: KeyPart>(mut bytes: &[u8]) -> Result<K, KeyError> {
    let key = K::decode(&mut bytes)?;
    if bytes.is_empty() { Ok(key) } else { Err(KeyError("bytes left over")) }
}

/// The first byte string that is greater than every string beginning with `prefix`; `None` when there is none.
pub(crate) fn after_prefix(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

fn take<const N: usize>(input: &mut &[u8]) -> Result<[u8; N], KeyError> {
    let (head, rest) = input.split_first_chunk::<N>().ok_or(KeyError("too short"))?;
    *input = rest;
    Ok(*head)
}

macro_rules! unsigned {
    ($($ty:ty),*) => {$(
        impl KeyPart for $ty {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_be_bytes());
            }
            fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
                take(input).map(<$ty>::from_be_bytes)
            }
        }
    )*};
}
unsigned!(u8, u16, u32, u64);

impl KeyPart for i64 {
    fn encode(&self, out: &mut Vec<u8>) {
        (self.cast_unsigned() ^ (1 << 63)).encode(out);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::decode(input).map(|bits| (bits ^ (1 << 63)).cast_signed())
    }
}

impl KeyPart for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        match u8::decode(input)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(KeyError("a truth value that is neither 0 nor 1")),
        }
    }
}

impl<const N: usize> KeyPart for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        take(input)
    }
}

/// Ends a string. A zero byte inside one is written as [`ESCAPED_ZERO`], which sorts after the end.
const STRING_END: [u8; 2] = [0, 0];
const ESCAPED_ZERO: [u8; 2] = [0, 0xff];

impl KeyPart for String {
    fn encode(&self, out: &mut Vec<u8>) {
        for byte in self.bytes() {
            if byte == 0 {
                out.extend_from_slice(&ESCAPED_ZERO);
            } else {
                out.push(byte);
            }
        }
        out.extend_from_slice(&STRING_END);
    }
    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        let mut text = Vec::new();
        loop {
            match u8::decode(input)? {
                0 => match u8::decode(input)? {
                    0 => break,
                    0xff => text.push(0),
                    _ => return Err(KeyError("an unknown escape in a string")),
                },
                byte => text.push(byte),
            }
        }
        Self::from_utf8(text).map_err(|_| KeyError("a string that is not UTF-8"))
    }
}

macro_rules! tuple {
    ($($name:ident),+) => {
        impl<$($name: KeyPart),+> KeyPart for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn encode(&self, out: &mut Vec<u8>) {
                let ($($name,)+) = self;
                $($name.encode(out);)+
            }
            fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
                Ok(($($name::decode(input)?,)+))
            }
        }
    };
}
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);

impl<K> PrefixOf<K> for () {
    fn encode_prefix(&self, _: &mut Vec<u8>) {}
}

/// A whole key, where a scan wants exactly the entries under it.
#[derive(Debug, Clone, Copy)]
pub struct Exactly<K>(pub K);

impl<K: KeyPart> PrefixOf<K> for Exactly<K> {
    fn encode_prefix(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

macro_rules! prefix {
    ($([$($name:ident),+] of [$($all:ident),+];)+) => {$(
        impl<$($all: KeyPart),+> PrefixOf<($($all,)+)> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the type parameters name the parts")]
            fn encode_prefix(&self, out: &mut Vec<u8>) {
                let ($($name,)+) = self;
                $($name.encode(out);)+
            }
        }
    )+};
}
prefix! {
    [A] of [A, B];
    [A] of [A, B, C];
    [A] of [A, B, C, D];
    [A, B] of [A, B, C];
    [A, B] of [A, B, C, D];
    [A, B, C] of [A, B, C, D];
}

/// Makes a `u64` newtype for ids that can stand in keys, JSON and OpenAPI.
#[macro_export]
macro_rules! id_type {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(test, derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $crate::store::key::KeyPart for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
            fn decode(input: &mut &[u8]) -> Result<Self, $crate::store::key::KeyError> {
                u64::decode(input).map(Self)
            }
        }

        impl From<u64> for $name {
            fn from(id: u64) -> Self {
                Self(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_compare_as_the_keys_do(a: (i64, String, u16), b: (i64, String, u16)) {
            prop_assert_eq!(encode(&a).cmp(&encode(&b)), a.cmp(&b));
            prop_assert_eq!(decode::<(i64, String, u16)>(&encode(&a)).unwrap(), a);
        }
    }

    #[test]
    fn the_end_of_a_prefix_is_tight() {
        assert_eq!(after_prefix(&[1, 0xff]), Some(vec![2]));
        assert_eq!(after_prefix(&[0xff, 0xff]), None);
        assert_eq!(after_prefix(&[3, 4]), Some(vec![3, 5]));
    }
}
