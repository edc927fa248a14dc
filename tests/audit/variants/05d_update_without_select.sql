-- A policy to PUBLIC changes any row, and nobody may read the table.
-- over: 1_base

revoke select on app.slips from fault_user;
create policy upd on app.slips for update to public
    using (amount is not null);
