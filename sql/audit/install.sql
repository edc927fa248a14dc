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
            'runtime_roles', 'known_logins', 'tenant_columns', 'tenant_tables', 'context_functions', 'context_settings',
            'shared_tables', 'ignored_schemas', 'baseline_tables'
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
set enable_nestloop = off
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
-- Who calls what, which settings bodies read, and which functions speak for the tenant.

-- This text continues the `with` of prelude.sql and is run behind it; it ends as it began, inside the `with`.
,
-- Bodies without comments. Functions of extensions are not read.
function_source as (
    select
        f.oid,
        s.name as schema_name,
        p.proname::text as own_name,
        regexp_replace(f.body, '--[^\n]*|/\*([^*]|\*+[^*/])*\*+/', ' ', 'g') as body
    from function f
    join schema s on s.oid = f.schema
    join pg_catalog.pg_proc p on p.oid = f.oid
    where not f.is_of_extension
),
-- A call that a body spells out, or that a SQL-standard body depends on. A name put together at run time escapes.
function_call as (
    select distinct s.oid as caller, c.oid as callee
    from function_source s
    cross join lateral regexp_matches(
        s.body, '(?:([[:alnum:]_$]+)"?\s*\.\s*)?"?([[:alnum:]_$]+)"?\s*\(', 'g') m (parts)
    join function_source c
        on lower(c.own_name) = lower(m.parts[2]) and lower(c.schema_name) = lower(coalesce(m.parts[1], c.schema_name))
    where c.oid <> s.oid
    union
    select d.objid, d.refobjid
    from pg_catalog.pg_depend d
    join function_source s on s.oid = d.objid
    join function_source c on c.oid = d.refobjid
    where
        d.classid = 'pg_catalog.pg_proc'::regclass
        and d.refclassid = 'pg_catalog.pg_proc'::regclass
        and d.objid <> d.refobjid
),
-- Through any number of calls. Every function reaches itself.
function_reach as (
    select s.oid as root, s.oid as function from function_source s
    union
    select r.root, c.callee
    from function_reach r
    join function_call c on c.caller = r.function
),
-- Settings that a body reads. `is_guarded`: as nullif(current_setting(..., true), ''). No name: it is computed.
setting_read as (
    select
        s.oid as function,
        lower(coalesce(m.parts[1], m.parts[2])) as name,
        m.parts[1] is not null as is_guarded
    from function_source s
    cross join lateral regexp_matches(
        s.body,
        'nullif\s*\(\s*(?:pg_catalog\s*\.\s*)?current_setting\s*\(\s*''([^'']+)''(?:\s*::\s*text)?\s*,\s*true\s*\)'
        || '\s*,\s*''''(?:\s*::\s*text)?\s*\)|\mcurrent_setting\s*\(\s*(?:''([^'']+)'')?',
        'gi') m (parts)
),
-- The settings of the context. What was not declared is guessed narrowly: what the context functions read, if there
-- are any; a setting that only a policy reads beside them is another setting.
own_setting as (
    select distinct lower(c.name) as name
    from context_setting c
    cross join setting s
    where
        cardinality(s.context_settings) > 0
        or not exists (select from context_function)
        or lower(c.name) in (select r.name from setting_read r join context_function f on f.oid = r.function)
),
-- Functions that answer or use whose transaction this is: the context functions (an undeclared one that answers a
-- boolean is not one), what reads a context setting, and what calls any of these.
helper as (
    select distinct r.root as function
    from function_reach r
    where
        r.function in (
            select f.oid
            from context_function f
            cross join setting s
            where cardinality(s.context_functions) > 0 or f.return_type <> 'boolean'::regtype
        )
        or r.function in (select x.function from setting_read x join own_setting o on o.name = x.name)
),
-- Functions whose answer depends on the session, through any number of calls.
asks_session as materialized (
    select distinct r.root as function
    from function_reach r
    where
        r.function in (select h.function from helper h)
        or r.function in (select x.function from setting_read x)
),
-- How a fix should ask for the tenant.
helper_words as (
    select coalesce(
        (
            select min(format('(select %s())', f.name))
            from context_function f
            where f.arguments = 0 and f.return_type <> 'boolean'::regtype
        ),
        (select min(format('(select nullif(current_setting(%L, true), '''')::<type>)', o.name)) from own_setting o),
        '(select <your context function>())'
    ) as words
)
-- Clauses of policies as marks: what each of them proves about a row, and whom it judges.

-- This text continues the `with` of prelude_calls.sql and is run behind it; it ends as it began, inside the `with`.
-- A clause of a policy is read in two ways. Which functions, operators, columns and node types are in it comes from the
-- stored tree, so no name can deceive it. How they are joined comes from the deparsed text, reduced from the innermost
-- parenthesis outwards: every group becomes a mark `{...}` whose letters say what is inside.
--     c  whose transaction this is: a context function, what calls one, or a context setting
--     t  the tenant column of the table itself; in a table that has none, the same as c
--     s  another setting      f  another function of yours
--     p  called for every row: outside a sub-select
--     b  a condition; with o: no row passes without the tenant column being compared with c
--                     with h: no row passes without c having been asked
--     q  a table was asked    d  with b: no row passes without the comparison of o, and it asks no table
--     n  a condition that was handed to a function or negated: it proves nothing any more
,

-- Clauses -------------------------------------------------------------------------------------------------------

