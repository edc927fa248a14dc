//! Rules and attempts brought together: severity is what was demonstrated, and what is accepted steps aside.

use time::Date;

use crate::audit::{Finding, Severity, config::Suppression, report::Suppressed};

/// Which attempts show what a rule suspects. A rule that is not here has no attempt of its own.
const SHOWN_BY: &[(&str, &[&str])] = &[
    ("R01", &["X01", "X03", "X04", "X05"]),
    ("R02", &["X01", "X03", "X05"]),
    ("R03", &["X01", "X03", "X04", "X05"]),
    ("R04", &["X04"]),
    ("R05", &["X04"]),
    ("R06", &["X04"]),
    ("R07", &["X13"]),
    ("R08", &["X12", "X04", "X01"]),
    ("R09", &["X05", "X06"]),
    ("T01", &["X01", "X03", "X05"]),
    ("T02", &["X01", "X03", "X05"]),
    ("T03", &["X01", "X03", "X05"]),
    ("T04", &["X15"]),
    ("T05", &["X01", "X05"]),
    ("T06", &["X14"]),
    ("T08", &["X09"]),
    ("T09", &["X09"]),
    ("T10", &["X03"]),
    ("T11", &["X04"]),
    ("T14", &["X12"]),
    ("T15", &["X12"]),
    ("T16", &["X03"]),
    ("T17", &["X01", "X03"]),
    ("T19", &["X01", "X03", "X05"]),
    ("T20", &["X03"]),
    ("P01", &["X01", "X03", "X05"]),
    ("P02", &["X01", "X03", "X05", "X11"]),
    ("P03", &["X05", "X01", "X03"]),
    ("P04", &["X05"]),
    ("P05", &["X08", "X14"]),
    ("P06", &["X14"]),
    ("P07", &["X11"]),
    ("P09", &["X01"]),
    ("P10", &["X01", "X03"]),
    ("P11", &["X01", "X03", "X05"]),
    ("P12", &["X01", "X03", "X05"]),
    ("P13", &["X03"]),
    ("P15", &["X01", "X03"]),
    ("P16", &["X01", "X03", "X05"]),
    ("P17", &["X01", "X03", "X05"]),
    ("V01", &["X01", "X05"]),
    ("V02", &["X10"]),
    ("V03", &["X01", "X05"]),
    ("F02", &["X02", "X03", "X04"]),
    ("F03", &["X02", "X03", "X04"]),
    ("F05", &["X06"]),
    ("F08", &["X04", "X03"]),
    ("F09", &["X03"]),
    ("D01", &["X04"]),
    ("D04", &["X12"]),
];

fn attempts_of(rule: &str) -> &'static [&'static str] {
    SHOWN_BY.iter().find(|(id, _)| *id == rule).map_or(&[], |(_, by)| by)
}

