-- Attack 67: the request's own transaction is ended under it.
commit
