-- Attack 63: the next request reads from the cursor.
fetch 1 from loot
