-- The end of a file: called back by a person, or over in time. First it can no longer be fetched; then the service
-- destroys its key; then that is written down.

-- Takes a file and its reprints back: no fetch from here on, and every link is dead.
create or replace function shikiri_vault.withdraw_export(p_export_id uuid, p_to text, p_detail jsonb) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    one record;
    links integer;
    res integer := 0;
begin
    for one in
        select s.export_id
        from shikiri.export_state s
        join shikiri.export e on e.tenant_id = s.tenant_id and e.export_id = s.export_id
        where (e.export_id = p_export_id or e.reprint_of = p_export_id)
            and s.state in ('ready', 'delivering', 'delivered')
        order by s.export_id
        for update of s
    loop
        update shikiri.export_link l
        set revoked_at = clock_timestamp()
        where l.export_id = one.export_id and l.revoked_at is null and l.spent_at is null;
        get diagnostics links = row_count;
        perform shikiri_vault.move_export(one.export_id, p_to, null,
            coalesce(p_detail, jsonb '{}') || jsonb_build_object('links_revoked', links));
        res := res + 1;
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.withdraw_export(uuid, text, jsonb) from public;

-- Calls a file back, with its reprints. Answers its state of before; null when there is no such export.
create or replace function shikiri_seal.recall_export(p_export_id uuid, p_reason text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    who uuid := shikiri_seal.actor();
    was text;
begin
    perform shikiri_vault.require_session();
    select s.state into was from shikiri.export_state s where s.export_id = p_export_id for update;
    if was in ('ready', 'delivering', 'delivered') then
        -- The reason is free text; the chain keeps its digest.
        perform shikiri_vault.withdraw_export(p_export_id, 'recalled', jsonb_build_object(
            'reason_digest', encode(sha256(convert_to(p_reason, 'UTF8')), 'hex')));
        update shikiri.export_state s
        set recalled_at = clock_timestamp(), recalled_by = who, recall_reason = p_reason
        where s.export_id = p_export_id;
    end if;
    return was;
end
$$;
revoke all on function shikiri_seal.recall_export(uuid, text) from public;
grant execute on function shikiri_seal.recall_export(uuid, text) to shikiri_app;

-- Ends the time of a file early. Answers its state of before; null when there is no such export.
create or replace function shikiri_seal.discard_export(p_export_id uuid) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    was text;
begin
    perform shikiri_vault.require_session();
    select s.state into was from shikiri.export_state s where s.export_id = p_export_id for update;
    if was in ('ready', 'delivering', 'delivered') then
        perform shikiri_vault.withdraw_export(p_export_id, 'expired', jsonb '{"early": true}');
    end if;
    return was;
end
$$;
revoke all on function shikiri_seal.discard_export(uuid) from public;
grant execute on function shikiri_seal.discard_export(uuid) to shikiri_app;

-- Ends the time of files that were kept as long as they should be, of every tenant. Safe to call unbound and by
-- anybody: it only ends what is over, and tells nothing but a number.
create or replace function shikiri_vault.expire_exports() returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    old record;
    res integer := 0;
begin
    for old in
        select l.tenant_id, l.export_id
        from shikiri_ops.export_ledger l
        where l.state in ('ready', 'delivering', 'delivered') and l.retain_until < clock_timestamp()
        order by l.tenant_id, l.export_id
        limit 1000
    loop
        -- Whoever holds a biller's chain holds up that biller and nobody else.
        perform from shikiri_vault.chain_head c where c.tenant_id = old.tenant_id for update skip locked;
        continue when not found;
        perform shikiri_vault.bind(old.tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'upkeep');
        perform from shikiri.export_state s where s.export_id = old.export_id for update skip locked;
        if found then
            res := res + shikiri_vault.withdraw_export(old.export_id, 'expired', null);
        end if;
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.expire_exports() from public;

create or replace function shikiri_seal.expire_exports() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res integer;
begin
    res := shikiri_vault.expire_exports();
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_seal.expire_exports() from public;
grant execute on function shikiri_seal.expire_exports() to shikiri_app;

-- Of these files, each named by its biller and its export, those that nobody may read: ended without a release, expired,
-- recalled. One that the database does not know as that biller's is not among them: a service that is shown the wrong
-- database, or the wrong biller, must destroy nothing. Answers the names as they were given. For the checker's login: it
-- speaks of files of every biller, and the application's login is told of one biller's only.
create or replace function shikiri_seal.doomed_exports(p_tenant_ids integer[], p_ids uuid[])
    returns table (tenant_id integer, export_id uuid)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select k.named_tenant_id, k.export_id
    from shikiri_vault.known_artefacts(p_tenant_ids, p_ids) k
    join shikiri_ops.export_ledger l on l.tenant_id = k.tenant_id and l.export_id = k.export_id
    where l.state in ('failed', 'cancelled', 'stopped', 'tripped', 'expired', 'recalled', 'shredded')
    order by k.named_tenant_id, k.export_id
$$;
revoke all on function shikiri_seal.doomed_exports(integer[], uuid[]) from public;
grant execute on function shikiri_seal.doomed_exports(integer[], uuid[]) to shikiri_checker;

-- The keys of these files, named as before, are destroyed: expired or recalled -> shredded. Answers how many steps were
-- taken. For the checker's login, as before.
create or replace function shikiri_vault.note_shredded(p_tenant_ids integer[], p_ids uuid[]) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    gone record;
    res integer := 0;
begin
    for gone in
        select distinct l.tenant_id, l.export_id
        from shikiri_vault.known_artefacts(p_tenant_ids, p_ids) k
        join shikiri_ops.export_ledger l on l.tenant_id = k.tenant_id and l.export_id = k.export_id
        where l.state in ('expired', 'recalled')
        order by l.tenant_id, l.export_id
    loop
        -- Whoever holds a biller's chain holds up that biller and nobody else.
        perform from shikiri_vault.chain_head c where c.tenant_id = gone.tenant_id for update skip locked;
        continue when not found;
        perform shikiri_vault.bind(gone.tenant_id, uuid '00000000-0000-0000-0000-000000000000', 'upkeep');
        perform from shikiri.export_state s
        where s.export_id = gone.export_id and s.state in ('expired', 'recalled') for update skip locked;
        if found then
            perform shikiri_vault.move_export(gone.export_id, 'shredded', null, null);
            res := res + 1;
        end if;
    end loop;
    return res;
end
$$;
revoke all on function shikiri_vault.note_shredded(integer[], uuid[]) from public;

create or replace function shikiri_seal.note_shredded(p_tenant_ids integer[], p_ids uuid[]) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    outer_seal text := shikiri_vault.lift_seal();
    res integer;
begin
    res := shikiri_vault.note_shredded(p_tenant_ids, p_ids);
    perform shikiri_vault.put_seal(outer_seal);
    return res;
end
$$;
revoke all on function shikiri_seal.note_shredded(integer[], uuid[]) from public;
grant execute on function shikiri_seal.note_shredded(integer[], uuid[]) to shikiri_checker;
