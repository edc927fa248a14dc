-- Names in camel case and with blanks (correct).
-- over: 1_base

set role fault_owner;
create table app."Invoice" ("tenant_id" uuid not null, "Id" int not null, "dueOn" date, "total Amount" numeric,
    primary key ("tenant_id", "Id"));
alter table app."Invoice" enable row level security;
alter table app."Invoice" force row level security;
create policy "x y" on app."Invoice" to fault_user
    using ("tenant_id" = (select app.current_tenant()))
    with check ("tenant_id" = (select app.current_tenant()));
grant select, insert, update, delete on app."Invoice" to fault_user;
reset role;
insert into app."Invoice" values ('aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa', 1, now(), 2),
    ('bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb', 1, now(), 2);
create function app."doIt"("Id" int) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
update app."Invoice" set "dueOn" = now() where "Id" = $1
$$;
revoke all on function app."doIt"(int) from public;
grant execute on function app."doIt"(int) to fault_user;
