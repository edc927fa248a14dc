//! One audit from beginning to end: catalogue, attempts, and what they say together.

use time::OffsetDateTime;

use crate::{
    audit::{
        Finding, PRELUDE_BASE, RULES, Report, RuleTitle, Severity,
        attempts::{self, Census, Depth},
        catalog,
        config::Config,
        settle,
    },
    dba::{
        catalog::{Error as CatalogError, ask_catalogue, rules_statement},
        probe::{self, Probe},
    },
};

/// Who may see what, for `--diff`.
const GRANTS: &str = include_str!("../../sql/audit/attempts/grants.sql");

/// The rule of names that match nothing.
const NAMES: &str = "D07";

/// Why an audit could not run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules could not be run.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    /// The administrator's connection failed.
    #[error("the administrator's connection: {0}")]
    Probe(#[from] probe::Error),
    /// A name of the configuration matches nothing here: it would leave something unaudited.
    #[error("nothing was audited: {}", .0.join("; "))]
    Names(Vec<String>),
    /// There is no randomness for this run's salt.
    #[error("the system gives no random bytes")]
    NoRandom,
}

/// Audits a database.
///
/// # Errors
/// When the administrator or auditor cannot connect, or the catalogue cannot be read.
pub async fn conduct(config: &Config, depth: Depth, at: OffsetDateTime) -> Result<Report, Error> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|_| Error::NoRandom)?;
    let admin = Probe::connect(&config.database_url, salt).await?;
    let settings = config.settings();
    let census = Census::take(config, &admin).await?;
    if config.checks_names {
        let odd = odd_names(config, &census, &settings).await?;
        if !odd.is_empty() {
            return Err(Error::Names(odd));
        }
    }
    let (rules, grants, attempts) = tokio::join!(
        catalog::run(&config.database_url, &settings),
        ask_catalogue(&config.database_url, GRANTS, &settings),
        attempts::begin(config, &census, &admin, depth, salt)
    );
    let outcome = attempts?.end(&admin).await;
    let (mut rules, grants) = (rules?, grants?);
    if !config.checks_names {
        rules.retain(|it| it.rule != NAMES);
    }
    rules.extend(drift(config));
    let all = settle::bring_together(rules, outcome.findings);
    let (left, suppressed) = settle::suppress(all, &config.suppressions, at.date());
    let (premises, findings) = left.into_iter().partition(|it| it.severity == Severity::Info);
    let rule = |it: &crate::audit::Rule| RuleTitle {
        id: it.id().to_owned(),
        en: it.title_en().to_owned(),
        ja: it.title_ja().to_owned(),
        why_ja: it.why_ja().to_owned(),
        fix_ja: it.fix_ja().to_owned(),
    };
    Ok(Report {
        at,
        database: census.database.clone(),
        server_version: census.server_version.clone(),
        schema_digest: census.schema_digest.clone(),
        depth,
        roles: config.roles.iter().map(|it| it.name.clone()).collect(),
        context: config.context_words(),
        rules: RULES.iter().map(rule).chain(attempts::titles()).collect(),
        findings,
        premises,
        suppressed,
        untried: outcome.untried,
        deployed: outcome.deployed,
        tally: outcome.tally,
        matrix: outcome.matrix,
        grants: grants.into_iter().filter_map(|it| it.into_iter().next().flatten()).collect(),
    })
}

/// Names in the configuration that match nothing, with the nearest that there is.
async fn odd_names(
    config: &Config,
    census: &Census,
    settings: &crate::dba::catalog::RuleSettings,
) -> Result<Vec<String>, Error> {
    let rule = RULES.iter().filter(|it| it.id() == NAMES).map(|it| (it.id(), it.sql));
    let rule: Vec<(&str, &str)> = rule.collect();
    let text = rules_statement(PRELUDE_BASE, &rule);
    let rows = ask_catalogue(&config.database_url, &text, settings).await?;
    let mut odd: Vec<String> = rows.into_iter().filter_map(|it| it.into_iter().nth(3)?).collect();
    odd.extend(census.unled(&config.tenant_tables));
    let unknown = config.suppressions.iter().filter(|it| {
        !RULES.iter().any(|rule| rule.id() == it.rule)
            && !attempts::titles().iter().any(|title| title.id == it.rule)
    });
    odd.extend(unknown.map(|it| format!("suppress names the rule {}, and there is none", it.rule)));
    odd.extend(census.odd_setting(&config.context.settings()));
    Ok(odd)
}

/// W01: the wall that was deployed is not the one that is there.
fn drift(config: &Config) -> Option<Finding> {
    let (live, deployed) = config.wall.as_ref().filter(|(live, deployed)| live != deployed)?;
    let what = format!("the live wall is {live:.12}…, the deployed one {deployed:.12}…");
    let mut finding = Finding::new("W01", Severity::High, "the wall", None, what);
    finding.reproduce =
        "shikiri audit history --record\nshikiri audit diff <deployed> <live>".to_owned();
    finding.fix = "shikiri migrate # puts functions, policies and grants back".to_owned();
    Some(finding)
}
