-- Forgets to say whose its rows are.
select n.note
from shikiri.note n
