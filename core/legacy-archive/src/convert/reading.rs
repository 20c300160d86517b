//! What goes along while a record is read.

use std::collections::BTreeMap;

use crate::error::Fault;
use crate::wire::Result;

/// What the lists of an event may take in memory. Two bytes of a file can be an
/// entry of many hundred. Real events are far below: the most addresses that fit
/// into a P2P message take 40 MB.
const MOST_LIST_BYTES: usize = 128 << 20;

/// What is left of the limits, and what has been left out.
#[derive(Default)]
pub(super) struct Reading {
    list_bytes_left: usize,
    skipped: BTreeMap<&'static str, u64>,
}

impl Reading {
    pub(super) fn begin_record(&mut self) {
        self.list_bytes_left = MOST_LIST_BYTES;
    }

    pub(super) fn push<T>(&mut self, list: &mut Vec<T>, entry: T) -> Result<()> {
        self.take::<T>()?;
        list.push(entry);
        Ok(())
    }

    pub(super) fn insert<T: Ord, U>(
        &mut self,
        map: &mut BTreeMap<T, U>,
        key: T,
        value: U,
    ) -> Result<()> {
        self.take::<(T, U)>()?;
        map.insert(key, value);
        Ok(())
    }

    fn take<T>(&mut self) -> Result<()> {
        let left = self.list_bytes_left.checked_sub(size_of::<T>());
        self.list_bytes_left = left.ok_or(Fault::TooMuch)?;
        Ok(())
    }

    /// Something is left out because we have nothing like it.
    pub(super) fn skip(&mut self, name: &'static str) {
        *self.skipped.entry(name).or_default() += 1;
    }

    pub(super) fn skipped(&self) -> &BTreeMap<&'static str, u64> {
        &self.skipped
    }
}
