-- Twenty-eight lints of row security and its surroundings, as one reads them in lint files: catalogue queries joined by union all.

-- Written for this benchmark, of work comparable with the audit's rules; it decides less (patterns and privileges, no roles
-- reached through others, no policy computed). Every line answers name, level, object and detail.
set search_path = '';
(
select 'unindexed_foreign_key' as name, 'info' as level, format('%I.%I', n.nspname, c.relname) as object,
    format('%s has no index that covers its columns', k.conname) as detail
from pg_catalog.pg_constraint k
join pg_catalog.pg_class c on c.oid = k.conrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where k.contype = 'f' and n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null
    and not exists (
        select from pg_catalog.pg_index i
        where i.indrelid = k.conrelid
            and (string_to_array(i.indkey::text, ' ')::smallint[])[1:cardinality(k.conkey)] @> k.conkey
    )
)
union all
(
select 'row_security_disabled', 'error', format('%I.%I', n.nspname, c.relname), 'anybody with a grant reads every row'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind in ('r', 'p') and not c.relrowsecurity and d.objid is null
    and n.nspname not in ('pg_catalog', 'information_schema')
    and (has_table_privilege('bench_app', c.oid, 'select') or has_table_privilege('bench_report', c.oid, 'select'))
)
union all
(
select distinct 'policy_without_row_security', 'error', format('%I.%I', n.nspname, c.relname), 'its policies bind nobody'
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where not c.relrowsecurity and d.objid is null and n.nspname not in ('pg_catalog', 'information_schema')
)
union all
(
select 'row_security_without_policy', 'info', format('%I.%I', n.nspname, c.relname), 'nobody sees a row'
from pg_catalog.pg_class c
left join pg_catalog.pg_policy p on p.polrelid = c.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind in ('r', 'p') and c.relrowsecurity and p.oid is null and d.objid is null
    and n.nspname not in ('pg_catalog', 'information_schema')
)
union all
(
select 'row_security_not_forced', 'error', format('%I.%I', n.nspname, c.relname), 'its owner reads every row'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and c.relrowsecurity and not c.relforcerowsecurity
    and n.nspname not in ('pg_catalog', 'information_schema')
)
union all
(
with policies as (
    select n.nspname, c.relname, p.polname, p.polpermissive, p.polcmd,
        array(select r::regrole::text from unnest(p.polroles) r) as roles,
        pg_catalog.pg_get_expr(p.polqual, p.polrelid) as qual,
        pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as with_check
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relrowsecurity
)
select 'policy_always_true', 'warn', format('%I.%I', nspname, relname), format('policy %I lets everything pass', polname)
from policies
where polpermissive
    and (
        replace(replace(coalesce(qual, ''), ' ', ''), chr(10), '') in ('true', '(true)', '1=1', '(1=1)')
        or replace(replace(coalesce(with_check, ''), ' ', ''), chr(10), '') in ('true', '(true)', '1=1', '(1=1)')
    )
)
union all
(
with policies as (
    select n.nspname, c.relname, p.polname,
        pg_catalog.pg_get_expr(p.polqual, p.polrelid) as qual,
        pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) as with_check
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relrowsecurity
)
select 'policy_calls_function_per_row', 'warn', format('%I.%I', nspname, relname), format('policy %I asks once a row', polname)
from policies
where (
        (qual like '%current_setting(%)%' or qual like '%current_tenant()%')
        and lower(qual) not like '%select current_setting(%)%' and lower(qual) not like '%select app.current_tenant()%'
    )
    or (
        (with_check like '%current_setting(%)%' or with_check like '%current_tenant()%')
        and lower(with_check) not like '%select current_setting(%)%'
        and lower(with_check) not like '%select app.current_tenant()%'
    )
)
union all
(
select 'multiple_permissive_policies', 'warn', format('%I.%I', n.nspname, c.relname),
    format('%s has several for %s: %s', r.rolname, act.cmd, array_agg(p.polname order by p.polname))
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles r on p.polroles @> array[r.oid] or p.polroles = array[0::oid]
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
cross join lateral (
    select x.cmd
    from unnest((
        select case p.polcmd
            when 'r' then array['SELECT'] when 'a' then array['INSERT'] when 'w' then array['UPDATE']
            when 'd' then array['DELETE'] when '*' then array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] end
    )) x (cmd)
) act
where c.relkind = 'r' and p.polpermissive and not r.rolbypassrls and r.rolname not like 'pg\_%' and d.objid is null
    and n.nspname not in ('pg_catalog', 'information_schema')