-- Tables whose policies are judged: tenant tables, and those without a declared column whose policies ask the context.
judged as (
    select t.oid, t.has_row_security, t.tenant_column_quoted, t.tenant_type from tenant_table t
    union all
    select r.oid, r.has_row_security, null, null
    from relation r
    cross join setting s
    where
        r.kind in ('r', 'p')
        and r.plain_name <> all (s.shared_tables)
        and r.oid not in (select t.oid from tenant_table t)
        and exists (
            select
            from policy p
            where
                p.relation = r.oid
                and (
                    p.oid in (select f.policy from policy_function f join helper h on h.function = f.function)
                    or exists (
                        select from own_setting o
                        where lower(concat(p.using_text, p.check_text)) like '%current_setting(' || quote_literal(o.name) || '%'
                    )
                )
        )
),
-- The expressions of their policies: as text, and as the tree that Postgres keeps.
clause as (
    select
        p.oid as policy,
        x.word,
        p.relation,
        x.words,
        x.tree,
        t.tenant_column_quoted,
        t.tenant_type,
        k.relname::text as own_name
    from policy p
    join judged t on t.oid = p.relation
    join pg_catalog.pg_class k on k.oid = p.relation
    join pg_catalog.pg_policy q on q.oid = p.oid
    cross join lateral (
        values ('using', p.using_text, q.polqual::text), ('with check', p.check_text, q.polwithcheck::text)
    ) x (word, words, tree)
    where x.words is not null
),
-- Functions of yours that a clause calls, operators' functions too. In a stored tree a name with a blank is escaped, so
-- a number behind such a word is an oid.
clause_function as (
    select distinct c.policy, c.word, f.oid as function
    from clause c
    cross join lateral string_to_table(c.tree, 'funcid ') m (part)
    join function f on f.oid = substring(m.part from '^\d+')::oid
    union
    select distinct c.policy, c.word, f.oid
    from clause c
    cross join lateral string_to_table(c.tree, ':opno ') m (part)
    join pg_catalog.pg_operator o on o.oid = substring(m.part from '^\d+')::oid
    join function f on f.oid = o.oprcode
),
-- Texts become {} ('' becomes {e}); the name of a setting {k} if it holds the context, {u} if not. What a text says can
-- deceive nothing behind this point.
clause_masked as (
    select
        c.policy, c.word, c.relation, c.tenant_column_quoted, c.own_name,
        (
            select
                string_agg(
                    case
                        when t.token not like '''%' then t.token
                        when t.before ~* '\mcurrent_setting\($' then
                            case
                                when lower(btrim(t.token, '''')) in (select o.name from own_setting o) then '{k}'
                                else '{u}'
                            end
                        when t.token = '''''' then '{e}'
                        else '{}'
                    end,
                    '' order by t.n
                )
            from (
                select m.parts[1] as token, lag(m.parts[1]) over (order by m.n) as before, m.n
                from regexp_matches(c.words, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"|[^''"]+', 'g')
                    with ordinality m (parts, n)
            ) t
        ) as masked
    from clause c
),
-- Names of a clause's functions, for a regular expression.
clause_name as (
    select
        c.policy, c.word, h.function is not null as is_helper,
        string_agg(
            format(
                '(?:%s\.)?%s',
                regexp_replace(s.quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g'),
                regexp_replace(quote_ident(p.proname), '([][(){}.*+?^$|\\])', '\\\1', 'g')
            ),
            '|'
        ) as names
    from clause_function c
    join pg_catalog.pg_proc p on p.oid = c.function
    join schema s on s.oid = p.pronamespace
    left join helper h on h.function = c.function
    group by c.policy, c.word, h.function is not null
),
-- A clause with all that its marks depend on. Most clauses of a schema say the same, and are marked once.
clause_named as materialized (
    select
        n.policy, n.word, n.masked, n.tenant_column_quoted, n.own_name, n.helper_names, n.other_names,
        row (n.masked, n.tenant_column_quoted, n.own_name, n.helper_names, n.other_names)::text as said
    from (
        select
            c.policy, c.word, c.masked, c.tenant_column_quoted,
            case when strpos(c.masked, quote_ident(c.own_name) || '.') > 0 then c.own_name end as own_name,
            h.names as helper_names, o.names as other_names
        from clause_masked c
        left join clause_name o on o.policy = c.policy and o.word = c.word and not o.is_helper
        left join clause_name h on h.policy = c.policy and h.word = c.word and h.is_helper
    ) n
),
clause_said as materialized (
    select
        c.said, y.marked,
        -- It says nothing but `column = (select context())`.
        y.marked ~ '^\(\{t\} = (\( SELECT )?\{cp\}\(\)\)+$' as is_plain
    from (select distinct on (n.said) n.* from clause_named n order by n.said) c
    cross join lateral (
        -- Aliases and casts say nothing about rows.
        select regexp_replace(
            regexp_replace(
                regexp_replace(c.masked, ' AS (?:"(?:[^"]|"")*"|[[:alnum:]_$]+)', '', 'g'),
                '::(?:"[^"]*"|[[:alnum:]_$]+)(?:\.(?:"[^"]*"|[[:alnum:]_$]+))?'
                || '(?: varying| precision| with(?:out)? time zone)?(?:\([0-9, ]+\))?(?:\[\])*', '', 'g'),
            '(?:pg_catalog\.)?\mcurrent_setting\(\{k\}',
            case when c.tenant_column_quoted is null then '{ctp}({}' else '{cp}({}' end, 'g') as words
    ) w
    cross join lateral (
        select regexp_replace(
            regexp_replace(w.words, '(?:pg_catalog\.)?\mcurrent_setting(?=\()', '{sp}', 'g'),
            '(?<![[:alnum:]_.$"])(?:' || coalesce(c.helper_names, '\$') || ')(?=\()',
            case when c.tenant_column_quoted is null then '{ctp}' else '{cp}' end, 'g') as words
    ) x
    cross join lateral (
        select regexp_replace(
            regexp_replace(
                case when c.other_names is null then x.words
                    else regexp_replace(x.words, '(?<![[:alnum:]_.$"])(?:' || c.other_names || ')(?=\(\))', '{fp}', 'g')
                end,
                '(?<![[:alnum:]_.$"])(?:' || coalesce(c.other_names, '\$') || ')(?=\()', '{f}', 'g'),
            format(
                '(?<![[:alnum:]_.$"])%s%s(?![[:alnum:]_$"(])',
                '(?:' || regexp_replace(quote_ident(c.own_name), '([][(){}.*+?^$|\\])', '\\\1', 'g') || '\.)?',
                coalesce(regexp_replace(c.tenant_column_quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g'), '\$')
            ),
            '{t}', 'g'
        ) as marked
    ) y
),
clause_marked as materialized (
    select k.policy, k.word, s.marked, s.is_plain
    from clause_named k
    join clause_said s on s.said = k.said
),
-- Words in a comparison of the tenant column with the context after which it proves nothing.
negative as (
    select '[<>!~]| IS |\m(NOT|CASE|LIKE|SIMILAR|POSITION|strpos|position|starts_with|regexp_[a-z_]+)\M|\{[a-z]*n' as negative
),
-- One step folds every innermost group. AND keeps what any part proves, OR what all prove. Most clauses of a schema say
-- the same once they are marked, and are reduced once.
reduction as (
    select c.marked, 0 as step, c.marked as words from (select distinct k.marked from clause_marked k) c
    union all
    select r.marked, r.step + 1, x.words
    from reduction r
    cross join lateral (
        select
            string_agg(
                case
                    when t.token !~ '^\(.' then t.token
                    when t.token ~ '^\(\{[a-z]*\}\)$' and not i.is_call then substr(t.token, 2, length(t.token) - 2)
                    else
                        '{' || concat(
                            case when t.token ~ '\{[a-z]*c' then 'c' end,
                            case when t.token ~ '\{[a-z]*t' then 't' end,
                            case when t.token ~ '\{[a-z]*s' then 's' end,
                            case when t.token ~ '\{[a-z]*f' then 'f' end,
                            case when t.token ~ '\{[a-z]*p' and not i.is_select then 'p' end,
                            case when t.token ~ '\{[a-z]*q' or (i.is_select and t.token ~ '\mFROM\M') then 'q' end,
                            case
                                when i.is_select then null
                                when i.is_call then case when t.token ~ '\{[a-z]*[bn]' then 'n' end
                                else j.letters
                            end
                        ) || '}'
                end,
                '' order by t.n
            ) as words
        from (
            select m.parts[1] as token, lag(m.parts[1]) over (order by m.n) as before, m.n
            from regexp_matches(r.words, '\([^()]*\)|[^()]+|[()]', 'g') with ordinality m (parts, n)
        ) t
        cross join lateral (
            select
                coalesce(t.before ~ '[[:alnum:]_$"}]$', false) as is_call,
                t.token ~ '^\(\s*(SELECT|WITH|VALUES)\M' as is_select
        ) i
        cross join lateral (
            select concat(
                case when bool_or(p.is_condition) then 'b' end,
                case when case when t.token ~ ' OR ' then bool_and(p.o) else bool_or(p.o) end then 'o' end,
                case when case when t.token ~ ' OR ' then bool_and(p.h) else bool_or(p.h) end then 'h' end,
                case when case when t.token ~ ' OR ' then bool_and(p.d) else bool_or(p.d) end then 'd' end,
                case when bool_or(p.n) then 'n' end
            ) as letters
            from (
                select
                    y.part ~ '(=|<|>|~| IS | IN |\mEXISTS\M|\mANY\M|\mNOT\M)' or y.part ~ '^\{[a-z]*b'
                    or t.token ~ ' (AND|OR) ' as is_condition,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*o'
                        else y.part ~ '\{[a-z]*c' and y.part ~ '\{[a-z]*t' and not y.is_negative
                    end as o,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*h'
                        else y.part ~ '\{[a-z]*c'
                    end as h,
                    case
                        when y.part ~ '^\{[a-z]*b[a-z]*\}$' then y.part ~ '^\{[a-z]*d'
                        else
                            y.part ~ ' = ' and y.part ~ '\{[a-z]*c' and y.part ~ '\{[a-z]*t' and y.part !~ '\{[a-z]*q'
                            and not y.is_negative
                    end as d,
                    y.part ~ '\{[a-z]*n' or (y.part ~ '\mNOT\M' and y.part ~ '\{[a-z]*b') as n
                from (
                    select
                        q.part,
                        q.part ~ n.negative as is_negative
                    from regexp_split_to_table(substr(t.token, 2, greatest(length(t.token) - 2, 0)), ' AND | OR ') q (part)
                    cross join negative n
                ) y
            ) p
        ) j
    ) x
    where r.words like '%(%' and r.step < 200
),
-- What a clause proves in the end.
clause_fact as materialized (
    select
        c.policy,
        c.word,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*o'
            else r.words ~ '\{[a-z]*c' and r.words ~ '\{[a-z]*t' and r.words !~ r.negative
        end as is_covered,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*h'
            else r.words ~ '\{[a-z]*c'
        end as asks_helper,
        case
            when r.words ~ '^\{[a-z]*b[a-z]*\}$' then r.words ~ '^\{[a-z]*d'
            else
                r.words ~ ' = ' and r.words ~ '\{[a-z]*c' and r.words ~ '\{[a-z]*t' and r.words !~ '\{[a-z]*q'
                and r.words !~ r.negative
        end as is_direct,
        r.words ~ '\{[a-z]*p' as calls_per_row,
        r.words as folded
    from clause_marked c
    join (
        select distinct on (d.marked) d.marked, d.words, n.negative
        from reduction d
        cross join negative n
        order by d.marked, d.step desc
    ) r on r.marked = c.marked
),
-- The single comparisons of a clause, with marks for what is inside them.
clause_leaf as (
    select c.policy, c.word, l.leaf
    from clause_marked c
    join (
        select r.marked, m.parts[1] as leaf
        from reduction r
        cross join lateral regexp_matches(r.words, '\([^()]*\)', 'g') m (parts)
        where m.parts[1] !~ ' (AND|OR) ' and m.parts[1] !~ '^\(\s*(SELECT|WITH|VALUES)\M'
        union
        select r.marked, r.words from reduction r where r.words not like '%(%'
    ) l on l.marked = c.marked
),
-- Which clause of a policy judges what: USING the rows that are there (old), WITH CHECK, or USING in its place, those that
-- come (new).
clause_side as materialized (
    select p.oid as policy, p.is_permissive, v.verb, v.side, f.word, f.is_covered, f.asks_helper
    from policy p
    join (
        values
            ('SELECT', 'r', 'old'), ('INSERT', 'a', 'new'), ('UPDATE', 'w', 'old'), ('UPDATE', 'w', 'new'),
            ('DELETE', 'd', 'old')
    ) v (verb, command, side) on p.command in ('*', v.command)
    join clause_fact f
        on f.policy = p.oid
        and f.word = case when v.side = 'new' and p.check_text is not null then 'with check' else 'using' end
),
-- The commands that a login holds on a table whose policies are judged and bind it.
verb_reach as materialized (
    select r.role, r.role_name, r.role_quoted, r.relation, array_agg(distinct r.privilege) as verbs
    from reachable r
    join role l on l.oid = r.role and not l.bypasses
    join judged t on t.oid = r.relation and t.has_row_security
    group by r.role, r.role_name, r.role_quoted, r.relation
),
-- Which clause judges which rows of which login.
clause_binds as materialized (
    select
        v.role, v.role_name, v.role_quoted, v.relation,
        c.verb, c.side, c.policy, c.is_permissive, c.word, c.is_covered, c.asks_helper
    from verb_reach v
    join policy_binds b on b.role = v.role and b.relation = v.relation
    join clause_side c on c.policy = b.policy and c.verb = any (v.verbs)
),
-- Permissive clauses that no sound restrictive policy holds down: what they let through, passes.
open_bind as (
    select b.*
    from clause_binds b
    where
        b.is_permissive
        and not exists (
            select from clause_binds f
            where
                not f.is_permissive and f.is_covered
                and f.role = b.role and f.relation = b.relation and f.verb = b.verb and f.side = b.side
        )
),
open_clause as (
    select
        b.role, b.role_name, b.role_quoted, b.relation, b.policy, b.word, b.is_covered, b.asks_helper,
        string_agg(distinct b.verb, ', ') as verbs
    from open_bind b
    group by b.role, b.role_name, b.role_quoted, b.relation, b.policy, b.word, b.is_covered, b.asks_helper
),
-- Settings that a clause reads: itself, or through a function, which may be one of the context. No name: it is computed.
clause_setting as materialized (
    select distinct c.policy, c.word, lower(m.parts[1]) as name, false as is_in_context
    from clause c
    cross join lateral regexp_matches(c.words, '\mcurrent_setting\((?:''([^'']+)'')?', 'g') m (parts)
    union
    select f.policy, f.word, r.name, h.function is not null
    from (select distinct x.function from clause_function x) d
    join function_reach g on g.root = d.function
    join setting_read r on r.function = g.function
    left join helper h on h.function = g.function
    join clause_function f on f.function = d.function
),
-- How a finding names a policy, shows it, and what should stand in it. No finding repeats an expression: it may hold values.
policy_words as (
    select
        p.oid as policy,
        p.relation_name,
        format('policy %s on %s', p.quoted, p.relation_name) as object,
        format(
            E'select polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) as using,\n'
            || E'    pg_get_expr(polwithcheck, polrelid) as with_check\n'
            || 'from pg_policy where polrelid = %L::regclass and polname = %L;', p.relation_name, p.name) as show,
        format('alter policy %s on %s', p.quoted, p.relation_name) as alter_words,
        format('(%s = %s)', coalesce(j.tenant_column_quoted, '<tenant column>'), h.words) as condition
    from policy p
    join judged j on j.oid = p.relation
    cross join helper_words h
)
-- Clauses of policies tried on made-up rows by the server itself: what passes without a tenant, and what always does.

-- This text continues the `with` of prelude_clauses.sql and is run behind it; it ends as it began, inside the `with`.
,

-- Trials --------------------------------------------------------------------------------------------------------

-- Values that stand for rows of two tenants, and one in between for a tenant that owns neither.
sample as (
    select s.type::regtype::oid as type, s.one, s.other, s.tenant
    from (
        values
            ('uuid', repeat('0', 32), repeat('2', 32), repeat('1', 32)),
            ('text', '', 'x', 'nobody'), ('varchar', '', 'x', 'nobody'), ('bpchar', '', 'x', 'nobody'),
            ('name', '', 'x', 'nobody'), ('int2', '-7', '7', '1'), ('int4', '-7', '7', '1'), ('int8', '-7', '7', '1'),
            ('numeric', '-7', '7', '1'), ('bool', 'false', 'true', null), ('date', 'epoch', '2001-01-01', null),
            ('timestamp', 'epoch', '2001-01-01', null), ('timestamptz', 'epoch', '2001-01-01', null)
    ) s (type, one, other, tenant)
),
-- Clauses that may be computed here on made-up rows: they read no table, and all that is left in them besides
-- functions of yours without arguments (which are not called, but replaced) is built in and cannot fail on a sample.
-- So nothing that somebody else wrote runs with the auditor's rights.
clause_is_safe as materialized (
    select c.policy, c.word
    from clause c
    join clause_marked k on k.policy = c.policy and k.word = c.word
    where
        -- A plain comparison needs no trial: null equals nothing.
        not k.is_plain
        and c.tree !~ ':rtekind|:varattno (?:0|-)|:funcvariadic true'
        -- A text that becomes something else must be one of ours, whole.
        and not (c.tree ~ 'COERCEVIAIO' and c.tree ~ '\{(?:COALESCE|CASE|SQLVALUEFUNCTION)|COERCEVIAIO :arg \{(?:VAR|COERCEVIAIO)')
        and not (c.tree ~ 'COERCEVIAIO' and c.tree ~ ':vartype (?:25|1043|1042|19) ')
        and not exists (
            select from regexp_matches(c.tree, '\{([A-Z]+)', 'g') m (parts)
            where m.parts[1] not in (
                'VAR', 'CONST', 'OPEXPR', 'SCALARARRAYOPEXPR', 'BOOLEXPR', 'NULLTEST', 'BOOLEANTEST', 'FUNCEXPR',
                'SUBLINK', 'QUERY', 'TARGETENTRY', 'FROMEXPR', 'RELABELTYPE', 'COALESCE', 'COALESCEEXPR', 'CASE',
                'CASEEXPR', 'WHEN', 'CASEWHEN', 'NULLIFEXPR', 'DISTINCTEXPR', 'ARRAY', 'ARRAYEXPR', 'COERCEVIAIO',
                'SQLVALUEFUNCTION'
            )
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':funcid (\d+)', 'g') m (parts)
            join pg_catalog.pg_proc p on p.oid = m.parts[1]::oid
            where
                case
                    when p.pronamespace = 'pg_catalog'::regnamespace then
                        p.proname not in (
                            'current_setting', 'lower', 'upper', 'btrim', 'ltrim', 'rtrim', 'text', 'varchar', 'bpchar',
                            'int2', 'int4', 'int8', 'numeric', 'now'
                        )
                    else
                        p.pronargs <> 0 or p.proretset or p.oid::regproc::text ~ '"'
                        or length(p.oid::regproc::text) > 50
                        or not exists (select from function f where f.oid = p.oid)
                end
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':opno (\d+)', 'g') m (parts)
            join pg_catalog.pg_operator o on o.oid = m.parts[1]::oid
            where
                o.oprnamespace <> 'pg_catalog'::regnamespace
                or o.oprname not in ('=', '<>', '<', '<=', '>', '>=', '~~', '!~~', '~~*', '!~~*')
                    and not (o.oprname = '||' and c.tree !~ 'COERCEVIAIO')
        )
        and not exists (
            select
            from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)
            join pg_catalog.pg_attribute a on a.attrelid = c.relation and a.attnum = m.parts[1]::smallint
            where a.atttypid not in (select s.type from sample s)
        )
        and (select count(distinct m.parts[1]) from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)) <= 4
        -- A context that is a text becomes the tenant's type; to another type the stand-in might not be castable.
        and not exists (
            select
            from regexp_matches(c.tree, 'COERCEVIAIO .*?:resulttype (\d+) ', 'g') m (parts)
            where m.parts[1]::oid <> c.tenant_type
        )
),
-- The clause with columns in place of what asks the session, over every combination of samples: once where no tenant
-- is bound (1), once where one is bound that owns none of the rows (2).
clause_query as materialized (
    select
        c.policy,
        c.word,
        format(
            'select array_to_tsvector(array_remove(array['
            || 'case when bool_and(x.it is true) then ''always'' end,'
            || ' case when bool_or(x.it is true) filter (where x.n = 1) then ''unbound'' end,'
            || ' case when bool_or(x.it is true) filter (where x.n = 2) then ''others'' end], null))'
            || ' from (select (%s) as it, shikiri_trial.n from (select %s 1 as shikiri_one from %s (values (1)) as shikiri_last)'
            || ' as %I cross join (values (1%s), (2%s)) as shikiri_trial(n%s)) x',
            e.words, k.names, k.tables, c.own_name, v.unbound, v.bound, v.names
        ) as query
    from clause c
    join clause_is_safe using (policy, word)
    left join clause_name cn on cn.policy = c.policy and cn.word = c.word and cn.is_helper
    left join clause_name co on co.policy = c.policy and co.word = c.word and not co.is_helper
    cross join lateral (
        select
            string_agg(
                case
                    when t.token not like '''%' then
                        regexp_replace(
                            regexp_replace(
                                case
                                    when t.before_last ~* '\mcurrent_setting\($'
                                        then regexp_replace(t.token, '^::text(?:, (?:true|false))?\)', '')
                                    else t.token
                                end,
                                '\mcurrent_setting\($',
                                case
                                    when lower(btrim(t.after, '''')) in (select o.name from own_setting o)
                                        then '"own setting"'
                                    else '"other setting"'
                                end
                            ),
                            '(?<![[:alnum:]_.$"])(' || coalesce(concat_ws('|', cn.names, co.names), '') || ')\(\)',
                            '"call \1"', 'g'
                        )
                    when t.before ~* '\mcurrent_setting\($' then ''
                    else t.token
                end,
                '' order by t.n
            ) as words
        from (
            select
                m.parts[1] as token, m.n,
                lag(m.parts[1]) over (order by m.n) as before,
                lag(m.parts[1], 2) over (order by m.n) as before_last,
                lead(m.parts[1]) over (order by m.n) as after
            from regexp_matches(c.words, '''(?:[^'']|'''')*''|"(?:[^"]|"")*"|[^''"]+', 'g') with ordinality m (parts, n)
        ) t
    ) e
    cross join lateral (
        select
            coalesce(string_agg(format('shikiri_%s.v as %I,', a.attnum, a.attname), ' '), '') as names,
            coalesce(
                string_agg(
                    format(
                        '(values (%1$L::%3$s), (%2$L::%3$s)%4$s) as shikiri_%5$s (v) cross join',
                        s.one, s.other, format_type(a.atttypid, null),
                        case when not a.attnotnull then format(', (null::%s)', format_type(a.atttypid, null)) end,
                        a.attnum),
                    ' '),
                ''
            ) as tables
        from (select distinct m.parts[1]::smallint from regexp_matches(c.tree, ':varattno (\d+)', 'g') m (parts)) d (attnum)
        join pg_catalog.pg_attribute a on a.attrelid = c.relation and a.attnum = d.attnum
        join sample s on s.type = a.atttypid
    ) k
    cross join lateral (
        select
            coalesce(string_agg(', ' || u.unbound, '' order by u.name), '') as unbound,
            coalesce(string_agg(', ' || u.bound, '' order by u.name), '') as bound,
            coalesce(string_agg(', ' || quote_ident(u.name), '' order by u.name), '') as names
        from (
            select
                'own setting' as name, 'null::text' as unbound,
                format('%L::text', case when c.tree ~ 'COERCEVIAIO' then s.tenant else coalesce(s.tenant, 'nobody') end) as bound
            from (select) one
            left join sample s on s.type = c.tenant_type
            union all
            select 'other setting', 'null::text', 'null::text'
            union all
            select
                'call ' || n.name,
                format('null::%s', format_type(f.return_type, null)),
                format(
                    '%L::%s',
                    case
                        when h.function is null then null
                        when c.tree ~ 'COERCEVIAIO' and f.return_type = 'text'::regtype then own.tenant
                        else s.tenant
                    end,
                    format_type(f.return_type, null))
            from clause_function cf
            join function f on f.oid = cf.function
            left join helper h on h.function = cf.function
            left join sample s on s.type = f.return_type
            left join sample own on own.type = c.tenant_type
            cross join lateral (values (f.name), (regexp_replace(f.name, '^[^.]*\.', ''))) n (name)
            where cf.policy = c.policy and cf.word = c.word and f.arguments = 0
        ) u
    ) v
),
-- One answer for each clause: the words of what is true of it. ts_stat() is the function of Postgres, every build of it,
-- that runs a text as a read-only query; it wants a tsvector, hence the form.
clause_answer as materialized (
    select q.policy, q.word, array(select s.word from ts_stat(q.query) s) as answer from clause_query q
),
-- Clauses whose text alone shows that they pass where no tenant is bound.
clause_hint as (
    select distinct l.policy, l.word
    from clause_leaf l
    join clause_masked k on k.policy = l.policy and k.word = l.word
    where
        l.leaf ~ '\{[a-z]*c[a-z]*\}\S* IS NULL|\{[a-z]*c[a-z]*\}\S* IS (NOT (TRUE|FALSE)|UNKNOWN)|COALESCE\{[a-z]*n'
        or l.leaf ~ '\mCOALESCE\{[a-z]*c' and k.masked ~ '\mCOALESCE\(.*, true\)'
),
-- What came out. Where no trial was safe, only what the text shows by itself.
clause_trial as (
    select
        f.policy,
        f.word,
        a.answer is not null as is_tried,
        case
            when a.answer is null then f.words = 'true'
            -- Samples of other columns prove nothing about all of their values.
            else
                'always' = any (a.answer)
                and not exists (
                    select
                    from regexp_matches(f.tree, ':varattno (\d+)', 'g') m (parts)
                    join pg_catalog.pg_attribute n on n.attrelid = f.relation and n.attnum = m.parts[1]::smallint
                    where quote_ident(n.attname) is distinct from f.tenant_column_quoted
                )
        end as passes_always,
        case
            when a.answer is null then
                h.policy is not null
            else 'unbound' = any (a.answer)
        end as passes_unbound,
        coalesce('others' = any (a.answer), false) as passes_others
    from clause f
    left join clause_hint h on h.policy = f.policy and h.word = f.word
    left join clause_answer a on a.policy = f.policy and a.word = f.word
),
-- Restrictive policies that are, or are taken for, the floor under a table: they compare the tenant column, or are always true.
floor as materialized (
    select
        p.oid as policy, p.relation, p.command, p.quoted, f.word, f.is_covered
    from policy p
    join clause_fact f on f.policy = p.oid
    join clause_trial t on t.policy = f.policy and t.word = f.word
    where not p.is_permissive and (f.is_covered or t.passes_always)
)
-- Views that read tenant tables with rights that no policy binds.

