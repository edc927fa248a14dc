-- Makes a link to a file.
select m.outcome, m.link_id, m.token, m.expires_at from shikiri_seal.make_link($1, $2, $3, $4) m
