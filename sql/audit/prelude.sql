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
--     tenant_tables      {"schema.table": "column"}: a table's own column, before those names; in a child the key to its parent
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
        coalesce(g.it -> 'tenant_tables', '{}') as tenant_tables,
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
        a.attnum as tenant_attnum, a.attname::text as tenant_column, quote_ident(a.attname) as tenant_column_quoted,
        a.atttypid as tenant_type, a.attnotnull as tenant_is_not_null,
        (select i.inhparent from pg_catalog.pg_inherits i where i.inhrelid = r.oid order by i.inhseqno limit 1) as parent
    from relation r
    cross join setting s
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    where
        r.kind in ('r', 'p')
        and (a.attname::text = any (s.tenant_columns) or s.tenant_tables ->> r.plain_name = a.attname::text)
        and r.plain_name <> all (s.shared_tables)
    order by
        r.oid, s.tenant_tables ->> r.plain_name is distinct from a.attname::text,
        array_position(s.tenant_columns, a.attname::text)
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
        x.using_text,
        x.check_text,
        case
            when p.polcmd in ('*', 'w') then coalesce(x.check_text, x.using_text)
            when p.polcmd = 'a' then x.check_text
        end as check_effective
    from pg_catalog.pg_policy p
    join relation r on r.oid = p.polrelid
    cross join lateral (
        select pg_get_expr(p.polqual, p.polrelid) as using_text, pg_get_expr(p.polwithcheck, p.polrelid) as check_text
        offset 0
    ) x
),
-- Which policies bind which runtime role: those to PUBLIC, to itself, or to a role whose rights it inherits.
policy_binds as materialized (
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
