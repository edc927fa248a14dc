//! What a rule is, and the two tests every rule gets.

use std::fmt;

use crate::tree::Tree;

/// Files of a small tree: path and text.
pub type Files = &'static [(&'static str, &'static str)];

/// One rule of the house.
pub struct Rule {
    /// The rule in words, for the person who broke it.
    pub words: &'static str,
    /// Finds every offender.
    pub check: fn(&Tree) -> Vec<Offence>,
    /// A tree that keeps the rule, and gives it something to look at.
    pub clean: Files,
    /// Trees that break it.
    pub planted: &'static [Planted],
}

/// A tree that breaks a rule, and where.
pub struct Planted {
    /// The files that differ from the clean tree or are added to it.
    pub files: Files,
    /// Every place the rule must name, as `path:line`, in order.
    pub at: &'static [&'static str],
}

/// One offender.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Offence {
    /// The file, or the folder, from the root of the repository.
    pub path: String,
    /// From 1.
    pub line: usize,
    /// What is wrong here.
    pub what: String,
}

impl Offence {
    /// An offender at a line.
    pub fn new(path: impl Into<String>, line: usize, what: impl Into<String>) -> Offence {
        Offence { path: path.into(), line, what: what.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// Fails with every offender of this repository.
pub fn holds(rule: &Rule) {
    let offences = sorted(rule, Tree::of_this_repository());
    let lines: Vec<String> = offences.iter().map(Offence::to_string).collect();
    assert!(lines.is_empty(), "\nthe rule: {}\n{}\n", rule.words, lines.join("\n"));
}

/// Fails if the rule misses a planted fault, names another place, or complains about the clean tree.
pub fn sees_what_is_planted(rule: &Rule) {
    assert!(
        !rule.clean.is_empty() && !rule.planted.is_empty(),
        "a rule nobody has seen fail: {}",
        rule.words
    );
    assert_eq!(
        sorted(rule, &Tree::planted(rule.clean, &[])),
        [],
        "the clean tree; the rule: {}",
        rule.words
    );
    for planted in rule.planted {
        let offences = sorted(rule, &Tree::planted(rule.clean, planted.files));
        let at: Vec<String> =
            offences.iter().map(|it| format!("{}:{}", it.path, it.line)).collect();
        assert_eq!(
            at, planted.at,
            "\nthe rule: {}\nplanted: {:?}\nfound: {offences:?}",
            rule.words, planted.files
        );
    }
}

fn sorted(rule: &Rule, tree: &Tree) -> Vec<Offence> {
    let mut offences = (rule.check)(tree);
    offences.sort();
    offences.dedup();
    offences
}