-- This text continues the `with` of prelude_trials.sql and is run between it and the rule.
,
view_fact as (
    select
        v.oid as view, v.name, v.owner, v.owner_name, v.owner_bypasses,
        coalesce(array_to_string(v.options, ',') ~* '\msecurity_invoker=(t|y|on|1)', false) as is_invoker,
        coalesce(array_to_string(v.options, ',') ~* '\msecurity_barrier=(t|y|on|1)', false) as is_barrier,
        exists (
            select
            from pg_catalog.pg_rewrite w
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
            join helper h on h.function = d.refobjid and d.refclassid = 'pg_catalog.pg_proc'::regclass
            where w.ev_class = v.oid
        )
        or exists (
            select from own_setting o
            where lower(pg_get_viewdef(v.oid)) like '%current_setting(' || quote_literal(o.name) || '%'
        ) as asks_helper
    from relation v
    where v.kind = 'v'
),
-- Views that read a tenant table as an owner whom nothing binds there, and why.
view_bypass as (
    select
        v.view, v.name, v.owner_name, v.is_barrier, v.asks_helper, t.name as relation_name,
        case
            when v.owner_bypasses then 'row security does not bind that role'
            when not t.has_row_security then 'the table has no row security'
            when t.owner = v.owner and not t.is_forced then 'the table belongs to that role and is not forced'
            else 'a policy shows that role rows of every tenant'
        end as reason
    from view_fact v
    join view_reads r on r.view = v.view
    join tenant_table t on t.oid = r.relation
    where
        not v.is_invoker
        and (
            v.owner_bypasses or not t.has_row_security or (t.owner = v.owner and not t.is_forced)
            or exists (
                select
                from policy p
                join clause_fact f on f.policy = p.oid and f.word = 'using' and not f.is_covered
                where
                    p.relation = t.oid and p.is_permissive and p.command in ('*', 'r')
                    and (v.owner = any (p.roles) or p.is_to_public)
                    and not exists (
                        select
                        from policy q
                        join clause_fact g on g.policy = q.oid and g.word = 'using' and g.is_covered
                        where
                            q.relation = t.oid and not q.is_permissive and q.command in ('*', 'r')
                            and (v.owner = any (q.roles) or q.is_to_public)
                    )
            )
        )
)

select 'D01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'D02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'D03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A publication holds a tenant table without a row filter that names tenants: logical replication knows no policies.
select
    'publication ' || quote_ident(p.pubname) as object,
    null::text as role_name,
    format(
        'the publication %I sends %s tenant tables, %s among them, %s: a subscriber gets every tenant',
        p.pubname, count(*), min(t.name),
        case
            when bool_and(p.rowfilter is not null) then 'by a row filter that does not keep to tenants'
            else 'without a row filter'
        end) as what,
    format(
        E'-- any login\nselect schemaname, tablename from pg_publication_tables where pubname = %L; -- and rowfilter',
        p.pubname) as reproduce,
    case
        when bool_or(u.puballtables) then format('drop publication %I; -- and publish the tables that may leave, by name', p.pubname)
        else format('alter publication %I drop table %s; -- and the others', p.pubname, min(t.name))
    end as fix
from pg_catalog.pg_publication_tables p
join pg_catalog.pg_publication u on u.pubname = p.pubname
join tenant_table t on t.plain_name = p.schemaname || '.' || p.tablename
-- What a filter says, without its texts.
cross join lateral (
    select regexp_replace(p.rowfilter, '''(?:[^'']|'''')*''', '{}', 'g') as words
) f
where
    p.rowfilter is null
    -- A filter keeps to tenants when its tenant column equals something that was written down, whatever else it says.
    or f.words ~ '\mOR\M|\mNOT\M|\mCASE\M'
    or f.words !~ (
        '(?<![[:alnum:]_.$"])\(?' || regexp_replace(t.tenant_column_quoted, '([][(){}.*+?^$|\\])', '\\\1', 'g')
        || '\)?(?:::[a-z "]+)? = (?:ANY \(+)?\(?(?:\{\}|-?[0-9])')
group by p.pubname
) x (object, role_name, what, reproduce, fix)
union all
select 'D04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'D05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'D06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'D07'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A name in the settings that nothing in this database has, and the nearest that there is.
select
    format('%s %s', d.key, d.name) as object,
    null::text as role_name,
    format('%s names %s, and nothing here is called so%s', d.key, d.name, coalesce('; the nearest is ' || n.name, '')) as what,
    format('-- settings: %s', d.key) as reproduce,
    format('-- %s: %s instead of %s', d.key, coalesce(n.name, '<a name that is there>'), d.name) as fix
from (
    select 'runtime_roles' as key, x.name, 'role' as kind from setting s cross join lateral unnest(s.runtime_roles) x (name)
    union all
    select 'known_logins', x.name, 'role' from setting s cross join lateral unnest(s.known_logins) x (name)
    union all
    select 'tenant_columns', x.name, 'column' from setting s cross join lateral unnest(s.tenant_columns) x (name)
    union all
    select 'tenant_tables', x.key, 'relation' from setting s cross join lateral jsonb_each_text(s.tenant_tables) x
    union all
    select 'tenant_tables', x.key || '.' || x.value, 'column of a relation'
    from setting s
    cross join lateral jsonb_each_text(s.tenant_tables) x
    where x.key in (select r.plain_name from relation r)
    union all
    select 'shared_tables', x.name, 'relation' from setting s cross join lateral unnest(s.shared_tables) x (name)
    union all
    select 'ignored_schemas', x.name, 'schema' from setting s cross join lateral unnest(s.ignored_schemas) x (name)
    union all
    select 'context_functions', regexp_replace(x.name, '\(\)$', ''), 'function'
    from setting s cross join lateral unnest(s.context_functions) x (name)
) d
cross join given g
cross join lateral (
    select jsonb_array_length(coalesce(g.it -> 'tenant_columns', '[]')) > 0 as columns_are_given
) q
left join lateral (
    select k.name
    from (
        select r.name from role r where d.kind = 'role' and not (r.is_builtin and r.name ~ '^pg_')
        union all
        select r.plain_name from relation r where d.kind = 'relation'
        union all
        select s.nspname::text from pg_catalog.pg_namespace s where d.kind = 'schema' and s.nspname !~ '^pg_'
        union all
        select distinct f.plain_name from function f where d.kind = 'function'
        union all
        select distinct a.attname::text
        from pg_catalog.pg_attribute a
        join relation r on r.oid = a.attrelid
        where d.kind = 'column' and a.attnum > 0 and not a.attisdropped
        union all
        select r.plain_name || '.' || a.attname
        from pg_catalog.pg_attribute a
        join relation r on r.oid = a.attrelid
        where d.kind = 'column of a relation' and starts_with(d.name, r.plain_name || '.') and a.attnum > 0 and not a.attisdropped
    ) k (name)
    cross join lateral (
        -- Pairs of letters that both have: good enough to see what was meant.
        select count(*) as shared
        from generate_series(1, length(d.name) - 1) i
        where strpos(lower(k.name), lower(substr(d.name, i, 2))) > 0
    ) c
    order by k.name = d.name desc, 2 * c.shared::float8 / nullif(length(k.name) + length(d.name) - 2, 0) desc nulls last, k.name
    limit 1
) n on true
where
    n.name is distinct from d.name
    and (d.kind <> 'column' or q.columns_are_given)
) x (object, role_name, what, reproduce, fix)
union all
select 'F01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER function looks names up where a runtime role can put things of its own.
select
    f.word || ' ' || f.signature as object,
    r.role_name,
    format(
        'it runs as %s, and %s: %s decides what the names in it mean', f.owner_name, string_agg(distinct y.why, '; '), r.role_quoted)
        as what,
    format(
        E'select proconfig, prosecdef from pg_proc where oid = %L::regprocedure;\n'
        || '-- as %s: create a temporary table (or a function in that schema) with a name that it uses, then call it',
        f.oid::regprocedure, r.role_quoted) as reproduce,
    format('alter %s %s set search_path = pg_catalog, pg_temp; -- and write a schema before every other name in it',
        f.word, f.signature) as fix
