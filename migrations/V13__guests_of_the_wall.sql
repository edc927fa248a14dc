-- Whom and what a DBA let stand beside the wall: schemas that are guarded like ours, and roles that may be there.
set local role shikiri_keeper;

-- Schemas of others whose tables the wall looks at as at its own.
create table shikiri_ops.guarded_schema (
    schema_name name not null,
    guarded_at timestamptz not null default clock_timestamp(),
    guarded_by name not null default session_user,
    constraint guarded_schema_pkey primary key (schema_name)
);

-- Roles that are no part of the wall and may have what would otherwise be a difference: backup, monitoring.
create table shikiri_ops.allowed_role (
    role_name name not null,
    may text not null,
    allowed_at timestamptz not null default clock_timestamp(),
    allowed_by name not null default session_user,
    constraint allowed_role_pkey primary key (role_name, may),
    constraint name_is_plain check (role_name ~ '^[a-z_][a-z0-9_]*$' and role_name !~ '^pg_'),
    constraint may_is_known check (may in ('read', 'execute', 'bypassrls', 'replication', 'superuser') or may ~ '^pg_[a-z_]+$')
);
