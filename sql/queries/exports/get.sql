-- One export with its state.
select
    e.tenant_id,
    e.export_id,
    e.report,
    e.filter,
    e.options,
    e.expected_rows,
    e.requested_by,
    e.purpose,
    e.ordered_at,
    s.state,
    s.failure,
    s.started_at,
    s.ended_at,
    s.counted_rows,
    s.counted_amount_yen,
    s.pages_total,
    s.pages_done,
    s.rows_done,
    s.artefact_sha256,
    s.artefact_bytes,
    s.missing_glyphs
from shikiri.export e
join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
where e.export_id = $1
