-- Whose a file is: the one list of exports over all billers. No login reads it, and no function tells of it.

-- A new id for an export of the bound tenant. The database makes it, so that nobody can name one that he knows, and it
-- is one biller's among all: with it go the file, its key and its place.
create or replace function shikiri_vault.new_artefact() returns uuid
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
    new_id uuid := gen_random_uuid();
begin
    insert into shikiri_vault.artefact (export_id, tenant_id) values (new_id, bound);
    return new_id;
end
$$;
revoke all on function shikiri_vault.new_artefact() from public;

-- Whether the file that an id names is the bound tenant's: a row that only bears the id opens nothing.
create or replace function shikiri_vault.owns_artefact(p_export_id uuid) returns boolean
language plpgsql stable
set search_path = pg_catalog, pg_temp
as $$
declare
    bound integer := shikiri_seal.tenant();
begin
    return exists (
        select from shikiri_vault.artefact a where a.export_id = p_export_id and a.tenant_id = bound);
end
$$;
revoke all on function shikiri_vault.owns_artefact(uuid) from public;

-- Of these files, each named by its biller and its export, those that are what they say, with the biller whose they are.
-- A file of an earlier version names no biller (null); it is found only while its export is one of that time.
create or replace function shikiri_vault.known_artefacts(p_tenant_ids integer[], p_export_ids uuid[])
    returns table (named_tenant_id integer, tenant_id integer, export_id uuid)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select w.tenant_id, a.tenant_id, a.export_id
    from unnest(p_tenant_ids, p_export_ids) as w(tenant_id, export_id)
    join shikiri_vault.artefact a on a.export_id = w.export_id
        and (a.tenant_id = w.tenant_id or (w.tenant_id is null and not a.names_biller))
$$;
revoke all on function shikiri_vault.known_artefacts(integer[], uuid[]) from public;
