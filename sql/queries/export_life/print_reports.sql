-- One report of what was printed.
select r.tenant_id, r.export_id, r.report_number, r.reported_at, r.reported_by, r.last_printed_page, r.note
from shikiri.print_report r
where r.export_id = $1 and r.report_number = $2
