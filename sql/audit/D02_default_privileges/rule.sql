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
