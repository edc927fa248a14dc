//! What every world begins with: the wall installed, two billers and one before them, their users and slips.

use std::{sync::Arc, time::Duration};

use crate::{
    auth,
    dba::{
        Operator,
        catalog::{self, Login, LoginPassword, ServerLock},
    },
    domain::{NewSlip, TenantCode},
    statements::{
        operator::{AddTenant, AddUser, SetIssuer},
        sessions::EndSession,
    },
    testkit::{
        A, B, Biller, PASSWORD, SLIPS_A, SLIPS_B, Settings, TestServer, World, register,
        sample_issuer, sample_slip,
        world::{CONNECTIONS, url},
    },
};

/// Makes the database that worlds are copies of.
pub(super) async fn build(server: &Arc<TestServer>) -> String {
    let name = format!("world_template_{}", std::process::id());
    fill(server, &name).await;
    let admin = server.superuser();
    catalog::freeze_database(&admin, &name).await.unwrap_or_else(|err| panic!("{err}"));
    name
}

/// Makes a database and fills it: the wall, two billers, their users and slips. Nobody is connected to it afterwards.
pub(super) async fn fill(server: &Arc<TestServer>, name: &str) {
    let admin = server.superuser();
    let lock = ServerLock::take(&admin).await.unwrap_or_else(|err| panic!("{err}"));
    catalog::create_database(&admin, name, None).await.unwrap_or_else(|err| panic!("{err}"));
    let passwords: Vec<LoginPassword> = server
        .password()
        .map(|password| {
            Login::ALL.map(|login| LoginPassword { login, password: password.to_owned() }).into()
        })
        .unwrap_or_default();
    let superuser = server.conninfo_of_superuser(name);
    catalog::bootstrap(&superuser, &passwords).await.unwrap_or_else(|err| panic!("{err}"));
    drop(lock);
    let wish = Settings::from_env().unwrap_or_else(|err| panic!("{err}")).seal;
    catalog::migrate_sealed(&url(server, name, Login::Migrator), Some(wish))
        .await
        .unwrap_or_else(|err| panic!("{err}"));
    let mut operator =
        Operator::connect(&url(server, name, Login::Operator)).await.expect("operator");
    // A tenant before ours, so that no test can mistake a count for an id.
    for biller in [Biller { code: "10000", name: "丙市" }, A, B] {
        add_biller(&mut operator, &biller).await;
    }
    drop(operator);
    let mut world = World::open(server.clone(), name.to_owned(), CONNECTIONS);
    world.dropped_with_value = false;
    for (biller, rows) in [(A, SLIPS_A), (B, SLIPS_B)] {
        let session = world.login(&biller, "clerk").await;
        let slips: Vec<NewSlip> = (0..rows).map(|n| sample_slip(&biller, n)).collect();
        register(world.pool(), &session, &slips).await.expect("the slips are good");
        // A world begins without a session: a first login in it is a first login.
        let mut tx = world.pool().enter(&session).await.expect("the session lives");
        let end = EndSession { session_id: session.session_id() };
        assert!(tx.fetch_one(&end).await.expect("ends"));
        tx.commit().await.expect("commits");
    }
    // A template must have no connections.
    world.pool().close();
    world.checker().close();
    drop(world);
    tokio::time::sleep(Duration::from_millis(100)).await;
}

pub(super) async fn add_biller(operator: &mut Operator, biller: &Biller) {
    let tenant = AddTenant {
        tenant_code: biller.code.to_owned(),
        tenant_name: biller.name.to_owned(),
        stamp_policy: "taxable".to_owned(),
        on_conflict_allowed: ["ask", "take_over", "refuse", "parallel"].map(str::to_owned).into(),
    };
    operator.call(&tenant).await.expect("the code is free");
    // B has none: an order of payment slips must be refused for want of it.
    if biller.code == A.code {
        let code = TenantCode::new(A.code).expect("five digits");
        let set = SetIssuer::new(&code, &sample_issuer(biller));
        assert!(operator.call_one(&set).await.expect("the call"));
    }
    for (login, role) in [("admin", "tenant_admin"), ("clerk", "clerk")] {
        let (salt, verifier) = auth::new_password(PASSWORD).expect("it is long enough");
        let user = AddUser {
            tenant_code: biller.code.to_owned(),
            login: login.to_owned(),
            display_name: format!("{login} {}", biller.name),
            role: role.to_owned(),
            salt: salt.0,
            kdf: auth::KDF.to_owned(),
            verifier: verifier.0,
        };
        assert_eq!(operator.call_one(&user).await.expect("the call"), "added");
    }
}
