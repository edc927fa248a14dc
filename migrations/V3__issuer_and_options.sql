-- What a biller's slips say besides the bill, and the options of a report, frozen with its order.
set local role shikiri_owner;

-- Entered by the operator. The first three stand together: without them no slip is printed.
alter table shikiri.tenant
    add column issuer_code text collate "C",
    add column payee_name text,
    add column collector_name text,
    add column slip_purpose text,
    add column slip_remarks text,
    add constraint issuer_code_begins_with_9_or_5 check (issuer_code ~ '^[59][0-9]{5}$'),
    add constraint payee_name_fits check (length(payee_name) between 1 and 40),
    add constraint collector_name_fits check (length(collector_name) between 1 and 40),
    add constraint slip_purpose_fits check (length(slip_purpose) between 1 and 40),
    add constraint slip_remarks_fit check (length(slip_remarks) between 1 and 40),
    add constraint issuer_is_whole check (
        (issuer_code is null) = (payee_name is null) and (issuer_code is null) = (collector_name is null)),
    add constraint purpose_and_remarks_are_of_an_issuer check (
        issuer_code is not null or (slip_purpose is null and slip_remarks is null));

-- Options by name, each a text. A report without options has none.
alter table shikiri.export
    add column options jsonb not null default jsonb '{}',
    add constraint options_are_an_object check (jsonb_typeof(options) = 'object');

-- No planner statistics, from the start, as for every column of tenant data.
alter table shikiri.tenant alter column issuer_code set statistics 0;
alter table shikiri.tenant alter column payee_name set statistics 0;
alter table shikiri.tenant alter column collector_name set statistics 0;
alter table shikiri.tenant alter column slip_purpose set statistics 0;
alter table shikiri.tenant alter column slip_remarks set statistics 0;
alter table shikiri.export alter column options set statistics 0;

-- The history that follows is the keeper's.
set local role shikiri_keeper;
