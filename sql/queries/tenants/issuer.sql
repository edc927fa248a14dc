-- What the bound biller's slips say of their issuer.
select
    t.tenant_id,
    t.tenant_code,
    t.issuer_code,
    t.payee_name,
    t.collector_name,
    t.slip_purpose,
    t.slip_remarks
from shikiri.tenant t
