-- Calls a file back, with its reprints.
select shikiri_seal.recall_export($1, $2) as was
