-- Views that read tenant tables with rights that no policy binds.

-- This text continues the `with` of prelude_trials.sql and is run between it and the rule.
,
view_fact as (
    select
        v.oid as view, v.name, v.owner, v.owner_name, v.owner_bypasses,
        coalesce(array_to_string(v.options, ',') ~* '\msecurity_invoker=(t|y|on|1)', false) as is_invoker,
        coalesce(array_to_string(v.options, ',') ~* '\msecurity_barrier=(t|y|on|1)', false) as is_barrier,
        exists (
            select
            from pg_catalog.pg_rewrite w
            join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::regclass and d.objid = w.oid
            join helper h on h.function = d.refobjid and d.refclassid = 'pg_catalog.pg_proc'::regclass
            where w.ev_class = v.oid
        )
        or exists (
            select from own_setting o
            where lower(pg_get_viewdef(v.oid)) like '%current_setting(' || quote_literal(o.name) || '%'
        ) as asks_helper
    from relation v
    where v.kind = 'v'
),
-- Views that read a tenant table as an owner whom nothing binds there, and why.
view_bypass as (
    select
        v.view, v.name, v.owner_name, v.is_barrier, v.asks_helper, t.name as relation_name,
        case
            when v.owner_bypasses then 'row security does not bind that role'
            when not t.has_row_security then 'the table has no row security'
            when t.owner = v.owner and not t.is_forced then 'the table belongs to that role and is not forced'
            else 'a policy shows that role rows of every tenant'
        end as reason
    from view_fact v
    join view_reads r on r.view = v.view
    join tenant_table t on t.oid = r.relation
    where
        not v.is_invoker
        and (
            v.owner_bypasses or not t.has_row_security or (t.owner = v.owner and not t.is_forced)
            or exists (
                select
                from policy p
                join clause_fact f on f.policy = p.oid and f.word = 'using' and not f.is_covered
                where
                    p.relation = t.oid and p.is_permissive and p.command in ('*', 'r')
                    and (v.owner = any (p.roles) or p.is_to_public)
                    and not exists (
                        select
                        from policy q
                        join clause_fact g on g.policy = q.oid and g.word = 'using' and g.is_covered
                        where
                            q.relation = t.oid and not q.is_permissive and q.command in ('*', 'r')
                            and (v.owner = any (q.roles) or q.is_to_public)
                    )
            )
        )
)
