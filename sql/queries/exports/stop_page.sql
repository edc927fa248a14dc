-- The last page to be produced, when somebody asked to stop.
select s.tenant_id, s.cancel_at_page
from shikiri.export_state s
where s.export_id = $1
