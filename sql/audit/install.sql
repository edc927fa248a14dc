-- The audit of row security as views in one schema, for psql: needs nothing else of shikiri, reads catalogues only.
--
--     psql -X -v ON_ERROR_STOP=1 -f install.sql
--     update shikiri_audit.settings set settings = '{"runtime_roles": ["app_user"]}';
--     select * from shikiri_audit.findings;
--     select * from shikiri_audit.matrix where relation = 'app.slips';
--     select * from shikiri_audit.role_paths;
--     drop schema shikiri_audit cascade;
--
-- PostgreSQL 15 to 18. Any role that may create a schema can install it. Only the installing role may read the views;
-- to let others: grant usage on the schema, select on the views, execute on the three functions.
-- Made from the files of sql/audit by `UPDATE_GOLDEN=1 cargo test --test it audit::install`; do not edit.
begin;
create schema if not exists shikiri_audit;
revoke all on schema shikiri_audit from public;

-- What the rules take as given; the comment above the first function says what each key means.
create table if not exists shikiri_audit.settings (
    only_one boolean primary key default true,
    settings jsonb not null,
    constraint there_is_only_one check (only_one),
    constraint every_key_is_known check (
        settings - array[
            'runtime_roles', 'known_logins', 'tenant_columns', 'context_functions', 'context_settings', 'shared_tables',
            'ignored_schemas', 'baseline_tables'
        ] = jsonb '{}')
);
insert into shikiri_audit.settings (settings) values ('{}') on conflict do nothing;

-- From here on it is the same inside shikiri's own database.
drop view if exists shikiri_audit.findings, shikiri_audit.matrix, shikiri_audit.role_paths;
drop function if exists shikiri_audit.findings_for(jsonb), shikiri_audit.matrix_for(jsonb),
    shikiri_audit.role_paths_for(jsonb);

-- Every rule over one look at the catalogue, with these settings.
create function shikiri_audit.findings_for(settings jsonb)
returns table (rule text, object text, role_name text, what text, reproduce text, fix text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $audit$
-- What every audit rule reads: roles, doors, tenant tables, policies and functions, from the catalogue and one parameter.

-- A rule is a plain `select` over these names; it is run as this text followed by the rule. Any role that can log in
-- may run it, on PostgreSQL 15 to 18: it reads no table of yours, no pg_authid and no pg_statistic.
--
-- The parameter is a JSON object; a key that is absent means what stands behind it:
--     runtime_roles      the logins of applications; absent: every login that is not the server's first superuser
--     known_logins       other logins that may exist (migrations, backup, DBAs); absent: none
--     tenant_columns     names of the column that says whose a row is, the first one that a table has; absent: tenant_id
--     context_functions  functions that answer the tenant (schema.name); absent: what policies of tenant tables call
--     context_settings   settings that hold the tenant; absent: what policies and context functions read
--     shared_tables      tables that belong to everybody although they have such a column (schema.table)
--     ignored_schemas    schemas that are not judged
--     baseline_tables    tables that were there when somebody last looked (schema.table); absent: no baseline
with recursive given as (
    select $1::jsonb as it
),
setting as (
    select
        array(select jsonb_array_elements_text(g.it -> 'runtime_roles')) as runtime_roles,
        array(select jsonb_array_elements_text(g.it -> 'known_logins')) as known_logins,
        array(select jsonb_array_elements_text(coalesce(g.it -> 'tenant_columns', '["tenant_id"]'))) as tenant_columns,
        array(select jsonb_array_elements_text(g.it -> 'context_functions')) as context_functions,
        array(select jsonb_array_elements_text(g.it -> 'context_settings')) as context_settings,
        array(select jsonb_array_elements_text(g.it -> 'shared_tables')) as shared_tables,
        array(select jsonb_array_elements_text(g.it -> 'ignored_schemas')) as ignored_schemas,
        case
            when jsonb_typeof(g.it -> 'baseline_tables') = 'array'
                then array(select jsonb_array_elements_text(g.it -> 'baseline_tables'))
        end as baseline_tables
    from given g
),

-- Roles ---------------------------------------------------------------------------------------------------------

-- Every role, with its attributes. `bypasses` is what row security does not bind.
role as (
    select
        r.oid, r.rolname::text as name, quote_ident(r.rolname) as quoted,
        r.rolcanlogin as can_log_in, r.rolinherit as inherits,
        r.rolsuper as is_superuser, r.rolbypassrls as has_bypassrls, r.rolsuper or r.rolbypassrls as bypasses,
        r.rolcreaterole as has_createrole, r.rolreplication as has_replication,
        r.oid < 16384 as is_builtin
    from pg_catalog.pg_roles r
),
-- The logins that applications use.
runtime_role as (
    select r.*
    from role r cross join setting s
    where
        case
            when cardinality(s.runtime_roles) = 0 then r.can_log_in and not r.is_builtin
            else r.name = any (s.runtime_roles)
        end
),
-- A membership and what it gives. Before PostgreSQL 16 it is the member that inherits or not, and everybody may SET
-- ROLE; since then each grant says so. ADMIN counts as SET: whoever has it may grant it to himself.
membership as (
    select
        m.member, m.roleid as role,
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.inherits) as may_inherit,
        coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) or m.admin_option as may_set
    from pg_catalog.pg_auth_members m
    join role r on r.oid = m.member
),
-- Every way from a login (or a declared role) to another role: first any number of SET ROLE, then inheritance.
role_step as (
    select
        r.oid as role, r.oid as reached, false as needs_set, true as may_set_on, r.quoted as path,
        null::text collate "C" as first_hop
    from role r
    where r.can_log_in or r.oid in (select rr.oid from runtime_role rr)
    union
    select
        s.role, m.role, s.needs_set or h.is_set, h.is_set,
        s.path || case when h.is_set then ' => set role ' else ' -> inherits ' end || to_role.quoted,
        coalesce(s.first_hop, to_role.quoted)
    from role_step s
    join membership m on m.member = s.reached
    join role to_role on to_role.oid = m.role
    cross join lateral (
        select true as is_set where m.may_set and s.may_set_on
        union all
        select false where m.may_inherit
    ) h
),
-- The best of those ways: without SET ROLE if there is one. Every role reaches itself. `first_hop` is the role that was
-- granted to the login itself, at the beginning of the way: revoking it closes the way.
role_reach as (
    select distinct on (s.role, s.reached)
        s.role, s.reached, s.needs_set, s.path, s.first_hop
    from role_step s
    order by s.role, s.reached, s.needs_set, length(s.path), s.path
),
-- The same with PUBLIC (oid 0) as one more role that everybody is in.
grantee_reach as (
    select r.role, r.reached as grantee, r.needs_set, r.path from role_reach r
    union all
    select r.role, 0::oid, false, 'public' from role_reach r where r.role = r.reached
),
-- Who gets past every privilege, and by which way.
superuser_reach as (
    select r.role, r.needs_set, r.path
    from role_reach r
    join role s on s.oid = r.reached and s.is_superuser
),

-- Relations -----------------------------------------------------------------------------------------------------

schema as (
    select n.oid, n.nspname::text as name, quote_ident(n.nspname) as quoted, n.nspowner as owner, n.nspacl as acl
    from pg_catalog.pg_namespace n cross join setting s
    where
        n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        and n.nspname !~ '^pg_(toast_)?temp_'
        and n.nspname::text <> all (s.ignored_schemas)
),
-- Tables, partitioned tables, views, materialised views, foreign tables and sequences outside the system's schemas.
relation as (
    select
        c.oid, s.oid as schema, c.relkind::text as kind,
        s.quoted || '.' || quote_ident(c.relname) as name, s.name || '.' || c.relname as plain_name,
        c.relowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        c.relrowsecurity as has_row_security, c.relforcerowsecurity as is_forced, c.relispartition as is_partition,
        c.relacl as acl, c.reloptions as options,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_class c
    join schema s on s.oid = c.relnamespace
    join role o on o.oid = c.relowner
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
),
-- Tables with a tenant column that are not shared: partitions and children too, each by itself.
tenant_table as (
    select distinct on (r.oid)
        r.*,
        a.attnum as tenant_attnum,
        a.attname::text as tenant_column,
        quote_ident(a.attname) as tenant_column_quoted,
        a.atttypid as tenant_type,
        a.attnotnull as tenant_is_not_null,
        (select i.inhparent from pg_catalog.pg_inherits i where i.inhrelid = r.oid order by i.inhseqno limit 1) as parent
    from relation r
    cross join setting s
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where
        r.kind in ('r', 'p')
        and a.attname::text = any (s.tenant_columns)
        and r.plain_name <> all (s.shared_tables)
    order by r.oid, array_position(s.tenant_columns, a.attname::text)
),

-- Doors ---------------------------------------------------------------------------------------------------------

