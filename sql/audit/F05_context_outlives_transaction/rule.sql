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
