//! `--self-test`: the audit is tried itself. Faults are planted on the user's own server, in throw-away databases,
//! and each must be seen; correct designs must be quiet.

mod faults;
mod ground;

use time::OffsetDateTime;

use crate::{
    audit::{
        Error, RULES, Report,
        attempts::{Depth, Untried},
        conduct,
        config::{Config, Context, Role, Tenant},
    },
    dba::catalog,
};

pub use faults::{CLEAN, FAULTS, Fault};
pub use ground::Ground;

/// What became of one planted file.
#[derive(Debug)]
pub struct Seen {
    /// The file's name.
    pub name: String,
    /// The fault, in a sentence; empty for a clean design.
    pub fault: String,
    /// Ids of what was found, with severities, gravest first.
    pub found: Vec<String>,
    /// Those of them that name the cause.
    pub cause: Vec<String>,
    /// What could not be tried, and why.
    pub untried: Vec<String>,
}

impl Seen {
    /// A fault must be seen by an id that names its cause; a clean design must be quiet.
    pub fn passed(&self) -> bool {
        if self.fault.is_empty() { self.found.is_empty() } else { !self.cause.is_empty() }
    }
}

/// Plants every fault, one after the other. `say` is told of each as it is done.
///
/// # Errors
/// When the server lets no database or role be made.
pub async fn self_test(
    admin_url: &str,
    only: Option<&str>,
    say: &(dyn Fn(&Seen) + Sync),
) -> Result<Vec<Seen>, Error> {
    let mut all = Vec::new();
    let wanted = |it: &&Fault| only.is_none_or(|only| it.name.starts_with(only));
    for (fault, is_clean) in CLEAN
        .iter()
        .map(|it| (it, true))
        .chain(FAULTS.iter().map(|it| (it, false)))
        .filter(|it| wanted(&it.0))
    {
        let seen = one(admin_url, fault, is_clean).await?;
        say(&seen);
        all.push(seen);
    }
    Ok(all)
}

/// Plants a file of the user's own over the first correct design: anything that is found has seen it.
///
/// # Errors
/// When the server lets no database or role be made, or the file is no SQL.
pub async fn plant(admin_url: &str, name: &str, sql: &str) -> Result<Seen, Error> {
    let ground = Ground::make(admin_url).await?;
    let planted = plant_and_audit(&ground, sql).await;
    ground.clear().await?;
    let report = planted?;
    let found = report.findings.iter();
    let found: Vec<String> =
        found.map(|it| format!("{} {}", it.rule, it.severity.as_str())).collect();
    Ok(Seen {
        name: name.to_owned(),
        fault: sql.lines().next().unwrap_or_default().trim_start_matches("-- ").to_owned(),
        cause: found.clone(),
        found,
        untried: untried(&report),
    })
}

async fn one(admin_url: &str, fault: &'static Fault, is_clean: bool) -> Result<Seen, Error> {
    let ground = Ground::make(admin_url).await?;
    let planted = plant_and_audit(&ground, fault.sql).await;
    ground.clear().await?;
    let report = planted?;
    let ids = |list: &[crate::audit::Finding]| -> Vec<String> {
        let mut ids: Vec<String> =
            list.iter().map(|it| format!("{} {}", it.rule, it.severity.as_str())).collect();
        ids.dedup();
        ids
    };
    let cause = causes(fault.number());
    let named: Vec<String> = report
        .findings
        .iter()
        .filter(|it| cause.iter().any(|id| *id == it.rule))
        .map(|it| it.rule.clone())
        .collect();
    Ok(Seen {
        name: fault.name.to_owned(),
        fault: if is_clean { String::new() } else { fault.sentence().to_owned() },
        found: ids(&report.findings),
        cause: named,
        untried: untried(&report),
    })
}

fn untried(report: &Report) -> Vec<String> {
    let words = |it: &Untried| format!("{} {}: {}", it.rule, it.object, it.why);
    report.untried.iter().map(words).collect()
}

async fn plant_and_audit(ground: &Ground, sql: &str) -> Result<Report, Error> {
    // Statistics are planted too: what the planner knows is one of the things to be seen.
    let parts = [faults::BASE, if sql == faults::BASE { "" } else { sql }, "analyze;"];
    for part in parts {
        catalog::run_script(ground.url(), &ground.renamed(part)).await?;
    }
    let app = ground.login("user").await?;
    let config = Config {
        database_url: ground.url().to_owned(),
        roles: vec![Role {
            name: ground.role("user"),
            url: app,
            set_role: None,
            enters: true,
            reads: std::collections::BTreeSet::new(),
            changes: std::collections::BTreeSet::new(),
        }],
        tenant_columns: vec!["tenant_id".to_owned(), "tenant_key".to_owned()],
        tenant_tables: std::collections::BTreeMap::new(),
        denials: Vec::new(),
        // Roles of the server come and go, and most files have no shared table: nobody wrote these names.
        checks_names: false,
        context: Context::Setting("app.tenant_id".to_owned()),
        context_functions: Vec::new(),
        context_settings: Vec::new(),
        a: Tenant { id: Some(faults::A.to_owned()), ..Tenant::default() },
        b: Tenant { id: Some(faults::B.to_owned()), ..Tenant::default() },
        shared_tables: [String::from("app.prefectures")].into(),
        ignored_schemas: Vec::new(),
        known_logins: ground.others().await?,
        baseline_tables: None,
        wall: None,
        functions_are_deployed: false,
        suppressions: Vec::new(),
    };
    conduct(&config, Depth::Writes, OffsetDateTime::now_utc()).await
}

/// Ids that name the cause of a fault: rules say it on their pages, attempts here.
pub fn causes(number: u8) -> Vec<&'static str> {
    let by_rules = RULES.iter().filter(|it| it.faults().contains(&number)).map(|it| it.id());
    let by_attempts = SHOWN.iter().filter(|(_, list)| list.contains(&number)).map(|(id, _)| *id);
    by_rules.chain(by_attempts).collect()
}

/// Which attempts demonstrate which faults.
const SHOWN: &[(&str, &[u8])] = &[
    ("X01", &[1, 2, 4, 7, 8, 11, 17, 19, 29, 34, 49, 55, 65, 73, 76]),
    ("X02", &[23]),
    ("X03", &[10, 11, 35, 58, 59, 68, 70, 72, 77, 78, 79, 82]),
    ("X04", &[5, 7, 25, 26, 43, 44, 61, 75]),
    ("X05", &[13, 14, 16, 55, 65, 74]),
    ("X08", &[56]),
    ("X09", &[31, 32, 68]),
    ("X10", &[20]),
    ("X11", &[53]),
    ("X12", &[40, 62, 64, 69]),
    ("X14", &[37, 38]),
];
