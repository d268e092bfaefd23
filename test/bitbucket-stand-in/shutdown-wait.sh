#!/bin/sh
# Ends the server and waits until it is gone, as the script of Atlassian's image does.
set -eu
pid=$(cat "$BITBUCKET_HOME/docker-app.pid")
kill -TERM "$pid"
while kill -0 "$pid" 2>/dev/null; do
  sleep 0.2
done
