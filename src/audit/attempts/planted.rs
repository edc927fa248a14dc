//! Empty tables: a zero over no rows says nothing, so rows are planted, looked for, and rolled back.
//!
//! They exist in one uncommitted transaction of a superuser, which becomes the login there (SET SESSION
//! AUTHORIZATION, not SET ROLE): all that a real login has besides are its defaults, and those were tried
//! before. Where this cannot be done the zero is listed as untried.

use crate::{
    audit::{Evidence, Severity, config::Config},
    dba::probe::{Probe, Proof},
};

use super::{
    Census, Outcome, Relation,
    context::{enter, ident},
    outcome::Found,
};

const WHY: &str = "it holds no row of another tenant, so a zero says nothing: put rows in, or run with --writes as a \
                   superuser, which plants some and rolls them back";

/// Lists what stays unproven where nothing may be planted.
pub(super) fn give_up(out: &mut Outcome) {
    for (role, name) in std::mem::take(&mut out.vacuous) {
        out.untried("X01", &name, Some(&role), WHY);
    }
}

/// Plants, looks and rolls back, for each zero that nobody had earned.
pub(super) async fn all(config: &Config, census: &Census, admin: &Probe, out: &mut Outcome) {
    if !census.is_superuser {
        return;
    }
    for (role, name) in std::mem::take(&mut out.vacuous) {
        let Some(it) = census.relation(&name).filter(|it| matches!(it.kind, 'r' | 'p')) else {
            out.untried("X01", &name, Some(&role), WHY);
            continue;
        };
        let shown = plant(config, census, admin, it, &role).await;
        drop(admin.run("rollback; reset session authorization").await);
        match shown {
            Some((own, other)) => judge(census, it, &role, own, other, out),
            None => out.untried("X01", &name, Some(&role), "no row could be made up for it"),
        }
    }
}

/// Own and other rows that the role sees of two planted ones. None: they could not be planted.
async fn plant(
    config: &Config,
    census: &Census,
    admin: &Probe,
    it: &Relation,
    role: &str,
) -> Option<(i64, i64)> {
    let column = it.tenant_column.as_ref()?;
    let [a, b] = [false, true].map(|is_b| census.owner_of(it, is_b));
    made_ready(admin, it).await?;
    for id in [&a, &b] {
        let values: Vec<&str> = it
            .columns
            .iter()
            .map(|name| if name == column { id.as_str() } else { it.fresh(name) })
            .collect();
        let text = format!(
            "insert into {} ({}) overriding system value values ({})",
            it.name,
            it.columns.join(", "),
            values.join(", ")
        );
        admin.run(&text).await.ok()?;
    }
    admin
        .run(&format!(
            "set local session_replication_role = origin; set session authorization {}",
            ident(role)
        ))
        .await
        .ok()?;
    let entered = enter(admin, config, census, false).await;
    if !entered {
        return None;
    }
    let text = format!(
        "select count(*) filter (where {column} = {a}), count(*) filter (where {column} is distinct from {a}) from {}",
        it.name
    );
    match admin.numbers(&text, &[]).await {
        Ok(counts) => Some((*counts.first()?, *counts.get(1)?)),
        // Refused to A is what it is: nothing is seen. Another error shows nothing.
        Err(err) => (err.proves(&config.denials) == Proof::Denied).then_some((1, 0)),
    }
}

/// Opens the transaction, and takes away what would refuse a made-up row without saying who sees it.
async fn made_ready(admin: &Probe, it: &Relation) -> Option<()> {
    admin.run("rollback; begin; set local session_replication_role = replica").await.ok()?;
    // Constraints say nothing of who sees a row; made-up values would break them. Since 18 NOT NULL is one of them:
    // every column is given a value, and a key needs it.
    let checks = format!(
        "select quote_ident(conname) from pg_constraint where conrelid = '{}'::regclass and contype not in ('t', 'n')",
        it.name.replace('\'', "''")
    );
    for row in admin.names(&checks).await.ok()? {
        let name = row.into_iter().next()??;
        admin
            .run(&format!("alter table {} drop constraint if exists {name} cascade", it.name))
            .await
            .ok()?;
    }
    if it.kind == 'p' {
        let schema = it.name.split('.').next()?;
        let text = format!(
            "savepoint d; create table {schema}.shikiri_planted partition of {} default",
            it.name
        );
        if admin.run(&text).await.is_err() {
            admin.run("rollback to savepoint d").await.ok()?;
        }
    }
    Some(())
}

fn judge(census: &Census, it: &Relation, role: &str, own: i64, other: i64, out: &mut Outcome) {
    out.tally.tried += 1;
    let (rule, severity, rows, what, fix) = if 0 < other {
        let what = format!("{} shows tenant A rows that are not its own", it.name);
        ("X01", Severity::Critical, other, what, super::reads::FIX_READ)
    } else if own == 0 {
        let what = format!("tenant A sees none of its own rows of {}", it.name);
        (
            "X15",
            Severity::High,
            0,
            what,
            "a policy for the role that lets a tenant see its own rows",
        )
    } else {
        out.tally.filtered += 1;
        let cell = out.matrix.get_mut(&(role.to_owned(), it.name.clone(), "select"));
        if let Some(cell) = cell.filter(|it| it.reach == "?") {
            cell.reach = "own";
        }
        return;
    };
    out.tally.leaked += 1;
    let text = format!("select count(*) from {}", it.name);
    out.found(Found {
        rule,
        severity,
        object: &it.name,
        role: Some(role),
        what,
        evidence: Evidence {
            role: role.to_owned(),
            context: "tenant A, over planted rows".to_owned(),
            sql: text.clone(),
            rows,
            sample_hash: None,
        },
        reproduce: format!(
            "-- as a superuser of {}: insert a row of A and one of B, then\nset session authorization {role};\n{text};",
            census.database
        ),
        fix,
    });
}
