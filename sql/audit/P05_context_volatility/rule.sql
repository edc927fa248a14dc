-- A function of a policy is declared IMMUTABLE although it asks the session, or VOLATILE although the planner may not use it then.
select
    'function ' || f.signature as object,
    null::text as role_name,
    case f.volatility
        when 'i' then format(
            'it is IMMUTABLE, but asks the session, and %s uses it: a cached plan keeps the first tenant it was planned for',
            min(w.object))
        else format(
            'it is VOLATILE, and %s calls it: it runs for every row of every tenant, and no index can be used',
            min(w.object))
    end as what,
    format(E'select provolatile from pg_proc where oid = %L::regprocedure; -- %s', f.oid::regprocedure, f.volatility)
        as reproduce,
    format('alter function %s stable;', f.signature) as fix
from clause_function c
join policy_words w on w.policy = c.policy
join function_reach r on r.root = c.function
join function f on f.oid = r.function
where
    (f.volatility = 'v' and r.root = r.function)
    or (f.volatility = 'i' and f.oid in (select a.function from asks_session a))
group by f.oid, f.signature, f.volatility
