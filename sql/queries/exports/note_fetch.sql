-- Writes the fetch to the chain, before the first byte.
select shikiri_seal.note_fetch($1) as fetched
