//! What came back to sqlsmith: every value, every field of errors and notices, and what of it was B's.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use super::{
    marks::Marks,
    protocol::{self, Message},
};

/// Figures of a run.
#[derive(Debug, Default)]
pub struct Seen {
    /// Statements of sqlsmith by what they came to: `00000`, or an error's code.
    pub codes: BTreeMap<String, usize>,
    pub rows: usize,
    pub values: usize,
    /// Values that are a tenant's id, read straight from a column: all of A.
    pub tenants: usize,
    pub errors: usize,
    pub notices: usize,
    /// What must not be: the mark, where it was, the statement.
    pub marks: Vec<String>,
    /// What went wrong with the proxy itself.
    pub trouble: Vec<String>,
}

/// Looks at what comes back.
#[derive(Clone)]
pub struct Watch {
    pub marks: Arc<Marks>,
    pub seen: Arc<Mutex<Seen>>,
}

impl Watch {
    pub fn new(marks: Marks) -> Watch {
        Watch { marks: Arc::new(marks), seen: Arc::default() }
    }

    pub fn trouble(&self, what: String) {
        self.seen.lock().expect("nobody panics with it").trouble.push(what);
    }

    /// A message that goes to sqlsmith, as the answer to a statement; no statement for what it reads before the first.
    pub fn look(&self, message: &Message, origins: &[(u32, u16)], statement: &str) {
        let counted = usize::from(!statement.is_empty());
        let mut seen = self.seen.lock().expect("nobody panics with it");
        let found = |seen: &mut Seen, bytes: &[u8], place: &str| {
            let mark = self.marks.found(bytes).map(str::to_owned);
            if let Some(mark) = mark.or_else(|| self.marks.found_in_disguise(bytes)) {
                let text = String::from_utf8_lossy(bytes);
                seen.marks.push(format!("{mark} in {place}: {text}\n  {statement}"));
            }
        };
        match message.letter {
            b'D' => {
                seen.rows += counted;
                for (n, value) in protocol::values(&message.body).into_iter().enumerate() {
                    let Some(value) = value else { continue };
                    seen.values += counted;
                    found(&mut seen, value, "a row");
                    if origins.get(n).is_some_and(|it| self.marks.tenants.contains(it)) {
                        seen.tenants += counted;
                        if value != self.marks.own.as_bytes() {
                            let text = String::from_utf8_lossy(value);
                            seen.marks.push(format!("tenant {text} in a row\n  {statement}"));
                        }
                    }
                }
            }
            b'E' | b'N' => {
                if message.letter == b'E' {
                    seen.errors += counted
                } else {
                    seen.notices += counted
                }
                for (_, text) in protocol::fields(&message.body) {
                    found(&mut seen, text, "an error or notice");
                }
            }
            // Lines of COPY, notifications, settings that are reported.
            b'd' | b'A' | b'S' => found(&mut seen, &message.body, "another message"),
            _ => {}
        }
    }

    /// A statement of sqlsmith is over.
    pub fn over(&self, code: &str) {
        let mut seen = self.seen.lock().expect("nobody panics with it");
        *seen.codes.entry(code.to_owned()).or_default() += 1;
    }
}

impl Seen {
    /// How many statements there were, and how many of them without an error.
    pub fn ran(&self) -> (usize, usize) {
        (self.codes.values().sum(), self.codes.get("00000").copied().unwrap_or_default())
    }

    /// The errors by the class of their codes, the most frequent first.
    pub fn classes(&self) -> String {
        let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
        for (code, count) in &self.codes {
            *classes.entry(code.get(..2).unwrap_or(code)).or_default() += count;
        }
        let mut classes: Vec<_> = classes.into_iter().collect();
        classes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        classes
            .iter()
            .map(|(class, count)| format!("{class}: {count}"))
            .collect::<Vec<_>>()
            .join(", ")
    }
}
