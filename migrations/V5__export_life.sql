-- The life of an export: all its states, the wish to stop at a page, what was printed, incidents, spent tokens.
set local role shikiri_owner;

alter table shikiri.export_state
    add column state_seq bigint not null default 0,
    add column cancel_at_page integer,
    add column cancel_reason text,
    add column cancel_requested_by uuid,
    drop constraint state_is_known,
    drop constraint failure_goes_with_an_end,
    drop constraint ready_has_a_file,
    add constraint state_is_known check (
        state in (
            'queued', 'running', 'checking', 'ready', 'delivering', 'delivered', 'expired', 'recalled', 'shredded',
            'cancelled', 'stopped', 'tripped', 'failed')),
    add constraint failure_goes_with_an_end check (
        failure is null or state in ('failed', 'cancelled', 'stopped', 'tripped')),
    add constraint released_has_a_file check (
        state in ('queued', 'running', 'checking', 'failed', 'cancelled', 'stopped', 'tripped')
        or (artefact_sha256 is not null and artefact_bytes is not null and rows_digest is not null)),
    add constraint cancel_has_a_person check ((cancel_requested_at is null) = (cancel_requested_by is null)),
    add constraint cancel_page_goes_with_a_cancel check (cancel_at_page is null or cancel_requested_at is not null),
    add constraint cancel_page_is_not_negative check (cancel_at_page >= 0),
    add constraint cancel_reason_fits check (length(cancel_reason) <= 200);

-- What a biller says was printed: each report is kept, none replaces another.
create table shikiri.print_report (
    tenant_id integer not null,
    export_id uuid not null,
    report_number integer not null,
    reported_at timestamptz not null default clock_timestamp(),
    reported_by uuid not null,
    last_printed_page integer not null,
    note text,
    constraint print_report_pkey primary key (tenant_id, export_id, report_number),
    constraint print_report_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint print_report_is_of_a_user foreign key (tenant_id, reported_by)
        references shikiri.app_user (tenant_id, user_id),
    constraint printed_page_is_counted_from_zero check (last_printed_page >= 0),
    constraint print_note_fits check (length(note) <= 200)
);

alter table shikiri.export_state
    alter column state_seq set statistics 0,
    alter column cancel_at_page set statistics 0,
    alter column cancel_reason set statistics 0,
    alter column cancel_requested_by set statistics 0;
alter table shikiri.print_report
    alter column tenant_id set statistics 0,
    alter column export_id set statistics 0,
    alter column report_number set statistics 0,
    alter column reported_at set statistics 0,
    alter column reported_by set statistics 0,
    alter column last_printed_page set statistics 0,
    alter column note set statistics 0;

set local role shikiri_keeper;

-- What the operator must look at. No row value, no filter, no name: which export, and what was noticed.
create table shikiri_ops.incident (
    incident_id uuid primary key default gen_random_uuid(),
    tenant_id integer not null references shikiri_ops.tenant,
    export_id uuid not null,
    cause text not null,
    opened_at timestamptz not null default clock_timestamp(),
    constraint incident_is_one_per_export unique (tenant_id, export_id)
);

-- Event tokens that were used; each is good once. A row may go when its token has ended anyway.
create table shikiri_vault.spent_token (
    token_hash bytea primary key,
    tenant_id integer not null references shikiri_ops.tenant,
    expires_at timestamptz not null
);
create index spent_token_by_end on shikiri_vault.spent_token (expires_at);
