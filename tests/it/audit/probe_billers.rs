//! The probe billers: rows in every tenant table, in nobody's figures, and their chains are whole.

use shikiri::{audit, dba::catalog::Login, statements::operator::ListTenants, testkit::World};

use crate::attacks::{Wire, tables_of_tenants};

use super::engine::urls;

#[tokio::test]
async fn probe_billers_have_a_row_in_every_tenant_table_and_are_in_nobodys_figures() {
    let world = World::new().await;
    let ledger = "select count(*) from shikiri_ops.export_ledger";
    let mut operator = Wire::connect(&world.url(Login::Operator)).await;
    let tenants = async || world.operator().await.call(&ListTenants {}).await.expect("lists").len();
    let before = (tenants().await, operator.value(ledger).await);
    let mut root = Wire::connect(&world.superuser_url()).await;
    let mut counts = Vec::new();
    for _ in 0..2 {
        audit::own(&urls(&world), Vec::new()).await.expect("probe billers");
        let mut now = Vec::new();
        for table in tables_of_tenants(&mut root).await {
            for probe in ["甲", "乙"] {
                let text = format!(
                    "select count(*) from shikiri.{table} x join shikiri_ops.tenant t using (tenant_id) \
                     where t.is_probe and t.tenant_name like '%{probe}'"
                );
                let count = root.value(&text).await;
                assert_ne!(
                    count, "0",
                    "{table} has no row of the probe biller {probe}: src/dba/probe/rows.rs"
                );
                now.push((table.clone(), count));
            }
        }
        // Each audit opens a session, and the chain has that; nothing else grows.
        now.retain(|(table, _)| table != "audit_event");
        counts.push(now);
    }
    assert_eq!(counts[0], counts[1], "a second audit makes no more of them");
    assert_eq!(root.value("select count(*) from shikiri_ops.tenant where is_probe").await, "2");

    let after = (tenants().await, operator.value(ledger).await);
    assert_eq!(before, after, "the operator sees a probe biller or its export");
    let of_probes =
        format!("{ledger} l join shikiri_ops.tenant t using (tenant_id) where t.is_probe");
    assert_eq!(root.value(&of_probes).await, "2", "there is something to see");
    // Called back and shredded, so no upkeep ever touches them again; and the chains are whole.
    let ends = format!("{of_probes} and l.state = 'shredded'");
    assert_eq!(root.value(&ends).await, "2");
    let whole = "select count(*) from shikiri_ops.tenant t cross join lateral shikiri_ops.verify_chain(t.tenant_code) v \
         where t.is_probe and v.outcome = 'whole'";
    assert_eq!(root.value(whole).await, "2");
}
