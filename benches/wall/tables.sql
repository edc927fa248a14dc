-- The same slips three times: behind the seal, behind a plain setting, and behind nothing.
insert into shikiri.slip (
    tenant_id, bill_number, reissue_number, customer_number, customer_name, due_date, revenue_stamp, amount_yen)
select t.tenant_id, lpad((n * 7)::text, 16, '1'), 0, 'C' || n % 900, '淡路　太郎' || n, date '2026-12-28', false, 1000 + n % 9000
from shikiri.tenant t, generate_series(1, 40000) n;

create schema plain;
create table plain.slip (like shikiri.slip including all);
insert into plain.slip select * from shikiri.slip;
alter table plain.slip enable row level security;
alter table plain.slip force row level security;
create policy tenant_rows on plain.slip using (tenant_id = (select current_setting('app.tenant')::integer))
    with check (tenant_id = (select current_setting('app.tenant')::integer));

create schema hand;
create table hand.slip (like shikiri.slip including all);
insert into hand.slip select * from shikiri.slip;

-- The seal's table has one more condition on writes and a reference; so have these.
alter table plain.slip add foreign key (tenant_id) references shikiri.tenant;
alter table hand.slip add foreign key (tenant_id) references shikiri.tenant;
-- The seal's table has no planner statistics: with them the others would be planned otherwise.
do $$
declare
    c record;
begin
    for c in
        select a.attrelid::regclass as tab, a.attname
        from pg_catalog.pg_attribute a
        where a.attrelid in ('plain.slip'::regclass, 'hand.slip'::regclass) and a.attnum > 0
    loop
        execute format('alter table %s alter column %I set statistics 0', c.tab, c.attname);
    end loop;
end
$$;
grant usage on schema plain, hand to shikiri_app;
grant select, insert on plain.slip, hand.slip to shikiri_app;
