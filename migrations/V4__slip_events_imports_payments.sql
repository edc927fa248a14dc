-- What happens to a slip after it was registered, and the files that slips and payments come in.
set local role shikiri_owner;

-- A slip's life, append-only: nobody holds UPDATE or DELETE. Its state is read off these rows and its payments.
create table shikiri.slip_event (
    tenant_id integer not null,
    bill_number text collate "C" not null,
    reissue_number smallint not null,
    kind text collate "C" not null,
    at timestamptz not null default clock_timestamp(),
    actor uuid not null,
    reason text not null,
    other_reissue_number smallint,
    constraint slip_event_pkey primary key (tenant_id, bill_number, reissue_number, kind),
    constraint slip_event_belongs_to_slip foreign key (tenant_id, bill_number, reissue_number)
        references shikiri.slip (tenant_id, bill_number, reissue_number),
    constraint slip_event_names_a_slip foreign key (tenant_id, bill_number, other_reissue_number)
        references shikiri.slip (tenant_id, bill_number, reissue_number),
    constraint slip_event_kind_is_known check (kind in ('superseded', 'reissued', 'voided')),
    constraint other_is_the_neighbour check (
        case kind
            when 'superseded' then other_reissue_number = reissue_number + 1
            when 'reissued' then other_reissue_number = reissue_number - 1
            else other_reissue_number is null
        end),
    constraint reason_fits check (length(reason) between 1 and 200)
);

-- One file of slips that was looked at, and what came of it.
create table shikiri.slip_import (
    tenant_id integer not null,
    import_id uuid not null,
    mode text not null,
    outcome text not null,
    encoding text not null,
    encoding_detected boolean not null,
    file_sha256 bytea not null,
    file_bytes integer not null,
    row_count integer not null,
    error_count integer not null,
    notice_count integer not null,
    imported_by uuid not null,
    imported_at timestamptz not null default clock_timestamp(),
    constraint slip_import_pkey primary key (tenant_id, import_id),
    constraint slip_import_is_made_by_a_user foreign key (tenant_id, imported_by)
        references shikiri.app_user (tenant_id, user_id),
    constraint mode_is_known check (mode in ('dry_run', 'commit')),
    constraint encoding_is_known check (encoding in ('utf-8', 'cp932')),
    constraint slip_import_outcome_is_known check (outcome in ('valid', 'invalid', 'registered')),
    constraint only_a_commit_registers check (outcome <> 'registered' or (mode = 'commit' and error_count = 0))
);

-- What is wrong in the file, place by place. The value itself is kept only as a mask.
create table shikiri.slip_import_fault (
    tenant_id integer not null,
    import_id uuid not null,
    fault_no integer not null,
    severity text not null,
    line integer not null,
    column_no integer,
    field text,
    code text not null,
    masked text,
    constraint slip_import_fault_pkey primary key (tenant_id, import_id, fault_no),
    constraint slip_import_fault_belongs_to_import foreign key (tenant_id, import_id) references shikiri.slip_import,
    constraint severity_is_known check (severity in ('error', 'notice')),
    constraint masked_is_short check (length(masked) <= 64)
);

-- One settlement file that was taken in whole.
create table shikiri.payment_import (
    tenant_id integer not null,
    import_id uuid not null,
    layout text not null,
    file_sha256 bytea not null,
    file_bytes integer not null,
    event_count integer not null,
    new_count integer not null,
    imported_by uuid not null,
    imported_at timestamptz not null default clock_timestamp(),
    constraint payment_import_pkey primary key (tenant_id, import_id),
    constraint payment_import_is_made_by_a_user foreign key (tenant_id, imported_by)
        references shikiri.app_user (tenant_id, user_id),
    constraint new_events_are_events check (new_count between 0 and event_count)
);

-- What a store told: append-only, one row for each event however often its file comes. A slip need not exist.
create table shikiri.payment_event (
    tenant_id integer not null,
    event_key bytea not null,
    bill_number text collate "C" not null,
    reissue_number smallint not null,
    kind text collate "C" not null,
    source_code text collate "C" not null,
    paid_on date not null,
    paid_at text collate "C" not null,
    amount_yen integer not null,
    barcode text collate "C" not null,
    check_digit_fits boolean not null,
    chain_code text collate "C" not null,
    store_code text collate "C" not null,
    made_on date,
    payout_on date,
    import_id uuid not null,
    line integer not null,
    recorded_at timestamptz not null default clock_timestamp(),
    constraint payment_event_pkey primary key (tenant_id, event_key),
    constraint payment_event_belongs_to_import foreign key (tenant_id, import_id) references shikiri.payment_import,
    constraint event_key_is_a_digest check (length(event_key) = 32),
    constraint paid_bill_number_is_sixteen_digits check (bill_number ~ '^[0-9]{16}$'),
    constraint paid_reissue_number_is_one_digit check (reissue_number between 0 and 9),
    constraint payment_kind_is_known check (kind in ('preliminary', 'confirmed', 'preliminary_cancelled')),
    constraint paid_at_is_four_digits check (paid_at ~ '^[0-9]{4}$'),
    constraint paid_amount_fits_the_barcode check (amount_yen between 0 and 999999),
    constraint barcode_is_forty_four_digits check (barcode ~ '^[0-9]{44}$')
);
-- All that the fold of a slip reads, so that it reads the index alone.
create index payment_event_of_slip on shikiri.payment_event (
    tenant_id, bill_number, reissue_number, kind, paid_on, paid_at, chain_code, store_code);
create index payment_event_by_day on shikiri.payment_event (tenant_id, paid_on, event_key);

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
            and a.attstattarget is distinct from 0
    loop
        execute format('alter table %s alter column %I set statistics 0', c.tab, c.attname);
    end loop;
end
$$;

-- The history that follows is the keeper's.
set local role shikiri_keeper;
