-- A page that lies somewhere: which export it is of, and who could have it. For the operator, who has its code read.
-- Nothing of a row is told, and no name of a person.
create or replace function shikiri_vault.resolve_page(p_export_id uuid, p_page integer) returns table (
    tenant_code text, report text, ordered_at timestamptz, requested_by uuid, row_count integer, export_id uuid,
    reprint_first_page integer, reprint_last_page integer, state text, recalled_at timestamptz, fetches bigint, sent text)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    whose record;
begin
    -- One biller among all: a row of another one that bears the same id is not asked.
    select t.tenant_id, t.tenant_code into whose
    from shikiri_vault.artefact a
    join shikiri_ops.tenant t on t.tenant_id = a.tenant_id and not t.is_probe
    where a.export_id = p_export_id;
    if whose.tenant_id is null then
        return;
    end if;
    perform shikiri_vault.bind(whose.tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'operator');
    return query
    select whose.tenant_code, e.report, o.ordered_at, o.requested_by, p.row_count, e.export_id, e.reprint_first_page,
        e.reprint_last_page, s.state, s.recalled_at, f.fetches,
        -- A page without a place in the file may have gone with any byte of it.
        case
            when f.ranges is null then 'never'
            when p.first_byte is null and f.ranges @> int8range(0, s.artefact_bytes) then 'whole'
            when p.first_byte is null then 'part'
            when f.ranges @> int8range(p.first_byte, p.last_byte, '[]') then 'whole'
            when f.ranges && int8range(p.first_byte, p.last_byte, '[]') then 'part'
            else 'never'
        end
    from shikiri.export o
    join shikiri.export e on e.tenant_id = o.tenant_id
        and (e.export_id = o.export_id
            or e.reprint_of = o.export_id and p_page between e.reprint_first_page and e.reprint_last_page)
    join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
    left join shikiri.export_page p on p.tenant_id = e.tenant_id and p.export_id = e.export_id and p.page = p_page
    cross join lateral (
        select count(*) as fetches, range_agg(int8range(x.first_byte, x.last_byte, '[]')) as ranges
        from shikiri.export_fetch x
        where x.tenant_id = e.tenant_id and x.export_id = e.export_id) f
    where o.export_id = p_export_id
    order by e.reprint_of nulls first, e.ordered_at, e.export_id;
end
$$;
revoke all on function shikiri_vault.resolve_page(uuid, integer) from public;

create or replace function shikiri_ops.resolve_page(p_export_id uuid, p_page integer) returns table (
    tenant_code text, report text, ordered_at timestamptz, requested_by uuid, row_count integer, export_id uuid,
    reprint_first_page integer, reprint_last_page integer, state text, recalled_at timestamptz, fetches bigint, sent text)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
begin
    return query select r.* from shikiri_vault.resolve_page(p_export_id, p_page) r;
    perform shikiri_vault.put_seal(outer_seal);
end
$$;
revoke all on function shikiri_ops.resolve_page(uuid, integer) from public;
grant execute on function shikiri_ops.resolve_page(uuid, integer) to shikiri_operator;
