-- Counts attempts that were committed: failures, lock-outs, and their events in the biller's chain.

-- Ten failures lock a login for fifteen minutes; the count starts again after the lock. What was begun while it was locked
-- was not compared, and counts for nothing.
create or replace function shikiri_vault.count_failure(p_tenant_id integer, p_login text, p_begun_at timestamptz)
    returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    failed integer;
begin
    select c.failures + 1 into failed
    from shikiri_vault.credential c
    where c.tenant_id = p_tenant_id and c.login = p_login and (c.locked_until is null or c.locked_until <= p_begun_at)
    for update;
    if not found then
        return;
    end if;
    update shikiri_vault.credential c
    set failures = case when failed >= 10 then 0 else failed end,
        locked_until = case when failed >= 10 then p_begun_at + interval '15 minutes' end
    where c.tenant_id = p_tenant_id and c.login = p_login;
    perform shikiri_vault.append_event(
        case when failed >= 10 then 'login.locked' else 'login.failed' end, 'credential',
        jsonb_build_object('failures', failed));
end
$$;
revoke all on function shikiri_vault.count_failure(integer, text, timestamptz) from public;

-- Settles attempts of one login, or of all (null): counts the wrong ones in the order they were begun, and forgets what
-- can open nothing any more. One that is right and may still open stays, and it alone: where nothing opens, a right one
-- goes and counts like a wrong one, or how many went would tell that it was among them.
create or replace function shikiri_vault.settle_attempts(p_tenant_code text, p_login text) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it record;
    res integer := 0;
begin
    for it in
        select j.attempt_id, j.login, j.begun_at, j.tenant_id, j.user_id,
            j.user_id is not null and not j.is_shut and j.is_refused as counts
        from (
            select a.attempt_id, a.login, a.begun_at, c.tenant_id, c.user_id,
                c.disabled_at is not null or t.suspended_at is not null as is_shut,
                -- Wrong, or begun where nothing opens: behind a lock, or among ten that were wrong.
                sha256(a.commitment) <> sha256(sha256(c.verifier))
                    or coalesce(c.locked_until > a.begun_at, false)
                    or c.failures + (
                        select count(*)
                        from (
                            select
                            from shikiri_vault.login_attempt w
                            where w.tenant_code = a.tenant_code and w.login = a.login
                                and sha256(w.commitment) <> sha256(sha256(c.verifier))
                            limit 10) ten) >= 10 as is_refused
            from shikiri_vault.login_attempt a
            left join shikiri_ops.tenant t on t.tenant_code = a.tenant_code
            left join shikiri_vault.credential c on c.tenant_id = t.tenant_id and c.login = a.login
            where p_login is null or a.tenant_code = p_tenant_code and a.login = p_login) j
        join shikiri_vault.login_attempt a on a.attempt_id = j.attempt_id
        where a.begun_at <= clock_timestamp() - interval '5 minutes' or j.user_id is null or j.is_shut or j.is_refused
        order by a.begun_at, a.attempt_id
        limit 1000
        for update of a skip locked
    loop
        if it.counts then
            -- Whoever holds a biller's chain or a login holds up what is counted there, and nobody else.
            perform
            from shikiri_vault.chain_head h
            join shikiri_vault.credential c on c.tenant_id = h.tenant_id
            where h.tenant_id = it.tenant_id and c.user_id = it.user_id
            for update skip locked;
            continue when not found;
            perform shikiri_vault.bind(it.tenant_id, it.user_id, 'session');
            perform shikiri_vault.count_failure(it.tenant_id, it.login, it.begun_at);
        end if;
        delete from shikiri_vault.login_attempt a where a.attempt_id = it.attempt_id;
        res := res + 1;
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.settle_attempts(text, text) from public;

-- For the service, after a login that was refused and from time to time. Not for the application's login: what this writes
-- for a login that exists it does not write for one that does not, and its own counters would tell.
create or replace function shikiri_seal.settle_logins() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res integer;
begin
    res := shikiri_vault.settle_attempts(null, null);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_seal.settle_logins() from public;
grant execute on function shikiri_seal.settle_logins() to shikiri_checker;
