//! An audit as a whole: what was found, what was not tried, what is accepted, and on what it all stands.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use crate::audit::{
    Finding, Severity,
    attempts::{Cell, Depth, Tally, Untried},
    config::Suppression,
};

/// A finding that somebody answers for.
#[derive(Debug, Clone)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why, who and until when.
    pub by: Suppression,
}

/// An audit as a whole.
#[derive(Debug)]
pub struct Report {
    /// When it was made.
    pub at: OffsetDateTime,
    /// The database.
    pub database: String,
    /// As `15.20`.
    pub server_version: String,
    /// SHA-256 over roles, relations, grants, policies and functions.
    pub schema_digest: String,
    /// How far it went.
    pub depth: Depth,
    /// Runtime logins.
    pub roles: Vec<String>,
    /// How a tenant is entered, in words.
    pub context: String,
    /// Ids and titles of the rules that ran, in English and Japanese.
    pub rules: Vec<RuleTitle>,
    /// Gravest first. Nothing of `Info`.
    pub findings: Vec<Finding>,
    /// What is accepted as a premise: findings of `Info`.
    pub premises: Vec<Finding>,
    /// Findings that a suppression took away.
    pub suppressed: Vec<Suppressed>,
    /// Attempts that could not be made.
    pub untried: Vec<Untried>,
    /// Login and function of ours that writes, refused READ ONLY: not called to its end, but it is the deployed one.
    pub deployed: Vec<(String, String)>,
    /// Attempts, counted.
    pub tally: Tally,
    /// Role, relation, verb.
    pub matrix: BTreeMap<(String, String, &'static str), Cell>,
    /// Who may see what, a line each, for `--diff`.
    pub grants: Vec<String>,
}

/// A rule that ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleTitle {
    /// `T01`.
    pub id: String,
    /// In English.
    pub en: String,
    /// In Japanese.
    pub ja: String,
    /// Why it is grave, in a Japanese sentence.
    pub why_ja: String,
    /// How to mend it, in a Japanese sentence.
    pub fix_ja: String,
}

/// How an audit ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Clean and complete.
    Clean,
    /// Findings at or above the limit.
    Found,
    /// Could not run.
    CouldNotRun,
    /// Not everything could be tried.
    Incomplete,
    /// The audit missed a fault that it had planted itself.
    SelfTestFailed,
}

impl Verdict {
    /// The exit code.
    pub const fn code(self) -> u8 {
        match self {
            Verdict::Clean => 0,
            Verdict::Found => 1,
            Verdict::CouldNotRun => 2,
            Verdict::Incomplete => 3,
            Verdict::SelfTestFailed => 4,
        }
    }
}

impl Report {
    /// How it ended. A finding is graver than an attempt that was not made.
    pub fn verdict(&self, fail_on: Severity) -> Verdict {
        if self.findings.iter().chain(&self.premises).any(|it| fail_on <= it.severity) {
            Verdict::Found
        } else if self.untried.is_empty() {
            Verdict::Clean
        } else {
            Verdict::Incomplete
        }
    }

    /// Puts findings that came later in their places: gravest first.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            (b.severity, &a.rule, &a.object, &a.role)
                .cmp(&(a.severity, &b.rule, &b.object, &b.role))
        });
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        let all = self.findings.iter().chain(&self.premises);
        all.filter(|it| it.severity == severity).count()
    }

    /// Why what a rule finds is grave, and how to mend it, in Japanese: the finding's own words are English.
    pub fn japanese(&self, id: &str) -> Option<[&str; 2]> {
        let rule = self.rules.iter().find(|it| it.id == id)?;
        Some([&rule.why_ja, &rule.fix_ja])
    }

    /// The title of a rule, in a language.
    pub fn title(&self, id: &str, japanese: bool) -> &str {
        let rule = self.rules.iter().find(|it| it.id == id);
        rule.map_or("", |it| if japanese { &it.ja } else { &it.en })
    }
}
