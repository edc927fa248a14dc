//! Who was sent what of a file: bytes exactly, and pages by the bytes that are theirs alone.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    auth::VerifiedSession,
    domain::ExportId,
    export::Exporter,
    statements::deliveries::{AskFamily, AskLedger, AskPlaces, Fetched, Place, Relative},
    wall::{self, SealedTx},
};

/// How much of a page was sent, or may have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sent {
    /// Every byte that is this page's alone.
    Whole,
    /// Some of them; or bytes of the file, when it is not known where the page lies.
    Part,
    /// None.
    Never,
}

impl Sent {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Sent::Whole => "whole",
            Sent::Part => "part",
            Sent::Never => "never",
        }
    }
}

/// A file or one of its reprints, and who was sent which bytes of it.
#[derive(Debug)]
pub struct FileLedger {
    /// Which file.
    pub file: Relative,
    /// Every fetch of it, in the order of time.
    pub fetches: Vec<Fetched>,
    /// Its pages, in order.
    pub places: Vec<Place>,
}

impl FileLedger {
    /// Bytes that were sent or may have been, as ranges that do not touch: every fetch counts from the moment it was
    /// written down, complete or not.
    pub fn fetched(&self) -> Vec<Range<u64>> {
        joined(self.fetches.iter().map(bytes_of).collect())
    }

    /// Bytes that were never sent.
    pub fn never_fetched(&self) -> Vec<Range<u64>> {
        let bytes = u64::try_from(self.file.bytes).unwrap_or(0);
        let (mut res, mut next) = (Vec::new(), 0);
        for range in self.fetched() {
            if next < range.start {
                res.push(next..range.start);
            }
            next = range.end;
        }
        if next < bytes {
            res.push(next..bytes);
        }
        res
    }

    /// Each page, with how much of it was sent. Who has a page's own bytes can read it with work, even without the
    /// fonts, which lie elsewhere in the file.
    pub fn pages(&self) -> Vec<(u32, Sent)> {
        let fetched = self.fetched();
        let file = 0..u64::try_from(self.file.bytes).unwrap_or(0);
        let sent = |it: &Place| match &it.bytes {
            Some(bytes) => overlap(&fetched, bytes),
            // Any byte of the file may have been the page's.
            None if fetched.is_empty() => Sent::Never,
            None => overlap(&fetched, &file).min(Sent::Part),
        };
        self.places.iter().map(|it| (it.page, sent(it))).collect()
    }

    /// The fetches that a page went with, or may have: every one when it is not known where the page lies.
    pub fn fetches_of(&self, page: u32) -> impl Iterator<Item = &Fetched> {
        let place = self.places.iter().find(|it| it.page == page);
        let bytes = place.and_then(|it| it.bytes.clone());
        let touches = move |it: &&Fetched| {
            bytes.as_ref().is_none_or(|page| overlap(&[bytes_of(it)], page) != Sent::Never)
        };
        self.fetches.iter().filter(touches)
    }

    /// Whether the file has this page, by the number that is printed on it.
    pub fn has(&self, page: u32) -> bool {
        let page = i32::try_from(page).unwrap_or(i32::MAX);
        self.file.reprint_pages.is_none_or(|(first, last)| (first..=last).contains(&page))
    }
}

/// How much of some bytes lies in ranges that do not touch each other.
fn overlap(ranges: &[Range<u64>], bytes: &Range<u64>) -> Sent {
    let meets = |it: &&Range<u64>| it.start < bytes.end && bytes.start < it.end;
    match ranges.iter().find(meets) {
        None => Sent::Never,
        Some(it) if it.start <= bytes.start && bytes.end <= it.end => Sent::Whole,
        Some(_) => Sent::Part,
    }
}

fn bytes_of(it: &Fetched) -> Range<u64> {
    let number = |it: i64| u64::try_from(it).unwrap_or(0);
    number(it.first_byte)..number(it.last_byte) + 1
}

impl Exporter {
    /// Who was sent what of an export's file and its reprints, until now. Empty for an export without a file, and for
    /// one that the session's biller does not have.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn ledger(
        &self,
        session: &VerifiedSession,
        id: ExportId,
    ) -> Result<Vec<FileLedger>, wall::Error> {
        let mut tx = self.inner.pool.enter(session).await?;
        let ledger = read(&mut tx, id).await?;
        tx.commit().await?;
        Ok(ledger)
    }
}

/// The ledger as it stands in a transaction.
pub(super) async fn read(tx: &mut SealedTx, id: ExportId) -> Result<Vec<FileLedger>, wall::Error> {
    let family = tx.fetch(&AskFamily { export_id: id.0 }).await?;
    let mut fetches: BTreeMap<ExportId, Vec<Fetched>> = BTreeMap::new();
    for fetch in tx.fetch(&AskLedger { export_id: id.0 }).await? {
        fetches.entry(fetch.export_id).or_default().push(fetch);
    }
    let mut places: BTreeMap<ExportId, Vec<Place>> = BTreeMap::new();
    for place in tx.fetch(&AskPlaces { export_id: id.0 }).await? {
        places.entry(place.export_id).or_default().push(place);
    }
    let ledger = |file: Relative| FileLedger {
        fetches: fetches.remove(&file.export_id).unwrap_or_default(),
        places: places.remove(&file.export_id).unwrap_or_default(),
        file,
    };
    Ok(family.into_iter().map(ledger).collect())
}

/// Ranges in order, those that overlap or touch made one.
fn joined(mut ranges: Vec<Range<u64>>) -> Vec<Range<u64>> {
    ranges.sort_by_key(|it| it.start);
    let mut res: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match res.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => res.push(range),
        }
    }
    res
}

#[cfg(test)]
mod tests;
