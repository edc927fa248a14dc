-- The life of an export: every step there is, and the one function that takes them.

-- from -> to, and the word of the step in the audit chain. What is not here does not happen.
-- Beside the drawing in design/surface.md 5.4: a person who says stop while it is checked is obeyed, a file
-- that was never fetched expires too, and an expired one is shredded once its key is gone.
create or replace function shikiri_vault.export_steps() returns table (from_state text, to_state text, action text)
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    values
        ('queued', 'running', 'export.started'),
        ('queued', 'cancelled', 'export.cancelled'),
        ('queued', 'stopped', 'export.stopped'),
        ('queued', 'tripped', 'export.tripped'),
        ('queued', 'failed', 'export.failed'),
        ('running', 'checking', 'export.drawn'),
        ('running', 'cancelled', 'export.cancelled'),
        ('running', 'stopped', 'export.stopped'),
        ('running', 'tripped', 'export.tripped'),
        ('running', 'failed', 'export.failed'),
        ('checking', 'ready', 'export.released'),
        ('checking', 'cancelled', 'export.cancelled'),
        ('checking', 'stopped', 'export.stopped'),
        ('checking', 'tripped', 'export.tripped'),
        ('checking', 'failed', 'export.failed'),
        ('ready', 'delivering', 'export.delivering'),
        ('ready', 'expired', 'export.expired'),
        ('ready', 'recalled', 'export.recalled'),
        ('delivering', 'delivered', 'export.delivered'),
        ('delivering', 'expired', 'export.expired'),
        ('delivering', 'recalled', 'export.recalled'),
        ('delivered', 'expired', 'export.expired'),
        ('delivered', 'recalled', 'export.recalled'),
        ('expired', 'shredded', 'export.shredded'),
        ('recalled', 'shredded', 'export.shredded')
$$;
revoke all on function shikiri_vault.export_steps() from public;

-- Takes one step, in every place that tells the state; the tenant's chain has it in the same transaction.
-- An event that cannot be written is a step that is not taken. Answers the event's place in the chain.
create or replace function shikiri_vault.move_export(p_export_id uuid, p_to text, p_failure text, p_detail jsonb)
    returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    moment timestamptz := clock_timestamp();
    works boolean := p_to in ('running', 'checking');
    it shikiri.export_state;
    word text;
    event bigint;
begin
    select s.* into it from shikiri.export_state s where s.export_id = p_export_id for update;
    select s.action into word
    from shikiri_vault.export_steps() s where s.from_state = it.state and s.to_state = p_to;
    if word is null then
        raise exception 'shikiri: an export takes no step from % to %', coalesce(it.state, 'nothing'), p_to
            using errcode = '55000';
    end if;
    event := shikiri_vault.append_event(word, p_export_id::text,
        jsonb_strip_nulls(jsonb_build_object('from', it.state, 'failure', p_failure)) || coalesce(p_detail, jsonb '{}'));
    update shikiri.export_state s
    set state = p_to, state_seq = event, failure = p_failure,
        started_at = case when p_to = 'running' then moment else s.started_at end,
        ended_at = case when works then null else coalesce(s.ended_at, moment) end
    where s.export_id = p_export_id;
    update shikiri_ops.export_ledger l
    set state = p_to, failure = p_failure,
        started_at = case when p_to = 'running' then moment else l.started_at end,
        ended_at = case when works then null else coalesce(l.ended_at, moment) end,
        lease_until = case when works then moment + interval '60 seconds' end
    where l.tenant_id = bound and l.export_id = p_export_id;
    if not works then
        delete from shikiri_vault.ticket k where k.tenant_id = bound and k.export_id = p_export_id;
    end if;
    if p_to = 'tripped' then
        perform shikiri_vault.open_incident(p_export_id, p_failure);
    end if;
    return event;
end
$$;
revoke all on function shikiri_vault.move_export(uuid, text, text, jsonb) from public;

-- What the operator must look at: an export that a check has ended.
create or replace function shikiri_vault.open_incident(p_export_id uuid, p_cause text) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    insert into shikiri_ops.incident (tenant_id, export_id, cause) values (bound, p_export_id, p_cause);
    perform shikiri_vault.append_event('incident.opened', p_export_id::text, jsonb_build_object('cause', p_cause));
end
$$;
revoke all on function shikiri_vault.open_incident(uuid, text) from public;

-- Ends an export on somebody's wish; what was produced until then is told exactly.
create or replace function shikiri_vault.end_cancelled(p_export_id uuid) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    it shikiri.export_state;
begin
    select s.* into strict it from shikiri.export_state s where s.export_id = p_export_id for update;
    perform shikiri_vault.move_export(p_export_id, 'cancelled', 'cancelled', jsonb_build_object(
        'pages', it.pages_done, 'rows', it.rows_done, 'requested_by', it.cancel_requested_by));
end
$$;
revoke all on function shikiri_vault.end_cancelled(uuid) from public;
