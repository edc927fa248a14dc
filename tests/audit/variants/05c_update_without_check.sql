-- A second permissive policy changes any row, and checks nothing.
-- over: 1_base

create policy upd on app.slips for update to fault_user
    using (amount > 0)
    with check (true);
