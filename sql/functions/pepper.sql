-- The pepper, when the vault has none yet: made once, so that the salt of a login that does not exist stays the same.
do $$
begin
    insert into shikiri_vault.pepper (pepper)
    select sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'))
    on conflict do nothing;
end
$$;
