//! What `migrate` takes away before and after it applies its files: what these files name, and nothing of a guest's.

use tokio_postgres::{Client, error::SqlState};

use super::{
    Error,
    install::own_views,
    sources::{FUNCTIONS, POLICIES, SEAL},
};

/// The schemas whose functions are the keeper's.
const OURS: &str = "'shikiri_seal'::regnamespace, 'shikiri_vault'::regnamespace, 'shikiri_ops'::regnamespace, \
     'shikiri_audit'::regnamespace";

/// Functions as they were before the files were applied: which, and which version of each.
pub(super) struct Before {
    oids: Vec<u32>,
    versions: Vec<String>,
}

/// Says what is not of our files: what will be dropped, and what stays because it is somebody else's. Changes nothing.
pub(super) async fn say(client: &Client) -> Result<Vec<String>, Error> {
    let text = format!(
        "select c.oid::regclass || ': a table of a guest: its policies and grants stay' \
         from pg_class c where c.relnamespace = 'shikiri'::regnamespace and c.relkind in ('r', 'p') and c.relname <> all ($1) \
         union all \
         select p.oid::regprocedure || case when {NEEDED} \
             then ': a function in no file; it stays, because something of a guest needs it' \
             else ': a function in no file; it is dropped' end \
         from pg_proc p join pg_namespace n on n.oid = p.pronamespace \
         where n.oid in ({OURS}) and n.nspname || '.' || p.proname <> all ($2) order by 1"
    );
    let rows = client
        .query(&text, &[&tables(), &functions()])
        .await
        .map_err(|err| Error::step("looking for guests", &err))?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Whether something depends on the function `p`: no file's policy and no view of ours is there any more.
const NEEDED: &str = "exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid \
     and d.deptype = 'n')";

/// Takes away the policies and grants of the tables that files name, the grants of functions that files name, and the
/// audit's views: files make them again, and whatever somebody added by hand goes. Roles that a DBA allowed keep theirs.
pub(super) async fn before(client: &Client) -> Result<Before, Error> {
    let tables = literal(&tables());
    let functions = literal(&functions());
    let steps = [
        ("shikiri_owner", CLEAR_TABLES.replace(":tables", &tables)),
        (
            "shikiri_keeper",
            CLEAR_FUNCTIONS.replace(":functions", &functions).replace(":ours", OURS),
        ),
    ];
    // The owner may not look into the keeper's schema: whom to leave alone is asked for first.
    let allowed = "select array_agg(distinct role_name::text) from shikiri_ops.allowed_role";
    let row = client.query_one(allowed, &[]).await.map_err(failed)?;
    let allowed: Vec<String> = row.get::<_, Option<Vec<String>>>(0).unwrap_or_default();
    for (role, text) in steps {
        let text =
            format!("set local role {role};\n{}", text.replace(":allowed", &literal(&allowed)));
        client.batch_execute(&text).await.map_err(failed)?;
    }
    let text =
        format!("select p.oid, p.xmin::text from pg_proc p where p.pronamespace in ({OURS})");
    let rows = client.query(&text, &[]).await.map_err(failed)?;
    Ok(Before {
        oids: rows.iter().map(|row| row.get(0)).collect(),
        versions: rows.iter().map(|row| row.get(1)).collect(),
    })
}

/// Applies a file. Where it changes what a function answers, Postgres refuses to replace it: then it is dropped first,
/// which fails where something of a guest needs it.
pub(super) async fn apply(client: &Client, step: &str, text: &str) -> Result<(), Error> {
    let failed = |err: tokio_postgres::Error| Error::step(step, &err);
    client.batch_execute("savepoint file").await.map_err(failed)?;
    match client.batch_execute(text).await {
        Err(err) if err.code() == Some(&SqlState::INVALID_FUNCTION_DEFINITION) => {
            client.batch_execute("rollback to savepoint file").await.map_err(failed)?;
            let names = literal(&named(text));
            let drop = DROP_NAMED.replace(":functions", &names).replace(":ours", OURS);
            client.batch_execute(&drop).await.map_err(failed)?;
            client.batch_execute(text).await.map_err(failed)?;
        }
        other => other.map_err(failed)?,
    }
    client.batch_execute("release savepoint file").await.map_err(failed)
}

/// Drops the functions that no file made or replaced, unless something of a guest needs them.
pub(super) async fn after(client: &Client, before: &Before) -> Result<(), Error> {
    let text = format!(
        "select p.oid::regprocedure::text from pg_proc p join unnest($1::oid[], $2::text[]) b (oid, version) \
         on b.oid = p.oid and b.version = p.xmin::text where p.pronamespace in ({OURS}) and not {NEEDED}"
    );
    let rows = client.query(&text, &[&before.oids, &before.versions]).await.map_err(failed)?;
    for row in rows {
        let name: String = row.get(0);
        let drop = format!("drop routine {name}");
        client.batch_execute(&drop).await.map_err(|err| Error::step(drop, &err))?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn failed(err: tokio_postgres::Error) -> Error {
    Error::step("clearing", &err)
}

/// The tables that files name, without their schema.
fn tables() -> Vec<String> {
    POLICIES.iter().map(|(name, _)| name.trim_end_matches(".sql").to_owned()).collect()
}

/// The functions that files name, with their schema.
fn functions() -> Vec<String> {
    SEAL.iter().chain(FUNCTIONS).chain(&own_views()).flat_map(|(_, text)| named(text)).collect()
}

fn named(text: &str) -> Vec<String> {
    let heads = ["create or replace function ", "create function "];
    let name = |line: &str| {
        let rest = heads.iter().find_map(|it| line.strip_prefix(it))?;
        rest.split_once('(').map(|(name, _)| name.to_owned())
    };
    text.lines().filter_map(name).collect()
}

/// A list of names as an array in SQL text.
fn literal(names: &[String]) -> String {
    let quoted: Vec<String> =
        names.iter().map(|it| format!("'{}'", it.replace('\'', "''"))).collect();
    format!("array[{}]::text[]", quoted.join(", "))
}

const CLEAR_TABLES: &str = "do $$
declare
    it record;
begin
    for it in
        select p.polname, p.polrelid::regclass as tab
        from pg_policy p join pg_class c on c.oid = p.polrelid
        where c.relnamespace = 'shikiri'::regnamespace and c.relname = any (:tables)
    loop
        execute format('drop policy %I on %s', it.polname, it.tab);
    end loop;
    for it in
        select distinct g.tab, g.grantee
        from (
            select c.oid::regclass as tab, c.relowner as owner, a.grantee
            from pg_class c, aclexplode(c.relacl) a
            where c.relnamespace = 'shikiri'::regnamespace and c.relname = any (:tables)
            union all
            select c.oid::regclass, c.relowner, a.grantee
            from pg_class c join pg_attribute t on t.attrelid = c.oid, aclexplode(t.attacl) a
            where c.relnamespace = 'shikiri'::regnamespace and c.relname = any (:tables)
        ) g
        where g.grantee <> g.owner
            and not exists (select from pg_roles r where r.oid = g.grantee and r.rolname = any (:allowed))
    loop
        execute format('revoke all on %s from %s', it.tab,
            case when it.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(it.grantee)) end);
    end loop;
end
$$";

const CLEAR_FUNCTIONS: &str = "do $$
declare
    it record;
begin
    -- All at once, because they read one another; not with what a guest made of them.
    execute coalesce((
        select 'drop view ' || string_agg(c.oid::regclass::text, ', ')
        from pg_class c
        where c.relnamespace = 'shikiri_audit'::regnamespace and c.relkind = 'v'), 'select');
    -- What became somebody else's cannot be replaced; the schema's owner may drop it.
    for it in
        select p.oid::regprocedure as fun
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.oid in (:ours) and n.nspname || '.' || p.proname = any (:functions)
            and pg_get_userbyid(p.proowner) <> 'shikiri_keeper'
    loop
        execute format('drop routine %s', it.fun);
    end loop;
    for it in
        select distinct p.oid::regprocedure as fun, a.grantee
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace, aclexplode(p.proacl) a
        where n.oid in (:ours) and n.nspname || '.' || p.proname = any (:functions) and a.grantee <> p.proowner
            and not exists (select from pg_roles r where r.oid = a.grantee and r.rolname = any (:allowed))
    loop
        execute format('revoke all on routine %s from %s', it.fun,
            case when it.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(it.grantee)) end);
    end loop;
end
$$";

const DROP_NAMED: &str = "do $$
declare
    it record;
begin
    for it in
        select p.oid::regprocedure as fun
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.oid in (:ours) and n.nspname || '.' || p.proname = any (:functions)
    loop
        execute format('drop routine %s', it.fun);
    end loop;
end
$$";

#[cfg(test)]
mod tests {
    use super::{functions, literal, named, tables};

    #[test]
    fn files_name_their_tables_and_functions() {
        assert!(tables().iter().any(|it| it == "slip"));
        let functions = functions();
        for it in ["shikiri_seal.tenant", "shikiri_vault.bind", "shikiri_audit.findings_for"] {
            assert!(functions.iter().any(|name| name == it), "{it}: {functions:?}");
        }
        assert_eq!(named("select 1;\ncreate or replace function a.b(c integer)\n"), ["a.b"]);
        assert_eq!(literal(&["a'b".to_owned()]), "array['a''b']::text[]");
        assert_eq!(literal(&[]), "array[]::text[]");
    }
}
