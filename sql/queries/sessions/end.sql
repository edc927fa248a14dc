-- Ends one session.
select shikiri_seal.end_session($1) as ended
