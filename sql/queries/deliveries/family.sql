-- A file and its reprints, with how much of each there was to fetch.
select
    e.tenant_id,
    e.export_id,
    e.reprint_first_page,
    e.reprint_last_page,
    s.state,
    s.pages_done,
    s.artefact_bytes,
    s.recalled_at
from shikiri.export e
join shikiri.export_state s on s.tenant_id = e.tenant_id and s.export_id = e.export_id
where (e.export_id = $1 or e.reprint_of = $1) and s.artefact_bytes is not null
order by e.ordered_at, e.export_id