/// Names of relations and functions in an object: `policy p on app.slips` is about `app.slips`. What stands in quotes is
/// one name, blanks and brackets too.
fn names(object: &str) -> Vec<String> {
    let (mut all, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for it in object.chars().chain([' ']) {
        quoted ^= it == '"';
        if quoted || !matches!(it, ' ' | ',' | '(' | ')') {
            word.push(it);
        } else {
            let whole = std::mem::take(&mut word);
            if whole.contains('.') {
                all.push(whole);
            }
        }
    }
    all
}

fn same_thing(rule: &Finding, attempt: &Finding) -> bool {
    let (own, others) = (names(&rule.object), names(&attempt.object));
    let named = own.iter().any(|it| others.contains(it));
    let about_role = rule.object.starts_with("role ") || own.is_empty();
    let same_role = rule.role.is_none() || rule.role == attempt.role;
    named || (about_role && same_role && rule.role.is_some())
}

/// Raises what was demonstrated, and names both ids on both. Nothing is lowered: an attempt that was made in vain may not
/// have been the one that goes through, so a deeper run is never milder than a shallow one.
pub(super) fn bring_together(mut rules: Vec<Finding>, mut attempts: Vec<Finding>) -> Vec<Finding> {
    for rule in &mut rules {
        let by = attempts_of(&rule.rule);
        let mut shown = None;
        for attempt in &mut attempts {
            if by.contains(&attempt.rule.as_str()) && same_thing(rule, attempt) {
                shown = shown.max(Some(attempt.severity));
                note(&mut rule.also, &attempt.rule);
                note(&mut attempt.also, &rule.rule);
            }
        }
        if let Some(shown) = shown {
            rule.severity = rule.severity.max(shown);
        }
    }
    rules.append(&mut attempts);
    rules.sort_by(|a, b| {
        let key =
            |it: &Finding| (std::cmp::Reverse(it.severity), it.rule.clone(), it.object.clone());
        key(a).cmp(&key(b))
    });
    rules
}

fn note(also: &mut Vec<String>, id: &str) {
    if !also.iter().any(|it| it == id) {
        also.push(id.to_owned());
        also.sort();
    }
}

/// Takes away what somebody answers for. A suppression that is over, or that matches nothing, is a finding itself.
pub(super) fn suppress(
    findings: Vec<Finding>,
    suppressions: &[Suppression],
    today: Date,
) -> (Vec<Finding>, Vec<Suppressed>) {
    let (mut left, mut gone) = (Vec::new(), Vec::new());
    let mut used = vec![false; suppressions.len()];
    for finding in findings {
        let matches = |it: &Suppression| it.rule == finding.rule && it.object == finding.object;
        let at = suppressions.iter().position(matches);
        match at {
            Some(at) if today <= suppressions[at].until => {
                used[at] = true;
                gone.push(Suppressed { finding, by: suppressions[at].clone() });
            }
            Some(at) => {
                used[at] = true;
                left.push(finding);
            }
            None => left.push(finding),
        }
    }
    for (it, used) in suppressions.iter().zip(used) {
        let object = format!("suppression of {} on {}", it.rule, it.object);
        let (rule, what, fix) = if it.until < today {
            let what =
                format!("it ended on {}; {} answers for it: {}", it.until, it.owner, it.reason);
            ("S01", what, "mend the finding, or let its owner say again until when it is accepted")
        } else if !used {
            let what = format!("nothing matches it; {} answers for it: {}", it.owner, it.reason);
            ("S02", what, "remove it from shikiri-audit.toml, or correct its rule or object")
        } else {
            continue;
        };
        let mut finding = Finding::new(rule, Severity::Medium, &object, None, what);
        finding.fix = fix.to_owned();
        finding.reproduce = "-- shikiri-audit.toml, [[suppress]]".to_owned();
        left.push(finding);
    }
    (left, gone)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::{bring_together, names, suppress};
    use crate::audit::{Finding, Severity, config::Suppression};

    fn finding(rule: &str, severity: Severity, object: &str) -> Finding {
        Finding::new(rule, severity, object, Some("app_user"), "it is so")
    }

    #[test]
    fn what_was_shown_raises_a_rule_and_what_was_tried_in_vain_does_not_lower_it() {
        let rules = || vec![finding("T02", Severity::High, "app.slips")];
        let shown = vec![finding("X01", Severity::Critical, "app.slips")];
        let both = bring_together(rules(), shown);
        assert!(both.iter().all(|it| it.severity == Severity::Critical), "{both:?}");
        assert_eq!((&both[0].also, &both[1].also), (&vec!["X01".into()], &vec!["T02".into()]));
        let grave = vec![finding("T01", Severity::Critical, "app.slips")];
        let elsewhere = vec![finding("X01", Severity::Critical, "app.other")];
        let vain = bring_together(grave, elsewhere);
        let rule = vain.iter().find(|it| it.rule == "T01").expect("it is there");
        assert_eq!(
            rule.severity,
            Severity::Critical,
            "what was tried may not have been what goes through"
        );
    }

    #[test]
    fn a_quoted_name_is_one_name() {
        assert_eq!(
            names("policy \"a b\" on app.\"Order Lines (old)\""),
            ["app.\"Order Lines (old)\""]
        );
        assert_eq!(names("function app.f(text)"), ["app.f"]);
    }

    #[test]
    fn a_suppression_ends_and_one_that_matches_nothing_is_told() {
        let by = |rule: &str, until| Suppression {
            rule: rule.to_owned(),
            object: "app.slips".to_owned(),
            reason: "known".to_owned(),
            owner: "dba@example.test".to_owned(),
            until,
        };
        let all = || vec![finding("T06", Severity::Low, "app.slips")];
        let today = date!(2026 - 11 - 26);
        let (left, gone) = suppress(all(), &[by("T06", today)], today);
        assert_eq!((left.len(), gone.len()), (0, 1), "its last day counts");
        let (left, gone) = suppress(all(), &[by("T06", date!(2026 - 11 - 25))], today);
        let rules: Vec<&str> = left.iter().map(|it| it.rule.as_str()).collect();
        assert_eq!((rules, gone.len()), (vec!["T06", "S01"], 0));
        let (left, _) = suppress(all(), &[by("T09", today)], today);
        assert_eq!(left[1].rule, "S02");
    }
}
