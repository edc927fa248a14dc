-- The certificate of an export: the facts that it states, and the release that takes it.

-- What the database knows of the checked export that this transaction came in for, and of the wall it ran behind.
create or replace function shikiri_seal.certificate_facts(
    out tenant_code text, out report text, out requested_by uuid, out ordered_at timestamptz, out filter_digest bytea,
    out filter_fields text[], out row_count integer, out amount_yen bigint, out rows_digest bytea, out page_count integer,
    out pages_digest bytea, out sha256 bytea, out bytes bigint, out check_rows integer, out check_tenants integer,
    out check_digest bytea, out check_agrees boolean, out chain_seq bigint, out chain_hash bytea, out wall_digest text,
    out source_digest text, out server_version_num integer, out login_is_superuser boolean, out login_bypasses_rls boolean,
    out login_owns boolean, out retain_days integer, out rows_salt bytea) returns record
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['checking']);
begin
    select t.tenant_code, e.report, e.requested_by, e.ordered_at, sha256(convert_to(e.filter::text, 'UTF8')),
        array(select k from jsonb_object_keys(e.filter) k order by k), e.rows_salt
    into strict tenant_code, report, requested_by, ordered_at, filter_digest, filter_fields, rows_salt
    from shikiri.export e join shikiri.tenant t on t.tenant_id = e.tenant_id
    where e.export_id = it.export_id;
    row_count := it.rows_done;
    amount_yen := it.counted_amount_yen;
    rows_digest := it.rows_digest;
    page_count := it.pages_done;
    sha256 := it.artefact_sha256;
    bytes := it.artefact_bytes;
    retain_days := it.retain_days;
    select sha256(string_agg(p.page_digest, ''::bytea order by p.page)) into pages_digest
    from shikiri.export_page p where p.export_id = it.export_id;
    select c.row_count, c.tenant_count, c.rows_digest, c.agrees
    into check_rows, check_tenants, check_digest, check_agrees
    from shikiri.export_check c where c.export_id = it.export_id;
    select c.seq, c.hash into strict chain_seq, chain_hash
    from shikiri_vault.chain_head c where c.tenant_id = it.tenant_id;
    wall_digest := shikiri_seal.wall_digest();
    select d.source_digest into source_digest
    from shikiri_ops.deployment d order by d.deployment_id desc limit 1;
    server_version_num := current_setting('server_version_num')::integer;
    select r.rolsuper, r.rolbypassrls, exists (
        select from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname like 'shikiri%' and c.relowner = r.oid)
    into strict login_is_superuser, login_bypasses_rls, login_owns
    from pg_roles r where r.rolname = session_user;
end
$$;
revoke all on function shikiri_seal.certificate_facts() from public;
grant execute on function shikiri_seal.certificate_facts() to shikiri_app;

-- Keeps the certificate and begins the time for which the file is kept.
create or replace function shikiri_vault.certify_export(p_export_id uuid, p_certificate text, p_kid text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    insert into shikiri.export_certificate (tenant_id, export_id, kid, certificate)
    values (bound, p_export_id, p_kid, p_certificate);
    update shikiri_ops.export_ledger l
    set retain_until = clock_timestamp() + s.retain_days * interval '1 day'
    from shikiri.export_state s
    where l.tenant_id = bound and l.export_id = p_export_id and s.export_id = p_export_id;
end
$$;
revoke all on function shikiri_vault.certify_export(uuid, text, text) from public;

-- checking -> ready. Refuses without a check that agrees and without a certificate: no ticket and no program can skip
-- them. The chain has the certificate's digest, and the certificate the chain's head of before.
create or replace function shikiri_seal.release_export(p_certificate text, p_kid text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state := shikiri_vault.lock_export(array['checking']);
begin
    if not exists (select from shikiri.export_check c where c.export_id = it.export_id and c.agrees) then
        return 'unchecked';
    end if;
    -- Somebody who said stop while it was checked is obeyed.
    if it.cancel_requested_at is not null then
        perform shikiri_vault.end_cancelled(it.export_id);
        return 'cancelled';
    end if;
    perform shikiri_vault.move_export(it.export_id, 'ready', null, jsonb_build_object(
        'rows', it.rows_done, 'pages', it.pages_done, 'sha256', encode(it.artefact_sha256, 'hex'),
        'certificate', encode(sha256(convert_to(p_certificate, 'UTF8')), 'hex')));
    perform shikiri_vault.certify_export(it.export_id, p_certificate, p_kid);
    return 'ready';
end
$$;
revoke all on function shikiri_seal.release_export(text, text) from public;
grant execute on function shikiri_seal.release_export(text, text) to shikiri_app;

-- How long the file of an export is to be kept; said with the order, before a process begins.
create or replace function shikiri_seal.retain_export(p_export_id uuid, p_days integer) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform shikiri_vault.require_session();
    update shikiri.export_state s set retain_days = p_days where s.export_id = p_export_id and s.state = 'queued';
    return found;
end
$$;
revoke all on function shikiri_seal.retain_export(uuid, integer) from public;
grant execute on function shikiri_seal.retain_export(uuid, integer) to shikiri_app;
