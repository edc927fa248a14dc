-- Everything is drawn.
select shikiri_seal.finish_drawing($1, $2, $3, $4) as verdict