-- Which login may name things in which schema.
schema_reach as (
    select distinct on (x.role, x.schema)
        x.role, x.schema, x.needs_set
    from (
        select g.role, s.oid as schema, g.needs_set
        from schema s
        cross join lateral aclexplode(s.acl) a
        join grantee_reach g on g.grantee = a.grantee
        where a.privilege_type = 'USAGE'
        union all
        select r.role, s.oid, r.needs_set from schema s join role_reach r on r.reached = s.owner
        union all
        select r.role, s.oid, r.needs_set
        from role_reach r
        join role p on p.oid = r.reached and p.name in ('pg_read_all_data', 'pg_write_all_data')
        cross join schema s
        union all
        select u.role, s.oid, u.needs_set from superuser_reach u cross join schema s
    ) x
    order by x.role, x.schema, x.needs_set
),
-- Every privilege on a relation that a grant, ownership, a predefined role or a superuser gives, before USAGE.
relation_door as (
    select
        g.role, r.oid as relation, a.privilege_type as privilege, null::smallint as attnum, g.needs_set,
        'grant' as door_kind,
        case when g.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from relation r
    cross join lateral aclexplode(r.acl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select
        g.role, r.oid, a.privilege_type, c.attnum, g.needs_set, 'column grant',
        case when g.grantee = 0 then 'column grant to public' else 'column grant: ' || g.path end
    from relation r
    join pg_catalog.pg_attribute c on c.attrelid = r.oid and c.attacl is not null and not c.attisdropped
    cross join lateral aclexplode(c.attacl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select o.role, r.oid, p.privilege, null, o.needs_set, 'owner', 'owner: ' || o.path
    from relation r
    join role_reach o on o.reached = r.owner
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
    union all
    select b.role, r.oid, p.privilege, null, b.needs_set, 'predefined role', 'predefined role: ' || b.path
    from role_reach b
    join role n on n.oid = b.reached
    join (
        values
            ('pg_read_all_data', 'SELECT'),
            ('pg_write_all_data', 'INSERT'), ('pg_write_all_data', 'UPDATE'), ('pg_write_all_data', 'DELETE'),
            ('pg_maintain', 'MAINTAIN')
    ) p (role_name, privilege) on p.role_name = n.name
    cross join relation r
    where r.kind <> 'S' or p.privilege in ('SELECT', 'UPDATE')
    union all
    select u.role, r.oid, p.privilege, null, u.needs_set, 'superuser', 'superuser: ' || u.path
    from superuser_reach u
    cross join relation r
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
),
-- What each login can really do: the privilege and USAGE on the schema. One line for each privilege, column and door.
login_reachable as (
    select
        d.role, l.name as role_name, l.quoted as role_quoted, d.relation, d.privilege, d.attnum,
        d.needs_set or s.needs_set as needs_set, d.door_kind, d.door
    from relation_door d
    join relation r on r.oid = d.relation
    join schema_reach s on s.role = d.role and s.schema = r.schema
    join role l on l.oid = d.role
),
-- The same for runtime roles, without the doors that being (or becoming) a superuser opens: R01 and R05 speak of those,
-- and every other rule would only repeat it for each table.
reachable as (
    select l.*
    from login_reachable l
    where l.role in (select r.oid from runtime_role r) and l.door_kind <> 'superuser'
),

-- Policies ------------------------------------------------------------------------------------------------------

-- Every policy of a relation, with its expressions as Postgres writes them. `command`: '*', 'r', 'a', 'w', 'd'.
-- `check_effective` is what new rows must pass: for ALL and UPDATE it is USING when WITH CHECK is absent.
policy as (
    select
        p.oid,
        p.polname::text as name,
        quote_ident(p.polname) as quoted,
        p.polrelid as relation,
        r.name as relation_name,
        p.polpermissive as is_permissive,
        p.polcmd::text as command,
        p.polroles as roles,
        p.polroles = array[0::oid] as is_to_public,
        pg_get_expr(p.polqual, p.polrelid) as using_text,
        pg_get_expr(p.polwithcheck, p.polrelid) as check_text,
        case
            when p.polcmd in ('*', 'w') then pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid)
            when p.polcmd = 'a' then pg_get_expr(p.polwithcheck, p.polrelid)
        end as check_effective
    from pg_catalog.pg_policy p
    join relation r on r.oid = p.polrelid
),
-- Which policies bind which runtime role: those to PUBLIC, to itself, or to a role whose rights it inherits.
policy_binds as (
    select distinct p.oid as policy, p.relation, g.role
    from policy p
    join grantee_reach g on g.grantee = any (p.roles) and not g.needs_set
    where g.role in (select r.oid from runtime_role r)
),
-- Functions and relations that the expressions of a policy name.
policy_function as (
    select distinct p.oid as policy, d.refobjid as function
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_proc'::regclass
),
policy_relation as (
    select distinct p.oid as policy, d.refobjid as relation
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> p.relation
),

-- Functions -----------------------------------------------------------------------------------------------------

-- Functions and procedures outside the system's schemas. `arguments` is how a GRANT names them.
function as (
    select
        p.oid, s.oid as schema,
        s.quoted || '.' || quote_ident(p.proname) as name, s.name || '.' || p.proname as plain_name,
        s.quoted || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
        case when p.prokind = 'p' then 'procedure' else 'function' end as word,
        p.prokind::text as kind, p.pronargs as arguments, p.proretset as returns_set, p.prorettype as return_type,
        p.proowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        p.prosecdef as is_definer, p.provolatile::text as volatility, p.proleakproof as is_leakproof,
        l.lanname::text as language, l.lanpltrusted as language_is_trusted,
        p.proconfig as config, p.proacl as acl,
        case
            when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid)
            when l.lanname in ('c', 'internal') then ''
            else p.prosrc
        end as body,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_proc p
    join schema s on s.oid = p.pronamespace
    join role o on o.oid = p.proowner
    join pg_catalog.pg_language l on l.oid = p.prolang
),
-- Which runtime role may call which function, and by which door; again without those of a superuser.
callable as (
    select distinct on (x.role, x.function)
        x.role, rr.name as role_name, rr.quoted as role_quoted, x.function, x.needs_set or s.needs_set as needs_set,
        x.door_kind, x.door
    from (
        select
            g.role, f.oid as function, f.schema, g.needs_set, 'grant' as door_kind,
            case when g.grantee = 0 then 'execute for public' else 'grant: ' || g.path end as door
        from function f
        cross join lateral aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
        join grantee_reach g on g.grantee = a.grantee
        where a.grantee <> f.owner
        union all
        select r.role, f.oid, f.schema, r.needs_set, 'owner', 'owner: ' || r.path
        from function f join role_reach r on r.reached = f.owner
    ) x
    join runtime_role rr on rr.oid = x.role
    join schema_reach s on s.role = x.role and s.schema = x.schema
    order by x.role, x.function, x.needs_set or s.needs_set, x.door
),
-- The functions that answer whose transaction this is.
context_function as (
    select f.*
    from function f cross join setting s
    where
        case
            when cardinality(s.context_functions) > 0
                then f.plain_name = any (s.context_functions) or f.plain_name || '()' = any (s.context_functions)
            when cardinality(s.context_settings) > 0 then false
            else f.arguments = 0 and f.oid in (
                select pf.function
                from policy_function pf
                join policy p on p.oid = pf.policy
                where p.relation in (select t.oid from tenant_table t)
            )
        end
),
-- The settings that hold it.
context_setting as (
    select x.name
    from setting s cross join lateral unnest(s.context_settings) x (name)
    union
    select m.parts[1]
    from setting s
    cross join lateral (
        select coalesce(p.using_text, '') || ' ' || coalesce(p.check_text, '') as words
        from policy p
        where p.relation in (select t.oid from tenant_table t) and cardinality(s.context_functions) = 0
        union all
        select c.body from context_function c
    ) t
    cross join lateral regexp_matches(t.words, 'current_setting\s*\(\s*''([^'']+)''', 'gi') m (parts)
    where cardinality(s.context_settings) = 0
),

-- Views ---------------------------------------------------------------------------------------------------------

-- What a view or materialised view reads, directly.
view_names as (
    select distinct w.ev_class as view, d.refobjid as relation
    from pg_catalog.pg_rewrite w
    join relation v on v.oid = w.ev_class and v.kind in ('v', 'm')
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> w.ev_class
),
-- The same through views of views.
view_reads as (
    select n.view, n.relation from view_names n
    union
    select r.view, n.relation
    from view_reads r
    join view_names n on n.view = r.relation
),

