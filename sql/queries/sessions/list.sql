-- The sessions that the actor may see.
select s.tenant_id, s.session_id, s.user_id, s.login, s.client, s.opened_at, s.expires_at
from shikiri_seal.sessions() s
