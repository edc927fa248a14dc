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
