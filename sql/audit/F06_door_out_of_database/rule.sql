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
