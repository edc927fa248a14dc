//! What an audit says: one fault, where it is, what was seen of it, how to see it again, how to mend it.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// How grave a finding is. Grave is what was demonstrated, not what a pattern looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// An accepted premise, said so that nobody overlooks it.
    Info,
    /// Costs time, not rows.
    Low,
    /// An oracle, an exposure that waits for the next change, or an outage.
    Medium,
    /// A way around the wall that exists, and was not walked to its end.
    High,
    /// Another tenant's row was read or changed, or a login can switch row security off.
    Critical,
}

impl Severity {
    /// All of them, gravest first.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// As it is written in rules, options and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }

    /// Reads the written form; none for any other word.
    pub fn parse(text: &str) -> Option<Severity> {
        Severity::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// What an attempt saw. No value of a customer is in it: rows are counted, values hashed as they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The login that tried.
    pub role: String,
    /// In which context: `none`, `empty`, `unknown`, `tenant A`, `after COMMIT`.
    pub context: String,
    /// The statement, with parameters for values.
    pub sql: String,
    /// Rows that it must not have seen or changed.
    pub rows: i64,
    /// SHA-256 over what was seen, in hex, salted for this run: equal within a report, nothing outside it.
    pub sample_hash: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its id: `T01`, `X05`.
    pub rule: String,
    /// How grave.
    pub severity: Severity,
    /// What it is about: `app.slips`, `role app_user`, `function app.slips_of(uuid)`.
    pub object: String,
    /// The login that it is about, if one.
    pub role: Option<String>,
    /// The fault, in a sentence.
    pub what: String,
    /// What an attempt saw, if one was made.
    pub evidence: Option<Evidence>,
    /// Ids of other findings that are this same fault from another side: a rule's attempt, an attempt's rule.
    pub also: Vec<String>,
    /// A psql snippet that shows it again.
    pub reproduce: String,
    /// SQL, or a sentence, that mends it.
    pub fix: String,
    /// Stays the same while the fault does: over rule, object and role.
    pub fingerprint: String,
}

impl Finding {
    /// A finding without evidence. `reproduce` and `fix` are added by who knows them.
    pub fn new(
        rule: &str,
        severity: Severity,
        object: &str,
        role: Option<&str>,
        what: impl Into<String>,
    ) -> Finding {
        let mut hash = Sha256::new();
        for part in [rule, object, role.unwrap_or("")] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let mut fingerprint = String::with_capacity(32);
        for byte in &hash.finalize()[..16] {
            let _ = write!(fingerprint, "{byte:02x}");
        }
        Finding {
            rule: rule.to_owned(),
            severity,
            object: object.to_owned(),
            role: role.map(str::to_owned),
            what: what.into(),
            evidence: None,
            also: Vec::new(),
            reproduce: String::new(),
            fix: String::new(),
            fingerprint,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, Severity};

    #[test]
    fn a_fingerprint_says_which_fault_and_not_how_it_is_told() {
        let it = |object, what: &str| Finding::new("T01", Severity::High, object, None, what);
        assert_eq!(it("app.slips", "one").fingerprint, it("app.slips", "two").fingerprint);
        assert_ne!(it("app.slips", "one").fingerprint, it("app.slip", "one").fingerprint);
    }

    #[test]
    fn severities_are_ordered_and_read_back() {
        assert!(Severity::Info < Severity::Medium && Severity::High < Severity::Critical);
        assert!(Severity::ALL.into_iter().all(|it| Severity::parse(it.as_str()) == Some(it)));
        assert_eq!(Severity::parse("grave"), None);
    }
}
