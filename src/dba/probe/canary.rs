//! Values that only one tenant has: wherever one turns up, that tenant's rows have been read.
//!
//! They stay inside: they can be counted, looked for, and put into an attempt in the place of `$1`.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;

use super::{Error, Probe, literal};

/// Values kept of one column: enough to know a row again.
const PER_COLUMN_MAX: usize = 5;

/// A value that the tenant has in a column. Shown to nobody.
#[derive(Clone)]
pub struct Key(Arc<str>);

impl Key {
    /// Whether it can be a value of this type, as Postgres writes the type's name.
    pub fn fits(&self, kind: &str) -> bool {
        let digits = !self.0.is_empty() && self.0.bytes().all(|it| it.is_ascii_digit());
        match kind {
            "text" | "character varying" | "character" | "name" => true,
            "uuid" => self.0.len() == 36 && self.0.bytes().filter(|it| *it == b'-').count() == 4,
            "smallint" => digits && self.0.len() < 5,
            "integer" => digits && self.0.len() < 10,
            "bigint" => digits && self.0.len() < 19,
            "numeric" => digits,
            _ => false,
        }
    }

    pub(super) fn literal(&self) -> String {
        literal(&self.0)
    }
}

struct Canary {
    table: String,
    column: String,
    key: Key,
    /// Whether nobody else has it and it is long enough to be no accident.
    telling: bool,
}

/// The canaries of one tenant.
#[derive(Default)]
pub struct Canaries {
    values: Vec<Canary>,
    others: BTreeSet<Arc<str>>,
}

impl Canaries {
    /// Nothing is known yet.
    pub fn new() -> Canaries {
        Canaries::default()
    }

    /// Reads values of one column that `of` has, and those that `not` has too: they tell nothing.
    ///
    /// # Errors
    /// When the table cannot be read by who reads.
    pub async fn gather(
        &mut self,
        reader: &Probe,
        table: &str,
        column: &str,
        which: (&str, &str),
    ) -> Result<usize, Error> {
        let (of, not) = read(reader, table, column, which).await?;
        Ok(self.add(table, column, of, not))
    }

    /// The same of several columns, in one round trip. One that cannot be read as text has no canary.
    pub async fn gather_all(
        &mut self,
        reader: &Probe,
        table: &str,
        columns: &[&str],
        which: (&str, &str),
    ) {
        let reads = columns.iter().map(|column| read(reader, table, column, which));
        for (column, found) in columns.iter().zip(join_all(reads).await) {
            if let Ok((of, not)) = found {
                self.add(table, column, of, not);
            }
        }
    }

    fn add(&mut self, table: &str, column: &str, of: Vec<String>, not: Vec<String>) -> usize {
        self.others.extend(not.into_iter().map(Arc::from));
        let count = of.len();
        for it in of {
            let telling = is_telling(&it);
            let key = Key(it.into());
            self.values.push(Canary {
                table: table.to_owned(),
                column: column.to_owned(),
                key,
                telling,
            });
        }
        count
    }

    /// How many of them would be known again.
    pub fn telling(&self) -> usize {
        self.values.iter().filter(|it| self.tells(it)).count()
    }

    /// A value of this table's column, for an attempt that needs one.
    pub fn key(&self, table: &str, column: &str) -> Option<&Key> {
        self.values.iter().find(|it| it.table == table && it.column == column).map(|it| &it.key)
    }

    /// Values of columns that are the table's own, each once: what names a row of the tenant.
    pub fn keys_of<'a>(&'a self, is_meant: &dyn Fn(&str, &str) -> bool) -> Vec<&'a Key> {
        let (mut columns, mut values) = (BTreeSet::new(), BTreeSet::new());
        let mut keys = Vec::new();
        for it in self.values.iter().filter(|it| is_meant(&it.table, &it.column)) {
            if columns.insert((&it.table, &it.column)) && values.insert(&it.key.0) {
                keys.push(&it.key);
            }
        }
        keys
    }

    /// A telling value of any column of this name, wherever it is.
    pub fn key_named(&self, column: &str) -> Option<&Key> {
        let named = self.values.iter().filter(|it| it.column == column);
        named.max_by_key(|it| self.tells(it)).map(|it| &it.key)
    }

    fn tells(&self, it: &Canary) -> bool {
        it.telling && !self.others.contains(&it.key.0)
    }

    /// How many canaries stand in a text; one that the attempt itself had brought, or said in its statement, does not
    /// count: a function that echoes what it is given tells nothing.
    pub(super) fn found_in(&self, text: &str, sent: &str) -> usize {
        let found = |it: &&Canary| {
            self.tells(it) && text.contains(&*it.key.0) && !sent.contains(&*it.key.0)
        };
        self.values.iter().filter(found).count()
    }
}

/// What `of` and what `not` has in a column.
async fn read(
    reader: &Probe,
    table: &str,
    column: &str,
    (of, not): (&str, &str),
) -> Result<(Vec<String>, Vec<String>), Error> {
    let text = |which: &str, rows: usize| {
        format!(
            "select distinct {column}::text from (select {column} from {table} where {which} \
             limit {rows}) s where {column} is not null"
        )
    };
    let (of, not) = (text(of, PER_COLUMN_MAX), text(not, 1_000));
    let (not, of) = tokio::join!(biased; reader.values(&not), reader.values(&of));
    Ok((of?, not?))
}

/// Digits alone may be anything; eight of them are no accident. A short word may be a state or a kind.
fn is_telling(text: &str) -> bool {
    let digits = text.chars().all(|it| it.is_ascii_digit() || "-:. +".contains(it));
    let word = text.chars().all(|it| it.is_ascii_lowercase() || it == '_');
    let characters = text.chars().count();
    match (digits, word) {
        (true, _) => 10 < characters && !text.starts_with("20"),
        (_, true) => false,
        _ if text.is_ascii() => 3 <= characters,
        _ => 2 <= characters,
    }
}

#[cfg(test)]
mod tests {
    use super::is_telling;

    #[test]
    fn a_date_a_state_and_a_small_number_tell_nothing() {
        for it in ["2026-01-31", "registered", "2001", "t", "-5", "2026-01-31 00:00:00+09"] {
            assert!(!is_telling(it), "{it}");
        }
        for it in ["B-1", "Bando 1", "坂東太郎", "0000000000000042", "bc-B-1"] {
            assert!(is_telling(it), "{it}");
        }
    }
}