rule_d01 (object, role_name, what, reproduce, fix) as (
-- A runtime role may create in a schema, or schemas in the database: names can be planted where others look them up.
select
    x.object,
    r.name as role_name,
    format(
        '%s may create in %s (%s): what it plants there is found by unqualified names, also by those of definer functions',
        r.quoted, x.object, min(x.door)) as what,
    format(
        case
            when x.is_database then E'-- as %s\nbegin;\ncreate schema audit_probe; -- succeeds\nrollback;'
            else E'-- as %s\nbegin;\ncreate table %s.audit_probe (); -- succeeds\nrollback;'
        end, r.quoted, x.quoted) as reproduce,
    format(
        '%srevoke create on %s from %s;', case when count(x.owner) > 0 then '-- the owner must be another role, and then
' else '' end, x.object,
        case when bool_or(x.is_public) then 'public' else r.quoted end) as fix
from (
    select
        'schema ' || s.quoted as object, s.quoted, false as is_database, g.role, a.grantee = 0 as is_public,
        null::oid as owner,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from schema s
    cross join lateral aclexplode(s.acl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.privilege_type = 'CREATE' and a.grantee <> s.owner
    union all
    select 'schema ' || s.quoted, s.quoted, false, m.role, false, s.owner, 'owner: ' || m.path
    from schema s
    join role_reach m on m.reached = s.owner
    union all
    select
        'database ' || quote_ident(d.datname), quote_ident(d.datname), true, g.role, a.grantee = 0, null,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end
    from pg_catalog.pg_database d
    cross join lateral aclexplode(d.datacl) a
    join grantee_reach g on g.grantee = a.grantee
    where d.datname = current_database() and a.privilege_type = 'CREATE' and a.grantee <> d.datdba
    union all
    select 'database ' || quote_ident(d.datname), quote_ident(d.datname), true, m.role, false, d.datdba, 'owner: ' || m.path
    from pg_catalog.pg_database d
    join role_reach m on m.reached = d.datdba
    where d.datname = current_database()
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
-- Whoever is in the owner of tenant tables is told so by R03 and R04.
where x.owner is null or x.owner not in (select t.owner from tenant_table t)
group by x.object, x.quoted, x.is_database, r.name, r.quoted
),

rule_d02 (object, role_name, what, reproduce, fix) as (
-- Default privileges give a runtime role, or everybody, rights on tables and sequences that do not exist yet.
select
    format(
        'default privileges of %s%s on %s to %s', o.quoted, coalesce(' in ' || n.quoted, ''), k.word,
        case when a.grantee = 0 then 'public' else e.quoted end) as object,
    r.name as role_name,
    format(
        'every %s that %s makes%s is granted %s to %s at birth, before anybody enabled row security', k.one, o.quoted,
        coalesce(' in ' || n.quoted, ''), string_agg(distinct a.privilege_type, ', '),
        case when a.grantee = 0 then 'public' else e.quoted end) as what,
    format(
        E'-- as postgres\nbegin;\nset local role %s;\ncreate table %s.audit_probe (tenant_id integer);\nselect relacl from pg_class where oid = ''%2$s.audit_probe''::regclass;\nrollback;',
        o.quoted, coalesce(n.quoted, '<schema>')) as reproduce,
    format(
        'alter default privileges for role %s%s revoke all on %s from %s;', o.quoted, coalesce(' in schema ' || n.quoted, ''),
        k.word, case when a.grantee = 0 then 'public' else e.quoted end) as fix
from pg_catalog.pg_default_acl d
join role o on o.oid = d.defaclrole
left join schema n on n.oid = d.defaclnamespace
join (values ('r', 'tables', 'table'), ('S', 'sequences', 'sequence')) k (kind, word, one) on k.kind = d.defaclobjtype
cross join lateral aclexplode(d.defaclacl) a
left join role e on e.oid = a.grantee
join grantee_reach g on g.grantee = a.grantee
join runtime_role r on r.oid = g.role and not r.is_superuser
where a.grantee <> d.defaclrole and (d.defaclnamespace = 0 or n.oid is not null)
group by o.quoted, n.quoted, k.word, k.one, a.grantee, e.quoted, r.name
),

rule_d03 (object, role_name, what, reproduce, fix) as (
-- A publication holds a tenant table without a row filter: logical replication knows no policies.
select
    'publication ' || quote_ident(p.pubname) as object,
    null::text as role_name,
    format(
        'the publication %I sends %s tenant tables, %s among them, without a row filter: a subscriber gets every tenant',
        p.pubname, count(*), min(t.name)) as what,
    format(
        E'-- any login\nselect schemaname, tablename from pg_publication_tables where pubname = %L and rowfilter is null;',
        p.pubname) as reproduce,
    case
        when bool_or(u.puballtables) then format('drop publication %I; -- and publish the tables that may leave, by name', p.pubname)
        else format('alter publication %I drop table %s; -- and the others', p.pubname, min(t.name))
    end as fix
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_publication u on u.pubname = p.pubname
join tenant_table t on t.plain_name = p.schemaname || '.' || p.tablename
where p.rowfilter is null
group by p.pubname
),

rule_d04 (object, role_name, what, reproduce, fix) as (
-- A runtime role may read a system catalog that holds values of rows, or verifiers of passwords.
select
    'pg_catalog.' || c.relname as object,
    r.name as role_name,
    format('%s may read pg_catalog.%s (%s), which holds %s', r.quoted, c.relname, min(x.door), k.holds) as what,
    format(E'-- as %s\nselect count(*) from pg_catalog.%s; -- answers', r.quoted, c.relname) as reproduce,
    format('revoke all on pg_catalog.%s from %s;', c.relname, case when bool_or(x.is_public) then 'public' else r.quoted end)
        as fix
from (
    values
        ('pg_statistic', 'the most common values of every column of every tenant'),
        ('pg_statistic_ext_data', 'common combinations of values of every tenant'),
        ('pg_largeobject', 'the bytes of every large object'),
        ('pg_authid', 'password verifiers'),
        ('pg_shadow', 'password verifiers'),
        ('pg_user_mapping', 'passwords for foreign servers')
) k (name, holds)
join pg_catalog.pg_class c on c.relname = k.name and c.relnamespace = 'pg_catalog'::regnamespace
join (
    select
        p.oid, g.role, a.grantee = 0 as is_public,
        case when a.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from pg_catalog.pg_class p
    cross join lateral aclexplode(p.relacl) a
    join grantee_reach g on g.grantee = a.grantee
    where p.relnamespace = 'pg_catalog'::regnamespace and a.grantee <> p.relowner and a.privilege_type = 'SELECT'
    union all
    select
        t.attrelid, g.role, a.grantee = 0,
        case when a.grantee = 0 then 'column grant to public' else 'column grant: ' || g.path end
    from pg_catalog.pg_attribute t
    join pg_catalog.pg_class p on p.oid = t.attrelid and p.relnamespace = 'pg_catalog'::regnamespace
    cross join lateral aclexplode(t.attacl) a
    join grantee_reach g on g.grantee = a.grantee
    where
        a.privilege_type = 'SELECT'
        -- Columns that hold a value, a secret or a page; Postgres itself grants harmless ones to everybody.
        and t.attname ~ '^(stavalues[1-5]|stxd(ndistinct|dependencies|mcv|expr)|data|rolpassword|passwd|umoptions)$'
) x on x.oid = c.oid
join runtime_role r on r.oid = x.role and not r.is_superuser
group by c.relname, k.holds, r.name, r.quoted
),

rule_d05 (object, role_name, what, reproduce, fix) as (
-- Everybody who can log in to the server may connect to this database, or make temporary objects in it.
select
    'database ' || quote_ident(d.datname) as object,
    null::text as role_name,
    format(
        'PUBLIC has %s on the database %I: a login made for another database gets in, and temporary names come first in many a search path',
        string_agg(distinct a.privilege_type, ', '), d.datname) as what,
    format(E'-- any login\nselect has_database_privilege(%L, ''connect''), has_database_privilege(%1$L, ''temp'');', d.datname)
        as reproduce,
    format('revoke all on database %I from public; -- and grant connect to the logins that need it', d.datname) as fix
from pg_catalog.pg_database d
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
where d.datname = current_database() and a.grantee = 0
group by d.datname
),

rule_d06 (object, role_name, what, reproduce, fix) as (
-- pgaudit is absent, or does not log row counts: after an incident nobody can say how many rows left.
select
    'database ' || quote_ident(current_database()) as object,
    null::text as role_name,
    case
        when current_setting('pgaudit.log_rows', true) is null
            then 'pgaudit is not loaded: the server''s log cannot say which statement gave how many rows'
        else 'pgaudit.log_rows is off: the server''s log says which statements ran, not how many rows they gave'
    end as what,
    E'-- any login\nselect current_setting(''pgaudit.log_rows'', true); -- null or off' as reproduce,
    E'-- shared_preload_libraries = ''pgaudit'', then\nalter system set pgaudit.log_rows = on;' as fix
where coalesce(current_setting('pgaudit.log_rows', true), 'off') <> 'on'
),

rule_r01 (object, role_name, what, reproduce, fix) as (
-- A runtime role is a superuser: no policy and no privilege binds it.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s is a superuser: row security, FORCE and every missing grant mean nothing to it', r.quoted) as what,
    format(E'-- as %s\nshow is_superuser; -- on', r.quoted) as reproduce,
    format('alter role %s nosuperuser;', r.quoted) as fix
from runtime_role r
where r.is_superuser
),

rule_r02 (object, role_name, what, reproduce, fix) as (
-- A runtime role has the attribute that switches every policy off for it.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s has BYPASSRLS: no policy of any table is applied to it', r.quoted) as what,
    format(
        E'-- as %s\nselect rolbypassrls from pg_roles where rolname = current_user; -- t', r.quoted) as reproduce,
    format('alter role %s nobypassrls;', r.quoted) as fix
from runtime_role r
where r.has_bypassrls and not r.is_superuser
),

rule_r03 (object, role_name, what, reproduce, fix) as (
-- A runtime role owns a tenant table: it can switch row security off, FORCE or not.
select
    t.name as object,
    r.name as role_name,
    format('%s owns %s: it can switch row security off there, FORCE or not', r.quoted, t.name) as what,
    format(
        E'-- as %s\nbegin;\nalter table %s disable row level security; -- succeeds\nrollback;',
        r.quoted, t.name) as reproduce,
    format('alter table %s owner to <a role that cannot log in>;', t.name) as fix
from tenant_table t
join runtime_role r on r.oid = t.owner
),

rule_r04 (object, role_name, what, reproduce, fix) as (
-- A runtime role is, through any number of memberships, in a role that owns tenant tables.
select
    'role ' || o.quoted as object,
    r.name as role_name,
    format(
        '%s is in %s (%s), which owns %s of the tenant tables, %s among them: it can switch row security off there',
        r.quoted, o.quoted, m.path, t.tables, t.one) as what,
    format(
        E'-- as %s\nbegin;\n%salter table %s disable row level security; -- succeeds\nrollback;',
        r.quoted, case when m.needs_set then format(E'set local role %s;\n', o.quoted) else '' end, t.one) as reproduce,
    format('revoke %s from %s;', m.first_hop, r.quoted) as fix
from role_reach m
join runtime_role r on r.oid = m.role and not r.is_superuser
join role o on o.oid = m.reached and not o.bypasses
join (
    select tt.owner, count(*) as tables, min(tt.name) as one
    from tenant_table tt
    group by tt.owner
) t on t.owner = o.oid
where m.role <> m.reached
),

rule_r05 (object, role_name, what, reproduce, fix) as (
-- A runtime role can become, or inherits from, a role that row security does not bind.
select
    'role ' || b.quoted as object,
    r.name as role_name,
    format(
        '%s reaches %s (%s), which %s: every policy is gone after SET ROLE', r.quoted, b.quoted, m.path,
        case when b.is_superuser then 'is a superuser' else 'has BYPASSRLS' end) as what,
    format(
        E'-- as %s\nset role %s;\nselect rolsuper or rolbypassrls from pg_roles where rolname = current_user; -- t',
        r.quoted, b.quoted) as reproduce,
    format('revoke %s from %s;', m.first_hop, r.quoted) as fix
from role_reach m
join runtime_role r on r.oid = m.role and not r.bypasses
join role b on b.oid = m.reached and b.bypasses
),

rule_r06 (object, role_name, what, reproduce, fix) as (
-- A runtime role may create roles and grant memberships.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format(
        case
            when current_setting('server_version_num')::integer < 160000
                then '%s has CREATEROLE: before PostgreSQL 16 it can grant itself every role that is no superuser, owners of tables too'
            else '%s has CREATEROLE: it can make logins of its own and change every role it has ADMIN on'
        end, r.quoted) as what,
    format(
        E'-- as %s\nbegin;\ncreate role audit_probe login; -- succeeds\nrollback;', r.quoted) as reproduce,
    format('alter role %s nocreaterole;', r.quoted) as fix
from runtime_role r
where r.has_createrole and not r.is_superuser
),

rule_r07 (object, role_name, what, reproduce, fix) as (
-- A runtime role may open a replication connection: changes and whole clusters without row security.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s has REPLICATION: a replication slot or a base backup carries every tenant, policies or not', r.quoted) as what,
    format(
        E'-- as %s, in a shell\npsql "dbname=%s user=%1$s replication=database" -c "identify_system" # answers',
        r.quoted, current_database()) as reproduce,
    format('alter role %s noreplication;', r.quoted) as fix
from runtime_role r
where r.has_replication and not r.is_superuser
),

rule_r08 (object, role_name, what, reproduce, fix) as (
-- A runtime role is in a role of Postgres's own that reads, writes or watches what other tenants do.
select
    'role ' || p.name as object,
    r.name as role_name,
    format('%s is in %s (%s), which %s', r.quoted, p.name, m.path, d.can) as what,
    format(
        E'-- as %s\nselect pg_has_role(current_user, %L, ''member''); -- t', r.quoted, p.name) as reproduce,
    format('revoke %s from %s;', m.first_hop, r.quoted) as fix
from role_reach m
join runtime_role r on r.oid = m.role and not r.is_superuser
join role p on p.oid = m.reached
join (
    values
        ('pg_read_all_data', 'reads every table, also those without row security and the statistics of all'),
        ('pg_write_all_data', 'writes every table that has no row security'),
        ('pg_read_server_files', 'reads every file of the server''s account, the data directory too'),
        ('pg_write_server_files', 'writes every file of the server''s account'),
        ('pg_execute_server_program', 'runs programs as the server''s account'),
        ('pg_monitor', 'reads the running statements of every session, with their literals'),
        ('pg_read_all_stats', 'reads the running statements of every session, with their literals'),
        ('pg_stat_scan_tables', 'may scan tables and hold locks on them'),
        ('pg_signal_backend', 'ends the sessions of others'),
        ('pg_maintain', 'locks, clusters and refreshes every table and materialised view'),
        ('pg_create_subscription', 'makes subscriptions, which connect and write as their owner'),
        ('pg_checkpoint', 'forces checkpoints')
) d (role_name, can) on d.role_name = p.name
where
    -- What pg_monitor brings is said once, with pg_monitor.
    p.name = 'pg_monitor' or not exists (
        select
        from role_reach x
        join role mon on mon.oid = x.reached and mon.name = 'pg_monitor'
        where x.role = m.role and p.name in ('pg_read_all_stats', 'pg_stat_scan_tables')
    )
),

rule_r09 (object, role_name, what, reproduce, fix) as (
-- A default of a role or of the database gives new sessions a tenant, another role, or no row security.
select
    case
        when s.role is null then 'database ' || quote_ident(current_database())
        else 'role ' || s.role
    end || ' set ' || s.name as object,
    s.role_name,
    format(
        '%s starts with %s set by a default%s',
        case when s.role is null then 'every new session' else 'every new session of ' || s.role end, s.name,
        case s.why
            when 'context' then ': a session whose tenant was lost falls back to somebody instead of to nobody'
            when 'path' then
                ' to a path with a schema in which it may create: names can be replaced'
            else ': row security, or whose rights count, is no longer what the policies expect'
        end) as what,
    format(
        E'-- %s\nshow %s; -- is set before anybody set it', case when s.role is null then 'any login' else 'as ' || s.role end,
        s.name) as reproduce,
    case
        when s.role is null then format('alter database %I reset %s;', current_database(), s.name)
        when s.in_database then format('alter role %s in database %I reset %s;', s.role, current_database(), s.name)
        else format('alter role %s reset %s;', s.role, s.name)
    end as fix
from (
    select
        r.quoted as role, r.name as role_name, d.setdatabase <> 0 as in_database,
        split_part(c.entry, '=', 1) as name,
        case
            when split_part(c.entry, '=', 1) in (select x.name from context_setting x) then 'context'
            when split_part(c.entry, '=', 1) = 'search_path' then 'path'
            else 'rights'
        end as why,
        substr(c.entry, strpos(c.entry, '=') + 1) as value,
        d.setrole
    from pg_catalog.pg_db_role_setting d
    left join runtime_role r on r.oid = d.setrole
    cross join lateral unnest(d.setconfig) c (entry)
    where
        d.setdatabase in (0, (select b.oid from pg_catalog.pg_database b where b.datname = current_database()))
        and (d.setrole = 0 or r.oid is not null)
) s
where
    s.why = 'context'
    or (s.name = 'row_security' and s.value in ('off', 'false', 'no', '0'))
    or s.name in ('role', 'session_authorization')
    or (s.name = 'session_replication_role' and s.value <> 'origin')
    or (s.name = 'search_path' and exists (
        select
        from regexp_split_to_table(s.value, '\s*,\s*') p (part)
        join schema n on n.name = btrim(p.part, '"')
        cross join lateral aclexplode(n.acl) a
        join grantee_reach g on g.grantee = a.grantee
        where
            a.privilege_type = 'CREATE'
            and g.role in (select rr.oid from runtime_role rr)
            and (s.setrole = 0 or g.role = s.setrole)
    ))
),

rule_r10 (object, role_name, what, reproduce, fix) as (
-- A login that is neither a runtime role nor a known login holds a privilege on tenant data.
select
    'role ' || l.quoted as object,
    l.name as role_name,
    format(
        '%s is declared nowhere and may %s on %s of the tenant tables, %s among them (%s)%s',
        l.quoted, x.privileges, x.tables, x.one, x.door,
        case when l.bypasses then ', and row security does not bind it' else '' end) as what,
    format(
        E'-- as postgres\nselect has_table_privilege(%L, %L, ''select, insert, update, delete''),\n    has_any_column_privilege(%1$L, %2$L, ''select''); -- t in one of them, or after set role',
        l.name, x.one) as reproduce,
    format(
        E'-- name it in known_logins or runtime_roles, or:\nalter role %s nologin; -- or revoke: %s', l.quoted, x.door) as fix
from (
    select
        r.role, string_agg(distinct r.privilege, ', ') as privileges,
        count(distinct r.relation) as tables, min(t.name) as one, min(r.door) as door
    from login_reachable r
    join tenant_table t on t.oid = r.relation
    where r.role not in (select rr.oid from runtime_role rr)
    group by r.role
) x
join role l on l.oid = x.role
cross join setting s
where
    l.can_log_in
    and not l.is_builtin
    and l.name <> all (s.known_logins)
    and has_database_privilege(l.oid, current_database(), 'connect')
),

rule_r11 (object, role_name, what, reproduce, fix) as (
-- A runtime login reaches tenant data only after SET ROLE: RESET ROLE, and SET ROLE to a sibling, are open to every statement.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format(
        '%s reaches %s only after SET ROLE (%s): RESET ROLE leaves that role, and SET ROLE to any of %s roles is open to every statement',
        r.quoted, x.one, x.door, (select count(*) from role_reach m where m.role = r.oid and m.role <> m.reached)) as what,
    format(
        E'-- as %s\nselect count(*) from %s; -- 42501\nset role <role>; reset role; -- both succeed', r.quoted, x.one) as reproduce,
    format(
        '-- grant the privileges to %s itself and revoke its memberships, or use one login for each role', r.quoted) as fix
from (
    select p.role, min(t.name) as one, min(p.door) as door
    from reachable p
    join tenant_table t on t.oid = p.relation
    group by p.role
    having bool_and(p.needs_set) and bool_or(p.door_kind in ('grant', 'column grant', 'predefined role'))
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
),

rule_r12 (object, role_name, what, reproduce, fix) as (
-- An owner of tenant tables that is no runtime role can log in.
select
    'role ' || o.quoted as object,
    o.name as role_name,
    format(
        '%s owns %s of the tenant tables, %s among them, and can log in: whoever has its password can switch row security off',
        o.quoted, t.tables, t.one) as what,
    format(E'-- as postgres\nselect rolcanlogin from pg_roles where rolname = %L; -- t', o.name) as reproduce,
    case
        when o.is_superuser then format('alter table %s owner to <a role that cannot log in>; -- and the others', t.one)
        else format('alter role %s nologin; -- migrations log in as another role and say set role', o.quoted)
    end as fix
from (
    select tt.owner, count(*) as tables, min(tt.name) as one
    from tenant_table tt
    group by tt.owner
) t
join role o on o.oid = t.owner
where o.can_log_in and o.oid not in (select r.oid from runtime_role r)
),

rule_t01 (object, role_name, what, reproduce, fix) as (
-- A tenant table without row security and without a policy, and a runtime role has a door to its rows.
select
    t.name as object,
    r.role_name,
    format(
        '%s has no row security, and %s may %s every tenant''s rows (%s)%s', t.name, min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door),
        case when t.parent is not null then '; the policies of its parent do not count when it is named itself' else '' end
    ) as what,
    format(
        E'-- as %s\nselect %s, count(*) from %s group by 1; -- more tenants than one', min(r.role_quoted),
        t.tenant_column_quoted, t.name) as reproduce,
    format(
        E'alter table %1$s enable row level security;\nalter table %1$s force row level security;\n-- and a policy, or: revoke all on %1$s from %2$s;',
        t.name, min(r.role_quoted)) as fix
from tenant_table t
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    not t.has_row_security
    and not exists (select from policy p where p.relation = t.oid)
group by t.oid, t.name, t.parent, t.tenant_column_quoted, r.role_name
),

rule_t02 (object, role_name, what, reproduce, fix) as (
-- A tenant table whose row security does not bind its owner.
select
    t.name as object,
    null::text as role_name,
    format(
        '%s is without FORCE: its owner %s, and every view, rule and definer function of that owner, sees all tenants',
        t.name, t.owner_name) as what,
    format(
        E'-- as postgres\nset role %s;\nselect %s, count(*) from %s group by 1; -- every tenant', t.owner_name,
        t.tenant_column_quoted, t.name) as reproduce,
    format('alter table %s force row level security;', t.name) as fix
from tenant_table t
where t.has_row_security and not t.is_forced
),

rule_t03 (object, role_name, what, reproduce, fix) as (
-- A tenant table with policies that are not applied, because row security is disabled.
select
    t.name as object,
    r.role_name,
    format(
        '%s has %s policies and row security is disabled: none is applied, and %s may %s every tenant''s rows (%s)',
        t.name, (select count(*) from policy p where p.relation = t.oid), min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door)) as what,
    format(
        E'-- as %s\nselect %s, count(*) from %s group by 1; -- more tenants than one', min(r.role_quoted),
        t.tenant_column_quoted, t.name) as reproduce,
    format(E'alter table %1$s enable row level security;\nalter table %1$s force row level security;', t.name) as fix
from tenant_table t
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    not t.has_row_security
    and exists (select from policy p where p.relation = t.oid)
group by t.oid, t.name, t.tenant_column_quoted, r.role_name
),

rule_t04 (object, role_name, what, reproduce, fix) as (
-- A runtime role was granted a command on a table with row security, and no permissive policy lets it do it.
select
    t.name as object,
    g.role_name,
    format(
        '%s was granted %s on %s, and no permissive policy is for it: reads find nothing and writes fail, without a word why',
        g.role_quoted, string_agg(g.privilege, ', ' order by g.privilege), t.name) as what,
    format(
        E'-- as %s\nexplain (costs off) select * from %s; -- One-Time Filter: false', g.role_quoted, t.name) as reproduce,
    format(
        E'revoke %s on %s from %s; -- or write the policy', string_agg(g.privilege, ', ' order by g.privilege), t.name,
        g.role_quoted) as fix
from tenant_table t
join (
    select distinct r.relation, r.role, r.role_name, r.role_quoted, r.privilege
    from reachable r
    where
        r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        and r.door_kind in ('grant', 'column grant')
        and not r.needs_set
) g on g.relation = t.oid
join role l on l.oid = g.role and not l.bypasses
where
    t.has_row_security
    and not exists (
        select
        from policy p
        join policy_binds b on b.policy = p.oid and b.role = g.role
        where
            p.relation = t.oid
            and p.is_permissive
            and p.command in (
                '*', case g.privilege when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
    )
group by t.oid, t.name, g.role, g.role_name, g.role_quoted
),

rule_t05 (object, role_name, what, reproduce, fix) as (
-- A tenant table whose rows may belong to nobody.
select
    t.name as object,
    null::text as role_name,
    format(
        '%s.%s may be null: such a row is nobody''s, and a policy that treats null specially shows it to everybody',
        t.name, t.tenant_column_quoted) as what,
    format(
        E'-- as postgres\nselect attnotnull from pg_attribute where attrelid = %L::regclass and attname = %L; -- f',
        t.name, t.tenant_column) as reproduce,
    format('alter table %s alter column %s set not null;', t.name, t.tenant_column_quoted) as fix
from tenant_table t
where
    not t.tenant_is_not_null
    and exists (
        select from reachable r where r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
    )
),

rule_t06 (object, role_name, what, reproduce, fix) as (
-- A tenant table behind a policy whose condition no index can answer.
select
    t.name as object,
    null::text as role_name,
    format(
        'no index of %s begins with %s: every statement of every tenant reads all rows of all tenants', t.name,
        t.tenant_column_quoted) as what,
    format(
        E'-- as the application, with a tenant\nset enable_seqscan = off;\nexplain (costs off) select * from %s; -- Seq Scan',
        t.name) as reproduce,
    format('create index on %s (%s);', t.name, t.tenant_column_quoted) as fix
from tenant_table t
where
    t.has_row_security
    and exists (select from reachable r where r.relation = t.oid and r.privilege in ('SELECT', 'UPDATE', 'DELETE'))
    and not exists (
        select
        from pg_catalog.pg_index i
        where i.indrelid = t.oid and i.indkey[0] = t.tenant_attnum and i.indpred is null and i.indisvalid
    )
),

rule_t08 (object, role_name, what, reproduce, fix) as (
-- A foreign key from a tenant table to a tenant table that does not compare the tenant columns.
select
    t.name || ' ' || quote_ident(c.conname) as object,
    null::text as role_name,
    format(
        'the foreign key %I of %s refers to %s without comparing %s: a row may point at another tenant''s row, and tells that it exists',
        c.conname, t.name, p.name, p.tenant_column_quoted) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (…) values (…); -- with a key of a row of tenant B: accepted',
        t.name) as reproduce,
    format(
        E'-- %s needs a unique key (%s, …) first\nalter table %s drop constraint %I;\nalter table %3$s add foreign key (%5$s, …) references %1$s (%2$s, …);',
        p.name, p.tenant_column_quoted, t.name, c.conname, t.tenant_column_quoted) as fix
from pg_catalog.pg_constraint c
join tenant_table t on t.oid = c.conrelid
join tenant_table p on p.oid = c.confrelid
where
    c.contype = 'f'
    and c.conparentid = 0
    and exists (select from reachable r where r.relation = t.oid and r.privilege in ('INSERT', 'UPDATE'))
    and not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = p.tenant_attnum
    )
),

