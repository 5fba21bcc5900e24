//! Typed reads over ordered bytes. A snapshot and a transaction read through the same functions, so a domain
//! function that takes `&impl Read` serves both.

use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::Bytes;

use super::error::StoreError;
use super::key::{self, KeyPart, PrefixOf};
use super::record::{AnyRecord, Cache, Counter, Index, Record, Unique, decode_value, row_key};

/// What a point read found.
#[derive(Debug)]
pub enum Found {
    /// Nothing there.
    Nothing,
    /// Nothing there, as the cache knows.
    KnownNothing,
    /// A record that is decoded already.
    Record(AnyRecord),
    /// Stored bytes.
    Bytes(Bytes),
}

/// In the place of a record that is not there.
struct Absent;

/// What the cache holds, as found.
pub(crate) fn cached(record: AnyRecord) -> Found {
    if record.is::<Absent>() { Found::KnownNothing } else { Found::Record(record) }
}

/// Called per row by a scan; stops on `Break`.
pub type Visit<'v> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>, StoreError> + 'v;

/// An index key with the primary key it leads to.
pub type IndexEntry<I> = (<I as Index>::Key, <<I as Index>::Of as Record>::Key);

/// A consistent view of the store.
pub trait Read {
    /// One row, by its full key.
    fn find(&self, row: &[u8], cache: Cache) -> Result<Found, StoreError>;

    /// Rows with `from <= key < to` (no end when `None`), ascending or, reversed, descending.
    fn visit(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        visit: &mut Visit<'_>,
    ) -> Result<(), StoreError>;

    /// Offers a decoded record for the next look.
    fn remember(&self, row: Vec<u8>, record: AnyRecord, bytes: usize, cache: Cache);

    /// The record under `key`.
    fn get<R: Record>(&self, key: &R::Key) -> Result<Option<Arc<R>>, StoreError> {
        let row = row_key::<R>(key);
        match self.find(&row, R::CACHE)? {
            Found::KnownNothing => Ok(None),
            Found::Nothing => {
                if R::REMEMBER_ABSENCE {
                    self.remember(row, Arc::new(Absent), 0, R::CACHE);
                }
                Ok(None)
            }
            Found::Record(record) => record.downcast::<R>().map(Some).map_err(|_| {
                StoreError::Defect(format!("a cached {} record of another type", R::TABLE.name))
            }),
            Found::Bytes(bytes) => {
                let record = Arc::new(decode_value::<R>(&bytes)?);
                let any: AnyRecord = record.clone();
                self.remember(row, any, bytes.len(), R::CACHE);
                Ok(Some(record))
            }
        }
    }

    /// Is there a record under `key`?
    fn exists<R: Record>(&self, key: &R::Key) -> Result<bool, StoreError> {
        Ok(matches!(self.find(&row_key::<R>(key), R::CACHE)?, Found::Record(_) | Found::Bytes(_)))
    }

    /// The key of the record that a unique index holds under `key`.
    fn unique_key<U: Unique>(&self, key: &U::Key) -> Result<Option<<U::Of as Record>::Key>, StoreError> {
        let mut row = vec![U::TABLE.tag];
        key.encode(&mut row);
        let primary = match self.find(&row, U::CACHE)? {
            Found::Nothing | Found::KnownNothing => return Ok(None),
            Found::Bytes(primary) => {
                if U::CACHE != Cache::None {
                    self.remember(row, Arc::new(primary.clone()), primary.len(), U::CACHE);
                }
                primary
            }
            Found::Record(any) => {
                let wrong =
                    |_| StoreError::Defect(format!("a cached {} entry of another type", U::TABLE.name));
                Bytes::clone(&*any.downcast::<Bytes>().map_err(wrong)?)
            }
        };
        Ok(Some(key::decode(&primary)?))
    }

    /// The record that a unique index holds under `key`.
    fn by_unique<U: Unique>(&self, key: &U::Key) -> Result<Option<Arc<U::Of>>, StoreError> {
        match self.unique_key::<U>(key)? {
            Some(primary) => self.get::<U::Of>(&primary),
            None => Ok(None),
        }
    }

