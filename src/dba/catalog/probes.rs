//! The two billers that `shikiri audit` looks for in a database of ours. They have no customer and no figure.

use super::{Error, connect};
use crate::dba::probe;

/// A probe biller, entered for fifteen minutes.
pub struct ProbeBiller {
    /// The id that its rows carry.
    pub tenant_id: i32,
    /// 収納企業コード, one that nobody had.
    pub tenant_code: String,
    /// The secret of its session.
    pub secret: String,
}

impl ProbeBiller {
    /// Its two slips, as `GET /v1/slips/{id}` names them.
    pub fn slip_ids(&self) -> [String; 2] {
        let number = |n| 7_000_000_000_000_000 + i64::from(self.tenant_id) * 10 + n;
        [1, 2].map(|n| format!("{}-0", number(n)))
    }

    /// Texts that stand in its rows and in no other biller's.
    pub fn canaries(&self) -> [String; 2] {
        [1, 2].map(|n| format!("AUDIT-{}-{n}", self.tenant_id))
    }
}

/// Makes the probe billers if they are not there, opens a session of each, and gives each rows in every table.
///
/// Without the checker's login no export of theirs comes to its end, and the tables behind that end stay empty.
///
/// # Errors
/// When one of the logins cannot connect, or the database is not migrated.
pub async fn open_probes(
    operator_url: &str,
    app_url: &str,
    checker_url: Option<&str>,
) -> Result<[ProbeBiller; 2], Error> {
    let client = connect(operator_url).await?;
    let text = "select tenant_a, code_a, secret_a, tenant_b, code_b, secret_b from shikiri_ops.open_probes()";
    let row =
        client.query_one(text, &[]).await.map_err(|err| Error::step("probe billers", &err))?;
    let probes = [0, 3].map(|at| ProbeBiller {
        tenant_id: row.get(at),
        tenant_code: row.get(at + 1),
        secret: row.get(at + 2),
    });
    for (it, name) in probes.iter().zip(["監査用 甲子", "監査用 乙丑"]) {
        probe::fill(app_url, checker_url, it, name).await?;
    }
    Ok(probes)
}

/// Gives another login the rights of `shikiri_app` in this database, so that a copy can be broken without touching a
/// role that works in others: policies to `shikiri_app` name it too.
///
/// # Errors
/// When the login may not.
pub async fn twin_of_app(url: &str, role: &str, password: &str) -> Result<(), Error> {
    super::create_login(url, role, Some(password)).await?;
    let client = connect(url).await?;
    let text = TWIN.replace("ROLE", role);
    client.batch_execute(&text).await.map_err(|err| Error::step("a twin of shikiri_app", &err))
}

const TWIN: &str = "do $$
declare
    it record;
begin
    execute format('grant connect on database %I to ROLE', current_database());
    for it in
        select format('grant usage on schema %I to ROLE', n.nspname) as text
        from pg_namespace n where n.nspname like 'shikiri%' and has_schema_privilege('shikiri_app', n.oid, 'usage')
        union all
        select format('grant %s on %s to ROLE', x.privilege_type, c.oid::regclass)
        from pg_class c, aclexplode(c.relacl) x where x.grantee = 'shikiri_app'::regrole
        union all
        select format('grant %s (%I) on %s to ROLE', x.privilege_type, a.attname, a.attrelid::regclass)
        from pg_attribute a, aclexplode(a.attacl) x where x.grantee = 'shikiri_app'::regrole
        union all
        select format('grant execute on function %s to ROLE', p.oid::regprocedure)
        from pg_proc p, aclexplode(p.proacl) x where x.grantee = 'shikiri_app'::regrole
        union all
        select format('alter policy %I on %s to %s, ROLE', p.polname, p.polrelid::regclass,
            (select string_agg(r::regrole::text, ', ') from unnest(p.polroles) r))
        from pg_policy p where 'shikiri_app'::regrole = any (p.polroles)
    loop
        execute it.text;
    end loop;
end
$$";
