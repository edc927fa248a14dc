-- Where an export stands, for those who watch it.
select
    s.tenant_id,
    s.state,
    s.failure,
    s.state_seq,
    s.started_at,
    s.counted_rows,
    s.pages_total,
    s.pages_done,
    s.rows_done,
    s.cancel_at_page
from shikiri.export_state s
where s.export_id = $1
