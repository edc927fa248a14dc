-- Attempts to log in. A guess is committed first, by begin_login, and judged in a later transaction: what it costs is then
-- no longer the guesser's to roll back. What was committed is counted by settle_logins, which the checker's login calls.
-- Nothing here may tell a login that exists from one that does not: the same tables are read, all of them, in the same way.

-- Commits the sender to one guess: sha256(sha256(derived password)). The same for every login, whether it exists or not.
create or replace function shikiri_seal.begin_login(p_tenant_code text, p_login text, p_commitment bytea) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set debug_print_parse = off
set debug_print_rewritten = off
set debug_print_plan = off
as $$
declare
    id uuid := gen_random_uuid();
begin
    insert into shikiri_vault.login_attempt (attempt_id, tenant_code, login, commitment)
    values (id, p_tenant_code, p_login, p_commitment);
    return id;
end
$$;
revoke all on function shikiri_seal.begin_login(text, text, bytea) from public;
grant execute on function shikiri_seal.begin_login(text, text, bytea) to shikiri_app;

-- The same for the actor's own current password: a session must not be a way to guess it.
create or replace function shikiri_seal.begin_proof(p_commitment bytea) returns uuid
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set debug_print_parse = off
set debug_print_rewritten = off
set debug_print_plan = off
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    id uuid;
begin
    perform shikiri_vault.require_session();
    insert into shikiri_vault.login_attempt (tenant_code, login, commitment)
    select t.tenant_code, c.login, p_commitment
    from shikiri_vault.credential c
    join shikiri_ops.tenant t on t.tenant_id = c.tenant_id
    where c.tenant_id = bound and c.user_id = who
    returning attempt_id into strict id;
    return id;
end
$$;
revoke all on function shikiri_seal.begin_proof(bytea) from public;
grant execute on function shikiri_seal.begin_proof(bytea) to shikiri_app;

-- What an attempt was committed to, for an assignment: a statement that is given a derived password would print it.
create or replace function shikiri_vault.commitment_of(p_attempt_id uuid) returns bytea
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select a.commitment from shikiri_vault.login_attempt a where a.attempt_id = p_attempt_id
$$;
revoke all on function shikiri_vault.commitment_of(uuid) from public;

-- Judges an attempt: whose login it is, and whether it opens. Reads and writes nothing: asked again, it says the same.
-- `(... ) is true` can use no index and no order, so that the joins read both tables to their end for every login.
create or replace function shikiri_vault.judge_attempt(
    p_attempt_id uuid, out opens boolean, out tenant_id integer, out user_id uuid, out tenant_code text, out login text)
    returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    it record;
begin
    select a.tenant_code, a.login, a.begun_in, a.begun_at, c.tenant_id, c.user_id, c.failures, c.locked_until,
        c.disabled_at, t.suspended_at,
        sha256(p.pepper || a.commitment) = sha256(p.pepper || sha256(coalesce(c.verifier, p.pepper))) as is_right,
        -- Others that are wrong and were not yet counted. Wherever they are in time: their order could be chosen.
        (select count(*)
            from (
                select
                from shikiri_vault.login_attempt w
                where w.tenant_code = a.tenant_code and w.login = a.login and w.attempt_id <> a.attempt_id
                    and w.begun_at > a.begun_at - interval '15 minutes'
                    and sha256(p.pepper || w.commitment)
                        <> sha256(p.pepper || sha256(coalesce(c.verifier, p.pepper)))
                limit 10) ten) as uncounted
    -- Strict: otherwise it ends at the first row, and the last scan with it.
    into strict it
    from (select s.pepper from shikiri_vault.pepper s limit 1) p
    left join shikiri_vault.login_attempt a on a.attempt_id = p_attempt_id
    left join shikiri_ops.tenant t on (t.tenant_code = a.tenant_code) is true
    left join shikiri_vault.credential c on (c.tenant_id = t.tenant_id and c.login = a.login) is true;
    -- What this transaction began it could take back.
    if it.begun_in = pg_current_xact_id_if_assigned() then
        raise exception 'shikiri: an attempt is compared after the transaction that began it was committed'
            using errcode = '55000';
    end if;
    tenant_id := it.tenant_id;
    user_id := it.user_id;
    tenant_code := it.tenant_code;
    login := it.login;
    opens := coalesce(it.is_right and it.user_id is not null and it.suspended_at is null and it.disabled_at is null
        and it.begun_at > clock_timestamp() - interval '5 minutes'
        and (it.locked_until is null or it.locked_until <= it.begun_at)
        and it.failures + it.uncounted < 10, false);
end
$$;
revoke all on function shikiri_vault.judge_attempt(uuid) from public;

-- Takes an attempt that opens, once: locks its login, and judges again what may have changed meanwhile.
create or replace function shikiri_vault.take_attempt(
    p_attempt_id uuid, p_is_its_guess boolean, out opens boolean, out tenant_id integer, out user_id uuid,
    out tenant_code text, out login text) returns record
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    it record;
begin
    select j.opens, j.tenant_id, j.user_id, j.tenant_code, j.login into it
    from shikiri_vault.judge_attempt(p_attempt_id) j;
    opens := it.opens and coalesce(p_is_its_guess, false);
    if not opens then
        return;
    end if;
    tenant_id := it.tenant_id;
    user_id := it.user_id;
    tenant_code := it.tenant_code;
    login := it.login;
    -- Logins of one user wait for each other: two cannot both find no other session.
    perform from shikiri_vault.credential c where c.tenant_id = it.tenant_id and c.user_id = it.user_id for update;
    select j.opens into opens from shikiri_vault.judge_attempt(p_attempt_id) j;
    if opens then
        delete from shikiri_vault.login_attempt a where a.attempt_id = p_attempt_id;
        opens := found;
    end if;
end
$$;
revoke all on function shikiri_vault.take_attempt(uuid, boolean) from public;

-- After a login that was right: what failed before is written down, and counts no more.
create or replace function shikiri_vault.forgive_failures(p_tenant_id integer, p_tenant_code text, p_login text)
    returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.settle_attempts(p_tenant_code, p_login);
    update shikiri_vault.credential c set failures = 0, locked_until = null
    where c.tenant_id = p_tenant_id and c.login = p_login and (c.failures > 0 or c.locked_until is not null);
end
$$;
revoke all on function shikiri_vault.forgive_failures(integer, text, text) from public;