rule_t09 (object, role_name, what, reproduce, fix) as (
-- A unique key or exclusion constraint of a tenant table that spans tenants, and whose values a runtime role can choose.
select
    t.name || ' ' || quote_ident(x.relname) as object,
    null::text as role_name,
    format(
        'the unique key %I of %s spans tenants: a duplicate-key error tells one tenant what another has', x.relname, t.name
    ) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (…) values (…); -- with a value that tenant B has: 23505',
        t.name) as reproduce,
    format(
        E'-- make (%s, …) the key instead, then\n%s', t.tenant_column_quoted,
        coalesce(
            (
                select format('alter table %s drop constraint %I;', t.name, c.conname)
                from pg_catalog.pg_constraint c
                where c.conindid = i.indexrelid and c.conrelid = t.oid and c.contype in ('p', 'u', 'x')
                limit 1
            ),
            format('drop index %I.%I;', n.nspname, x.relname))) as fix
from tenant_table t
join pg_catalog.pg_index i on i.indrelid = t.oid and (i.indisunique or i.indisexclusion)
join pg_catalog.pg_class x on x.oid = i.indexrelid and not x.relispartition
join pg_catalog.pg_namespace n on n.oid = x.relnamespace
where
    not t.tenant_attnum = any ((i.indkey::smallint[])[0:i.indnkeyatts - 1])
    -- Who cannot choose a value of the key cannot ask with it. A random uuid cannot be guessed.
    and exists (
        select
        from unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1]) k (attnum)
        left join pg_catalog.pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
        join reachable r on
            r.relation = t.oid
            and r.privilege in ('INSERT', 'UPDATE')
            and (r.attnum is null or r.attnum = k.attnum or k.attnum = 0)
        where a.atttypid is distinct from 'pg_catalog.uuid'::regtype
    )
),

rule_t10 (object, role_name, what, reproduce, fix) as (
-- A runtime role can delete or change a parent whose cascade reaches children of other tenants.
select
    t.name || ' ' || quote_ident(c.conname) as object,
    r.role_name,
    format(
        '%s may %s %s, and the foreign key %I then %s every tenant''s rows of %s: cascades are not asked for policies',
        min(r.role_quoted), string_agg(distinct r.privilege, ', '), p.name, c.conname,
        case when c.confdeltype = 'c' and bool_or(r.privilege = 'DELETE') then 'deletes' else 'changes' end, t.name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ndelete from %s where <a row that tenant B refers to>;\nrollback; -- in between, as tenant B: its rows are gone',
        min(r.role_quoted), p.name) as reproduce,
    format('revoke delete, update on %s from %s; -- or make the key composite, or on delete restrict', p.name, min(r.role_quoted))
        as fix
from pg_catalog.pg_constraint c
join tenant_table t on t.oid = c.conrelid
join relation p on p.oid = c.confrelid
left join tenant_table pt on pt.oid = p.oid
join reachable r on
    r.relation = p.oid
    and (
        (r.privilege = 'DELETE' and c.confdeltype in ('c', 'n', 'd'))
        or (r.privilege = 'UPDATE' and c.confupdtype in ('c', 'n', 'd')
            and (r.attnum is null or r.attnum = any (c.confkey)))
    )
where
    c.contype = 'f'
    and c.conparentid = 0
    and not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = pt.tenant_attnum
    )
group by t.oid, t.name, c.oid, c.conname, c.confdeltype, p.name, r.role_name
),

