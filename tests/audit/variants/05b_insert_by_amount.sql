-- A second permissive policy lets rows of anybody in.
-- over: 1_base

create policy ins on app.slips for insert to fault_user
    with check (amount >= 0);
