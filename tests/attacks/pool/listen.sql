-- Attack 66: a registration for messages is left on the connection.
listen loot