rule_t11 (object, role_name, what, reproduce, fix) as (
-- A runtime role was granted a privilege on a protected table that row security does not limit.
select
    t.name as object,
    r.role_name,
    format(
        '%s holds %s on %s (%s): row security does not apply to %s', min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), t.name, min(r.door),
        case when count(distinct r.privilege) = 1 then 'it' else 'them' end) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\n%s\nrollback;', min(r.role_quoted),
        case min(r.privilege)
            when 'MAINTAIN' then format('lock table %s in access exclusive mode; -- succeeds: nobody else can read it', t.name)
            when 'REFERENCES' then format('-- a foreign key to %s in a table of your own tells which keys of tenant B exist', t.name)
            when 'TRIGGER' then format('create trigger audit_probe before insert on %s execute function <yours>; -- sees tenant B''s writes', t.name)
            else format('truncate %s cascade; -- empties every tenant', t.name)
        end) as reproduce,
    format('revoke %s on %s from %s; -- %s', string_agg(distinct r.privilege, ', '), t.name, min(r.role_quoted), min(r.door))
        as fix
from relation t
join reachable r on
    r.relation = t.oid
    and r.privilege in ('TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN')
    and r.door_kind in ('grant', 'column grant', 'predefined role')
where
    t.kind in ('r', 'p')
    and (t.has_row_security or t.oid in (select tt.oid from tenant_table tt))
group by t.oid, t.name, r.role_name
),

rule_t13 (object, role_name, what, reproduce, fix) as (
-- A runtime role has a column list and, by another door, the whole table: the list limits nothing.
select
    t.name as object,
    c.role_name,
    format(
        '%s has %s on %s of %s columns of %s, and on the whole table too (%s): the column list limits nothing',
        c.role_quoted, c.privilege, c.columns, x.columns, t.name, w.door) as what,
    format(
        E'-- as %s\nselect has_table_privilege(current_user, %L, %L); -- t', c.role_quoted, t.name, c.privilege) as reproduce,
    format('revoke %s on %s from <who is named in: %s>; -- then grant the columns again', c.privilege, t.name, w.door) as fix
from relation t
join (
    select r.relation, r.role, r.role_name, r.role_quoted, r.privilege, count(distinct r.attnum) as columns
    from reachable r
    where r.door_kind = 'column grant'
    group by r.relation, r.role, r.role_name, r.role_quoted, r.privilege
) c on c.relation = t.oid
join (
    select r.relation, r.role, r.privilege, min(r.door) as door
    from reachable r
    where r.attnum is null and r.door_kind in ('grant', 'predefined role')
    group by r.relation, r.role, r.privilege
) w on w.relation = t.oid and w.role = c.role and w.privilege = c.privilege
join (
    select a.attrelid, count(*) as columns
    from pg_catalog.pg_attribute a
    where a.attnum > 0 and not a.attisdropped
    group by a.attrelid
) x on x.attrelid = t.oid
where c.columns < x.columns
),

rule_t14 (object, role_name, what, reproduce, fix) as (
-- A runtime role can use a sequence that counts for all tenants.
select
    s.name as object,
    r.role_name,
    format(
        '%s has %s on the sequence %s: its values tell how much all tenants together do%s', min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), s.name,
        case when bool_or(r.privilege = 'UPDATE') then ', and setval() makes everybody collide' else '' end) as what,
    format(
        E'-- as %s\nselect %s;', min(r.role_quoted),
        case
            when bool_or(r.privilege = 'SELECT') then format('last_value from %s', s.name)
            else format('nextval(%L)', s.name)
        end) as reproduce,
    format(
        E'revoke all on sequence %s from %s; -- number inside each tenant, or use generated always as identity', s.name,
        min(r.role_quoted)) as fix
from relation s
join reachable r on r.relation = s.oid and r.door_kind in ('grant', 'predefined role')
where s.kind = 'S' and s.schema in (select t.schema from tenant_table t)
group by s.oid, s.name, r.role_name
),

rule_t15 (object, role_name, what, reproduce, fix) as (
-- A runtime role can read or write large objects: they have no rows, so no policy.
select
    'large objects' as object,
    r.name as role_name,
    format(
        '%s can %s %s large objects, the first is %s: row security knows nothing of them, so every tenant shares them',
        r.quoted, case when bool_or(x.writes) then 'read and write' else 'read' end, count(distinct x.oid), min(x.oid))
        as what,
    format(E'-- as %s\nselect length(lo_get(%s)); -- answers for every tenant', r.quoted, min(x.oid)) as reproduce,
    format(
        E'revoke all on large object %s from %s; -- and the others; keep files in a bytea column behind a policy',
        min(x.oid), r.quoted) as fix
from (
    select l.oid, g.role, a.privilege_type = 'UPDATE' as writes
    from pg_catalog.pg_largeobject_metadata l
    cross join lateral aclexplode(l.lomacl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> l.lomowner
    union all
    select l.oid, g.role, true
    from pg_catalog.pg_largeobject_metadata l
    join role_reach g on g.reached = l.lomowner
) x
join runtime_role r on r.oid = x.role and not r.is_superuser
group by r.oid, r.name, r.quoted
),

rule_t16 (object, role_name, what, reproduce, fix) as (
-- A rule on a relation that a runtime role writes touches tenant tables with the rights of an owner that no policy binds.
select
    r.name || ' ' || quote_ident(w.rulename) as object,
    a.role_name,
    format(
        '%s may write %s, and its rule %I then touches %s as %s, whom no policy of that table binds', min(a.role_quoted), r.name,
        w.rulename, string_agg(distinct t.name, ', '), r.owner_name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (…); -- with a key of tenant B\nrollback; -- in between, tenant B''s rows in %s changed',
        min(a.role_quoted), r.name, min(t.name)) as reproduce,
    format('drop rule %I on %s; -- let a function that checks the tenant do it', w.rulename, r.name) as fix
from pg_catalog.pg_rewrite w
join relation r on r.oid = w.ev_class
join pg_catalog.pg_depend d on
    d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
join tenant_table t on t.oid = d.refobjid and t.oid <> r.oid
join reachable a on a.relation = r.oid and a.privilege in ('INSERT', 'UPDATE', 'DELETE')
where
    w.ev_type <> '1'
    and (r.owner_bypasses or (t.owner = r.owner and not t.is_forced) or not t.has_row_security)
group by r.oid, r.name, r.owner_name, w.oid, w.rulename, a.role_name
),

rule_t17 (object, role_name, what, reproduce, fix) as (
-- A trigger of a tenant table writes into a table that a runtime role reads and no policy protects.
select
    t.name || ' ' || quote_ident(g.tgname) as object,
    c.role_name,
    format(
        'the trigger %I of %s runs %s, which names %s: that table has no row security, and %s may read it', g.tgname, t.name,
        f.signature, c.name, c.role_quoted) as what,
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- rows of every tenant', c.role_quoted, c.name) as reproduce,
    format(
        E'revoke select on %1$s from %2$s; -- or give %1$s the tenant column, row security and a policy', c.name, c.role_quoted)
        as fix
from pg_catalog.pg_trigger g
join tenant_table t on t.oid = g.tgrelid
join function f on f.oid = g.tgfoid
join (
    select distinct r.oid, r.name, r.plain_name, a.role_name, a.role_quoted
    from relation r
    join reachable a on a.relation = r.oid and a.privilege = 'SELECT'
    cross join setting s
    where r.kind in ('r', 'p') and not r.has_row_security and r.plain_name <> all (s.shared_tables)
) c on
    c.oid <> t.oid
    and f.body ~* ('\m' || regexp_replace(split_part(c.plain_name, '.', 2), '([^[:alnum:]_])', '\\\1', 'g') || '\M')
where not g.tgisinternal and f.body ~* '\m(insert|update|merge|copy)\M'
),

rule_t18 (object, role_name, what, reproduce, fix) as (
-- A table that a runtime role reaches and that the baseline does not name.
select
    r.name as object,
    null::text as role_name,
    format(
        '%s is not in the baseline, and %s may use it (%s): nobody has said yet whose rows it holds', r.name,
        string_agg(distinct a.role_quoted, ', '), min(a.door)) as what,
    format(E'-- as postgres\nselect relacl from pg_class where oid = %L::regclass;', r.name) as reproduce,
    format('-- look at %s, then write the baseline again', r.name) as fix
from relation r
cross join setting s
join reachable a on a.relation = r.oid
where
    r.kind in ('r', 'p', 'f', 'm', 'v')
    and s.baseline_tables is not null
    and r.plain_name <> all (s.baseline_tables)
group by r.oid, r.name
)

select 'D01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d01 x
union all
select 'D02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d02 x
union all
select 'D03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d03 x
union all
select 'D04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d04 x
union all
select 'D05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d05 x
union all
select 'D06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_d06 x
union all
select 'R01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r01 x
union all
select 'R02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r02 x
union all
select 'R03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r03 x
union all
select 'R04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r04 x
union all
select 'R05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r05 x
union all
select 'R06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r06 x
union all
select 'R07'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r07 x
union all
select 'R08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r08 x
union all
select 'R09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r09 x
union all
select 'R10'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r10 x
union all
select 'R11'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r11 x
union all
select 'R12'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_r12 x
union all
select 'T01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t01 x
union all
select 'T02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t02 x
union all
select 'T03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t03 x
union all
select 'T04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t04 x
union all
select 'T05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t05 x
union all
select 'T06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t06 x
union all
select 'T08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t08 x
union all
select 'T09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t09 x
union all
select 'T10'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t10 x
union all
select 'T11'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t11 x
union all
select 'T13'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t13 x
union all
select 'T14'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t14 x
union all
select 'T15'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t15 x
union all
select 'T16'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t16 x
union all
select 'T17'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t17 x
union all
select 'T18'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from rule_t18 x
order by 1, 2, 3, 4
$audit$;

-- What each runtime role sees of each relation, and by which door.
create function shikiri_audit.matrix_for(settings jsonb)
returns table (role_name text, relation text, kind text, command text, sees text, door text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $audit$
-- What every audit rule reads: roles, doors, tenant tables, policies and functions, from the catalogue and one parameter.

-- A rule is a plain `select` over these names; it is run as this text followed by the rule. Any role that can log in
-- may run it, on PostgreSQL 15 to 18: it reads no table of yours, no pg_authid and no pg_statistic.
--
-- The parameter is a JSON object; a key that is absent means what stands behind it:
--     runtime_roles      the logins of applications; absent: every login that is not the server's first superuser
--     known_logins       other logins that may exist (migrations, backup, DBAs); absent: none
--     tenant_columns     names of the column that says whose a row is, the first one that a table has; absent: tenant_id
--     context_functions  functions that answer the tenant (schema.name); absent: what policies of tenant tables call
--     context_settings   settings that hold the tenant; absent: what policies and context functions read
--     shared_tables      tables that belong to everybody although they have such a column (schema.table)
--     ignored_schemas    schemas that are not judged
--     baseline_tables    tables that were there when somebody last looked (schema.table); absent: no baseline
with recursive given as (
    select $1::jsonb as it
),
setting as (
    select
        array(select jsonb_array_elements_text(g.it -> 'runtime_roles')) as runtime_roles,
        array(select jsonb_array_elements_text(g.it -> 'known_logins')) as known_logins,
        array(select jsonb_array_elements_text(coalesce(g.it -> 'tenant_columns', '["tenant_id"]'))) as tenant_columns,
        array(select jsonb_array_elements_text(g.it -> 'context_functions')) as context_functions,
        array(select jsonb_array_elements_text(g.it -> 'context_settings')) as context_settings,
        array(select jsonb_array_elements_text(g.it -> 'shared_tables')) as shared_tables,
        array(select jsonb_array_elements_text(g.it -> 'ignored_schemas')) as ignored_schemas,
        case
            when jsonb_typeof(g.it -> 'baseline_tables') = 'array'
                then array(select jsonb_array_elements_text(g.it -> 'baseline_tables'))
        end as baseline_tables
    from given g
),

-- Roles ---------------------------------------------------------------------------------------------------------

-- Every role, with its attributes. `bypasses` is what row security does not bind.
role as (
    select
        r.oid, r.rolname::text as name, quote_ident(r.rolname) as quoted,
        r.rolcanlogin as can_log_in, r.rolinherit as inherits,
        r.rolsuper as is_superuser, r.rolbypassrls as has_bypassrls, r.rolsuper or r.rolbypassrls as bypasses,
        r.rolcreaterole as has_createrole, r.rolreplication as has_replication,
        r.oid < 16384 as is_builtin
    from pg_catalog.pg_roles r
),
-- The logins that applications use.
runtime_role as (
    select r.*
    from role r cross join setting s
    where
        case
            when cardinality(s.runtime_roles) = 0 then r.can_log_in and not r.is_builtin
            else r.name = any (s.runtime_roles)
        end
),
-- A membership and what it gives. Before PostgreSQL 16 it is the member that inherits or not, and everybody may SET
-- ROLE; since then each grant says so. ADMIN counts as SET: whoever has it may grant it to himself.
membership as (
    select
        m.member, m.roleid as role,
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.inherits) as may_inherit,
        coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) or m.admin_option as may_set
    from pg_catalog.pg_auth_members m
    join role r on r.oid = m.member
),
-- Every way from a login (or a declared role) to another role: first any number of SET ROLE, then inheritance.
role_step as (
    select
        r.oid as role, r.oid as reached, false as needs_set, true as may_set_on, r.quoted as path,
        null::text collate "C" as first_hop
    from role r
    where r.can_log_in or r.oid in (select rr.oid from runtime_role rr)
    union
    select
        s.role, m.role, s.needs_set or h.is_set, h.is_set,
        s.path || case when h.is_set then ' => set role ' else ' -> inherits ' end || to_role.quoted,
        coalesce(s.first_hop, to_role.quoted)
    from role_step s
    join membership m on m.member = s.reached
    join role to_role on to_role.oid = m.role
    cross join lateral (
        select true as is_set where m.may_set and s.may_set_on
        union all
        select false where m.may_inherit
    ) h
),
-- The best of those ways: without SET ROLE if there is one. Every role reaches itself. `first_hop` is the role that was
-- granted to the login itself, at the beginning of the way: revoking it closes the way.
role_reach as (
    select distinct on (s.role, s.reached)
        s.role, s.reached, s.needs_set, s.path, s.first_hop
    from role_step s
    order by s.role, s.reached, s.needs_set, length(s.path), s.path
),
-- The same with PUBLIC (oid 0) as one more role that everybody is in.
grantee_reach as (
    select r.role, r.reached as grantee, r.needs_set, r.path from role_reach r
    union all
    select r.role, 0::oid, false, 'public' from role_reach r where r.role = r.reached
),
-- Who gets past every privilege, and by which way.
superuser_reach as (
    select r.role, r.needs_set, r.path
    from role_reach r
    join role s on s.oid = r.reached and s.is_superuser
),

