-- quiet
create role proof_owner nologin;
create role proof_user login;
create schema app authorization proof_owner;
grant usage on schema app to proof_user;
create table app.slips (tenant_id integer not null, slip_no text not null, primary key (tenant_id, slip_no));
alter table app.slips owner to proof_owner;
alter table app.slips enable row level security;
alter table app.slips force row level security;
create policy tenant_rows on app.slips to proof_user
    using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::integer));
grant select, insert on app.slips to proof_user;
create table app.slip_history (at timestamptz not null default now(), line text);
alter table app.slip_history owner to proof_owner;
create function app.keep_history() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    insert into app.slip_history (line) values (new::text);
    return new;
end
$$;
alter function app.keep_history() owner to proof_owner;
create trigger keep_history after insert on app.slips for each row execute function app.keep_history();

-- loud
grant select on app.slip_history to proof_user;

-- quiet again
revoke select on app.slip_history from proof_user;
