-- Tables that the schema does not have, behind the same wall: partitioned ones, and one that may be updated.
set role shikiri_owner;
create table shikiri.by_list (tenant_id integer not null, n integer not null, note text) partition by list (tenant_id);
create table shikiri.by_list_1 partition of shikiri.by_list for values in (1);
create table shikiri.by_list_2 partition of shikiri.by_list for values in (2);
create table shikiri.by_list_3 partition of shikiri.by_list for values in (3);
create table shikiri.by_hash (tenant_id integer not null, n integer not null, note text) partition by hash (tenant_id);
create table shikiri.by_hash_0 partition of shikiri.by_hash for values with (modulus 3, remainder 0);
create table shikiri.by_hash_1 partition of shikiri.by_hash for values with (modulus 3, remainder 1);
create table shikiri.by_hash_2 partition of shikiri.by_hash for values with (modulus 3, remainder 2);
create table shikiri.by_range (tenant_id integer not null, n integer not null, note text) partition by range (tenant_id, n);
create table shikiri.by_range_low partition of shikiri.by_range for values from (minvalue, minvalue) to (2, 20);
create table shikiri.by_range_high partition of shikiri.by_range for values from (2, 20) to (maxvalue, maxvalue);
create table shikiri.tree (tenant_id integer not null, n integer not null, parent integer);
create table shikiri.nobody (tenant_id integer not null, n integer not null);

insert into shikiri.by_list select t, n, t || 'n' || n from generate_series(1, 3) t, generate_series(1, 40) n;
insert into shikiri.by_hash select * from shikiri.by_list;
insert into shikiri.by_range select * from shikiri.by_list;
insert into shikiri.tree select t, n, nullif(n / 2, 0) from generate_series(1, 3) t, generate_series(1, 40 + t) n;

do $$
declare
    t text;
begin
    foreach t in array array['by_list', 'by_hash', 'by_range', 'tree', 'nobody'] loop
        execute format('create index on shikiri.%I (tenant_id, n)', t);
        execute format('alter table shikiri.%I enable row level security', t);
        execute format('alter table shikiri.%I force row level security', t);
        execute format(
            'create policy tenant_rows on shikiri.%I as permissive for all to shikiri_app, shikiri_owner '
            'using (tenant_id = (select shikiri_seal.tenant())) with check (tenant_id = (select shikiri_seal.tenant()))', t);
        execute format(
            'create policy tenant_floor on shikiri.%I as restrictive for all to public '
            'using (tenant_id = (select shikiri_seal.tenant())) with check (tenant_id = (select shikiri_seal.tenant()))', t);
        execute format('grant select, insert, update, delete on shikiri.%I to shikiri_app', t);
    end loop;
end
$$;

-- The truth: the same names without a wall, filtered by hand, for a superuser only.
reset role;
create schema truth;
do $$
declare
    t text;
begin
    foreach t in array array['slip', 'app_user', 'tenant', 'audit_event', 'by_list', 'by_hash', 'by_range', 'tree', 'nobody'] loop
        execute format(
            'create view truth.%I as select * from shikiri.%I where tenant_id = current_setting(''truth.tenant'')::integer', t, t);
    end loop;
end
$$;
