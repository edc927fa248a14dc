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
