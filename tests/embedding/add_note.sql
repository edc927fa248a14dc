-- Adds a note to the sealed tenant; which one that is, the statement does not say.
insert into shikiri.note (tenant_id, note)
select t.tenant_id, $1
from shikiri.tenant t
returning tenant_id
