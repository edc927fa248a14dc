//! `shikiri migrate`: the same state whoever runs it, how often, and at the same time.

use shikiri::{
    dba::catalog::{self, Login},
    testkit::World,
};

use crate::attacks::Wire;

#[tokio::test]
async fn a_second_run_applies_nothing() {
    let world = World::new().await;
    let url = world.url(Login::Migrator);
    let report = catalog::migrate(&url).await.expect("runs");
    assert_eq!((report.migrations.len(), report.wall_applied), (0, false));
    assert!(report.wall_digest.is_some());
    catalog::check(&url).await.expect("nothing is pending");
}

#[tokio::test]
async fn two_at_the_same_time_both_succeed() {
    let world = World::new().await;
    let url = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    root.must("create policy oops on shikiri.slip using (true)").await;
    let (one, other) = tokio::join!(catalog::migrate(&url), catalog::migrate(&url));
    let (one, other) = (one.expect("runs"), other.expect("runs"));
    assert_eq!(one.wall_digest, other.wall_digest);
    assert_ne!(one.wall_applied, other.wall_applied, "exactly one had something to do");
}

#[tokio::test]
async fn what_somebody_added_by_hand_is_noticed_and_removed() {
    let world = World::new().await;
    let url = world.url(Login::Migrator);
    let mut root = Wire::connect(&world.superuser_url()).await;
    for planted in [
        "create policy oops on shikiri.slip using (true)",
        "grant truncate on shikiri.slip to shikiri_app",
        "grant select on shikiri.slip to public",
        "alter policy tenant_floor on shikiri.slip using (true)",
        "drop policy tenant_floor on shikiri.audit_event",
        "alter table shikiri.export no force row level security",
        "alter function shikiri_seal.tenant() immutable",
        "grant execute on function shikiri_vault.bind(integer, uuid, text) to shikiri_app",
    ] {
        root.must(planted).await;
        let refused = catalog::check(&url).await;
        assert!(matches!(refused, Err(catalog::Error::Pending(_))), "{planted}: {refused:?}");
        let report = catalog::migrate(&url).await.expect("repairs");
        assert!(report.wall_applied, "{planted}");
        catalog::check(&url).await.unwrap_or_else(|err| panic!("{planted}: {err}"));
    }
    let left = "select count(*) from pg_policy where polname = 'oops'";
    assert_eq!(root.value(left).await, "0");
}

#[tokio::test]
async fn a_login_that_is_not_the_migrators_is_told_so() {
    let world = World::new().await;
    for login in [Login::App, Login::Checker, Login::Operator, Login::Auditor] {
        let text = catalog::migrate(&world.url(login)).await.expect_err("may not").to_string();
        assert!(text.contains("migrator"), "{text}");
        assert!(text.contains("42501"), "{text}");
    }
}
