-- Settlement files are listed, the latest first.
set local role shikiri_owner;

create index payment_import_by_time on shikiri.payment_import (tenant_id, imported_at, import_id);

-- The history of migrations is the keeper's.
set local role shikiri_keeper;
