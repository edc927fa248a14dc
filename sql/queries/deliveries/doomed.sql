-- Of these files, those that nobody may read.
select d.tenant_id, d.export_id from shikiri_seal.doomed_exports($1, $2) d
