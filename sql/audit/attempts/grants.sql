-- Everything that decides who may see what, a line each: two of these lists differ where somebody gained or lost.
with g (line) as (
    select format('role %I: %s', r.rolname, nullif(concat_ws(', ',
        case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
        case when r.rolcreaterole then 'createrole' end, case when r.rolreplication then 'replication' end,
        case when r.rolcanlogin then 'login' end), ''))
    from pg_catalog.pg_roles r where r.rolname !~ '^pg_'
    union all
    select format('member: %I is a member of %I', pg_get_userbyid(m.member), pg_get_userbyid(m.roleid))
    from pg_catalog.pg_auth_members m where pg_get_userbyid(m.member) !~ '^pg_'
    union all
    select format('setting of %s: %s', coalesce(quote_ident(pg_get_userbyid(nullif(s.setrole, 0))), 'every role'), c.it)
    from pg_catalog.pg_db_role_setting s, unnest(s.setconfig) c (it)
    where s.setdatabase in (0, (select d.oid from pg_catalog.pg_database d where d.datname = current_database()))
    union all
    select format('relation %s: owner %I, row security %s%s', c.oid::regclass, pg_get_userbyid(c.relowner),
        case when c.relrowsecurity then 'on' else 'off' end, case when c.relforcerowsecurity then ', forced' end)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^(pg_|information_schema)'
    union all
    select format('grant: %s %s on %s', case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
        x.privilege_type, c.oid::regclass)
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace, aclexplode(c.relacl) x
    where n.nspname !~ '^information_schema' and x.grantee <> c.relowner and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and (n.nspname !~ '^pg_' or x.grantee <> 0)
    union all
    select format('grant: %s %s (%I) on %s',
        case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
        x.privilege_type, a.attname, a.attrelid::regclass)
    from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace, aclexplode(a.attacl) x
    where n.nspname !~ '^(pg_|information_schema)'
    union all
    select format('policy %I on %s: %s %s to %s using %s check %s', p.polname, p.polrelid::regclass,
        case when p.polpermissive then 'permissive' else 'restrictive' end, p.polcmd,
        (select string_agg(case when r.it = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(r.it)) end, ', ' order by r.it)
            from unnest(p.polroles) r (it)),
        coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-'))
    from pg_catalog.pg_policy p
    union all
    select format('function %s: owner %I%s, body %s', p.oid::regprocedure, pg_get_userbyid(p.proowner),
        case when p.prosecdef then ', security definer' end, left(encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), 12))
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^(pg_|information_schema)'
    union all
    select format('execute: %s on %s', case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end,
        p.oid::regprocedure)
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace,
        aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
    where n.nspname !~ '^(pg_|information_schema)' and x.grantee <> p.proowner
    union all
    select format('schema %I: %s %s', n.nspname,
        case when x.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x.grantee)) end, x.privilege_type)
    from pg_catalog.pg_namespace n, aclexplode(n.nspacl) x
    where n.nspname !~ '^(pg_|information_schema)' and x.grantee <> n.nspowner
    union all
    select format('publication %I: %s', p.pubname, case when p.puballtables then 'all tables' else 'some tables' end)
    from pg_catalog.pg_publication p
    union all
    select format('publication %I: %s', t.pubname, quote_ident(t.schemaname) || '.' || quote_ident(t.tablename))
    from pg_catalog.pg_publication_tables t
)
select g.line::text as line from g where $1::jsonb is not null order by g.line collate "C"
