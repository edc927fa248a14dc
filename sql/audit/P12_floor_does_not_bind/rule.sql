-- A table has a restrictive floor, but it does not bind a runtime role, or holds nothing down.
select
    r.name as object,
    b.role_name,
    format(
        'its restrictive policy %s does not hold when %s says %s: %s',
        string_agg(distinct p.quoted, ', '), b.role_quoted, string_agg(distinct b.verb, ', '),
        case
            when bool_or(f.is_covered) then 'it is for other roles'
            else 'its condition does not compare the tenant column with the context'
        end) as what,
    format(
        E'select polname, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid)\n'
        || 'from pg_policy where not polpermissive and polrelid = %L::regclass;', r.name) as reproduce,
    string_agg(
        distinct
        case
            when f.is_covered then format('%s to public;', w.alter_words)
            else format('%s %s %s;', w.alter_words, f.word, w.condition)
        end,
        E'\n') as fix
from clause_binds b
join relation r on r.oid = b.relation
join policy p
    on p.relation = b.relation and not p.is_permissive
    and p.command in ('*', case b.verb when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' else 'd' end)
join clause_fact f on f.policy = p.oid
join clause_trial t on t.policy = f.policy and t.word = f.word and (f.is_covered or t.passes_always)
join policy_words w on w.policy = p.oid
where not exists (
    select
    from clause_binds x
    where
        not x.is_permissive and x.is_covered
        and x.role = b.role and x.relation = b.relation and x.verb = b.verb and x.side = b.side
)
group by r.name, b.role_name, b.role_quoted
