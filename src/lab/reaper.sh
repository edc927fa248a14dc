# Starts a server and outlives its parent by just enough to stop it and remove its directory.
#
# $1 is the directory of this run, $2 the signal that stops the server, the rest is the server's command line.
# Standard input is a pipe that only the parent holds: it reaches its end when the parent closes it, exits or is
# killed, SIGKILL included. That is why no signal handler and no exit hook is needed in the parent.
# A line on it says that the server has died and is to be started again, on the same data.
run=$1
signal=$2
shift 2
"$@" >"$run/log" 2>&1 </dev/null &
server=$!
# A terminal's Ctrl-C and hang-up are the parent's business. The server was started before, with its own handlers.
trap '' INT TERM HUP
# The parent tells this server's postmaster.pid from one an earlier crash left behind by this number.
echo "$server"
while read -r _; do
    # Until it is waited for, its number is that of a zombie, and a new server takes that for a running one.
    wait "$server"
    (trap - INT TERM HUP && exec "$@") >>"$run/log" 2>&1 </dev/null &
    server=$!
    echo "$server"
done
kill "-$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$run"
