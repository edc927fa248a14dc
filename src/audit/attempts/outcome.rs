//! What attempts brought back: findings, cells of the matrix, and what could not be tried.

use std::collections::BTreeMap;

use crate::audit::{Evidence, Finding, Severity};

/// An attempt that could not be made: not passed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untried {
    /// Which attempt.
    pub rule: String,
    /// On what.
    pub object: String,
    /// As whom.
    pub role: Option<String>,
    /// Why not, and what would help.
    pub why: String,
}

/// How many attempts were made, and how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Statements that were sent as attempts.
    pub tried: u32,
    /// Refused by an error.
    pub denied: u32,
    /// Answered, without a row of anybody else.
    pub filtered: u32,
    /// Answered with what they must not have.
    pub leaked: u32,
}

/// One cell of the matrix: what a role reaches with a verb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// `own`, `other`, `none`, or `?` where nothing could be shown.
    pub reach: &'static str,
    /// By which door: `grant`, `PUBLIC`, `owner`, `member of …`.
    pub door: String,
}

/// What attempts brought back.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Findings of kind X.
    pub findings: Vec<Finding>,
    /// What could not be tried.
    pub untried: Vec<Untried>,
    /// Counts.
    pub tally: Tally,
    /// Role, relation, verb.
    pub matrix: BTreeMap<(String, String, &'static str), Cell>,
    /// Login and function: it writes, so Postgres refused it in a READ ONLY transaction. Its text is the deployed one.
    pub deployed: Vec<(String, String)>,
    /// Relations that a role could not read although they may hold rows: earned by planting, or untried.
    pub(super) vacuous: Vec<(String, String)>,
    /// Relations that answered a role without a tenant, if only with no row. The others refused with an error.
    pub(super) answered: Vec<(String, String)>,
}

/// A finding in the making.
pub(super) struct Found<'a> {
    pub rule: &'a str,
    pub severity: Severity,
    pub object: &'a str,
    pub role: Option<&'a str>,
    pub what: String,
    pub evidence: Evidence,
    pub reproduce: String,
    pub fix: &'a str,
}

impl Outcome {
    /// Takes in what another login brought back.
    pub(super) fn add(&mut self, other: Outcome) {
        self.findings.extend(other.findings);
        for it in other.untried {
            self.untried(&it.rule, &it.object, it.role.as_deref(), &it.why);
        }
        self.tally.tried += other.tally.tried;
        self.tally.denied += other.tally.denied;
        self.tally.filtered += other.tally.filtered;
        self.tally.leaked += other.tally.leaked;
        self.matrix.extend(other.matrix);
        self.deployed.extend(other.deployed);
        self.vacuous.extend(other.vacuous);
        self.answered.extend(other.answered);
    }

    /// Notes an attempt that was not made.
    pub(super) fn untried(&mut self, rule: &str, object: &str, role: Option<&str>, why: &str) {
        let it = Untried {
            rule: rule.to_owned(),
            object: object.to_owned(),
            role: role.map(str::to_owned),
            why: why.to_owned(),
        };
        if !self.untried.contains(&it) {
            self.untried.push(it);
        }
    }

    /// Notes what was found; a second time in another context adds the context.
    pub(super) fn found(&mut self, it: Found<'_>) {
        let mut finding = Finding::new(it.rule, it.severity, it.object, it.role, it.what);
        let known = self.findings.iter_mut().find(|other| other.fingerprint == finding.fingerprint);
        if let Some(known) = known {
            known.severity = known.severity.max(it.severity);
            if let Some(evidence) = &mut known.evidence
                && !evidence.context.split(", ").any(|word| word == it.evidence.context)
            {
                evidence.context = format!("{}, {}", evidence.context, it.evidence.context);
                evidence.rows = evidence.rows.max(it.evidence.rows);
            }
            return;
        }
        finding.evidence = Some(it.evidence);
        finding.reproduce = it.reproduce;
        finding.fix = it.fix.to_owned();
        self.findings.push(finding);
    }

    /// Says whether this was found on this object already.
    pub(super) fn has(&self, rule: &str, object: &str, role: &str) -> bool {
        let same = |it: &Finding| {
            it.rule == rule && it.object == object && it.role.as_deref() == Some(role)
        };
        self.findings.iter().any(same)
    }
}
