-- Tells how a fetch ended and how far it came, with the ticket of its beginning.
select shikiri_seal.end_fetch($1, $2, $3) as ended
