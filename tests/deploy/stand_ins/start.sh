#!/bin/sh
# As the PostgreSQL image does: root reads the password and makes the cluster's folder, an ordinary user is the server.
set -eu
[ "$1" = postgres ] || exec "$@"
data=/var/lib/postgresql/18
as_postgres() { setpriv --reuid=999 --regid=999 --clear-groups "$@"; }
if [ ! -s "$data/PG_VERSION" ]; then
  mkdir -p "$data" && chown 999:999 "$data" && chmod 700 "$data"
  install -o 999 -g 999 -m 600 "$POSTGRES_PASSWORD_FILE" /tmp/password
  as_postgres initdb --pgdata "$data" --username "$POSTGRES_USER" --pwfile /tmp/password --auth-local trust --auth-host scram-sha-256 >/dev/null
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  echo "CREATE DATABASE $POSTGRES_DB" | as_postgres postgres --single -D "$data" postgres >/dev/null
fi
exec setpriv --reuid=999 --regid=999 --clear-groups "$@" -D "$data" -c 'listen_addresses=*' -c unix_socket_directories=/tmp
