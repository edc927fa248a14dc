-- What the operator enters of a biller's issuer: the collector's code and the names that its slips say.
-- All of it at once: what is left out is taken away.
create or replace function shikiri_vault.set_issuer(
    p_tenant_code text, p_issuer_code text, p_payee_name text, p_collector_name text, p_slip_purpose text,
    p_slip_remarks text) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if shikiri_vault.bind_as_operator(p_tenant_code) is null then
        return false;
    end if;
    update shikiri.tenant t
    set issuer_code = p_issuer_code, payee_name = p_payee_name, collector_name = p_collector_name,
        slip_purpose = p_slip_purpose, slip_remarks = p_slip_remarks
    where t.tenant_code = p_tenant_code;
    perform shikiri_vault.append_event(
        'tenant.issuer_set', p_tenant_code, jsonb_build_object('issuer_code', p_issuer_code));
    return true;
end
$$;
revoke all on function shikiri_vault.set_issuer(text, text, text, text, text, text) from public;

create or replace function shikiri_ops.set_issuer(
    p_tenant_code text, p_issuer_code text, p_payee_name text, p_collector_name text, p_slip_purpose text,
    p_slip_remarks text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res boolean;
begin
    res := shikiri_vault.set_issuer(
        p_tenant_code, p_issuer_code, p_payee_name, p_collector_name, p_slip_purpose, p_slip_remarks);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_ops.set_issuer(text, text, text, text, text, text) from public;
grant execute on function shikiri_ops.set_issuer(text, text, text, text, text, text) to shikiri_operator;
