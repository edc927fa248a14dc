-- The salt of the actor's own password.
select o.salt, o.kdf from shikiri_seal.own_salt() o
