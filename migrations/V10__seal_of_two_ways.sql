-- The seal is held in one of two ways; every key it had until now is thrown away, and with it every seal.
set local role shikiri_keeper;

-- What `migrate` was asked for, and what it chose: by a parameter that only the keeper may set, or by a MAC.
alter table shikiri_ops.deployment
    add column seal_wish text not null default 'auto',
    add column seal text,
    add constraint seal_wish_is_known check (seal_wish in ('auto', 'parameter', 'mac')),
    add constraint seal_is_known check (seal in ('parameter', 'mac'));

-- Any login of the application could have the key printed (SECURITY.md): none that was in use may stay so.
delete from shikiri_vault.seal_key;

-- The forerunners of functions, from earlier versions.
drop function if exists shikiri_seal.note_fetch(uuid);
drop function if exists shikiri_vault.end_export(uuid, text, text);
drop function if exists shikiri_seal.release_export();
drop function if exists shikiri_seal.report_pages(integer[], integer[], bigint[], text[], text[], bytea[]);
drop function if exists shikiri_seal.record_check(integer, bigint, integer, bytea);
drop function if exists shikiri_seal.order_export(uuid, text, jsonb, integer, text);

-- The history of migrations is the keeper's.
set local role shikiri_keeper;