-- Relations -----------------------------------------------------------------------------------------------------

schema as (
    select n.oid, n.nspname::text as name, quote_ident(n.nspname) as quoted, n.nspowner as owner, n.nspacl as acl
    from pg_catalog.pg_namespace n cross join setting s
    where
        n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        and n.nspname !~ '^pg_(toast_)?temp_'
        and n.nspname::text <> all (s.ignored_schemas)
),
-- Tables, partitioned tables, views, materialised views, foreign tables and sequences outside the system's schemas.
relation as (
    select
        c.oid, s.oid as schema, c.relkind::text as kind,
        s.quoted || '.' || quote_ident(c.relname) as name, s.name || '.' || c.relname as plain_name,
        c.relowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        c.relrowsecurity as has_row_security, c.relforcerowsecurity as is_forced, c.relispartition as is_partition,
        c.relacl as acl, c.reloptions as options,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_class c
    join schema s on s.oid = c.relnamespace
    join role o on o.oid = c.relowner
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
),
-- Tables with a tenant column that are not shared: partitions and children too, each by itself.
tenant_table as (
    select distinct on (r.oid)
        r.*,
        a.attnum as tenant_attnum,
        a.attname::text as tenant_column,
        quote_ident(a.attname) as tenant_column_quoted,
        a.atttypid as tenant_type,
        a.attnotnull as tenant_is_not_null,
        (select i.inhparent from pg_catalog.pg_inherits i where i.inhrelid = r.oid order by i.inhseqno limit 1) as parent
    from relation r
    cross join setting s
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where
        r.kind in ('r', 'p')
        and a.attname::text = any (s.tenant_columns)
        and r.plain_name <> all (s.shared_tables)
    order by r.oid, array_position(s.tenant_columns, a.attname::text)
),

-- Doors ---------------------------------------------------------------------------------------------------------

-- Which login may name things in which schema.
schema_reach as (
    select distinct on (x.role, x.schema)
        x.role, x.schema, x.needs_set
    from (
        select g.role, s.oid as schema, g.needs_set
        from schema s
        cross join lateral aclexplode(s.acl) a
        join grantee_reach g on g.grantee = a.grantee
        where a.privilege_type = 'USAGE'
        union all
        select r.role, s.oid, r.needs_set from schema s join role_reach r on r.reached = s.owner
        union all
        select r.role, s.oid, r.needs_set
        from role_reach r
        join role p on p.oid = r.reached and p.name in ('pg_read_all_data', 'pg_write_all_data')
        cross join schema s
        union all
        select u.role, s.oid, u.needs_set from superuser_reach u cross join schema s
    ) x
    order by x.role, x.schema, x.needs_set
),
-- Every privilege on a relation that a grant, ownership, a predefined role or a superuser gives, before USAGE.
relation_door as (
    select
        g.role, r.oid as relation, a.privilege_type as privilege, null::smallint as attnum, g.needs_set,
        'grant' as door_kind,
        case when g.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from relation r
    cross join lateral aclexplode(r.acl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select
        g.role, r.oid, a.privilege_type, c.attnum, g.needs_set, 'column grant',
        case when g.grantee = 0 then 'column grant to public' else 'column grant: ' || g.path end
    from relation r
    join pg_catalog.pg_attribute c on c.attrelid = r.oid and c.attacl is not null and not c.attisdropped
    cross join lateral aclexplode(c.attacl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select o.role, r.oid, p.privilege, null, o.needs_set, 'owner', 'owner: ' || o.path
    from relation r
    join role_reach o on o.reached = r.owner
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
    union all
    select b.role, r.oid, p.privilege, null, b.needs_set, 'predefined role', 'predefined role: ' || b.path
    from role_reach b
    join role n on n.oid = b.reached
    join (
        values
            ('pg_read_all_data', 'SELECT'),
            ('pg_write_all_data', 'INSERT'), ('pg_write_all_data', 'UPDATE'), ('pg_write_all_data', 'DELETE'),
            ('pg_maintain', 'MAINTAIN')
    ) p (role_name, privilege) on p.role_name = n.name
    cross join relation r
    where r.kind <> 'S' or p.privilege in ('SELECT', 'UPDATE')
    union all
    select u.role, r.oid, p.privilege, null, u.needs_set, 'superuser', 'superuser: ' || u.path
    from superuser_reach u
    cross join relation r
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
),
-- What each login can really do: the privilege and USAGE on the schema. One line for each privilege, column and door.
login_reachable as (
    select
        d.role, l.name as role_name, l.quoted as role_quoted, d.relation, d.privilege, d.attnum,
        d.needs_set or s.needs_set as needs_set, d.door_kind, d.door
    from relation_door d
    join relation r on r.oid = d.relation
    join schema_reach s on s.role = d.role and s.schema = r.schema
    join role l on l.oid = d.role
),
-- The same for runtime roles, without the doors that being (or becoming) a superuser opens: R01 and R05 speak of those,
-- and every other rule would only repeat it for each table.
reachable as (
    select l.*
    from login_reachable l
    where l.role in (select r.oid from runtime_role r) and l.door_kind <> 'superuser'
),

-- Policies ------------------------------------------------------------------------------------------------------

-- Every policy of a relation, with its expressions as Postgres writes them. `command`: '*', 'r', 'a', 'w', 'd'.
-- `check_effective` is what new rows must pass: for ALL and UPDATE it is USING when WITH CHECK is absent.
policy as (
    select
        p.oid,
        p.polname::text as name,
        quote_ident(p.polname) as quoted,
        p.polrelid as relation,
        r.name as relation_name,
        p.polpermissive as is_permissive,
        p.polcmd::text as command,
        p.polroles as roles,
        p.polroles = array[0::oid] as is_to_public,
        pg_get_expr(p.polqual, p.polrelid) as using_text,
        pg_get_expr(p.polwithcheck, p.polrelid) as check_text,
        case
            when p.polcmd in ('*', 'w') then pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid)
            when p.polcmd = 'a' then pg_get_expr(p.polwithcheck, p.polrelid)
        end as check_effective
    from pg_catalog.pg_policy p
    join relation r on r.oid = p.polrelid
),
-- Which policies bind which runtime role: those to PUBLIC, to itself, or to a role whose rights it inherits.
policy_binds as (
    select distinct p.oid as policy, p.relation, g.role
    from policy p
    join grantee_reach g on g.grantee = any (p.roles) and not g.needs_set
    where g.role in (select r.oid from runtime_role r)
),
-- Functions and relations that the expressions of a policy name.
policy_function as (
    select distinct p.oid as policy, d.refobjid as function
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_proc'::regclass
),
policy_relation as (
    select distinct p.oid as policy, d.refobjid as relation
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> p.relation
),

-- Functions -----------------------------------------------------------------------------------------------------

-- Functions and procedures outside the system's schemas. `arguments` is how a GRANT names them.
function as (
    select
        p.oid, s.oid as schema,
        s.quoted || '.' || quote_ident(p.proname) as name, s.name || '.' || p.proname as plain_name,
        s.quoted || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
        case when p.prokind = 'p' then 'procedure' else 'function' end as word,
        p.prokind::text as kind, p.pronargs as arguments, p.proretset as returns_set, p.prorettype as return_type,
        p.proowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        p.prosecdef as is_definer, p.provolatile::text as volatility, p.proleakproof as is_leakproof,
        l.lanname::text as language, l.lanpltrusted as language_is_trusted,
        p.proconfig as config, p.proacl as acl,
        case
            when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid)
            when l.lanname in ('c', 'internal') then ''
            else p.prosrc
        end as body,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_proc p
    join schema s on s.oid = p.pronamespace
    join role o on o.oid = p.proowner
    join pg_catalog.pg_language l on l.oid = p.prolang
),
-- Which runtime role may call which function, and by which door; again without those of a superuser.
callable as (
    select distinct on (x.role, x.function)
        x.role, rr.name as role_name, rr.quoted as role_quoted, x.function, x.needs_set or s.needs_set as needs_set,
        x.door_kind, x.door
    from (
        select
            g.role, f.oid as function, f.schema, g.needs_set, 'grant' as door_kind,
            case when g.grantee = 0 then 'execute for public' else 'grant: ' || g.path end as door
        from function f
        cross join lateral aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
        join grantee_reach g on g.grantee = a.grantee
        where a.grantee <> f.owner
        union all
        select r.role, f.oid, f.schema, r.needs_set, 'owner', 'owner: ' || r.path
        from function f join role_reach r on r.reached = f.owner
    ) x
    join runtime_role rr on rr.oid = x.role
    join schema_reach s on s.role = x.role and s.schema = x.schema
    order by x.role, x.function, x.needs_set or s.needs_set, x.door
),
-- The functions that answer whose transaction this is.
context_function as (
    select f.*
    from function f cross join setting s
    where
        case
            when cardinality(s.context_functions) > 0
                then f.plain_name = any (s.context_functions) or f.plain_name || '()' = any (s.context_functions)
            when cardinality(s.context_settings) > 0 then false
            else f.arguments = 0 and f.oid in (
                select pf.function
                from policy_function pf
                join policy p on p.oid = pf.policy
                where p.relation in (select t.oid from tenant_table t)
            )
        end
),
-- The settings that hold it.
context_setting as (
    select x.name
    from setting s cross join lateral unnest(s.context_settings) x (name)
    union
    select m.parts[1]
    from setting s
    cross join lateral (
        select coalesce(p.using_text, '') || ' ' || coalesce(p.check_text, '') as words
        from policy p
        where p.relation in (select t.oid from tenant_table t) and cardinality(s.context_functions) = 0
        union all
        select c.body from context_function c
    ) t
    cross join lateral regexp_matches(t.words, 'current_setting\s*\(\s*''([^'']+)''', 'gi') m (parts)
    where cardinality(s.context_settings) = 0
),

-- Views ---------------------------------------------------------------------------------------------------------

