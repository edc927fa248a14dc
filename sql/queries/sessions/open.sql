-- Opens a session, or tells why not.
select
    o.outcome,
    o.session_secret,
    o.session_id,
    o.tenant_id,
    o.user_id,
    o.role,
    o.display_name,
    o.expires_at,
    o.other_session_id,
    o.other_opened_at,
    o.other_client,
    o.allowed_modes,
    o.running_exports
from shikiri_seal.open_session($1, $2, $3, $4) o
