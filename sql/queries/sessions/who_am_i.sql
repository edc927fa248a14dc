-- The session's own facts.
select
    w.tenant_id,
    w.session_id,
    w.user_id,
    w.login,
    w.display_name,
    w.role,
    w.tenant_code,
    w.tenant_name,
    w.expires_at
from shikiri_seal.who_am_i($1) w
