//! `sql/audit/install.sql`: what the rules make, installable alone, and in psql the same as in the program.

#![expect(clippy::disallowed_methods, reason = "UPDATE_GOLDEN is for whoever runs the tests")]

use shikiri::{
    audit::{self, Finding, INSTALL, RuleSettings},
    dba::catalog::Login,
    testkit::World,
};

use crate::{
    attacks::Wire,
    audit::{Ground, Planted, fault_settings},
};

#[test]
fn the_file_is_what_the_rules_make() {
    let made = audit::install_sql();
    if std::env::var_os("UPDATE_GOLDEN").is_some_and(|it| it == "1") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/audit/install.sql");
        std::fs::write(path, &made).expect("sql/audit can be written");
        return;
    }
    assert!(
        made == INSTALL,
        "sql/audit/install.sql is not what the rules make (UPDATE_GOLDEN=1 rewrites it)"
    );
}

/// `findings` as psql shows them, without what the program does not have.
///
/// Without R10: it speaks of logins of the whole server, and other tests make and drop some meanwhile.
const FINDINGS: &str = "select rule, severity, object, role_name, what, reproduce, fix \
     from shikiri_audit.findings where rule <> 'R10'";

fn as_rows(found: &[Finding]) -> Vec<Vec<String>> {
    let row = |it: &Finding| {
        let role = it.role.clone().unwrap_or_else(|| "<null>".to_owned());
        let severity = it.severity.as_str().to_owned();
        vec![
            it.rule.clone(),
            severity,
            it.object.clone(),
            role,
            it.what.clone(),
            it.reproduce.clone(),
            it.fix.clone(),
        ]
    };
    let mut rows: Vec<_> = found.iter().filter(|it| it.rule != "R10").map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn installed_alone_the_views_say_what_the_program_says() {
    let mut ground = Ground::new().await;
    ground.plant(&Planted::read("clean", "3_realistic").sql_over_base()).await;
    for name in
        ["01_rls_off", "28_references_grant", "43_member_of_owner", "55_role_default_tenant"]
    {
        ground.plant(&Planted::read("faults", name).sql).await;
    }
    ground.plant(INSTALL).await;
    ground.plant(INSTALL).await;
    let settings = fault_settings(&ground);
    let json = settings.to_json().replace('\'', "''");
    let mut root = Wire::connect(&ground.url("postgres").await).await;
    root.must(&format!("update shikiri_audit.settings set settings = '{json}'")).await;

    let found = ground.findings(&settings).await;
    let rules: Vec<&str> = found.iter().map(|it| it.rule.as_str()).collect();
    for rule in ["T01", "T11", "D01", "R04", "R09"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
    let mut seen = root.simple(FINDINGS).await.rows;
    seen.sort();
    assert_eq!(seen, as_rows(&found));

    let door = "select sees, door from shikiri_audit.matrix \
         where relation = 'app.slips' and command = 'SELECT'";
    let door = ground.blur(&root.simple(door).await.rows[0].join("|"));
    assert!(door.starts_with("every tenant|grant: fault_user, owner: fault_user"), "{door}");
    // Of this ground's login alone: other tests make and drop logins of the same server meanwhile.
    let path = format!(
        "select path, means from shikiri_audit.role_paths where reaches <> login and login = '{}'",
        ground.fill("fault_user")
    );
    let path = ground.blur(&root.simple(&path).await.rows[0].join("|"));
    assert!(path.starts_with("fault_user -> inherits fault_owner|owns "), "{path}");

    let unknown = "update shikiri_audit.settings set settings = '{\"runtime_role\": []}'";
    assert_eq!(root.simple(unknown).await.code(), "23514", "a key nobody knows is refused");
}

#[tokio::test]
async fn in_our_own_database_the_auditor_reads_the_views_and_the_application_does_not() {
    let world = World::new().await;
    let mut auditor = Wire::connect(&world.url(Login::Auditor)).await;
    let settings = auditor.value("select settings::text from shikiri_audit.settings").await;
    let ours: serde_json::Value =
        serde_json::from_str(&RuleSettings::own().to_json()).expect("JSON");
    let theirs: serde_json::Value = serde_json::from_str(&settings).expect("JSON");
    assert_eq!(theirs, ours, "sql/views/settings.sql and RuleSettings::own()");
    let found = audit::run(&world.url(Login::Auditor), &RuleSettings::own()).await.expect("runs");
    let mut seen = auditor.simple(FINDINGS).await.rows;
    seen.sort();
    assert_eq!(seen, as_rows(&found));
    let lines =
        auditor.value("select count(*) from shikiri_audit.matrix where sees = 'by policy'").await;
    assert!(lines.parse::<u32>().expect("a number") > 10, "{lines}");
    let migrator = "select count(*) from shikiri_audit.role_paths \
         where login = 'shikiri_migrator' and reaches in ('shikiri_owner', 'shikiri_keeper')";
    assert_eq!(auditor.value(migrator).await, "2");
    let mut app = Wire::connect(&world.url(Login::App)).await;
    assert_eq!(app.simple(FINDINGS).await.code(), "42501");
}
