-- Tenant data: tenant_id leads every key, index and reference, and no column has planner statistics.
set local role shikiri_owner;

create table shikiri.tenant (
    tenant_id integer not null,
    tenant_code text collate "C" not null,
    tenant_name text not null,
    stamp_policy text not null default 'taxable',
    constraint tenant_pkey primary key (tenant_id),
    constraint stamp_policy_is_known check (stamp_policy in ('taxable', 'exempt'))
);

create table shikiri.app_user (
    tenant_id integer not null,
    user_id uuid not null,
    login text collate "C" not null,
    display_name text not null,
    role text not null,
    created_at timestamptz not null default clock_timestamp(),
    disabled_at timestamptz,
    constraint app_user_pkey primary key (tenant_id, user_id),
    constraint login_is_unique_in_tenant unique (tenant_id, login),
    constraint app_user_belongs_to_tenant foreign key (tenant_id) references shikiri.tenant,
    constraint role_is_known check (role in ('clerk', 'tenant_admin'))
);

-- The primary key INCLUDEs the columns of the list report: an ordered export reads the index alone.
create table shikiri.slip (
    tenant_id integer not null,
    bill_number text collate "C" not null,
    reissue_number smallint not null,
    customer_number text collate "C" not null,
    customer_name text collate "C" not null,
    due_date date,
    revenue_stamp boolean not null,
    amount_yen integer not null,
    consumption_tax_yen integer,
    registered_at timestamptz not null default clock_timestamp(),
    constraint slip_pkey primary key (tenant_id, bill_number, reissue_number)
        include (customer_number, customer_name, due_date, revenue_stamp, amount_yen),
    constraint slip_belongs_to_tenant foreign key (tenant_id) references shikiri.tenant,
    constraint bill_number_is_sixteen_digits check (bill_number ~ '^[0-9]{16}$'),
    constraint reissue_number_is_one_digit check (reissue_number between 0 and 9),
    constraint customer_number_fits check (length(customer_number) between 1 and 20),
    constraint customer_name_fits check (length(customer_name) between 1 and 40),
    constraint due_date_fits_the_barcode check (due_date between date '2000-01-01' and date '2098-12-31'),
    constraint amount_fits_a_store check (amount_yen between 1 and 300000),
    constraint tax_is_part_of_amount check (consumption_tax_yen >= 0 and consumption_tax_yen < amount_yen)
);

-- The order: frozen wish of one person. Nobody holds UPDATE or DELETE on it.
create table shikiri.export (
    tenant_id integer not null,
    export_id uuid not null,
    report text not null,
    filter jsonb not null,
    expected_rows integer not null,
    requested_by uuid not null,
    purpose text,
    ordered_at timestamptz not null default clock_timestamp(),
    constraint export_pkey primary key (tenant_id, export_id),
    constraint export_is_ordered_by_a_user foreign key (tenant_id, requested_by)
        references shikiri.app_user (tenant_id, user_id),
    constraint filter_says_all_or_something check (jsonb_typeof(filter) = 'object' and filter <> jsonb '{}'),
    constraint expected_rows_fit_a_list check (expected_rows between 0 and 40000)
);
create index export_by_time on shikiri.export (tenant_id, ordered_at, export_id);

-- Where it stands. Written by the keeper's functions only.
create table shikiri.export_state (
    tenant_id integer not null,
    export_id uuid not null,
    state text not null,
    failure text,
    started_at timestamptz,
    ended_at timestamptz,
    counted_rows integer,
    counted_amount_yen bigint,
    pages_total integer,
    pages_done integer not null default 0,
    rows_done integer not null default 0,
    rows_digest bytea,
    artefact_sha256 bytea,
    artefact_bytes bigint,
    missing_glyphs jsonb,
    cancel_requested_at timestamptz,
    constraint export_state_pkey primary key (tenant_id, export_id),
    constraint export_state_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint state_is_known check (
        state in ('queued', 'running', 'checking', 'ready', 'failed', 'cancelled', 'tripped')),
    constraint failure_goes_with_an_end check (failure is null or state in ('failed', 'cancelled', 'tripped')),
    constraint ready_has_a_file check (
        state <> 'ready' or (artefact_sha256 is not null and artefact_bytes is not null and rows_digest is not null))
);

-- The manifest: which rows stand on which page.
create table shikiri.export_page (
    tenant_id integer not null,
    export_id uuid not null,
    page integer not null,
    row_count integer not null,
    amount_yen bigint not null,
    first_slip text collate "C",
    last_slip text collate "C",
    page_digest bytea not null,
    constraint export_page_pkey primary key (tenant_id, export_id, page),
    constraint export_page_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint page_is_counted_from_one check (page >= 1)
);

-- The second computation. Only the checker's function writes it; release needs it.
create table shikiri.export_check (
    tenant_id integer not null,
    export_id uuid not null,
    checked_at timestamptz not null default clock_timestamp(),
    row_count integer not null,
    amount_yen bigint not null,
    tenant_count integer not null,
    rows_digest bytea not null,
    agrees boolean not null,
    constraint export_check_pkey primary key (tenant_id, export_id),
    constraint export_check_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export
);

-- What a retried request gets back: a digest of its body and the names of what it made, never a body.
create table shikiri.idempotency_record (
    tenant_id integer not null,
    user_id uuid not null,
    route text collate "C" not null,
    idempotency_key text collate "C" not null,
    body_digest bytea not null,
    result_ids text[] not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint idempotency_record_pkey primary key (tenant_id, user_id, route, idempotency_key),
    constraint idempotency_key_fits check (length(idempotency_key) between 1 and 64)
);
create index idempotency_record_by_time on shikiri.idempotency_record (tenant_id, created_at);

-- One hash chain per tenant: hash = sha256(previous hash and every field, each with its length).
create table shikiri.audit_event (
    tenant_id integer not null,
    seq bigint not null,
    at timestamptz not null,
    actor uuid not null,
    action text not null,
    object text not null,
    detail jsonb not null,
    previous_hash bytea not null,
    hash bytea not null,
    constraint audit_event_pkey primary key (tenant_id, seq)
);

-- EXPLAIN would hand out other tenants' values from planner statistics: there are none, from the start.
do $$
declare
    c record;
begin
    for c in
        select a.attrelid::regclass as tab, a.attname
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class t on t.oid = a.attrelid
        where t.relnamespace = 'shikiri'::regnamespace and t.relkind = 'r' and a.attnum > 0 and not a.attisdropped
    loop
        execute format('alter table %s alter column %I set statistics 0', c.tab, c.attname);
    end loop;
end
$$;

-- The history that follows is the keeper's.
set local role shikiri_keeper;
