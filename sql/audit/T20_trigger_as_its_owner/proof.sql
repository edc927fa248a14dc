-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, amount integer, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert, update on app.slips to proof_user;

-- loud
create table app.notes (tenant_id integer not null, note text, target text);
alter table app.notes owner to proof_owner;
alter table app.notes enable row level security;
alter table app.notes force row level security;
create policy tenant_rows on app.notes to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant insert on app.notes to proof_user;
create function app.bump() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$ begin update app.slips set amount = 0 where slip_no = new.target; return new; end $$;
create trigger bump after insert on app.notes for each row execute function app.bump();

-- quiet again
create or replace function app.bump() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$ begin
    update app.slips set amount = 0 where slip_no = new.target and tenant_id = new.tenant_id; return new;
end $$;
