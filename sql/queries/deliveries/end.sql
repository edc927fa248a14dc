-- Tells how a fetch ended, with the ticket of its beginning.
select shikiri_seal.end_fetch($1, $2) as ended
