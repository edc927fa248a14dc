-- The two billers that the audit looks for: made when they are first needed, entered for fifteen minutes.
create or replace function shikiri_vault.open_probe(
    p_name text, out tenant_id integer, out tenant_code text, out session_secret text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    who uuid;
begin
    select t.tenant_id, t.tenant_code into tenant_id, tenant_code
    from shikiri_ops.tenant t where t.is_probe and t.tenant_name = p_name;
    if not found then
        -- A code that nobody has, from the end that no collector begins at.
        select to_char(n, 'FM00000') into strict tenant_code
        from generate_series(0, 99999) n
        where not exists (select from shikiri_ops.tenant t where t.tenant_code = to_char(n, 'FM00000'))
        order by n limit 1;
        tenant_id := shikiri_vault.add_tenant(tenant_code, p_name, 'exempt', array['parallel', 'take_over']);
        update shikiri_ops.tenant t set is_probe = true where t.tenant_id = open_probe.tenant_id;
    end if;
    perform shikiri_vault.bind(tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'operator');
    select c.user_id into who from shikiri_vault.credential c
    where c.tenant_id = open_probe.tenant_id and c.login = 'audit';
    if not found then
        -- No password has this verifier: the login is opened by reset_user alone, with one of the audit's own.
        who := shikiri_vault.put_user('audit', 'audit', 'clerk', sha256(gen_random_uuid()::text::bytea), 'argon2id$none',
            sha256(gen_random_uuid()::text::bytea));
    end if;
    delete from shikiri_vault.session s where s.tenant_id = open_probe.tenant_id and s.client = 'audit';
    session_secret := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    insert into shikiri_vault.session (session_hash, tenant_id, user_id, client, expires_at)
    values (sha256(convert_to(session_secret, 'UTF8')), tenant_id, who, 'audit', clock_timestamp() + interval '15 minutes');
    perform shikiri_vault.append_event('session.opened', 'audit', jsonb '{}');
end
$$;
revoke all on function shikiri_vault.open_probe(text) from public;

-- For `shikiri audit`. It opens sessions of probe billers and of no other: they have no customer.
create or replace function shikiri_ops.open_probes(
    out tenant_a integer, out code_a text, out secret_a text, out tenant_b integer, out code_b text, out secret_b text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
begin
    -- Two audits at once must not make four of them. The lock is one that no login can take: anybody may hold an
    -- advisory lock.
    perform from shikiri_vault.pepper p for update;
    select p.tenant_id, p.tenant_code, p.session_secret into tenant_a, code_a, secret_a
    from shikiri_vault.open_probe('監査用収納企業甲') p;
    select p.tenant_id, p.tenant_code, p.session_secret into tenant_b, code_b, secret_b
    from shikiri_vault.open_probe('監査用収納企業乙') p;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_ops.open_probes() from public;
grant execute on function shikiri_ops.open_probes() to shikiri_operator;
