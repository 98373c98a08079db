#!/bin/sh
# Runs three nodes in the foreground. Ctrl+C (or TERM) stops all of them, once each, and waits until they have stopped.
# A node that ends by itself, or is killed, does not end the others; one that is configured wrongly does.
dengine=${DENGINE:-../../dist/dengine}
nodes=
failed=0

run_node() {
    stopping=
    trap '' INT HUP
    "$dengine" start "CONFIG_PATH=config/n$1" &
    child=$!
    trap 'stopping=1; kill -TERM $child 2>/dev/null' TERM
    wait "$child"
    code=$?
    if [ -n "$stopping" ]; then
        # The signal ended the waiting, not the node.
        wait "$child"
        exit 0
    fi
    [ "$code" -eq 2 ] && kill -USR1 $$
    echo "node $1 has ended (exit code $code); 'make start-node$1' in another terminal starts it again" >&2
}

stop() {
    trap '' INT TERM HUP USR1
    [ -n "$nodes" ] && kill -TERM $nodes 2>/dev/null
}

trap stop INT TERM HUP
trap 'failed=2; stop' USR1

for node in 1 2 3; do
    run_node "$node" &
    nodes="$nodes $!"
done

# A signal ends the waiting with a status above 128.
wait
while [ $? -gt 128 ]; do wait; done
exit "$failed"