-- What a view or materialised view reads, directly.
view_names as (
    select distinct w.ev_class as view, d.refobjid as relation
    from pg_catalog.pg_rewrite w
    join relation v on v.oid = w.ev_class and v.kind in ('v', 'm')
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> w.ev_class
),
-- The same through views of views.
view_reads as (
    select n.view, n.relation from view_names n
    union
    select r.view, n.relation
    from view_reads r
    join view_names n on n.view = r.relation
)
-- The access matrix: what each runtime role sees of each relation with each command, and by which door.
select
    r.name::text as role_name,
    c.name::text as relation,
    case c.kind
        when 'v' then 'view'
        when 'm' then 'materialised view'
        when 'f' then 'foreign table'
        else 'table'
    end as kind,
    k.command as command,
    case
        when d.door is null then 'none'
        when r.bypasses or d.by_superuser then 'every tenant'
        when c.kind = 'v' and coalesce(array_to_string(c.options, ','), '') ~ 'security_invoker=(true|on|1|yes)'
            then 'as its tables'
        when c.kind = 'v' then 'as its owner'
        when c.kind in ('m', 'f') or not c.has_row_security then 'every tenant'
        when d.by_owner and not c.is_forced then 'every tenant'
        when k.command = 'TRUNCATE' then 'every tenant'
        when p.names is null then 'nothing'
        else 'by policy'
    end as sees,
    case
        when d.door is null then ''
        else d.door || coalesce('; policy: ' || p.names, '')
    end as door
from runtime_role r
cross join relation c
cross join (
    values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd'), ('TRUNCATE', '')
) k (command, policy_command)
left join lateral (
    select
        string_agg(distinct l.door || case when l.needs_set then ' (after set role)' else '' end, ', ') as door,
        bool_or(l.door_kind = 'superuser') as by_superuser,
        bool_or(l.door_kind = 'owner') as by_owner
    from login_reachable l
    where l.role = r.oid and l.relation = c.oid and l.privilege = k.command
) d on true
left join lateral (
    select string_agg(o.quoted, ', ' order by o.quoted) as names
    from policy o
    join policy_binds b on b.policy = o.oid and b.role = r.oid
    where o.relation = c.oid and o.is_permissive and o.command in ('*', k.policy_command)
) p on true
where
    c.kind in ('r', 'p', 'v', 'm', 'f')
    -- A line without a door is worth a line only where tenants are.
    and (d.door is not null or c.oid in (select t.oid from tenant_table t))
order by 1, 2, array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'], k.command)
$audit$;

-- What each login can become.
create function shikiri_audit.role_paths_for(settings jsonb)
returns table (login text, reaches text, path text, means text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
as $audit$
-- What every audit rule reads: roles, doors, tenant tables, policies and functions, from the catalogue and one parameter.

-- A rule is a plain `select` over these names; it is run as this text followed by the rule. Any role that can log in
-- may run it, on PostgreSQL 15 to 18: it reads no table of yours, no pg_authid and no pg_statistic.
--
-- The parameter is a JSON object; a key that is absent means what stands behind it:
--     runtime_roles      the logins of applications; absent: every login that is not the server's first superuser
--     known_logins       other logins that may exist (migrations, backup, DBAs); absent: none
--     tenant_columns     names of the column that says whose a row is, the first one that a table has; absent: tenant_id
--     context_functions  functions that answer the tenant (schema.name); absent: what policies of tenant tables call
--     context_settings   settings that hold the tenant; absent: what policies and context functions read
--     shared_tables      tables that belong to everybody although they have such a column (schema.table)
--     ignored_schemas    schemas that are not judged
--     baseline_tables    tables that were there when somebody last looked (schema.table); absent: no baseline
with recursive given as (
    select $1::jsonb as it
),
setting as (
    select
        array(select jsonb_array_elements_text(g.it -> 'runtime_roles')) as runtime_roles,
        array(select jsonb_array_elements_text(g.it -> 'known_logins')) as known_logins,
        array(select jsonb_array_elements_text(coalesce(g.it -> 'tenant_columns', '["tenant_id"]'))) as tenant_columns,
        array(select jsonb_array_elements_text(g.it -> 'context_functions')) as context_functions,
        array(select jsonb_array_elements_text(g.it -> 'context_settings')) as context_settings,
        array(select jsonb_array_elements_text(g.it -> 'shared_tables')) as shared_tables,
        array(select jsonb_array_elements_text(g.it -> 'ignored_schemas')) as ignored_schemas,
        case
            when jsonb_typeof(g.it -> 'baseline_tables') = 'array'
                then array(select jsonb_array_elements_text(g.it -> 'baseline_tables'))
        end as baseline_tables
    from given g
),

-- Roles ---------------------------------------------------------------------------------------------------------

-- Every role, with its attributes. `bypasses` is what row security does not bind.
role as (
    select
        r.oid, r.rolname::text as name, quote_ident(r.rolname) as quoted,
        r.rolcanlogin as can_log_in, r.rolinherit as inherits,
        r.rolsuper as is_superuser, r.rolbypassrls as has_bypassrls, r.rolsuper or r.rolbypassrls as bypasses,
        r.rolcreaterole as has_createrole, r.rolreplication as has_replication,
        r.oid < 16384 as is_builtin
    from pg_catalog.pg_roles r
),
-- The logins that applications use.
runtime_role as (
    select r.*
    from role r cross join setting s
    where
        case
            when cardinality(s.runtime_roles) = 0 then r.can_log_in and not r.is_builtin
            else r.name = any (s.runtime_roles)
        end
),
-- A membership and what it gives. Before PostgreSQL 16 it is the member that inherits or not, and everybody may SET
-- ROLE; since then each grant says so. ADMIN counts as SET: whoever has it may grant it to himself.
membership as (
    select
        m.member, m.roleid as role,
        coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.inherits) as may_inherit,
        coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) or m.admin_option as may_set
    from pg_catalog.pg_auth_members m
    join role r on r.oid = m.member
),
-- Every way from a login (or a declared role) to another role: first any number of SET ROLE, then inheritance.
role_step as (
    select
        r.oid as role, r.oid as reached, false as needs_set, true as may_set_on, r.quoted as path,
        null::text collate "C" as first_hop
    from role r
    where r.can_log_in or r.oid in (select rr.oid from runtime_role rr)
    union
    select
        s.role, m.role, s.needs_set or h.is_set, h.is_set,
        s.path || case when h.is_set then ' => set role ' else ' -> inherits ' end || to_role.quoted,
        coalesce(s.first_hop, to_role.quoted)
    from role_step s
    join membership m on m.member = s.reached
    join role to_role on to_role.oid = m.role
    cross join lateral (
        select true as is_set where m.may_set and s.may_set_on
        union all
        select false where m.may_inherit
    ) h
),
-- The best of those ways: without SET ROLE if there is one. Every role reaches itself. `first_hop` is the role that was
-- granted to the login itself, at the beginning of the way: revoking it closes the way.
role_reach as (
    select distinct on (s.role, s.reached)
        s.role, s.reached, s.needs_set, s.path, s.first_hop
    from role_step s
    order by s.role, s.reached, s.needs_set, length(s.path), s.path
),
-- The same with PUBLIC (oid 0) as one more role that everybody is in.
grantee_reach as (
    select r.role, r.reached as grantee, r.needs_set, r.path from role_reach r
    union all
    select r.role, 0::oid, false, 'public' from role_reach r where r.role = r.reached
),
-- Who gets past every privilege, and by which way.
superuser_reach as (
    select r.role, r.needs_set, r.path
    from role_reach r
    join role s on s.oid = r.reached and s.is_superuser
),

-- Relations -----------------------------------------------------------------------------------------------------

schema as (
    select n.oid, n.nspname::text as name, quote_ident(n.nspname) as quoted, n.nspowner as owner, n.nspacl as acl
    from pg_catalog.pg_namespace n cross join setting s
    where
        n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
        and n.nspname !~ '^pg_(toast_)?temp_'
        and n.nspname::text <> all (s.ignored_schemas)
),
-- Tables, partitioned tables, views, materialised views, foreign tables and sequences outside the system's schemas.
relation as (
    select
        c.oid, s.oid as schema, c.relkind::text as kind,
        s.quoted || '.' || quote_ident(c.relname) as name, s.name || '.' || c.relname as plain_name,
        c.relowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        c.relrowsecurity as has_row_security, c.relforcerowsecurity as is_forced, c.relispartition as is_partition,
        c.relacl as acl, c.reloptions as options,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_class c
    join schema s on s.oid = c.relnamespace
    join role o on o.oid = c.relowner
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
),
-- Tables with a tenant column that are not shared: partitions and children too, each by itself.
tenant_table as (
    select distinct on (r.oid)
        r.*,
        a.attnum as tenant_attnum,
        a.attname::text as tenant_column,
        quote_ident(a.attname) as tenant_column_quoted,
        a.atttypid as tenant_type,
        a.attnotnull as tenant_is_not_null,
        (select i.inhparent from pg_catalog.pg_inherits i where i.inhrelid = r.oid order by i.inhseqno limit 1) as parent
    from relation r
    cross join setting s
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where
        r.kind in ('r', 'p')
        and a.attname::text = any (s.tenant_columns)
        and r.plain_name <> all (s.shared_tables)
    order by r.oid, array_position(s.tenant_columns, a.attname::text)
),

-- Doors ---------------------------------------------------------------------------------------------------------

-- Which login may name things in which schema.
schema_reach as (
    select distinct on (x.role, x.schema)
        x.role, x.schema, x.needs_set
    from (
        select g.role, s.oid as schema, g.needs_set
        from schema s
        cross join lateral aclexplode(s.acl) a
        join grantee_reach g on g.grantee = a.grantee
        where a.privilege_type = 'USAGE'
        union all
        select r.role, s.oid, r.needs_set from schema s join role_reach r on r.reached = s.owner
        union all
        select r.role, s.oid, r.needs_set
        from role_reach r
        join role p on p.oid = r.reached and p.name in ('pg_read_all_data', 'pg_write_all_data')
        cross join schema s
        union all
        select u.role, s.oid, u.needs_set from superuser_reach u cross join schema s
    ) x
    order by x.role, x.schema, x.needs_set
),
-- Every privilege on a relation that a grant, ownership, a predefined role or a superuser gives, before USAGE.
relation_door as (
    select
        g.role, r.oid as relation, a.privilege_type as privilege, null::smallint as attnum, g.needs_set,
        'grant' as door_kind,
        case when g.grantee = 0 then 'grant to public' else 'grant: ' || g.path end as door
    from relation r
    cross join lateral aclexplode(r.acl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select
        g.role, r.oid, a.privilege_type, c.attnum, g.needs_set, 'column grant',
        case when g.grantee = 0 then 'column grant to public' else 'column grant: ' || g.path end
    from relation r
    join pg_catalog.pg_attribute c on c.attrelid = r.oid and c.attacl is not null and not c.attisdropped
    cross join lateral aclexplode(c.attacl) a
    join grantee_reach g on g.grantee = a.grantee
    where a.grantee <> r.owner
    union all
    select o.role, r.oid, p.privilege, null, o.needs_set, 'owner', 'owner: ' || o.path
    from relation r
    join role_reach o on o.reached = r.owner
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
    union all
    select b.role, r.oid, p.privilege, null, b.needs_set, 'predefined role', 'predefined role: ' || b.path
    from role_reach b
    join role n on n.oid = b.reached
    join (
        values
            ('pg_read_all_data', 'SELECT'),
            ('pg_write_all_data', 'INSERT'), ('pg_write_all_data', 'UPDATE'), ('pg_write_all_data', 'DELETE'),
            ('pg_maintain', 'MAINTAIN')
    ) p (role_name, privilege) on p.role_name = n.name
    cross join relation r
    where r.kind <> 'S' or p.privilege in ('SELECT', 'UPDATE')
    union all
    select u.role, r.oid, p.privilege, null, u.needs_set, 'superuser', 'superuser: ' || u.path
    from superuser_reach u
    cross join relation r
    cross join lateral unnest(
        case
            when r.kind = 'S' then array['SELECT', 'UPDATE', 'USAGE']
            else array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']
        end
    ) p (privilege)
),
-- What each login can really do: the privilege and USAGE on the schema. One line for each privilege, column and door.
login_reachable as (
    select
        d.role, l.name as role_name, l.quoted as role_quoted, d.relation, d.privilege, d.attnum,
        d.needs_set or s.needs_set as needs_set, d.door_kind, d.door
    from relation_door d
    join relation r on r.oid = d.relation
    join schema_reach s on s.role = d.role and s.schema = r.schema
    join role l on l.oid = d.role
),
-- The same for runtime roles, without the doors that being (or becoming) a superuser opens: R01 and R05 speak of those,
-- and every other rule would only repeat it for each table.
reachable as (
    select l.*
    from login_reachable l
    where l.role in (select r.oid from runtime_role r) and l.door_kind <> 'superuser'
),

-- Policies ------------------------------------------------------------------------------------------------------

-- Every policy of a relation, with its expressions as Postgres writes them. `command`: '*', 'r', 'a', 'w', 'd'.
-- `check_effective` is what new rows must pass: for ALL and UPDATE it is USING when WITH CHECK is absent.
policy as (
    select
        p.oid,
        p.polname::text as name,
        quote_ident(p.polname) as quoted,
        p.polrelid as relation,
        r.name as relation_name,
        p.polpermissive as is_permissive,
        p.polcmd::text as command,
        p.polroles as roles,
        p.polroles = array[0::oid] as is_to_public,
        pg_get_expr(p.polqual, p.polrelid) as using_text,
        pg_get_expr(p.polwithcheck, p.polrelid) as check_text,
        case
            when p.polcmd in ('*', 'w') then pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid)
            when p.polcmd = 'a' then pg_get_expr(p.polwithcheck, p.polrelid)
        end as check_effective
    from pg_catalog.pg_policy p
    join relation r on r.oid = p.polrelid
),
-- Which policies bind which runtime role: those to PUBLIC, to itself, or to a role whose rights it inherits.
policy_binds as (
    select distinct p.oid as policy, p.relation, g.role
    from policy p
    join grantee_reach g on g.grantee = any (p.roles) and not g.needs_set
    where g.role in (select r.oid from runtime_role r)
),
-- Functions and relations that the expressions of a policy name.
policy_function as (
    select distinct p.oid as policy, d.refobjid as function
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_proc'::regclass
),
policy_relation as (
    select distinct p.oid as policy, d.refobjid as relation
    from policy p
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> p.relation
),

