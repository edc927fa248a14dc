-- What the wall's digest looks at: our schemas and the guarded ones whole, what stands beside them and touches them, and
-- what is of the whole database or server.

-- Everything of a schema that is neither ours nor guarded, on which nothing of ours depends, which depends on nothing of
-- ours, which belongs to no role of ours and was granted to none of them, is not looked at: it is somebody else's.
create or replace function shikiri_vault.wall_scope(
    out schemas oid[], out our_roles oid[], out relations oid[], out functions oid[], out types oid[]) returns record
language plpgsql stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
    schemas := array(
        select n.oid from pg_namespace n
        where n.nspname like 'shikiri%' or n.nspname in (select g.schema_name from shikiri_ops.guarded_schema g));
    our_roles := array(
        select r.oid from pg_roles r
        where r.rolname like 'shikiri%' and r.rolname not in (select a.role_name from shikiri_ops.allowed_role a));
    relations := array(
        with recursive mine (oid) as (
            select c.oid
            from pg_class c
            where c.oid >= 16384 and c.relkind not in ('i', 'I', 't') and c.relpersistence <> 't'
                -- Ours by schema or owner, or granted to a role of ours or to everybody, as a whole or a column of it.
                and (c.relnamespace = any (schemas) or c.relowner = any (our_roles)
                    or exists (select from aclexplode(c.relacl) a where a.grantee = any (our_roles || 0::oid))
                    or exists (
                        select from pg_attribute t cross join lateral aclexplode(t.attacl) x
                        where t.attrelid = c.oid and t.attacl is not null and x.grantee = any (our_roles || 0::oid)))
            union
            -- Parents and children: a child is read through its parent, and by its own name without its parent's policies.
            select case when i.inhrelid = m.oid then i.inhparent else i.inhrelid end
            from mine m join pg_inherits i on m.oid in (i.inhrelid, i.inhparent)
        ),
        used (classid, oid) as (
            select 'pg_class'::regclass::oid, m.oid from mine m
            union
            select 'pg_proc'::regclass, p.oid from pg_proc p where p.oid >= 16384 and p.pronamespace = any (schemas)
            union
            -- What reads ours, and what reads that: views, rules, policies, keys and defaults elsewhere.
            select 'pg_class'::regclass, coalesce(w.ev_class, k.conrelid, f.adrelid, y.polrelid, t.tgrelid)
            from used u
            join pg_depend d on d.refclassid = u.classid and d.refobjid = u.oid and d.deptype in ('n', 'a')
            left join pg_rewrite w on d.classid = 'pg_rewrite'::regclass and w.oid = d.objid
            left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
            left join pg_attrdef f on d.classid = 'pg_attrdef'::regclass and f.oid = d.objid
            left join pg_policy y on d.classid = 'pg_policy'::regclass and y.oid = d.objid
            left join pg_trigger t on d.classid = 'pg_trigger'::regclass and t.oid = d.objid
            where coalesce(w.ev_class, k.conrelid, f.adrelid, y.polrelid, t.tgrelid) <> 0
        )
        select u.oid from used u where u.classid = 'pg_class'::regclass
        union
        -- Where a rule on ours writes to.
        select d.refobjid
        from mine m
        join pg_rewrite w on w.ev_class = m.oid
        join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid and d.refclassid = 'pg_class'::regclass
        where d.refobjid >= 16384);
    functions := array(
        select p.oid from pg_proc p
        where p.oid >= 16384 and (
            p.pronamespace = any (schemas) or p.prosecdef or p.proleakproof or p.prosupport <> 0
            or p.proowner = any (our_roles)
            or exists (select from aclexplode(p.proacl) a where a.grantee = any (our_roles))
            -- What runs by itself: of triggers, policies, rules, casts, operators and the like, wherever they stand.
            or exists (
                select from pg_depend d
                where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
                    and d.classid not in ('pg_proc'::regclass, 'pg_class'::regclass))));
    types := array(
        select t.oid from pg_type t left join pg_class c on c.oid = t.typrelid
        where t.oid >= 16384
            -- Row types of tables and types of arrays are as what they are made from.
            and coalesce(c.relkind, 'c') = 'c'
            and not exists (select from pg_type e where e.typarray = t.oid)
            and (t.typnamespace = any (schemas) or t.typowner = any (our_roles)
                or exists (select from aclexplode(t.typacl) x where x.grantee = any (our_roles))
                or exists (select from pg_attribute a where a.atttypid = t.oid and a.attrelid = any (relations))
                or exists (
                    select from pg_depend d
                    where d.refclassid = 'pg_type'::regclass and d.refobjid = t.oid
                        and d.classid = 'pg_proc'::regclass and d.objid = any (functions))));
end
$$;
revoke all on function shikiri_vault.wall_scope() from public;
