-- A second permissive policy deletes by a date.
-- over: 1_base

create policy cleanup on app.slips for delete to fault_user
    using (due_date < '2100-01-01');
