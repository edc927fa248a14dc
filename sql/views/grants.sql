-- Who may look: the auditor, at the views and at nothing beneath them but the catalogue.
grant select on shikiri_audit.settings, shikiri_audit.findings, shikiri_audit.matrix, shikiri_audit.role_paths
    to shikiri_auditor;
grant execute on function shikiri_audit.findings_for(jsonb), shikiri_audit.matrix_for(jsonb),
    shikiri_audit.role_paths_for(jsonb) to shikiri_auditor;
