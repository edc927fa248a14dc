-- Says how long the file of an export is to be kept.
select shikiri_seal.retain_export($1, $2) as kept
