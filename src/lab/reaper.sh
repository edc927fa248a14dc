# Starts a server and outlives its parent by just enough to stop it and remove its directory.
#
# $1 is the directory of this run, $2 the signal that stops the server, the rest is the server's command line.
# Standard input is a pipe that only the parent holds: it reaches its end when the parent closes it, exits or is
# killed, SIGKILL included. That is why no signal handler and no exit hook is needed in the parent.
run=$1
signal=$2
shift 2
"$@" >"$run/log" 2>&1 </dev/null &
server=$!
# A terminal's Ctrl-C and hang-up are the parent's business. The server was started before, with its own handlers.
trap '' INT TERM HUP
# The parent tells this server's postmaster.pid from one an earlier crash left behind by this number.
echo "$server"
read -r _
kill "-$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$run"
