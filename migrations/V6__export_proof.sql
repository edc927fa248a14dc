-- What an export proves and who fetched it: certificates, links, fetches, how long a file is kept, reprints.
set local role shikiri_owner;

-- A reprint is an export of pages that another one has.
alter table shikiri.export
    add column reprint_of uuid,
    add column reprint_first_page integer,
    add column reprint_last_page integer,
    add constraint reprint_is_of_an_export foreign key (tenant_id, reprint_of) references shikiri.export,
    add constraint reprint_has_pages check (
        (reprint_of is null and reprint_first_page is null and reprint_last_page is null)
        or (reprint_of is not null and reprint_first_page >= 1 and reprint_last_page >= reprint_first_page));
create index export_by_reprint on shikiri.export (tenant_id, reprint_of);

alter table shikiri.export_state
    add column retain_days smallint not null default 7,
    add column recalled_at timestamptz,
    add column recalled_by uuid,
    add column recall_reason text,
    add constraint retain_days_fit check (retain_days between 1 and 90),
    add constraint recall_has_a_person check ((recalled_at is null) = (recalled_by is null)),
    add constraint recall_reason_fits check (length(recall_reason) <= 200);

-- The signed statement of a release. Never changed, and kept when the file is gone.
create table shikiri.export_certificate (
    tenant_id integer not null,
    export_id uuid not null,
    issued_at timestamptz not null default clock_timestamp(),
    kid text collate "C" not null,
    certificate text collate "C" not null,
    constraint export_certificate_pkey primary key (tenant_id, export_id),
    constraint certificate_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint certificate_fits check (length(certificate) between 1 and 65536)
);

-- A link to a file: good once, for a while. Its secret is in the vault, as a hash.
create table shikiri.export_link (
    tenant_id integer not null,
    export_id uuid not null,
    link_id uuid not null,
    bind text not null,
    created_at timestamptz not null default clock_timestamp(),
    created_by uuid not null,
    expires_at timestamptz not null,
    spent_at timestamptz,
    revoked_at timestamptz,
    constraint export_link_pkey primary key (tenant_id, export_id, link_id),
    constraint link_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint link_is_of_a_user foreign key (tenant_id, created_by) references shikiri.app_user (tenant_id, user_id),
    constraint bind_is_known check (bind in ('session', 'none'))
);

-- Who was sent which bytes: written before the first of them. What is not here was never fetched.
create table shikiri.export_fetch (
    tenant_id integer not null,
    export_id uuid not null,
    fetch_id uuid not null,
    link_id uuid,
    fetched_by uuid,
    began_at timestamptz not null default clock_timestamp(),
    first_byte bigint not null,
    last_byte bigint not null,
    ended_at timestamptz,
    complete boolean,
    constraint export_fetch_pkey primary key (tenant_id, export_id, fetch_id),
    constraint fetch_belongs_to_export foreign key (tenant_id, export_id) references shikiri.export,
    constraint fetch_has_bytes check (first_byte >= 0 and last_byte >= first_byte),
    constraint fetch_is_by_a_person_or_a_link check ((fetched_by is null) <> (link_id is null)),
    constraint fetch_end_says_how check ((ended_at is null) = (complete is null))
);

do $$
declare
    c record;
begin
    for c in
        select a.attrelid::regclass as tab, a.attname
        from pg_catalog.pg_attribute a
        join pg_catalog.pg_class t on t.oid = a.attrelid
        where t.relnamespace = 'shikiri'::regnamespace and t.relkind = 'r' and a.attnum > 0 and not a.attisdropped
            and (
                t.relname in ('export_certificate', 'export_link', 'export_fetch')
                or a.attname in (
                    'reprint_of', 'reprint_first_page', 'reprint_last_page', 'retain_days', 'recalled_at',
                    'recalled_by', 'recall_reason'))
    loop
        execute format('alter table %s alter column %I set statistics 0', c.tab, c.attname);
    end loop;
end
$$;

set local role shikiri_keeper;

alter table shikiri_ops.export_ledger add column retain_until timestamptz;
create index export_ledger_by_retention on shikiri_ops.export_ledger (retain_until)
    where state in ('ready', 'delivering', 'delivered');

-- Secrets of links, by hash. The session of one that is bound to it.
create table shikiri_vault.link (
    token_hash bytea primary key,
    tenant_id integer not null references shikiri_ops.tenant,
    export_id uuid not null,
    link_id uuid not null,
    session_id uuid,
    expires_at timestamptz not null
);
create index link_by_end on shikiri_vault.link (expires_at);

-- What tells the end of a fetch: the session that began it may be over by then.
create table shikiri_vault.fetch_ticket (
    ticket_hash bytea primary key,
    tenant_id integer not null references shikiri_ops.tenant,
    user_id uuid not null,
    export_id uuid not null,
    fetch_id uuid not null,
    expires_at timestamptz not null
);
create index fetch_ticket_by_end on shikiri_vault.fetch_ticket (expires_at);
