-- What a login may switch on to see inside of a statement is off in every function of the keeper that it may call.
-- A variable becomes a constant of a plan that is made for its value, and debug_print_plan shows plans to the client
-- and to the server's log. So plans are made without values, and nothing is printed; a secret is no variable of a
-- statement besides. tenant(), actor() and scope() run in every statement and hold no secret in a variable of one.
do $$
declare
    it record;
begin
    for it in
        select p.oid::regprocedure as fun, pin
        from pg_catalog.pg_proc p
        cross join unnest(array[
            'plan_cache_mode = force_generic_plan', 'debug_print_parse = off', 'debug_print_rewritten = off',
            'debug_print_plan = off', 'plpgsql.print_strict_params = off', 'client_min_messages = warning']) pin
        where p.prosecdef and p.pronamespace::regnamespace::text like 'shikiri%'
            and p.oid <> all (array[
                'shikiri_seal.tenant()'::regprocedure, 'shikiri_seal.actor()'::regprocedure,
                'shikiri_seal.scope()'::regprocedure])
        order by p.oid
    loop
        execute format('alter function %s set %s', it.fun, it.pin);
    end loop;
end
$$;
