-- Orders an export.
select o.outcome, o.export_id, o.export_ticket, o.check_ticket
from shikiri_seal.order_export($1, $2, $3, $4, $5) o
