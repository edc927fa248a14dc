-- The vault: keys, credentials, sessions and tickets. Only shikiri_keeper can reach it.
set local role shikiri_keeper;

-- The operator's list of tenants is the authority for codes and for suspension.
create table shikiri_ops.tenant (
    tenant_id integer generated always as identity primary key,
    tenant_code text collate "C" not null,
    tenant_name text not null,
    suspended_at timestamptz,
    on_conflict_allowed text[] not null default array['ask', 'take_over', 'refuse'],
    created_at timestamptz not null default clock_timestamp(),
    constraint tenant_code_is_unique unique (tenant_code),
    constraint tenant_code_is_five_digits check (tenant_code ~ '^[0-9]{5}$'),
    constraint on_conflict_allowed_are_modes check (
        on_conflict_allowed <@ array['ask', 'take_over', 'refuse', 'parallel'])
);

-- The HMAC pads of the seal, precomputed. The key itself is never stored.
create table shikiri_vault.seal_key (
    kid smallint primary key,
    inner_pad bytea not null,
    outer_pad bytea not null,
    active boolean not null,
    created_at timestamptz not null default clock_timestamp(),
    constraint pads_are_one_block check (length(inner_pad) = 64 and length(outer_pad) = 64)
);
create unique index seal_key_only_one_is_active on shikiri_vault.seal_key (active) where active;

-- Makes the salt of a login that does not exist look like one that does, and stay the same.
create table shikiri_vault.pepper (
    only_one boolean primary key default true,
    pepper bytea not null,
    constraint there_is_only_one check (only_one)
);

-- verifier = sha256(Argon2id(password, salt)); the password and the Argon2id output are never stored.
create table shikiri_vault.credential (
    tenant_id integer not null references shikiri_ops.tenant,
    login text collate "C" not null,
    user_id uuid not null,
    salt bytea not null,
    kdf text not null,
    verifier bytea not null,
    failures integer not null default 0,
    locked_until timestamptz,
    disabled_at timestamptz,
    constraint credential_pkey primary key (tenant_id, login),
    constraint credential_is_one_per_user unique (tenant_id, user_id)
);

-- Login sessions. Only the hash of a session's secret is stored.
create table shikiri_vault.session (
    session_hash bytea primary key,
    session_id uuid not null default gen_random_uuid(),
    tenant_id integer not null references shikiri_ops.tenant,
    user_id uuid not null,
    client text not null,
    opened_at timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    ended_at timestamptz,
    end_reason text,
    ended_by uuid,
    constraint session_end_has_a_reason check ((ended_at is null) = (end_reason is null)),
    constraint session_end_reason_is_known check (
        end_reason in ('superseded', 'logged_out', 'ended_by_admin', 'user_disabled', 'password_changed'))
);
create unique index session_by_id on shikiri_vault.session (tenant_id, session_id);
create index session_live_of_user on shikiri_vault.session (tenant_id, user_id) where ended_at is null;

-- One export, two tickets: one for the process that draws it, one for the checker.
create table shikiri_vault.ticket (
    ticket_hash bytea primary key,
    door text not null,
    tenant_id integer not null references shikiri_ops.tenant,
    user_id uuid not null,
    export_id uuid not null,
    expires_at timestamptz not null,
    constraint ticket_opens_one_door check (door in ('export', 'check'))
);
create index ticket_of_export on shikiri_vault.ticket (tenant_id, export_id);

-- The head of each tenant's audit chain; its row lock puts the events of a tenant in one order.
create table shikiri_vault.chain_head (
    tenant_id integer primary key references shikiri_ops.tenant,
    seq bigint not null,
    hash bytea not null
);

-- What the operator sees of exports: no filter text, no purpose, no name.
create table shikiri_ops.export_ledger (
    tenant_id integer not null references shikiri_ops.tenant,
    export_id uuid not null,
    report text not null,
    state text not null,
    failure text,
    ordered_at timestamptz not null,
    started_at timestamptz,
    ended_at timestamptz,
    lease_until timestamptz,
    rows_expected integer not null,
    rows_done integer not null default 0,
    pages_done integer not null default 0,
    artefact_bytes bigint,
    constraint export_ledger_pkey primary key (tenant_id, export_id)
);
create index export_ledger_under_way on shikiri_ops.export_ledger (lease_until)
    where state in ('queued', 'running', 'checking');

-- Which sql/ was applied when, and what the live wall looked like right after.
create table shikiri_ops.deployment (
    deployment_id integer generated always as identity primary key,
    applied_at timestamptz not null default clock_timestamp(),
    source_digest text not null,
    wall_digest text not null
);

-- The history that follows is the keeper's.
set local role shikiri_keeper;