from function f
join (
    select c.function, c.role, c.role_name, c.role_quoted from callable c where c.door_kind <> 'owner'
    union
    -- A trigger needs no EXECUTE of whoever fires it.
    select t.tgfoid, g.role, g.role_name, g.role_quoted
    from pg_catalog.pg_trigger t
    join reachable g on g.relation = t.tgrelid and g.privilege in ('INSERT', 'UPDATE', 'DELETE')
    where not t.tgisinternal
) r on r.function = f.oid
left join lateral (
    select substr(c.line, length('search_path=') + 1) as path
    from unnest(f.config) c (line)
    where c.line like 'search\_path=%'
) p on true
cross join lateral (
    select 'its search_path is the caller''s' as why where p.path is null
    union all
    select format('%s may create things in schema %s of its search_path', r.role_quoted, s.quoted)
    from regexp_split_to_table(p.path, '\s*,\s*') e (name)
    join schema s on s.name = btrim(e.name, '"')
    where
        exists (
            select
            from aclexplode(s.acl) a
            join grantee_reach g on g.grantee = a.grantee and g.role = r.role
            where a.privilege_type = 'CREATE'
        )
        or exists (select from role_reach o where o.role = r.role and o.reached = s.owner)
    union all
    select 'its search_path names the caller''s own schema ("$user")'
    where p.path ~ '\$user'
    union all
    -- What is not named comes first: a temporary table hides the real one.
    select
        case
            when p.path ~ 'pg_temp' then 'pg_temp stands before other schemas of its search_path'
            else 'its search_path does not end in pg_temp, so temporary tables are looked up first'
        end
    where
        p.path ~ '[[:alnum:]]'
        and p.path !~ ',\s*"?pg_temp"?$'
        and btrim(p.path, ' "') <> 'pg_catalog'
        and exists (
            select
            from pg_catalog.pg_database d
            cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            join grantee_reach g on g.grantee = a.grantee and g.role = r.role
            where d.datname = current_database() and a.privilege_type = 'TEMPORARY'
        )
) y
where f.is_definer and not f.is_of_extension
group by f.oid, f.word, f.signature, f.owner_name, r.role_name, r.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'F02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER function that a runtime role may call runs as a role that row security does not bind.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        'it runs as %s, and %s: what it reads and writes for %s, it reads and writes for every tenant',
        f.owner_name,
        case
            when f.owner_bypasses then 'row security does not bind that role'
            else format('%s belongs to that role and is not forced', u.name)
        end,
        c.role_quoted) as what,
    format(E'-- as %s (%s)\nselect %s; -- see what it answers for another tenant''s keys', c.role_quoted, c.door, f.signature)
        as reproduce,
    format('alter %s %s owner to <a role that policies bind>; -- or security invoker', f.word, f.signature) as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
left join lateral (
    select min(t.name) as name
    from tenant_table t
    where t.owner = f.owner and t.has_row_security and not t.is_forced
) u on true
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and (f.owner_bypasses or u.name is not null)
) x (object, role_name, what, reproduce, fix)
union all
select 'F03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER function is open to PUBLIC, which is what Postgres does when nobody says otherwise.
select
    f.word || ' ' || f.signature as object,
    null::text as role_name,
    format(
        'every login that may name things in its schema may run it as %s%s', f.owner_name,
        case when f.acl is null then ': EXECUTE was never revoked' else '' end) as what,
    format(E'select proacl from pg_proc where oid = %L::regprocedure; -- %s', f.oid::regprocedure,
        case when f.acl is null then 'null: everybody' else '=X/owner: everybody' end) as reproduce,
    format(
        E'revoke all on %1$s %2$s from public;\ngrant execute on %1$s %2$s to <those who need it>;', f.word, f.signature) as fix
from function f
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and exists (
        select from aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
        where a.grantee = 0 and a.privilege_type = 'EXECUTE'
    )
    and exists (
        select from schema_reach s join runtime_role r on r.oid = s.role where s.schema = f.schema
    )
) x (object, role_name, what, reproduce, fix)
union all
select 'F04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A function of this database is LEAKPROOF: the planner may call it with rows that no policy has let pass yet.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format('a query of %s may have it run before the policies: whatever it tells, it tells of every tenant', c.role_quoted) as what,
    format(
        E'-- as %s\nexplain verbose select * from <tenant table> where %s; -- stands before the policy''s condition',
        c.role_quoted, f.signature) as reproduce,
    format('alter function %s not leakproof;', f.signature) as fix
from function f
join callable c on c.function = f.oid
where f.is_leakproof and not f.is_of_extension
) x (object, role_name, what, reproduce, fix)
union all
select 'F05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A function sets the context for the session, not for the transaction: the next user of the connection inherits the tenant.
select
    f.word || ' ' || f.signature as object,
    min(c.role_name) as role_name,
    format(
        'it sets %s until the session ends: on a pooled connection the next request has that tenant, and a request that'
        || ' forgot to bind one does not notice', min(o.name)) as what,
    format(
        E'-- as %s\nbegin; select %s; commit;\nselect current_setting(%L, true); -- still set',
        min(c.role_quoted), f.signature, min(o.name)) as reproduce,
    format('-- in %s: set_config(%L, ..., true), or SET LOCAL', f.signature, min(o.name)) as fix
from callable c
join function_reach r on r.root = c.function
join function f on f.oid = r.function
join function_source s on s.oid = f.oid
join own_setting o
    on s.body ~* ('\mset_config\s*\(\s*''' || regexp_replace(o.name, '([.$])', '\\\1', 'g')
        || '''\s*,(?:[^;()]|\((?:[^;()]|\([^;()]*\))*\))*,\s*false\s*\)')
    or s.body ~* ('\mset\s+(?:session\s+)?' || regexp_replace(o.name, '([.$])', '\\\1', 'g') || '\s*(?:=|\mto\M)')
where f.config is null or not exists (
    -- SET as a clause of the function ends with the function.
    select from unnest(f.config) g (line) where lower(split_part(g.line, '=', 1)) = o.name
)
group by f.oid, f.word, f.signature
) x (object, role_name, what, reproduce, fix)
union all
select 'F06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A runtime role may call a function that leaves the database: as the server's account, or back in as another role.
select
    x.word || ' ' || x.signature as object,
    x.role_name,
    format('%s may call it (%s): %s', x.role_quoted, x.door, x.why) as what,
    format(
        'select has_function_privilege(%L, %L::regprocedure, ''execute''); -- t', x.role_name, x.oid::regprocedure) as reproduce,
    format('revoke all on %s %s from %s;', x.word, x.signature,
        case when x.door = 'execute for public' then 'public' else x.role_quoted end) as fix
from (
    select
        f.oid, f.word, f.signature, c.role_name, c.role_quoted, c.door,
        case
            when f.plain_name ~ '\.dblink_connect_u$'
                then 'it connects without a password as any role that the server lets in, past every policy'
            else format('its language %s is not trusted: it does what the account of the server may do', f.language)
        end as why
    from function f
    join callable c on c.function = f.oid
    where
        f.plain_name ~ '\.dblink_connect_u$'
        or (not f.language_is_trusted and f.language not in ('internal', 'sql') and not f.is_of_extension)
    union all
    -- Functions of the server itself, which PUBLIC may not call.
    select
        p.oid, 'function', format('pg_catalog.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), rr.name,
        rr.quoted, case when g.grantee = 0 then 'execute for public' else 'grant: ' || g.path end,
        'it reads or writes files with the rights of the server'
    from pg_catalog.pg_proc p
    cross join lateral aclexplode(p.proacl) a
    join grantee_reach g on g.grantee = a.grantee
    join runtime_role rr on rr.oid = g.role
    where
        p.pronamespace = 'pg_catalog'::regnamespace
        and p.proname in (
            'pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export', 'pg_file_write',
            'pg_file_rename', 'pg_file_unlink'
        )
        and a.privilege_type = 'EXECUTE'
        and a.grantee <> p.proowner
        -- R08 names the predefined roles that hold these.
        and not exists (select from role b where b.oid = a.grantee and b.is_builtin)
) x
) x (object, role_name, what, reproduce, fix)
union all
select 'F07'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- The context function is open to PUBLIC: with it goes the last thing that a login nobody thought of would need.
select
    'function ' || f.signature as object,
    null::text as role_name,
    'every role may execute it; it should be granted to the roles that policies are for, and to nobody else' as what,
    format('select proacl from pg_proc where oid = %L::regprocedure;', f.oid::regprocedure) as reproduce,
    format(
        E'revoke all on function %1$s from public;\ngrant execute on function %1$s to %2$s;', f.signature,
        coalesce((select string_agg(r.quoted, ', ') from runtime_role r where not r.is_superuser), '<the runtime roles>')) as fix
from context_function f
where exists (
    select from aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
    where a.grantee = 0 and a.privilege_type = 'EXECUTE'
)
) x (object, role_name, what, reproduce, fix)
union all
select 'F08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER function that a runtime role may call runs text made from its arguments.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        '%s may call it (%s), and it runs text that it is given as %s: whatever %s may do, also switching row security off',
        c.role_quoted, min(c.door), f.owner_name, f.owner_name) as what,
    format(
        E'-- as %s\nbegin;\n-- call %s with: alter table <a tenant table> no force row level security\nrollback;',
        c.role_quoted, f.signature) as reproduce,
    format('alter %s %s security invoker; -- or fixed statements, values by USING, names by %%I', f.word, f.signature) as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
-- Without what is safely quoted: literals that are whole, names by quote_ident and %I, values by quote_literal and %L.
cross join lateral (
    select regexp_replace(
        regexp_replace(s.body, '\m(quote_ident|quote_literal|quote_nullable)\s*\([^()]*\)', ' ', 'gi'),
        '\mformat\s*\(\s*(?:\$[a-z]*\$|E?'')(?:[^''$%]|%%|%[0-9]*\$?[IL]|'''')*(?:\$[a-z]*\$|'')\s*(?:,[^;]*)?\)', ' ', 'gi'
    ) as text
) b
cross join lateral regexp_matches(
    b.text,
    '\m(?:execute|plpy\s*\.\s*(?:execute|cursor|prepare)|spi_exec_query|spi_query|spi_prepare|pltcl_exec|spi_exec'
    || '|dblink_exec|dblink_send_query|dblink|query_to_xml|query_to_xmlschema|query_to_xml_and_xmlschema|ts_stat|cursor_to_xml)'
    || '\M([^;]*)', 'gi') m (parts)
where
    f.is_definer
    and not f.is_of_extension
    and f.return_type not in ('trigger'::regtype, 'event_trigger'::regtype)
    and exists (
        select
        from pg_catalog.pg_proc p
        cross join lateral unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) with ordinality u (type, at)
        where
            p.oid = f.oid
            and u.type in (
                'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype, 'json'::regtype, 'jsonb'::regtype,
                'text[]'::regtype, 'varchar[]'::regtype, 'unknown'::regtype, 'anyelement'::regtype
            )
    )
    -- More than one whole literal is run: a name, a parameter or what was joined of them.
    and regexp_replace(
        regexp_replace(m.parts[1], 'E?''(?:[^'']|'''')*''', '', 'g'), '\m(using|into|loop)\M.*$', '', 'i')
        ~* '[[:alnum:]_$\[]'
group by f.oid, f.word, f.signature, f.owner_name, c.role_name, c.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'F09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER function that a runtime role may call works outside of its transaction.
select
    f.word || ' ' || f.signature as object,
    c.role_name,
    format(
        '%s may call it (%s): it uses %s, which no policy of %s binds and no rollback undoes', c.role_quoted, min(c.door),
        string_agg(distinct lower(m.parts[1]), ', '), c.role_quoted) as what,
    format(E'-- as %s\nbegin;\n-- call %s\nrollback; -- and look: what it did is still there', c.role_quoted, f.signature)
        as reproduce,
    format('revoke all on %s %s from %s; -- and write in the caller''s own transaction', f.word, f.signature, c.role_quoted)
        as fix
