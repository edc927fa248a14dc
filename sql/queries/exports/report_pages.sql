-- Writes the manifest of drawn pages, and asks whether to go on.
select shikiri_seal.report_pages($1, $2, $3, $4, $5, $6, $7, $8) as verdict
