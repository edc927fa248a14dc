-- One user by their id.
select u.tenant_id, u.user_id, u.login, u.display_name, u.role, u.created_at, u.disabled_at
from shikiri.app_user u
where u.user_id = $1