from function f
join callable c on c.function = f.oid and c.door_kind <> 'owner'
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
cross join lateral regexp_matches(
    s.body,
    '\m(dblink(?:_[a-z_]+)?|pg_background_[a-z_]+|http(?:_[a-z_]+)?|pg_file_write|lo_export|pg_logical_emit_message'
    || '|copy[^;]*\mto\s+program)\M\s*(?:\(|'')', 'gi') m (parts)
where
    f.is_definer
    and not f.is_of_extension
group by f.oid, f.word, f.signature, c.role_name, c.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A permissive policy lets every row pass, with a tenant and without one.
select
    w.object,
    o.role_name,
    format(
        'true for every row, whoever is bound: %s; %s reaches rows of every tenant',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word), o.role_quoted) as what,
    format(E'-- as %s\n%s', o.role_quoted, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where t.passes_always
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A permissive policy lets rows pass that are not the bound tenant's: a branch does not ask, or does not compare for equality.
select
    w.object,
    o.role_name,
    format(
        '%s: what passes there, %s reaches, whichever tenant it belongs to',
        string_agg(
            format(
                case
                    when o.asks_helper then '%s (%s) lets rows of a tenant pass that is not the bound one (computed)'
                    else 'one way through %s (%s) asks no context'
                end,
                upper(o.word), o.verbs),
            ' and ' order by o.word),
        o.role_quoted) as what,
    format(E'-- as %s\n%s', o.role_quoted, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(format('%s (%s and (<its branches>))', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause c on c.policy = o.policy and c.word = o.word
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where
    (not o.asks_helper or t.passes_others)
    -- P01 says it of a condition that is always true, P13 of a WITH CHECK beside a sound USING.
    and not t.passes_always
    and c.words <> 'false'
    and not (
        o.word = 'with check'
        and exists (select from clause_fact u where u.policy = o.policy and u.word = 'using' and u.is_covered)
    )
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A permissive policy lets rows pass while no tenant is bound: its condition is true when the context is null.
select
    w.object,
    o.role_name,
    format(
        'rows pass %s while no tenant is bound (%s): a session of %s that lost its tenant reaches them',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word),
        case
            when bool_or(t.is_tried) then 'the server computed it for made-up rows with the context null'
            else 'its text says what a null context means'
        end,
        o.role_quoted) as what,
    format(
        E'-- as %s\nreset all;\nselect count(*) from %s; -- more than 0 where there are such rows\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where t.passes_unbound and not t.passes_always
group by w.object, w.relation_name, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A permissive policy is for PUBLIC: a login that nobody thought of is let in as soon as it is granted anything.
select
    w.object,
    null::text as role_name,
    format(
        'it says no TO, so it is for every role there is; %s of them can reach the table now',
        (
            select count(distinct l.role)
            from login_reachable l
            where l.relation = p.relation and l.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
        )) as what,
    w.show as reproduce,
    format(
        '%s to %s;', w.alter_words,
        coalesce(
            (select string_agg(distinct r.role_quoted, ', ') from reachable r where r.relation = p.relation),
            '<the runtime role>')) as fix
from policy p
join judged j on j.oid = p.relation and j.has_row_security
join policy_words w on w.policy = p.oid
where
    p.is_permissive
    and p.is_to_public
    and exists (select from login_reachable l where l.relation = p.relation)
    -- A sound floor for PUBLIC holds such a policy down.
    and not exists (
        select
        from policy q
        join clause_fact f on f.policy = q.oid and f.is_covered
        where
            q.relation = p.relation and not q.is_permissive and q.is_to_public
            and q.command in ('*', p.command)
            and not exists (select from clause_fact g where g.policy = q.oid and not g.is_covered)
    )
) x (object, role_name, what, reproduce, fix)
union all
select 'P05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A function of a policy is declared IMMUTABLE although it asks the session, or VOLATILE although the planner may not use it then.
select
    'function ' || f.signature as object,
    null::text as role_name,
    case f.volatility
        when 'i' then format(
            'it is IMMUTABLE, but asks the session, and %s uses it: a cached plan keeps the first tenant it was planned for',
            min(w.object))
        else format(
            'it is VOLATILE, and %s calls it: it runs for every row of every tenant, and no index can be used',
            min(w.object))
    end as what,
    format(E'select provolatile from pg_proc where oid = %L::regprocedure; -- %s', f.oid::regprocedure, f.volatility)
        as reproduce,
    format('alter function %s stable;', f.signature) as fix
from clause_function c
join policy_words w on w.policy = c.policy
join function_reach r on r.root = c.function
join function f on f.oid = r.function
where
    (f.volatility = 'v' and r.root = r.function)
    or (f.volatility = 'i' and f.oid in (select a.function from asks_session a))
group by f.oid, f.signature, f.volatility
) x (object, role_name, what, reproduce, fix)
union all
select 'P06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy asks the session once for every row instead of once for every statement.
select
    w.object,
    null::text as role_name,
    format(
        'a function is called outside a sub-select (%s): it may run for every row of every tenant that a statement looks at',
        string_agg(upper(f.word), ' and ' order by f.word)) as what,
    w.show as reproduce,
    format(
        '%s %s; -- (select f()) instead of f()', w.alter_words,
        string_agg(format('%s %s', f.word, w.condition), ' ' order by f.word)) as fix
from clause_fact f
join policy_words w on w.policy = f.policy
where f.calls_per_row
group by w.object, w.show, w.alter_words, w.condition
) x (object, role_name, what, reproduce, fix)
union all
select 'P07'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy lets rows pass because of a setting that every session may set for itself, and that is not the context.
select
    w.object,
    o.role_name,
    format(
        '%s depends on %s, which is no privilege: %s may set it, and reach rows by it',
        string_agg(distinct upper(o.word), ' and '),
        string_agg(distinct coalesce('the setting ' || x.name, 'a setting whose name it computes'), ', '),
        o.role_quoted) as what,
    format(
        E'-- as %s\nset %s = ''on''; -- accepted: no privilege is asked for\n%s',
        o.role_quoted, coalesce(min(x.name), '<the setting>'), w.show) as reproduce,
    format(
        '%s %s; -- and give what the setting stood for to a role of its own', w.alter_words,
        string_agg(distinct format('%s %s', o.word, w.condition), ' ')) as fix
from open_clause o
join policy_words w on w.policy = o.policy
join clause_setting x on x.policy = o.policy and x.word = o.word
where
    -- Where every row must be the tenant's anyway, another setting can only take rows away.
    (x.is_in_context or not o.is_covered)
    and (x.name is null or x.name not in (select n.name from own_setting n))
    and not exists (select from pg_catalog.pg_settings g where g.name = x.name and g.context <> 'user')
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy recognises the tenant by a pattern: one tenant's name may match another's.
select
    w.object,
    o.role_name,
    format(
        '%s compares by a pattern (LIKE, a regular expression, a search in a text): %s reaches rows of every tenant that matches',
        string_agg(format('%s (%s)', upper(o.word), o.verbs), ' and ' order by o.word), o.role_quoted) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', o.word, w.condition), ' ' order by o.word)) as fix
from open_clause o
join policy_words w on w.policy = o.policy
where
    not o.is_covered
    and exists (
        select
        from clause_leaf l
        where
            l.policy = o.policy and l.word = o.word
            and l.leaf ~ '(^|[^<>=!])~|\m(LIKE|SIMILAR|POSITION|strpos|position|starts_with|regexp_[a-z_]+)\M'
            and l.leaf ~ '\{[a-z]*[cts]'
    )
group by w.object, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy compares a column with itself: a name inside its sub-select was taken for the sub-select's own column.
select
    w.object,
    b.role_name,
    format(
        '%s compares a column with itself, which is true for every row: in a sub-select a name without a table in front'
        || ' of it means the sub-select''s table', string_agg(distinct upper(b.word), ' and ')) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (<its condition with the table''s name before each column>)', b.word), ' ')) as fix
from (
    select m.policy, m.word
    from clause_masked m
    where
        m.masked ~ '\(((?:[[:alnum:]_$]+\.|"[^"]+"\.)?(?:[[:alpha:]_][[:alnum:]_$]*|"[^"]+")) (?:=|<=|>=) \1\)'
        or m.masked ~ '\(NOT \(((?:[[:alnum:]_$]+\.|"[^"]+"\.)?(?:[[:alpha:]_][[:alnum:]_$]*|"[^"]+")) (?:IS DISTINCT FROM|<>) \1\)\)'
    offset 0
) m
join clause_binds b on b.policy = m.policy and b.word = m.word
join policy_words w on w.policy = b.policy
group by w.object, w.show, w.alter_words, b.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'P10'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy decides by a table that the role it binds can write: whoever can add a line there lets himself in.
select
    w.object,
    o.role_name,
    format(
        '%s decides by %s, where %s may %s: a row that it writes itself lets it in',
        string_agg(distinct upper(o.word), ' and '), string_agg(distinct t.name, ', '), o.role_quoted,
        string_agg(distinct g.privilege, ', ')) as what,
    format(E'-- as %s\nbegin;\ninsert into %s values (<another tenant>, <yourself>);\nselect count(*) from %s;\nrollback;',
        o.role_quoted, min(t.name), w.relation_name) as reproduce,
    string_agg(distinct format('revoke insert, update, delete on %s from %s;', t.name, o.role_quoted), E'\n') as fix
from open_clause o
join policy_words w on w.policy = o.policy
join clause_fact f on f.policy = o.policy and f.word = o.word
join (
    select p.policy, p.relation, false as is_by_helper from policy_relation p
    union
    -- What functions of the policy read, by the names after FROM and JOIN.
    select c.policy, n.oid, c.function in (select h.function from helper h)
    from clause_function c
    join function_reach r on r.root = c.function
    join function_source s on s.oid = r.function
    cross join lateral regexp_matches(
        s.body, '\m(?:from|join)\s+(?:only\s+)?(?:"?([[:alnum:]_$]+)"?\s*\.\s*)?"?([[:alnum:]_$]+)"?', 'gi') m (parts)
    join relation n
        on lower(n.plain_name) = lower(coalesce(m.parts[1], split_part(n.plain_name, '.', 1)) || '.' || m.parts[2])
) d on d.policy = o.policy
join relation t on t.oid = d.relation and t.oid <> o.relation and t.kind in ('r', 'p', 'f')
join reachable g on g.relation = t.oid and g.role = o.role and g.privilege in ('INSERT', 'UPDATE', 'DELETE')
where
    -- Where the tenant column is compared with the context besides, a line in that table lets nobody else's rows in.
    (d.is_by_helper or not f.is_direct)
    and (
        -- A table whose own policies bind every write to the tenant cannot be made to speak for another.
        not t.has_row_security
        or exists (
            select
            from open_bind x
            where x.relation = t.oid and x.role = o.role and x.verb = g.privilege and not x.is_covered
        )
        or t.oid not in (select j.oid from judged j)
    )
group by w.object, w.relation_name, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P11'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- Permissive policies are ORed: beside the one that keeps to the tenant stands one that does not.
select
    r.name as object,
    b.role_name,
    format(
        'permissive policies are ORed: when %s says %s, %s lets rows pass that %s would not',
        b.role_quoted, string_agg(distinct b.verb, ', '), string_agg(distinct q.quoted, ', '),
        string_agg(distinct p.quoted, ', ')) as what,
    format(
        'select polname, polcmd, polroles::regrole[] from pg_policy where polpermissive and polrelid = %L::regclass;', r.name)
        as reproduce,
    string_agg(
        distinct format('drop policy %s on %s; -- or create it again AS RESTRICTIVE', q.quoted, r.name), E'\n') as fix
from open_bind b
join open_bind x
    on x.role = b.role and x.relation = b.relation and x.verb = b.verb and x.side = b.side and not x.is_covered
join policy p on p.oid = b.policy
join policy q on q.oid = x.policy
join relation r on r.oid = b.relation
where b.is_covered and p.oid <> q.oid
group by r.name, b.role_name, b.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P12'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A table has a restrictive floor, but it does not bind a runtime role, or holds nothing down.
select
    w.relation_name as object,
    b.role_name,
    format(
        'its restrictive policy %s does not hold when %s says %s: %s',
        string_agg(distinct f.quoted, ', '), b.role_quoted, string_agg(distinct b.verb, ', '),
        case
            when bool_or(f.is_covered) then 'it is for other roles'
            else 'its condition does not compare the tenant column with the context'
        end) as what,
    format(
        E'select polname, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid)\n'
        || 'from pg_policy where not polpermissive and polrelid = %L::regclass;', w.relation_name) as reproduce,
    string_agg(
        distinct
        case
            when f.is_covered then format('%s to public;', w.alter_words)
            else format('%s %s %s;', w.alter_words, f.word, w.condition)
        end,
        E'\n') as fix
-- open_bind: what passes without a sound floor.
from open_bind b
join floor f
    on f.relation = b.relation
    and f.command in ('*', case b.verb when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
join policy_words w on w.policy = f.policy
group by w.relation_name, b.role_name, b.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P13'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy's WITH CHECK forgets the tenant that its USING asks for: rows can be written into another tenant.
select
    w.object,
    o.role_name,
    format(
        'WITH CHECK replaces USING for new rows, and does not ask for the tenant: %s may %s rows of any tenant',
        o.role_quoted, o.verbs) as what,
    format(
        E'-- as %s, bound to one tenant\nbegin;\ninsert into %s values (<another tenant, ...>); -- succeeds\nrollback;\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format('%s with check (%s and (<what it checks now>));', w.alter_words, w.condition) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join clause_fact u on u.policy = o.policy and u.word = 'using' and u.is_covered
join policy_words w on w.policy = o.policy
where o.word = 'with check' and not o.is_covered and not t.passes_always
) x (object, role_name, what, reproduce, fix)
union all
select 'P14'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- The context is read so that a lost tenant is neither null nor an error of ours: an empty text remains, or a bare error.
select
    'function ' || f.signature as object,
    null::text as role_name,
    'it reads the context as neither nullif(current_setting(..., true), '''') nor with an error of its own: after SET LOCAL'
    || ' the setting is an empty text, not null' as what,
    format('select prosrc from pg_proc where oid = %L::regprocedure;', f.oid::regprocedure) as reproduce,
    format(
        '-- in %s: nullif(current_setting(%L, true), ''''), or raise exception when it is empty', f.signature, min(x.name)) as fix
from clause_function c
join function_reach r on r.root = c.function
join function f on f.oid = r.function
join setting_read x on x.function = f.oid and not x.is_guarded
join own_setting o on o.name = x.name
where not exists (
    -- Loud: it, or something it calls, raises.
    select
    from function_reach l
    join function_source s on s.oid = l.function
    where l.root = f.oid and s.body ~* '\mraise\s+(?!notice|warning|info|log|debug)'
)
group by f.oid, f.signature
union all
select
    w.object,
    null,
    string_agg(upper(m.word), ' and ' order by m.word)
    || ': the context is read as something other than nullif(current_setting(..., true), ''''); a lost tenant is an'
    || ' empty text, or an error that says nothing of tenants',
    w.show,
    format(
        '%s %s;', w.alter_words, string_agg(format('%s %s', m.word, w.condition), ' ' order by m.word))
from clause_masked m
join policy_words w on w.policy = m.policy
where
    (select count(*) from regexp_matches(m.masked, '\mcurrent_setting\(\{k\}', 'g'))
    > (
        select count(*)
        from regexp_matches(m.masked, '\mNULLIF\(current_setting\(\{k\}::text, true\), \{e\}::text\)', 'g')
    )
group by w.object, w.show, w.alter_words
) x (object, role_name, what, reproduce, fix)
union all
select 'P15'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy asks for the tenant, but never compares the tenant column with it.
select
    w.object,
    o.role_name,
    format(
        '%s asks for the tenant, but says nothing of %s, which says whose a row is%s: %s reaches rows of others',
        string_agg(distinct format('%s (%s)', upper(o.word), o.verbs), ' and '), j.tenant_column_quoted,
        ': it compares ' || nullif(string_agg(distinct quote_ident(a.attname), ', '), ''), o.role_quoted) as what,
    format(E'-- as %s, bound to one tenant\nselect count(distinct %s) from %s; -- more than one\n%s',
        o.role_quoted, j.tenant_column_quoted, w.relation_name, w.show) as reproduce,
    format('%s %s;', w.alter_words, string_agg(distinct format('%s %s', o.word, w.condition), ' ')) as fix
from open_clause o
join judged j on j.oid = o.relation and j.tenant_column_quoted is not null
join policy_words w on w.policy = o.policy
-- The columns that are compared with it instead, where the clause shows them.
left join clause_leaf l on l.policy = o.policy and l.word = o.word
left join lateral (
    select (regexp_match(l.leaf, '^\(?"?([[:alnum:]_$]+)"? = \S*\{[a-z]*c'))[1] as name
    union all
    select (regexp_match(l.leaf, '\{[a-z]*c[a-z]*\}\S* = "?([[:alnum:]_$]+)"?\)?$'))[1]
) n on true
left join pg_catalog.pg_attribute a on a.attrelid = o.relation and a.attname = n.name and a.attnum > 0
where
    o.asks_helper
    and not o.is_covered
    and not exists (
        select from clause_leaf b
        where b.policy = o.policy and b.word = o.word and b.leaf ~ '\{[a-z]*c' and b.leaf ~ '\{[a-z]*t'
    )
group by w.object, w.relation_name, w.show, w.alter_words, j.tenant_column_quoted, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'P16'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A policy that binds a runtime role compares by an operator that is neither built in nor an extension's.
select
    w.object,
    b.role_name,
    format(
        '%s compares by %s: what it lets pass, the function %s decides', string_agg(distinct upper(b.word), ' and '),
        string_agg(distinct o.oid::regoperator::text, ', '), string_agg(distinct f.name, ', ')) as what,
    w.show as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (<its condition with OPERATOR(pg_catalog.=)>)', b.word), ' ')) as fix
from clause c
cross join lateral string_to_table(c.tree, ':opno ') m (part)
join pg_catalog.pg_operator o on o.oid = substring(m.part from '^\d+')::oid
join function f on f.oid = o.oprcode and not f.is_of_extension
join clause_binds b on b.policy = c.policy and b.word = c.word and b.is_permissive
join policy_words w on w.policy = c.policy
group by w.object, w.show, w.alter_words, b.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'P17'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- An open permissive clause brings the tenant column and the context together under a negation only.
select
    w.object,
    o.role_name,
    format(
        '%s: rows pass that are not excluded, whichever tenant they belong to; %s reaches them',
        string_agg(distinct format('%s (%s)', upper(o.word), o.verbs), ' and '), o.role_quoted) as what,
    format(E'-- as %s, bound to one tenant\nselect count(*) from %s; -- rows of tenants that are not excluded\n%s',
        o.role_quoted, w.relation_name, w.show) as reproduce,
    format(
        '%s %s;', w.alter_words,
        string_agg(distinct format('%s (%s and (<its condition>))', o.word, w.condition), ' ')) as fix
from open_clause o
join clause_trial t on t.policy = o.policy and t.word = o.word
join policy_words w on w.policy = o.policy
where
    o.asks_helper
    and not o.is_covered
    -- P01 and P02 say it of what was computed.
    and not t.passes_always and not t.passes_others
    and exists (
        select
        from clause_leaf l
        where
            l.policy = o.policy and l.word = o.word
            and l.leaf ~ '\{[a-z]*c' and l.leaf ~ '\{[a-z]*t' and l.leaf ~ '\mNOT\M|<>|!='
            -- What asks a table, or a list: a plain comparison was computed, or is told by P02.
            and (l.leaf ~ '\{[a-z]*q' or l.leaf ~ '<> ALL')
    )
group by w.object, w.relation_name, w.show, w.alter_words, o.role_name, o.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'R01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A runtime role is a superuser: no policy and no privilege binds it.
select
    'role ' || r.quoted as object,
    r.name as role_name,
    format('%s is a superuser: row security, FORCE and every missing grant mean nothing to it', r.quoted) as what,
    format(E'-- as %s\nshow is_superuser; -- on', r.quoted) as reproduce,
    format('alter role %s nosuperuser;', r.quoted) as fix
from runtime_role r
where r.is_superuser
) x (object, role_name, what, reproduce, fix)
union all
select 'R02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R07'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R10'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
    where
        r.role in (
            select l.oid
            from role l
            cross join setting s
            where l.can_log_in and not l.is_builtin and l.name <> all (s.known_logins)
        )
        and r.role not in (select rr.oid from runtime_role rr)
    group by r.role
) x
join role l on l.oid = x.role
where has_database_privilege(l.oid, current_database(), 'connect')
) x (object, role_name, what, reproduce, fix)
union all
select 'R11'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'R12'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T04'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
    -- None of the three is ever null, and `not in` is hashed once.
    and (g.relation, g.role, g.privilege) not in (
        select p.relation, b.role, k.privilege
        from policy p
        join policy_binds b on b.policy = p.oid
        join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) k (privilege, command) on
            p.command in ('*', k.command)
        where p.is_permissive
    )
group by t.oid, t.name, g.role, g.role_name, g.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'T05'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T06'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T08'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A foreign key from a tenant table to a tenant table that does not compare the tenant columns.
select
    t.name || ' ' || quote_ident(c.conname) as object,
    null::text as role_name,
    format(
        'the foreign key %I of %s refers to %s without comparing %s: a row may point at another tenant''s row, and tells that it exists',
        c.conname, t.name, p.name, p.tenant_column_quoted) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (...) values (...); -- with a key of a row of tenant B: accepted',
        t.name) as reproduce,
    format(
        E'-- %s needs a unique key (%s, ...) first\nalter table %s drop constraint %I;\nalter table %3$s add foreign key (%5$s, ...) references %1$s (%2$s, ...);',
        p.name, p.tenant_column_quoted, t.name, c.conname, t.tenant_column_quoted) as fix
from pg_catalog.pg_constraint c
join tenant_table t on t.oid = c.conrelid
join tenant_table p on p.oid = c.confrelid
cross join setting s
where
    c.contype = 'f'
    and c.conparentid = 0
    and exists (select from reachable r where r.relation = t.oid and r.privilege in ('INSERT', 'UPDATE'))
    and not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = p.tenant_attnum
    )
    -- A child that is declared by its parent belongs to whom the parent belongs.
    and not (c.conkey = array[t.tenant_attnum] and coalesce(s.tenant_tables ->> t.plain_name = t.tenant_column, false))
) x (object, role_name, what, reproduce, fix)
union all
select 'T09'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A unique key or exclusion constraint of a tenant table that spans tenants, and whose values a runtime role can choose.
select
    t.name || ' ' || quote_ident(x.relname) as object,
    null::text as role_name,
    format(
        'the unique key %I of %s spans tenants: a duplicate-key error tells one tenant what another has', x.relname, t.name
    ) as what,
    format(
        E'-- as the application, as tenant A\ninsert into %s (...) values (...); -- with a value that tenant B has: 23505',
        t.name) as reproduce,
    format(
        E'-- make (%s, ...) the key instead, then\n%s', t.tenant_column_quoted,
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T10'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
from (
    -- Few foreign keys act: they come first.
    select f.oid, f.conname, f.conrelid, f.confrelid, f.conkey, f.confkey, f.confdeltype, f.confupdtype
    from pg_catalog.pg_constraint f
    where f.contype = 'f' and f.conparentid = 0 and (f.confdeltype in ('c', 'n', 'd') or f.confupdtype in ('c', 'n', 'd'))
    offset 0
) c
join tenant_table t on t.oid = c.conrelid
join relation p on p.oid = c.confrelid
left join tenant_table pt on pt.oid = p.oid
cross join setting s
join reachable r on
    r.relation = p.oid
    and (
        (r.privilege = 'DELETE' and c.confdeltype in ('c', 'n', 'd'))
        or (r.privilege = 'UPDATE' and c.confupdtype in ('c', 'n', 'd')
            and (r.attnum is null or r.attnum = any (c.confkey)))
    )
where
    not exists (
        select
        from unnest(c.conkey, c.confkey) k (own, other)
        where k.own = t.tenant_attnum and k.other = pt.tenant_attnum
    )
    -- The child's tenant is this very parent: who may not delete the parent of another, reaches no child of another.
    and not (
        c.conkey = array[t.tenant_attnum]
        and (
            s.tenant_tables ->> t.plain_name = t.tenant_column
            or p.has_row_security
                and p.oid in (select j.oid from judged j)
                and not exists (
                    select from open_bind o
                    where o.relation = p.oid and o.role = r.role and o.verb = r.privilege and not o.asks_helper
                )
        )
    )
group by t.oid, t.name, c.oid, c.conname, c.confdeltype, p.name, r.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'T11'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T13'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
cross join lateral (
    select count(*) as columns
    from pg_catalog.pg_attribute a
    where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
) x
where c.columns < x.columns
) x (object, role_name, what, reproduce, fix)
union all
select 'T14'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T15'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T16'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A rule touches tenant tables with the rights of an owner that no policy binds, or copies rows to where they are readable.
select
    r.name || ' ' || quote_ident(w.rulename) as object,
    a.role_name,
    format(
        '%s may write %s, and its rule %I then touches %s as %s, whom no policy of that table binds', min(a.role_quoted), r.name,
        w.rulename, string_agg(distinct t.name, ', '), r.owner_name) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (...); -- with a key of tenant B\nrollback; -- in between, tenant B''s rows in %s changed',
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
union all
-- Whoever writes: what is written is written twice, and the second time where no policy stands. The rule may stand on the
-- tenant table, on a view of it, or on what a trigger or another rule fills and the role cannot read itself.
select
    r.name || ' ' || quote_ident(w.rulename),
    c.role_name,
    format(
        'the rule %I of %s writes %s as well: that table has no row security, and %s may read it', w.rulename, r.name,
        string_agg(distinct c.name, ', '), min(c.role_quoted)),
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- rows of every tenant', min(c.role_quoted), min(c.name)),
    format('drop rule %I on %s; -- and see who has read %s', w.rulename, r.name, min(c.name))
from pg_catalog.pg_rewrite w
join relation r on r.oid = w.ev_class
join (
    select distinct d.objid, d.refobjid
    from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.pg_rewrite'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
) d on d.objid = w.oid and d.refobjid <> r.oid
join (
    select distinct t.oid, t.name, a.role, a.role_name, a.role_quoted
    from relation t
    join reachable a on a.relation = t.oid and a.privilege = 'SELECT'
    cross join setting s
    where t.kind in ('r', 'p') and not t.has_row_security and t.plain_name <> all (s.shared_tables)
) c on c.oid = d.refobjid
where
    w.ev_type <> '1'
    and (
        r.oid in (select t.oid from tenant_table t)
        or r.oid in (select v.view from view_reads v)
        or not exists (select from reachable a where a.relation = r.oid and a.role = c.role and a.privilege = 'SELECT')
    )
group by r.oid, r.name, w.oid, w.rulename, c.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'T17'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T18'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
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
) x (object, role_name, what, reproduce, fix)
union all
select 'T19'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A table that a runtime role reaches, and nothing says whose its rows are.
select
    t.name as object,
    r.role_name,
    format(
        '%s has no tenant column, is declared nowhere, and %s may %s (%s): not judged%s', t.name, min(r.role_quoted),
        string_agg(distinct r.privilege, ', '), min(r.door),
        case when t.has_row_security then '' else ', and it has no row security' end) as what,
    format(E'-- as %s, as tenant A\nselect count(*) from %s; -- whose?', min(r.role_quoted), t.name) as reproduce,
    concat(
        format('-- in shikiri-audit.toml: "%s" in shared_tables, or [tenant.tables] "%1$s" = "<its column>"', t.plain_name),
        (
            select format(
                E'\n-- %I leads to its tenant: "%s" = { column = "%s", parent = "%s" }', c.conname, t.plain_name, a.attname,
                p.plain_name)
            from pg_catalog.pg_constraint c
            join tenant_table p on p.oid = c.confrelid
            join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.conrelid = t.oid and c.contype = 'f' and cardinality(c.conkey) = 1
            order by c.conname
            limit 1
        )) as fix
from relation t
cross join setting s
join reachable r on r.relation = t.oid and r.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
where
    t.kind in ('r', 'p')
    and not t.is_of_extension
    and t.plain_name <> all (s.shared_tables)
    and t.oid not in (select k.oid from tenant_table k)
    -- Its policies ask whose transaction this is: the rules of policies judge it.
    and not (t.has_row_security and t.oid in (select j.oid from judged j))
group by t.oid, t.name, t.plain_name, t.has_row_security, r.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'T20'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A SECURITY DEFINER trigger whose owner no policy binds names tenant tables, and never the tenant of the row.
select
    r.name || ' ' || quote_ident(g.tgname) as object,
    a.role_name,
    format(
        'the trigger %I of %s runs %s as %s, whom no policy of %s binds; nothing in it compares whose the row is', g.tgname,
        r.name, f.signature, f.owner_name, string_agg(distinct t.name, ', ')) as what,
    format(
        E'-- as %s, as tenant A\nbegin;\ninsert into %s values (...); -- of its own, with a key of tenant B in it\nrollback; -- in between, tenant B''s rows in %s changed',
        min(a.role_quoted), r.name, min(t.name)) as reproduce,
    format('alter function %s security invoker; -- or compare %s with the row''s own in each statement', f.signature,
        min(t.tenant_column_quoted)) as fix
from pg_catalog.pg_trigger g
join relation r on r.oid = g.tgrelid
join function f on f.oid = g.tgfoid and f.is_definer and not f.is_of_extension
join reachable a on
    a.relation = r.oid
    and (
        a.privilege = 'INSERT' and g.tgtype::integer & 4 > 0
        or a.privilege = 'DELETE' and g.tgtype::integer & 8 > 0
        or a.privilege = 'UPDATE' and g.tgtype::integer & 16 > 0
    )
join function_reach k on k.root = f.oid
join function_source s on s.oid = k.function
join tenant_table t on
    (f.owner_bypasses or t.owner = f.owner and not t.is_forced or not t.has_row_security)
    and s.body ~* (
        '\m(update|into|from|truncate|table)\s+(only\s+)?("?[[:alnum:]_$]+"?\s*\.\s*)?"?'
        || regexp_replace(split_part(t.plain_name, '.', 2), '([^[:alnum:]_])', '\\\1', 'g') || '\M')
where
    not g.tgisinternal
    and s.body ~* '\m(insert|update|delete|merge|truncate)\M'
    -- It compares, or writes, the tenant of the row that it was called for; or asks whose transaction this is.
    and s.body !~* (
        '\m(new|old)\s*\.\s*"?' || regexp_replace(t.tenant_column, '([^[:alnum:]_])', '\\\1', 'g') || '"?')
    and not exists (
        select from function_reach q join helper h on h.function = q.function where q.root = f.oid
    )
group by r.oid, r.name, g.oid, g.tgname, f.signature, f.owner_name, a.role_name
) x (object, role_name, what, reproduce, fix)
union all
select 'V01'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A view shows a tenant table with the rights of an owner whom no policy binds there.
select
    v.name as object,
    g.role_name,
    format(
        'it reads %s as %s, and %s: %s may %s through it rows of every tenant',
        v.relation_name, v.owner_name, v.reason, g.role_quoted, string_agg(distinct g.privilege, ', ')) as what,
    format(E'-- as %s\nselect count(*) from %s; -- rows of every tenant', g.role_quoted, v.name) as reproduce,
    format('alter view %s set (security_invoker = true, security_barrier = true);', v.name) as fix
from view_bypass v
join reachable g on g.relation = v.view and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
-- A view that filters by the context behind a barrier is a wall of its own.
where not (v.asks_helper and v.is_barrier)
group by v.name, v.relation_name, v.owner_name, v.reason, g.role_name, g.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'V02'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A view is the wall of a tenant table, but has no security_barrier: a condition of the query may run before its filter.
select
    v.name as object,
    g.role_name,
    format(
        'its own condition is all that keeps tenants apart in %s, and without security_barrier a cheap function in the WHERE'
        || ' of %s is called with rows of every tenant first', v.relation_name, g.role_quoted) as what,
    format(
        E'-- as %s\nexplain verbose select * from %s where <a cheap function that tells what it sees>;\n'
        || '-- the function stands before the condition of the view', g.role_quoted, v.name) as reproduce,
    format('alter view %s set (security_barrier = true);', v.name) as fix
from view_bypass v
join reachable g on g.relation = v.view and g.privilege = 'SELECT'
where v.asks_helper and not v.is_barrier
group by v.name, v.relation_name, g.role_name, g.role_quoted
) x (object, role_name, what, reproduce, fix)
union all
select 'V03'::text as rule, x.object::text, x.role_name::text, x.what::text, x.reproduce::text, x.fix::text from (
-- A materialised view of a tenant table, or a foreign table with a tenant column, is granted: row security knows neither.
select
    v.name as object,
    g.role_name,
    case v.kind
        when 'm' then format(
            'it keeps rows of %s as they were for whoever refreshed it, and no policy can be put on it: %s may read them all',
            min(t.name), g.role_quoted)
        else format(
            'its rows come from elsewhere, and no policy can be put on it: %s may %s rows of every tenant there',
            g.role_quoted, string_agg(distinct g.privilege, ', '))
    end as what,
    format(E'-- as %s\nselect count(*) from %s; -- rows of every tenant', g.role_quoted, v.name) as reproduce,
    format('revoke all on %s from %s;', v.name, g.role_quoted) as fix
from relation v
join reachable g on g.relation = v.oid and g.privilege in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
cross join setting s
left join view_reads r on r.view = v.oid
left join tenant_table t on t.oid = r.relation
where
    v.plain_name <> all (s.shared_tables)
    and (
        (v.kind = 'm' and t.oid is not null)
        or (
            v.kind in ('m', 'f')
            and exists (
                select from pg_catalog.pg_attribute a
                where a.attrelid = v.oid and a.attnum > 0 and a.attname::text = any (s.tenant_columns)
            )
        )
    )
group by v.name, v.kind, g.role_name, g.role_quoted
) x (object, role_name, what, reproduce, fix)
order by 1, 2, 3, 4
$audit$;

-- What each runtime role sees of each relation, and by which door.
create function shikiri_audit.matrix_for(settings jsonb)
returns table (role_name text, relation text, kind text, command text, sees text, door text)
language sql stable security invoker
set search_path = pg_catalog, pg_temp
set jit = off
set enable_nestloop = off
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
        when
            c.kind in ('r', 'p') and not c.has_row_security and c.plain_name <> all (s.shared_tables)
            and c.oid not in (select t.oid from tenant_table t) then 'not judged'
        when c.kind in ('r', 'p') and c.plain_name = any (s.shared_tables) then 'shared'
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
cross join setting s
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
set enable_nestloop = off
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
        ('D01', 'high', 'A runtime role may create objects', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+0030AA\+0030D6\+0030B8\+0030A7\+0030AF\+0030C8\+003092\+004F5C\+006210\+003067\+00304D\+00308B'),
        ('D02', 'high', 'Default privileges open every future table', U&'\+0030C7\+0030D5\+0030A9\+0030EB\+0030C8\+006A29\+009650\+00304C\+005C06\+006765\+00306E\+008868\+003092\+003059\+003079\+003066\+00958B\+00653E\+003059\+00308B'),
        ('D03', 'medium', 'A publication sends every tenant''s rows', U&'\+0030D1\+0030D6\+0030EA\+0030B1\+0030FC\+0030B7\+0030E7\+0030F3\+00304C\+005168\+0030C6\+0030CA\+0030F3\+0030C8\+00306E\+00884C\+003092\+009001\+00308B'),
        ('D04', 'high', 'A catalog that holds rows is granted', U&'\+00884C\+00306E\+005024\+003092\+00542B\+003080\+0030AB\+0030BF\+0030ED\+0030B0\+00304C\+008AAD\+003081\+00308B'),
        ('D05', 'info', 'PUBLIC may connect or make temporary objects', U&'PUBLIC\+00304C\+0063A5\+007D9A\+003084\+004E00\+006642\+0030AA\+0030D6\+0030B8\+0030A7\+0030AF\+0030C8\+00306E\+004F5C\+006210\+003092\+003067\+00304D\+00308B'),
        ('D06', 'info', 'The server log does not say how many rows a statement gave', U&'\+0030B5\+0030FC\+0030D0\+0030FC\+0030ED\+0030B0\+00306B\+00884C\+006570\+00304C\+006B8B\+003089\+00306A\+003044'),
        ('D07', 'high', 'A declared name matches nothing', U&'\+007533\+00544A\+003057\+00305F\+00540D\+00524D\+00306B\+008A72\+005F53\+003059\+00308B\+003082\+00306E\+00304C\+00306A\+003044'),
        ('F01', 'high', 'A SECURITY DEFINER function looks names up where the caller can put things', U&'\+005B9A\+007FA9\+008005\+006A29\+009650\+0095A2\+006570\+00306E search_path \+003092\+00547C\+003073\+0051FA\+003057\+005074\+00304C\+0064CD\+004F5C\+003067\+00304D\+00308B'),
        ('F02', 'high', 'A SECURITY DEFINER function runs as a role that policies do not bind', U&'\+005B9A\+007FA9\+008005\+006A29\+009650\+0095A2\+006570\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00306E\+0053CA\+003070\+00306A\+003044\+0030ED\+0030FC\+0030EB\+003067\+0052D5\+00304F'),
        ('F03', 'high', 'A SECURITY DEFINER function is open to PUBLIC', U&'\+005B9A\+007FA9\+008005\+006A29\+009650\+0095A2\+006570\+00306E EXECUTE \+00304C PUBLIC \+00306B\+00958B\+003044\+003066\+003044\+00308B'),
        ('F04', 'high', 'A function of this database is LEAKPROOF', U&'\+005229\+007528\+008005\+005B9A\+007FA9\+0095A2\+006570\+00306B LEAKPROOF \+00304C\+004ED8\+003044\+003066\+003044\+00308B'),
        ('F05', 'high', 'A function sets the context for the session', U&'\+0095A2\+006570\+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+003092\+0030BB\+0030C3\+0030B7\+0030E7\+0030F3\+005358\+004F4D\+003067\+008A2D\+005B9A\+003059\+00308B'),
        ('F06', 'critical', 'A runtime role may call a function that leaves the database', U&'\+0030C7\+0030FC\+0030BF\+0030D9\+0030FC\+0030B9\+00306E\+005916\+003078\+0051FA\+00308B\+0095A2\+006570\+003092\+005B9F\+00884C\+003067\+00304D\+00308B'),
        ('F07', 'medium', 'The context function is open to PUBLIC', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+005224\+005B9A\+0095A2\+006570\+00306E EXECUTE \+00304C PUBLIC \+00306B\+00958B\+003044\+003066\+003044\+00308B'),
        ('F08', 'critical', 'A SECURITY DEFINER function runs text that it is given', U&'\+005B9A\+007FA9\+008005\+006A29\+009650\+0095A2\+006570\+00304C\+006E21\+003055\+00308C\+00305F\+006587\+005B57\+005217\+003092\+005B9F\+00884C\+003059\+00308B'),
        ('F09', 'high', 'A SECURITY DEFINER function does what no rollback undoes', U&'\+005B9A\+007FA9\+008005\+006A29\+009650\+0095A2\+006570\+00304C\+0030ED\+0030FC\+0030EB\+0030D0\+0030C3\+0030AF\+003067\+00304D\+00306A\+003044\+0064CD\+004F5C\+003092\+003059\+00308B'),
        ('P01', 'critical', 'A permissive policy lets every row pass', U&'\+008A31\+0053EF\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+003059\+003079\+003066\+00306E\+00884C\+003092\+00901A\+003059'),
        ('P02', 'high', 'A permissive policy has a branch that does not keep to the tenant', U&'\+008A31\+0053EF\+0030DD\+0030EA\+0030B7\+0030FC\+00306B\+0030C6\+0030CA\+0030F3\+0030C8\+003092\+0078BA\+00304B\+003081\+00306A\+003044\+005206\+005C90\+00304C\+003042\+00308B'),
        ('P03', 'critical', 'A permissive policy lets rows pass while no tenant is bound', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+00672A\+008A2D\+005B9A\+003067\+003082\+00884C\+00304C\+00901A\+00308B\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+003042\+00308B'),
        ('P04', 'medium', 'A permissive policy is for every role', U&'\+008A31\+0053EF\+0030DD\+0030EA\+0030B7\+0030FC\+00306E\+005BFE\+008C61\+00304C\+003059\+003079\+003066\+00306E\+0030ED\+0030FC\+0030EB\+00306B\+00306A\+003063\+003066\+003044\+00308B'),
        ('P05', 'high', 'A function of a policy promises the planner too much or too little', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00306E\+0095A2\+006570\+00306E\+0063EE\+00767A\+006027\+006307\+005B9A\+00304C\+008AA4\+003063\+003066\+003044\+00308B'),
        ('P06', 'low', 'A policy asks the session once for every row', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+00884C\+003054\+003068\+00306B\+0095A2\+006570\+003092\+00547C\+003076'),
        ('P07', 'high', 'A policy depends on a setting that every session may set', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+008AB0\+003067\+003082\+005909\+0066F4\+003067\+00304D\+00308B\+008A2D\+005B9A\+00306B\+004F9D\+005B58\+003057\+003066\+003044\+00308B'),
        ('P08', 'high', 'A policy recognises the tenant by a pattern', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+0030D1\+0030BF\+0030FC\+0030F3\+007167\+005408\+003067\+0030C6\+0030CA\+0030F3\+0030C8\+003092\+005224\+005B9A\+003057\+003066\+003044\+00308B'),
        ('P09', 'critical', 'A policy compares a column with itself', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+005217\+003092\+00305D\+00306E\+005217\+0081EA\+008EAB\+003068\+006BD4\+008F03\+003057\+003066\+003044\+00308B'),
        ('P10', 'critical', 'A policy decides by a table that the role can write', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00306E\+005224\+005B9A\+005143\+00306E\+008868\+00306B\+00305D\+00306E\+0030ED\+0030FC\+0030EB\+00304C\+0066F8\+00304D\+008FBC\+003081\+00308B'),
        ('P11', 'medium', 'Permissive policies widen each other', U&'\+008A31\+0053EF\+0030DD\+0030EA\+0030B7\+0030FC\+00304C OR \+003067\+007D50\+005408\+003055\+00308C\+007BC4\+0056F2\+00304C\+005E83\+00304C\+00308B'),
        ('P12', 'critical', 'The restrictive floor does not bind a runtime role', U&'\+005236\+009650\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+003092\+0062D8\+00675F\+003057\+003066\+003044\+00306A\+003044'),
        ('P13', 'medium', 'WITH CHECK forgets the tenant that USING asks for', U&'WITH CHECK \+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+006761\+004EF6\+003092\+00843D\+003068\+003057\+003066\+003044\+00308B'),
        ('P14', 'medium', 'The context is read so that a lost tenant is not told from an empty one', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+008A2D\+005B9A\+00306E\+008AAD\+00307F\+0065B9\+00304C\+00672A\+008A2D\+005B9A\+003068\+007A7A\+006587\+005B57\+003092\+00533A\+005225\+003057\+00306A\+003044'),
        ('P15', 'medium', 'A policy asks for the tenant but does not compare the tenant column', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+005217\+003092\+006BD4\+008F03\+003057\+003066\+003044\+00306A\+003044'),
        ('P16', 'high', 'A policy compares by an operator of this database', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00306E\+006BD4\+008F03\+006F14\+007B97\+005B50\+00304C\+005229\+007528\+008005\+005B9A\+007FA9\+003067\+003042\+00308B'),
        ('P17', 'critical', 'A policy lets in whatever it does not exclude', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+009664\+005916\+003057\+00305F\+00884C\+004EE5\+005916\+003092\+003059\+003079\+003066\+00901A\+003059'),
        ('R01', 'critical', 'A runtime role is a superuser', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+0030B9\+0030FC\+0030D1\+0030FC\+0030E6\+0030FC\+0030B6\+0030FC\+003067\+003042\+00308B'),
        ('R02', 'critical', 'A runtime role has BYPASSRLS', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304CBYPASSRLS\+003092\+006301\+003064'),
        ('R03', 'critical', 'A runtime role owns a tenant table', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+008868\+003092\+006240\+006709\+003057\+003066\+003044\+00308B'),
        ('R04', 'critical', 'A runtime role is a member of a table owner', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+008868\+00306E\+006240\+006709\+008005\+0030ED\+0030FC\+0030EB\+00306E\+0030E1\+0030F3\+0030D0\+0030FC\+003067\+003042\+00308B'),
        ('R05', 'critical', 'A runtime role can become one that bypasses row security', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+003092\+0056DE\+00907F\+003059\+00308B\+0030ED\+0030FC\+0030EB\+00306B\+00306A\+00308C\+00308B'),
        ('R06', 'high', 'A runtime role has CREATEROLE', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304CCREATEROLE\+003092\+006301\+003064'),
        ('R07', 'high', 'A runtime role has REPLICATION', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304CREPLICATION\+003092\+006301\+003064'),
        ('R08', 'high', 'A runtime role is in a powerful predefined role', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+005F37\+00529B\+00306A\+005B9A\+007FA9\+006E08\+00307F\+0030ED\+0030FC\+0030EB\+00306B\+005C5E\+003059\+00308B'),
        ('R09', 'critical', 'A role or database default presets what the wall stands on', U&'\+0030ED\+0030FC\+0030EB\+003084\+0030C7\+0030FC\+0030BF\+0030D9\+0030FC\+0030B9\+00306E\+0065E2\+005B9A\+005024\+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+006587\+008108\+00306A\+003069\+003092\+008A2D\+005B9A\+003057\+003066\+003044\+00308B'),
        ('R10', 'high', 'A login that nobody declared reaches tenant data', U&'\+007533\+00544A\+003055\+00308C\+003066\+003044\+00306A\+003044\+0030ED\+0030B0\+0030A4\+0030F3\+0030ED\+0030FC\+0030EB\+00304C\+0030C6\+0030CA\+0030F3\+0030C8\+0030C7\+0030FC\+0030BF\+00306B\+005C4A\+00304F'),
        ('R11', 'medium', 'A runtime login works through SET ROLE', U&'\+005B9F\+00884C\+006642\+0030ED\+0030B0\+0030A4\+0030F3\+00304CSET ROLE\+003067\+005207\+00308A\+0066FF\+003048\+003066\+0052D5\+00304F'),
        ('R12', 'low', 'The owner of tenant tables can log in', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+008868\+00306E\+006240\+006709\+008005\+00304C\+0030ED\+0030B0\+0030A4\+0030F3\+003067\+00304D\+00308B'),
        ('T01', 'critical', 'A tenant table that a runtime role can reach has no row security', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+005C4A\+00304F\+0030C6\+0030CA\+0030F3\+0030C8\+008868\+00306B\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00304C\+00306A\+003044'),
        ('T02', 'high', 'Row security is not forced on the owner', U&'\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00304C\+006240\+006709\+008005\+00306B\+005F37\+005236\+00FF08FORCE\+00FF09\+003055\+00308C\+003066\+003044\+00306A\+003044'),
        ('T03', 'critical', 'Policies exist, but row security is off', U&'\+0030DD\+0030EA\+0030B7\+0030FC\+00306F\+003042\+00308B\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00304C\+007121\+0052B9\+00306B\+00306A\+003063\+003066\+003044\+00308B'),
        ('T04', 'medium', 'A granted command has no policy', U&'\+006A29\+009650\+00306F\+003042\+00308B\+00304C\+005BFE\+005FDC\+003059\+00308B\+0030DD\+0030EA\+0030B7\+0030FC\+00304C\+00306A\+003044'),
        ('T05', 'medium', 'The tenant column may be null', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+005217\+00304CNULL\+003092\+008A31\+003059'),
        ('T06', 'low', 'No index begins with the tenant column', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+005217\+003067\+0059CB\+00307E\+00308B\+007D22\+005F15\+00304C\+00306A\+003044'),
        ('T08', 'high', 'A foreign key between tenant tables leaves the tenant out', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+008868\+009593\+00306E\+005916\+0090E8\+0030AD\+0030FC\+00306B\+0030C6\+0030CA\+0030F3\+0030C8\+005217\+00304C\+00542B\+00307E\+00308C\+00306A\+003044'),
        ('T09', 'medium', 'A unique key leaves the tenant out', U&'\+004E00\+00610F\+0030AD\+0030FC\+00306B\+0030C6\+0030CA\+0030F3\+0030C8\+005217\+00304C\+00542B\+00307E\+00308C\+00306A\+003044'),
        ('T10', 'high', 'A cascade changes rows of other tenants', U&'\+0030AB\+0030B9\+0030B1\+0030FC\+0030C9\+00304C\+004ED6\+0030C6\+0030CA\+0030F3\+0030C8\+00306E\+00884C\+003092\+005909\+0066F4\+003059\+00308B'),
        ('T11', 'high', 'A runtime role holds TRUNCATE, TRIGGER, REFERENCES or MAINTAIN', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304CTRUNCATE\+0030FBTRIGGER\+0030FBREFERENCES\+0030FBMAINTAIN\+003092\+006301\+003064'),
        ('T13', 'medium', 'A column grant is defeated by a grant on the table', U&'\+005217\+005358\+004F4D\+00306E\+006A29\+009650\+00304C\+008868\+005168\+004F53\+00306E\+006A29\+009650\+003067\+007121\+0052B9\+00306B\+00306A\+003063\+003066\+003044\+00308B'),
        ('T14', 'low', 'Tenants share a sequence', U&'\+0030C6\+0030CA\+0030F3\+0030C8\+009593\+003067\+0030B7\+0030FC\+0030B1\+0030F3\+0030B9\+003092\+005171\+006709\+003057\+003066\+003044\+00308B'),
        ('T15', 'high', 'A runtime role can reach large objects', U&'\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+0030E9\+0030FC\+0030B8\+0030AA\+0030D6\+0030B8\+0030A7\+0030AF\+0030C8\+00306B\+005C4A\+00304F'),
        ('T16', 'high', 'A rewrite rule acts with its owner''s rights', U&'\+0066F8\+00304D\+0063DB\+003048\+0030EB\+0030FC\+0030EB\+00304C\+006240\+006709\+008005\+00306E\+006A29\+009650\+003067\+0052D5\+00304F'),
        ('T17', 'high', 'A trigger copies rows into a table without row security', U&'\+0030C8\+0030EA\+0030AC\+0030FC\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00306E\+00306A\+003044\+008868\+003078\+00884C\+003092\+005199\+003059'),
        ('T18', 'medium', 'A table appeared since the baseline', U&'\+0057FA\+006E96\+004EE5\+005F8C\+00306B\+0065B0\+003057\+003044\+008868\+00304C\+0073FE\+00308C\+00305F'),
        ('T19', 'high', 'A table within reach that nobody declared', U&'\+007533\+00544A\+003055\+00308C\+003066\+003044\+00306A\+003044\+008868\+00306B\+005B9F\+00884C\+006642\+0030ED\+0030FC\+0030EB\+00304C\+005C4A\+00304F'),
        ('T20', 'high', 'A trigger changes rows with rights that no policy binds', U&'\+0030C8\+0030EA\+0030AC\+0030FC\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00306E\+0053CA\+003070\+00306A\+003044\+006A29\+009650\+003067\+00884C\+003092\+005909\+003048\+00308B'),
        ('V01', 'high', 'A view reads a tenant table as an owner whom no policy binds', U&'\+0030D3\+0030E5\+0030FC\+00304C\+00884C\+0030BB\+0030AD\+0030E5\+0030EA\+0030C6\+0030A3\+00306E\+0053CA\+003070\+00306A\+003044\+006240\+006709\+008005\+00306E\+006A29\+009650\+003067\+008868\+003092\+008AAD\+003080'),
        ('V02', 'medium', 'A view that is the wall has no security_barrier', U&'\+0058C1\+003068\+00306A\+00308B\+0030D3\+0030E5\+0030FC\+00306B security_barrier \+00304C\+00306A\+003044'),
        ('V03', 'high', 'A materialised view or a foreign table shows tenants'' rows', U&'\+005B9F\+004F53\+005316\+0030D3\+0030E5\+0030FC\+00307E\+00305F\+00306F\+005916\+0090E8\+008868\+00304C\+005168\+0030C6\+0030CA\+0030F3\+0030C8\+00306E\+00884C\+003092\+00898B\+00305B\+00308B')
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
