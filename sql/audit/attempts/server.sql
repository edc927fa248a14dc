-- The server, who is asking, the roles that must not be reached, and a digest of all that decides who sees what.
with w (line) as (
    select concat_ws('|', 'role', r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
        r.rolcanlogin, r.rolinherit)
    from pg_catalog.pg_roles r where r.rolname !~ '^pg_'
    union all
    select concat_ws('|', 'member', pg_get_userbyid(m.roleid), pg_get_userbyid(m.member)) from pg_catalog.pg_auth_members m
    union all
    select concat_ws('|', 'setting', coalesce(pg_get_userbyid(nullif(s.setrole, 0)), ''), s.setconfig::text)
    from pg_catalog.pg_db_role_setting s
    where s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
    union all
    select concat_ws('|', 'relation', n.nspname, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
        pg_get_userbyid(c.relowner), c.relacl::text, c.reloptions::text)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^(pg_|information_schema)'
    union all
    select concat_ws('|', 'column', a.attrelid::regclass, a.attname, a.atttypid::regtype, a.attnotnull, a.attacl::text)
    from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'
        and a.attnum > 0 and not a.attisdropped
    union all
    select concat_ws('|', 'policy', p.polrelid::regclass, p.polname, p.polpermissive, p.polcmd, p.polroles::regrole[]::text,
        pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_catalog.pg_policy p
    union all
    select concat_ws('|', 'function', p.oid::regprocedure, pg_get_userbyid(p.proowner), p.prosecdef, p.provolatile,
        p.proconfig::text, p.proacl::text, encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'))
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^(pg_|information_schema)'
    union all
    select concat_ws('|', 'schema', n.nspname, pg_get_userbyid(n.nspowner), n.nspacl::text)
    from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema)'
    union all
    select concat_ws('|', 'publication', p.pubname, p.puballtables) from pg_catalog.pg_publication p
)
select
    split_part(current_setting('server_version'), ' ', 1)::text as server_version,
    current_database()::text as database_name,
    (me.rolsuper or me.rolbypassrls)::text as sees_all,
    (me.rolsuper)::text as is_superuser,
    (select encode(sha256(convert_to(string_agg(w.line, chr(10) order by w.line collate "C"), 'UTF8')), 'hex') from w)::text
        as schema_digest,
    (select string_agg(quote_ident(r.rolname) || '=' || case
            when r.rolsuper or r.rolbypassrls or exists (
                select from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid
                where c.relowner = r.oid and c.relkind in ('r', 'p')
                    and $1::jsonb -> 'tenant_columns' ? a.attname::text)
            then 't' else 'f' end, chr(31) order by r.rolname)
        from pg_catalog.pg_roles r where r.rolname !~ '^pg_')::text as other_roles,
    (select string_agg(quote_ident(n.nspname), chr(31) order by n.nspname)
        from pg_catalog.pg_namespace n where n.nspname !~ '^(pg_|information_schema)')::text as schemas
from pg_catalog.pg_roles me
where me.rolname = current_user