-- Functions -----------------------------------------------------------------------------------------------------

-- Functions and procedures outside the system's schemas. `arguments` is how a GRANT names them.
function as (
    select
        p.oid, s.oid as schema,
        s.quoted || '.' || quote_ident(p.proname) as name, s.name || '.' || p.proname as plain_name,
        s.quoted || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
        case when p.prokind = 'p' then 'procedure' else 'function' end as word,
        p.prokind::text as kind, p.pronargs as arguments, p.proretset as returns_set, p.prorettype as return_type,
        p.proowner as owner, o.quoted as owner_name, o.bypasses as owner_bypasses,
        p.prosecdef as is_definer, p.provolatile::text as volatility, p.proleakproof as is_leakproof,
        l.lanname::text as language, l.lanpltrusted as language_is_trusted,
        p.proconfig as config, p.proacl as acl,
        case
            when p.prosqlbody is not null then pg_get_function_sqlbody(p.oid)
            when l.lanname in ('c', 'internal') then ''
            else p.prosrc
        end as body,
        exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        ) as is_of_extension
    from pg_catalog.pg_proc p
    join schema s on s.oid = p.pronamespace
    join role o on o.oid = p.proowner
    join pg_catalog.pg_language l on l.oid = p.prolang
),
-- Which runtime role may call which function, and by which door; again without those of a superuser.
callable as (
    select distinct on (x.role, x.function)
        x.role, rr.name as role_name, rr.quoted as role_quoted, x.function, x.needs_set or s.needs_set as needs_set,
        x.door_kind, x.door
    from (
        select
            g.role, f.oid as function, f.schema, g.needs_set, 'grant' as door_kind,
            case when g.grantee = 0 then 'execute for public' else 'grant: ' || g.path end as door
        from function f
        cross join lateral aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
        join grantee_reach g on g.grantee = a.grantee
        where a.grantee <> f.owner
        union all
        select r.role, f.oid, f.schema, r.needs_set, 'owner', 'owner: ' || r.path
        from function f join role_reach r on r.reached = f.owner
    ) x
    join runtime_role rr on rr.oid = x.role
    join schema_reach s on s.role = x.role and s.schema = x.schema
    order by x.role, x.function, x.needs_set or s.needs_set, x.door
),
-- The functions that answer whose transaction this is.
context_function as (
    select f.*
    from function f cross join setting s
    where
        case
            when cardinality(s.context_functions) > 0
                then f.plain_name = any (s.context_functions) or f.plain_name || '()' = any (s.context_functions)
            when cardinality(s.context_settings) > 0 then false
            else f.arguments = 0 and f.oid in (
                select pf.function
                from policy_function pf
                join policy p on p.oid = pf.policy
                where p.relation in (select t.oid from tenant_table t)
            )
        end
),
-- The settings that hold it.
context_setting as (
    select x.name
    from setting s cross join lateral unnest(s.context_settings) x (name)
    union
    select m.parts[1]
    from setting s
    cross join lateral (
        select coalesce(p.using_text, '') || ' ' || coalesce(p.check_text, '') as words
        from policy p
        where p.relation in (select t.oid from tenant_table t) and cardinality(s.context_functions) = 0
        union all
        select c.body from context_function c
    ) t
    cross join lateral regexp_matches(t.words, 'current_setting\s*\(\s*''([^'']+)''', 'gi') m (parts)
    where cardinality(s.context_settings) = 0
),

-- Views ---------------------------------------------------------------------------------------------------------

-- What a view or materialised view reads, directly.
view_names as (
    select distinct w.ev_class as view, d.refobjid as relation
    from pg_catalog.pg_rewrite w
    join relation v on v.oid = w.ev_class and v.kind in ('v', 'm')
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
    where d.refclassid = 'pg_catalog.pg_class'::regclass and d.refobjid <> w.ev_class
),
-- The same through views of views.
view_reads as (
    select n.view, n.relation from view_names n
    union
    select r.view, n.relation
    from view_reads r
    join view_names n on n.view = r.relation
)
-- What each login can become, by memberships and SET ROLE, and what being that role means here.
select
    l.name as login,
    m.name as reaches,
    p.path as path,
    array_to_string(
        array[
            case when m.is_superuser then 'superuser' end,
            case when m.has_bypassrls then 'bypasses row security' end,
            case when m.has_createrole then 'makes roles' end,
            case when m.has_replication then 'replicates' end,
            (
                select format('owns %s tenant tables', count(*))
                from tenant_table t
                where t.owner = m.oid
                having count(*) > 0
            ),
            case when m.oid in (select r.oid from runtime_role r) then 'runtime role' end
        ],
        ', ') as means
from role_reach p
join role l on l.oid = p.role
join role m on m.oid = p.reached
order by 1, 2
$audit$;

revoke all on function shikiri_audit.findings_for(jsonb), shikiri_audit.matrix_for(jsonb),
    shikiri_audit.role_paths_for(jsonb) from public;

-- What the rules find with the settings of this database, gravest first.
create view shikiri_audit.findings as
select
    f.rule,
    r.severity,
    f.object,
    f.role_name,
    f.what,
    f.reproduce,
    f.fix,
    r.title_en,
    r.title_ja
from shikiri_audit.settings s
cross join lateral shikiri_audit.findings_for(s.settings) f
join (
    values
        ('D01', 'high', 'A runtime role may create objects', '実行時ロールがオブジェクトを作成できる'),
        ('D02', 'high', 'Default privileges open every future table', 'デフォルト権限が将来の表をすべて開放する'),
        ('D03', 'medium', 'A publication sends every tenant''s rows', 'パブリケーションが全テナントの行を送る'),
        ('D04', 'high', 'A catalog that holds rows is granted', '行の値を含むカタログが読める'),
        ('D05', 'info', 'PUBLIC may connect or make temporary objects', 'PUBLICが接続や一時オブジェクトの作成をできる'),
        ('D06', 'info', 'The server log does not say how many rows a statement gave', 'サーバーログに行数が残らない'),
        ('R01', 'critical', 'A runtime role is a superuser', '実行時ロールがスーパーユーザーである'),
        ('R02', 'critical', 'A runtime role has BYPASSRLS', '実行時ロールがBYPASSRLSを持つ'),
        ('R03', 'critical', 'A runtime role owns a tenant table', '実行時ロールがテナント表を所有している'),
        ('R04', 'critical', 'A runtime role is a member of a table owner', '実行時ロールが表の所有者ロールのメンバーである'),
        ('R05', 'critical', 'A runtime role can become one that bypasses row security', '実行時ロールが行セキュリティを回避するロールになれる'),
        ('R06', 'high', 'A runtime role has CREATEROLE', '実行時ロールがCREATEROLEを持つ'),
        ('R07', 'high', 'A runtime role has REPLICATION', '実行時ロールがREPLICATIONを持つ'),
        ('R08', 'high', 'A runtime role is in a powerful predefined role', '実行時ロールが強力な定義済みロールに属する'),
        ('R09', 'critical', 'A role or database default presets what the wall stands on', 'ロールやデータベースの既定値がテナント文脈などを設定している'),
        ('R10', 'high', 'A login that nobody declared reaches tenant data', '申告されていないログインロールがテナントデータに届く'),
        ('R11', 'medium', 'A runtime login works through SET ROLE', '実行時ログインがSET ROLEで切り替えて動く'),
        ('R12', 'low', 'The owner of tenant tables can log in', 'テナント表の所有者がログインできる'),
        ('T01', 'critical', 'A tenant table that a runtime role can reach has no row security', '実行時ロールが届くテナント表に行セキュリティがない'),
        ('T02', 'high', 'Row security is not forced on the owner', '行セキュリティが所有者に強制（FORCE）されていない'),
        ('T03', 'critical', 'Policies exist, but row security is off', 'ポリシーはあるが行セキュリティが無効になっている'),
        ('T04', 'medium', 'A granted command has no policy', '権限はあるが対応するポリシーがない'),
        ('T05', 'medium', 'The tenant column may be null', 'テナント列がNULLを許す'),
        ('T06', 'low', 'No index begins with the tenant column', 'テナント列で始まる索引がない'),
        ('T08', 'high', 'A foreign key between tenant tables leaves the tenant out', 'テナント表間の外部キーにテナント列が含まれない'),
        ('T09', 'medium', 'A unique key leaves the tenant out', '一意キーにテナント列が含まれない'),
        ('T10', 'high', 'A cascade changes rows of other tenants', 'カスケードが他テナントの行を変更する'),
        ('T11', 'high', 'A runtime role holds TRUNCATE, TRIGGER, REFERENCES or MAINTAIN', '実行時ロールがTRUNCATE・TRIGGER・REFERENCES・MAINTAINを持つ'),
        ('T13', 'medium', 'A column grant is defeated by a grant on the table', '列単位の権限が表全体の権限で無効になっている'),
        ('T14', 'low', 'Tenants share a sequence', 'テナント間でシーケンスを共有している'),
        ('T15', 'high', 'A runtime role can reach large objects', '実行時ロールがラージオブジェクトに届く'),
        ('T16', 'high', 'A rewrite rule acts with its owner''s rights', '書き換えルールが所有者の権限で動く'),
        ('T17', 'high', 'A trigger copies rows into a table without row security', 'トリガーが行セキュリティのない表へ行を写す'),
        ('T18', 'medium', 'A table appeared since the baseline', '基準以後に新しい表が現れた')
) r (rule, severity, title_en, title_ja) on r.rule = f.rule
order by
    array_position(array['critical', 'high', 'medium', 'low', 'info'], r.severity), f.rule, f.object, f.role_name;

create view shikiri_audit.matrix as
select m.role_name, m.relation, m.kind, m.command, m.sees, m.door
from shikiri_audit.settings s
cross join lateral shikiri_audit.matrix_for(s.settings) m;

create view shikiri_audit.role_paths as
select p.login, p.reaches, p.path, p.means
from shikiri_audit.settings s
cross join lateral shikiri_audit.role_paths_for(s.settings) p;

comment on view shikiri_audit.findings is 'What the catalogue rules of the audit find. No row is a pass.';
comment on view shikiri_audit.matrix is 'What each runtime role sees of each relation with each command, and by which door.';
comment on view shikiri_audit.role_paths is 'What each login can become, by memberships and SET ROLE.';
commit;
