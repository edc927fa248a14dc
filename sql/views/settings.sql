-- What the audit takes as given in shikiri's own database; elsewhere this is a table that the DBA fills.
create view shikiri_audit.settings as
select jsonb '{
    "runtime_roles": ["shikiri_app", "shikiri_checker", "shikiri_operator", "shikiri_auditor"],
    "known_logins": ["shikiri_migrator"],
    "tenant_columns": ["tenant_id"],
    "context_functions": ["shikiri_seal.tenant"],
    "context_settings": ["backtrace_functions", "shikiri.seal"],
    "shared_tables": [
        "shikiri_ops.tenant", "shikiri_ops.export_ledger", "shikiri_ops.incident", "shikiri_ops.deployment", "shikiri_ops.wall"
    ]
}' as settings;
