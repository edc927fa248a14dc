-- Attack 67: a transaction in a state that the attacker chose is left for the next request.
begin isolation level serializable
