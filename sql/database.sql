-- What bootstrap does to each database: nobody creates, the schemas and who may name them. Safe to run again.

-- Nobody but the database's owner creates anything, and nobody makes temporary objects:
-- a temporary table could stand in front of a real one on a pooled connection.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'revoke all on database %I from shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_migrator',
        current_database());
    execute format(
        'grant connect on database %I to shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_migrator',
        current_database());
end
$$;
revoke all on schema public from public;

create schema if not exists shikiri authorization shikiri_owner;
create schema if not exists shikiri_seal authorization shikiri_keeper;
create schema if not exists shikiri_vault authorization shikiri_keeper;
create schema if not exists shikiri_ops authorization shikiri_keeper;
create schema if not exists shikiri_audit authorization shikiri_keeper;

comment on schema shikiri is 'Tenant data. Every table: tenant_id leads every key, row security enabled and forced.';
comment on schema shikiri_seal is 'The functions a request may call.';
comment on schema shikiri_vault is 'Keys, credentials, sessions, tickets. Only its owner has USAGE.';
comment on schema shikiri_ops is 'What the operator may see: tenants, export metadata. No personal column.';
comment on schema shikiri_audit is 'Views for DBAs.';

-- Whatever the owners create later starts without any right for PUBLIC.
alter default privileges for role shikiri_owner revoke execute on functions from public;
alter default privileges for role shikiri_keeper revoke execute on functions from public;
alter default privileges for role shikiri_owner revoke usage on types from public;
alter default privileges for role shikiri_keeper revoke usage on types from public;

-- Who may name things in which schema. Nobody but its owner reaches the vault.
revoke all on schema shikiri, shikiri_seal, shikiri_vault, shikiri_ops, shikiri_audit from public;
grant usage on schema shikiri to shikiri_app, shikiri_checker, shikiri_keeper;
grant usage on schema shikiri_seal to shikiri_app, shikiri_checker, shikiri_operator, shikiri_auditor, shikiri_owner;
grant usage on schema shikiri_ops to shikiri_operator;
grant usage on schema shikiri_audit to shikiri_auditor;
