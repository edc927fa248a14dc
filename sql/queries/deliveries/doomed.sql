-- Of these exports, those whose files nobody may read.
select d.export_id from shikiri_seal.doomed_exports($1) as d(export_id)
