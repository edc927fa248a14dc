-- What stands on every page of a report besides its rows: read from the bound tenant's own rows.
select
    e.tenant_id,
    t.tenant_code,
    t.tenant_name,
    e.report,
    e.filter,
    e.options,
    e.rows_salt,
    e.ordered_at,
    u.display_name as requested_by
from shikiri.export e
join shikiri.tenant t on t.tenant_id = e.tenant_id
join shikiri.app_user u on u.tenant_id = e.tenant_id and u.user_id = e.requested_by
where e.export_id = $1
