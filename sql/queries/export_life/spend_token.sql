-- Uses an event token up.
select shikiri_seal.spend_token($1) as fresh
