//! Transactions that are only tried: they run on the writer like every other, say what they would come to, and change
//! nothing.

use std::convert::Infallible;

use super::Store;
use super::class::Class;
use super::error::StoreError;
use super::txn::Txn;

/// How a transaction ends that must not be kept: an error in the store's eyes, whatever it came to.
struct Tried<T, E>(Result<T, E>);

impl<T, E: From<StoreError>> From<StoreError> for Tried<T, E> {
    fn from(error: StoreError) -> Self {
        Self(Err(error.into()))
    }
}

impl Store {
    /// [`Store::write`] whose changes are dropped: what it would come to.
    pub async fn try_out<T, E>(
        &self,
        class: Class,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let tried = self.write(class, move |txn| -> Result<Infallible, _> { Err(Tried(work(txn))) }).await;
        tried.map_or_else(|Tried(outcome)| outcome, |never| match never {})
    }

    /// [`Store::try_out`] for threads outside the async runtime.
    pub fn try_out_blocking<T, E>(
        &self,
        class: Class,
        work: impl FnOnce(&mut Txn<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let tried = self.write_blocking(class, move |txn| -> Result<Infallible, _> { Err(Tried(work(txn))) });
        tried.map_or_else(|Tried(outcome)| outcome, |never| match never {})
    }
}
