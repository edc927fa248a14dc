-- Whose a file is, decided once for all billers, and how much of a file left with a link.
set local role shikiri_owner;

-- Bytes of the range that were handed out: all of them when it is complete. None for a fetch of an earlier version.
alter table shikiri.export_fetch
    add column sent_bytes bigint,
    add constraint no_more_is_sent_than_the_range check (sent_bytes between 0 and last_byte - first_byte + 1),
    add constraint what_was_sent_is_told_at_the_end check (sent_bytes is null or ended_at is not null);
alter table shikiri.export_fetch alter column sent_bytes set statistics 0;

set local role shikiri_keeper;

-- An export's id names bytes outside of the database, so it is one biller's among all of them. The database makes it;
-- nobody can ask here for one that he knows.
create table shikiri_vault.artefact (
    export_id uuid primary key,
    tenant_id integer not null references shikiri_ops.tenant,
    -- Whether the stored file and its key name their biller. Those of earlier versions do not.
    names_biller boolean not null default true
);

-- Earlier versions took the id from their caller: one that is there twice was first the file's, and then somebody's who
-- knew it. The file stays the first one's, nobody else's row opens it, and the operator is told of both.
insert into shikiri_vault.artefact (export_id, tenant_id, names_biller)
select distinct on (l.export_id) l.export_id, l.tenant_id, false
from shikiri_ops.export_ledger l
order by l.export_id, l.ordered_at, l.tenant_id;

insert into shikiri_ops.incident (tenant_id, export_id, cause)
select l.tenant_id, l.export_id, 'export_id_of_two_billers'
from shikiri_ops.export_ledger l
where exists (
    select from shikiri_ops.export_ledger o where o.export_id = l.export_id and o.tenant_id <> l.tenant_id)
on conflict (tenant_id, export_id) do nothing;

do $$
declare
    twice bigint;
begin
    select count(*) into twice from shikiri_ops.incident i where i.cause = 'export_id_of_two_billers';
    if twice > 0 then
        raise warning 'shikiri: % exports have an id that another biller has too: see shikiri_ops.incident', twice;
    end if;
end
$$;

-- A token that one biller used up is not used up for another.
alter table shikiri_vault.spent_token
    drop constraint spent_token_pkey,
    add constraint spent_token_pkey primary key (tenant_id, token_hash);

-- Functions that took an id, a digest or a length from their caller, and those whose answer has another form now.
drop function if exists shikiri_seal.order_export(uuid, text, jsonb, integer, text);
drop function if exists shikiri_seal.order_export(uuid, text, jsonb, integer, text, jsonb);
drop function if exists shikiri_seal.begin_reprint(uuid, uuid, integer, integer);
drop function if exists shikiri_seal.reprint_facts(uuid);
drop function if exists shikiri_seal.finish_reprint(uuid, bytea, bigint, text, text);
drop function if exists shikiri_seal.fail_reprint(uuid, text);
drop function if exists shikiri_vault.lock_reprint(uuid);
drop function if exists shikiri_vault.lock_export(text[]);
drop function if exists shikiri_seal.doomed_exports(uuid[]);
drop function if exists shikiri_seal.note_shredded(uuid[]);
drop function if exists shikiri_vault.note_shredded(uuid[]);
drop function if exists shikiri_seal.end_fetch(text, boolean);
drop function if exists shikiri_vault.end_fetch(text, boolean);
drop function if exists shikiri_seal.open_link(text, text, bigint, bigint);
drop function if exists shikiri_vault.open_link(text, text, bigint, bigint);

-- And the forerunners of versions before the last.
drop function if exists shikiri_seal.note_fetch(uuid);
drop function if exists shikiri_seal.certificate_facts();
drop function if exists shikiri_seal.release_export();
drop function if exists shikiri_seal.report_pages(integer[], integer[], bigint[], text[], text[], bytea[]);
drop function if exists shikiri_seal.record_check(integer, bigint, integer, bytea);
drop function if exists shikiri_vault.end_export(uuid, text, text);
