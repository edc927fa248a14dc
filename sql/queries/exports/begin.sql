-- Counted: the export may begin, or fails here.
select shikiri_seal.begin_export($1, $2, $3) as verdict