group by n.nspname, c.relname, r.rolname, act.cmd
having count(1) > 1
)
union all
(
select 'duplicate_index', 'warn', format('%I.%I', n.nspname, c.relname), format('the same: %s', array_agg(pi.indexname order by pi.indexname))
from pg_catalog.pg_indexes pi
join pg_catalog.pg_namespace n on n.nspname = pi.schemaname
join pg_catalog.pg_class c on c.relname = pi.tablename and c.relnamespace = n.oid
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind in ('r', 'm') and d.objid is null and n.nspname not in ('pg_catalog', 'information_schema')
group by n.nspname, c.relname, replace(pi.indexdef, pi.indexname, '')
having count(*) > 1
)
union all
(
select 'unused_index', 'info', format('%I.%I', s.schemaname, s.relname), format('%I was never used', s.indexrelname)
from pg_catalog.pg_stat_user_indexes s
join pg_catalog.pg_index i on i.indexrelid = s.indexrelid
left join pg_catalog.pg_depend d on d.objid = s.relid and d.deptype = 'e'
where s.idx_scan = 0 and not i.indisunique and not i.indisprimary and d.objid is null
)
union all
(
select 'no_primary_key', 'info', format('%I.%I', n.nspname, c.relname), 'rows cannot be named'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_index i on i.indrelid = c.oid and i.indisprimary
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and i.indexrelid is null and d.objid is null
)
union all
(
select 'view_with_owners_rights', 'error', format('%I.%I', n.nspname, c.relname), 'row security of its reader does not bind'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind = 'v' and (has_table_privilege('bench_app', c.oid, 'select') or has_table_privilege('bench_report', c.oid, 'select'))
    and n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null
    and not (
        lower(coalesce(c.reloptions::text, '{}'))::text[]
        && array['security_invoker=1', 'security_invoker=true', 'security_invoker=yes', 'security_invoker=on']
    )
)
union all
(
select distinct 'view_without_barrier', 'info', format('%I.%I', n.nspname, c.relname), 'a condition may run before its own'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_rewrite w on w.ev_class = c.oid
join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
join pg_catalog.pg_proc p on d.refclassid = 'pg_catalog.pg_proc'::regclass and p.oid = d.refobjid
where c.relkind = 'v' and n.nspname not in ('pg_catalog', 'information_schema') and p.proname = 'current_tenant'
    and not coalesce(c.reloptions::text like '%security_barrier=true%', false)
)
union all
(
select 'materialized_view_readable', 'warn', format('%I.%I', n.nspname, c.relname), 'it holds everybody''s rows'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind = 'm' and d.objid is null
    and (has_table_privilege('bench_app', c.oid, 'select') or has_table_privilege('bench_report', c.oid, 'select'))
)
union all
(
select 'foreign_table_readable', 'warn', format('%I.%I', n.nspname, c.relname), 'no policy binds there'
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
where c.relkind = 'f' and d.objid is null
    and (has_table_privilege('bench_app', c.oid, 'select') or has_table_privilege('bench_report', c.oid, 'select'))
)
union all
(
select 'function_search_path_mutable', 'warn', format('%I.%I', n.nspname, p.proname), 'its search_path is the caller''s'
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_depend d on d.objid = p.oid and d.deptype = 'e'
where n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null
    and not exists (select from unnest(coalesce(p.proconfig, '{}')) c (setting) where c.setting like 'search_path=%')
)
union all
(
select 'definer_function_executable_by_app', 'warn', format('%I.%I', n.nspname, p.proname), 'bench_app runs it with its owner''s rights'
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_depend d on d.objid = p.oid and d.deptype = 'e'
where n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null and p.prosecdef
    and has_function_privilege('bench_app', p.oid, 'execute')
)
union all
(
select 'definer_function_executable_by_report', 'warn', format('%I.%I', n.nspname, p.proname), 'bench_report runs it with its owner''s rights'
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
left join pg_catalog.pg_depend d on d.objid = p.oid and d.deptype = 'e'
where n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null and p.prosecdef
    and has_function_privilege('bench_report', p.oid, 'execute')
)
union all
(
select 'function_executable_by_public', 'info', format('%I.%I', n.nspname, p.proname), 'anybody may call it'
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
cross join lateral pg_catalog.aclexplode(coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))) a
where n.nspname not in ('pg_catalog', 'information_schema') and a.grantee = 0 and a.privilege_type = 'EXECUTE'
)
union all
(
select 'leakproof_function', 'error', format('%I.%I', n.nspname, p.proname), 'it runs before policies'
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname not in ('pg_catalog', 'information_schema') and p.proleakproof
)
union all
(
select 'extension_in_public', 'warn', e.extname::text, 'extensions belong elsewhere'
from pg_catalog.pg_extension e
where e.extnamespace::regnamespace::text = 'public'
)
union all
(
select 'extension_outdated', 'info', e.name::text, format('%s, not %s', e.installed_version, e.default_version)
from pg_catalog.pg_available_extensions e
join pg_catalog.pg_available_extension_versions v on v.name = e.name and v.version = e.installed_version
where e.installed_version is distinct from e.default_version
)
union all
(
select 'login_bypasses_row_security', 'error', r.rolname::text, 'no policy binds it'
from pg_catalog.pg_roles r
where r.rolcanlogin and (r.rolsuper or r.rolbypassrls) and r.oid >= 16384
)
union all
(
select 'login_in_table_owner', 'error', r.rolname::text, format('it becomes the owner of %I.%I', n.nspname, c.relname)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_roles r on r.rolcanlogin and not r.rolsuper and pg_has_role(r.oid, c.relowner, 'member')
where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema')
)
union all
(
select 'policy_to_public', 'info', format('%I.%I', n.nspname, c.relname), format('permissive policy %I names nobody', p.polname)
from pg_catalog.pg_policy p
join pg_catalog.pg_class c on c.oid = p.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where p.polroles = array[0::oid] and p.polpermissive
)
union all
(
with patterns as (
    select unnest(array['password', 'passwd', 'secret', 'token', 'api_key', 'ssn', 'card_number', 'bank_account', 'my_number']) as pattern
),
exposed as (
    select n.nspname, c.relname, c.oid
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    left join pg_catalog.pg_depend d on d.objid = c.oid and d.deptype = 'e'
    where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema') and d.objid is null
        and (has_table_privilege('bench_app', c.oid, 'select') or has_table_privilege('bench_report', c.oid, 'select'))
        and not c.relrowsecurity
)
select 'sensitive_columns_exposed', 'error', format('%I.%I', e.nspname, e.relname), string_agg(a.attname, ', ' order by a.attname)
from exposed e
join pg_catalog.pg_attribute a on a.attrelid = e.oid and a.attnum > 0 and not a.attisdropped
join patterns p on replace(lower(a.attname), '-', '_') = p.pattern
group by e.nspname, e.relname
)
union all
(
select 'table_privilege_beside_policies', 'warn', format('%I.%I', n.nspname, c.relname), format('%s to %s', a.privilege_type, a.grantee::regrole)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join lateral pg_catalog.aclexplode(c.relacl) a
where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')
    and a.grantee <> c.relowner and a.privilege_type in ('TRUNCATE', 'TRIGGER', 'REFERENCES')
)
union all
(
with constants as (
    select current_setting('block_size')::numeric as bs, 23 as hdr, 4 as ma
),
bloat_info as (
    select ma, bs, s.schemaname, s.tablename, (datawidth + (hdr + ma - (case when hdr % ma = 0 then ma else hdr % ma end)))::numeric as datahdr,
        (maxfracsum * (nullhdr + ma - (case when nullhdr % ma = 0 then ma else nullhdr % ma end))) as nullhdr2
    from (
        select schemaname, tablename, hdr, ma, bs, sum((1 - null_frac) * avg_width) as datawidth, max(null_frac) as maxfracsum,
            hdr + (
                select 1 + count(*) / 8
                from pg_catalog.pg_stats s2
                where null_frac <> 0 and s2.schemaname = s.schemaname and s2.tablename = s.tablename
            ) as nullhdr
        from pg_catalog.pg_stats s, constants
        group by 1, 2, 3, 4, 5
    ) s
),
table_bloat as (
    select b.schemaname, b.tablename, c.relpages, b.bs,
        ceil((c.reltuples * ((datahdr + ma - (case when datahdr % ma = 0 then ma else datahdr % ma end)) + nullhdr2 + 4)) / (b.bs - 20)) as otta
    from bloat_info b
    join pg_catalog.pg_class c on c.relname = b.tablename
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = b.schemaname
    where n.nspname not in ('pg_catalog', 'information_schema') and c.relkind = 'r'
)
select 'table_bloat', 'info', format('%I.%I', schemaname, tablename), format('%s pages where %s would do', relpages, otta)
from table_bloat
where otta > 0 and relpages / otta > 50 and relpages * bs > 20 * 1024 * 1024
);