    /// A total; 0 when nothing was counted yet.
    fn counter(&self, counter: &Counter) -> Result<i64, StoreError> {
        match self.find(&counter.0, Cache::Content)? {
            Found::Nothing | Found::KnownNothing => Ok(0),
            Found::Record(any) => any
                .downcast::<i64>()
                .map(|total| *total)
                .map_err(|_| StoreError::Defect("a cached total of another type".to_owned())),
            Found::Bytes(bytes) => {
                let total: i64 = key::decode(&bytes)?;
                self.remember(counter.0.clone(), Arc::new(total), 8, Cache::Content);
                Ok(total)
            }
        }
    }

    /// Up to `limit` records whose key begins with `prefix`, in key order, behind `after` when given.
    fn list<R: Record>(
        &self,
        prefix: &impl PrefixOf<R::Key>,
        after: Option<&R::Key>,
        limit: usize,
    ) -> Result<Vec<R>, StoreError> {
        let range = Range::of(R::TABLE.tag, |out| prefix.encode_prefix(out));
        let from = after.map_or(range.from.clone(), |key| following(row_key::<R>(key)));
        self.collect(&from, range.to.as_deref(), false, limit, |_, value| decode_value::<R>(value))
    }

    /// Like [`Read::list`] from the end: before `before` when given, last first.
    fn list_back<R: Record>(
        &self,
        prefix: &impl PrefixOf<R::Key>,
        before: Option<&R::Key>,
        limit: usize,
    ) -> Result<Vec<R>, StoreError> {
        let range = Range::of(R::TABLE.tag, |out| prefix.encode_prefix(out));
        let to = before.map(row_key::<R>).or(range.to);
        self.collect(&range.from, to.as_deref(), true, limit, |_, value| decode_value::<R>(value))
    }

    /// Every record whose key begins with `prefix`, in key order, until `each` breaks.
    fn each<R: Record>(
        &self,
        prefix: &impl PrefixOf<R::Key>,
        mut each: impl FnMut(R) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let range = Range::of(R::TABLE.tag, |out| prefix.encode_prefix(out));
        self.visit(&range.from, range.to.as_deref(), false, &mut |_, value| each(decode_value::<R>(value)?))
    }

    /// Up to `limit` primary keys that an index holds under `prefix`, in index order, behind `after` when given.
    fn index_keys<I: Index>(
        &self,
        prefix: &impl PrefixOf<I::Key>,
        after: Option<(&I::Key, &<I::Of as Record>::Key)>,
        limit: usize,
    ) -> Result<Vec<IndexEntry<I>>, StoreError> {
        let range = Range::of(I::TABLE.tag, |out| prefix.encode_prefix(out));
        let from = after.map_or(range.from.clone(), |(index, primary)| {
            let mut row = vec![I::TABLE.tag];
            index.encode(&mut row);
            primary.encode(&mut row);
            following(row)
        });
        self.index_range::<I>(&from, range.to.as_deref(), limit)
    }

    /// Up to `limit` primary keys whose index key is at most `last`, in index order: what is due by a time.
    fn index_until<I: Index>(&self, last: &I::Key, limit: usize) -> Result<Vec<IndexEntry<I>>, StoreError> {
        let mut row = vec![I::TABLE.tag];
        last.encode(&mut row);
        self.index_range::<I>(&[I::TABLE.tag], key::after_prefix(&row).as_deref(), limit)
    }

    /// Index entries between two full keys.
    #[doc(hidden)]
    fn index_range<I: Index>(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<IndexEntry<I>>, StoreError> {
        self.collect(from, to, false, limit, |row, _| {
            let mut rest = row.get(1..).unwrap_or_default();
            let index = I::Key::decode(&mut rest)?;
            Ok((index, key::decode(rest)?))
        })
    }

    /// What is made of up to `limit` rows between two full keys, from the first on, or from the last on.
    #[doc(hidden)]
    fn collect<T>(
        &self,
        from: &[u8],
        to: Option<&[u8]>,
        reverse: bool,
        limit: usize,
        mut make: impl FnMut(&[u8], &[u8]) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut made = Vec::new();
        if limit == 0 {
            return Ok(made);
        }
        self.visit(from, to, reverse, &mut |row, value| {
            made.push(make(row, value)?);
            Ok(if made.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(made)
    }
}

/// A range of full keys.
struct Range {
    from: Vec<u8>,
    to: Option<Vec<u8>>,
}

impl Range {
    fn of(tag: u8, prefix: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut from = vec![tag];
        prefix(&mut from);
        let to = key::after_prefix(&from);
        Self { from, to }
    }
}

/// The least byte string behind `row`.
fn following(mut row: Vec<u8>) -> Vec<u8> {
    row.push(0);
    row
}
