-- Takes a slip out of payment, void or superseded by its next issue, and writes so to the chain.
create or replace function shikiri_seal.withdraw_slip(
    p_bill_number text, p_reissue_number smallint, p_kind text, p_reason text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    who uuid := shikiri_seal.actor();
    next_number smallint := (p_reissue_number + 1)::smallint;
begin
    perform shikiri_vault.require_session();
    -- The chain's row lock also makes two withdrawals of one slip come one after the other.
    perform from shikiri_vault.chain_head c where c.tenant_id = bound for update;
    if exists (
        select from shikiri.slip_event e
        where e.tenant_id = bound and e.bill_number = p_bill_number and e.reissue_number = p_reissue_number
            and e.kind in ('superseded', 'voided'))
    then
        return 'withdrawn';
    end if;
    -- Both slips must be there: the next issue is inserted before this is called.
    insert into shikiri.slip_event (tenant_id, bill_number, reissue_number, kind, actor, reason, other_reissue_number)
    values (bound, p_bill_number, p_reissue_number, p_kind, who, p_reason,
        case p_kind when 'superseded' then next_number end);
    if p_kind = 'superseded' then
        insert into shikiri.slip_event (
            tenant_id, bill_number, reissue_number, kind, actor, reason, other_reissue_number)
        values (bound, p_bill_number, next_number, 'reissued', who, p_reason, p_reissue_number);
    end if;
    -- The reason may name a person; the chain keeps its digest.
    perform shikiri_vault.append_event('slip.' || p_kind, p_bill_number || '-' || p_reissue_number, jsonb_build_object(
        'reason_digest', encode(sha256(convert_to(p_reason, 'UTF8')), 'hex')));
    return 'done';
end
$$;
revoke all on function shikiri_seal.withdraw_slip(text, smallint, text, text) from public;
grant execute on function shikiri_seal.withdraw_slip(text, smallint, text, text) to shikiri_app;
