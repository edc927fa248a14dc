-- Attempts to log in: committed before they are compared, so that no rollback makes a guess free.
set local role shikiri_keeper;

create table shikiri_vault.login_attempt (
    attempt_id uuid primary key default gen_random_uuid(),
    -- As they were typed: of logins that do not exist there are attempts too.
    tenant_code text collate "C" not null,
    login text collate "C" not null,
    -- sha256 of the verifier that the guess would have: an attempt is one guess and no other, and nobody logs in with it.
    commitment bytea not null,
    begun_in xid8 not null default pg_current_xact_id(),
    begun_at timestamptz not null default clock_timestamp(),
    constraint commitment_is_a_digest check (octet_length(commitment) = 32),
    constraint what_was_typed_is_short check (octet_length(tenant_code) <= 64 and octet_length(login) <= 512)
);
create index login_attempt_of_login on shikiri_vault.login_attempt (tenant_code, login);

-- Their forerunners took a guess and its count in one transaction, which could be rolled back.
drop function if exists shikiri_seal.open_session(text, text, bytea, text, text);
drop function if exists shikiri_vault.open_session(text, text, bytea, text, text);
drop function if exists shikiri_seal.change_own_password(bytea, bytea, text, bytea, uuid);
drop function if exists shikiri_vault.count_failure(integer, text, integer);
-- Any slips and any file could be written down with them, whether they were there or not.
drop function if exists shikiri_seal.note_registered(integer, text, text);
