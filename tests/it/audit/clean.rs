//! Correct designs, and our own: the audit has nothing to say about them, but premises.

use shikiri::{
    audit::{self, Finding, RuleSettings, Severity},
    dba::catalog::Login,
    testkit::World,
};

use crate::audit::{Ground, Planted, fault_settings, is_of_a_ground};

/// What the audit says of every server without pgaudit. It is a premise: a schema cannot mend it.
const PREMISES: &[&str] = &["D06"];

fn beyond_premises(found: Vec<Finding>) -> Vec<Finding> {
    for it in &found {
        let premise = PREMISES.contains(&it.rule.as_str());
        assert_eq!(premise, it.severity == Severity::Info, "{it:#?}");
    }
    found.into_iter().filter(|it| !PREMISES.contains(&it.rule.as_str())).collect()
}

#[tokio::test]
async fn clean_designs_give_no_finding() {
    let designs = Planted::all("clean");
    assert_eq!(designs.len(), 9);
    for design in designs {
        let mut ground = Ground::new().await;
        ground.plant(&design.sql_over_base()).await;
        let found = beyond_premises(ground.findings(&fault_settings(&ground)).await);
        assert!(found.is_empty(), "{}: {found:#?}", design.name);
        // With nothing declared but the login, the same is found out from the catalogue.
        let declared = RuleSettings {
            runtime_roles: vec![ground.fill("fault_user")],
            shared_tables: fault_settings(&ground).shared_tables,
            ..RuleSettings::default()
        };
        let found = beyond_premises(ground.findings(&declared).await);
        assert!(found.is_empty(), "{}, little declared: {found:#?}", design.name);
    }
}

#[tokio::test]
async fn our_own_schema_gives_no_finding() {
    let world = World::new().await;
    let url = world.url(Login::Auditor);
    let found = audit::run(&url, &RuleSettings::own()).await.expect("the auditor may ask");
    let found = found.into_iter().filter(|it| !is_of_a_ground(it)).collect();
    let found = beyond_premises(found);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn the_auditor_sees_what_a_superuser_sees() {
    let mut ground = Ground::new().await;
    ground.plant(&Planted::read("clean", "1_base").sql).await;
    for name in
        ["05_app_owns_forced", "26_truncate_grant", "55_role_default_tenant", "64_server_files"]
    {
        ground.plant(&Planted::read("faults", name).sql).await;
    }
    ground.plant("create role proof_nobody login").await;
    ground.plant(&format!("grant connect on database {} to proof_nobody", ground.database)).await;
    let settings = fault_settings(&ground);
    let all = ground.findings(&settings).await;
    assert!(all.len() > 4, "{all:#?}");
    let nobody = ground.url("proof_nobody").await;
    let mut seen = audit::run(&nobody, &settings).await.expect("any login may ask");
    seen.retain(|it| !ground.is_of_another(it));
    assert_eq!(seen, all);
}
