#!/usr/bin/env bash
# What the official image's entrypoint promises, as far as a stack may rely on it: POSTGRES_USER, POSTGRES_DB,
# POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, POSTGRES_HOST_AUTH_METHOD, a cluster made at the first start,
# /docker-entrypoint-initdb.d, and a refusal where another version's data lie.
set -euo pipefail

if [ "${1:-}" != postgres ]; then
  exec "$@"
fi

# Where Debian's programs look for the server, and where those of the wheel do.
sockets=/var/run/postgresql,/tmp

if [ "$(id -u)" = 0 ]; then
  mkdir -p "$PGDATA" /var/run/postgresql
  chmod 700 "$PGDATA"
  chmod 3777 /var/run/postgresql
  find "$PGDATA" /var/run/postgresql ! -user postgres -exec chown postgres {} +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  for old in /var/lib/postgresql /var/lib/postgresql/data /var/lib/postgresql/*/docker; do
    if [ -s "$old/PG_VERSION" ]; then
      echo "Error: in 18+, these Docker images keep their data in /var/lib/postgresql/MAJOR/docker, but there are" \
        "data of PostgreSQL $(cat "$old/PG_VERSION") in $old." >&2
      exit 1
    fi
  done
  user=${POSTGRES_USER:-postgres}
  password=${POSTGRES_PASSWORD:-}
  if [ -n "${POSTGRES_PASSWORD_FILE:-}" ]; then
    if [ -n "$password" ]; then
      echo "error: both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set (but are exclusive)" >&2
      exit 1
    fi
    password=$(<"$POSTGRES_PASSWORD_FILE")
  fi
  if [ -z "$password" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo "Error: Database is uninitialized and superuser password is not specified." >&2
    exit 1
  fi
  initdb --username="$user" --pwfile=<(printf '%s\n' "$password") --locale=C --locale-provider=builtin \
    --builtin-locale=C.UTF-8 --encoding=UTF8
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
  # On the socket alone, so that nobody else takes the half-made server for a ready one.
  pg_ctl --pgdata "$PGDATA" --options "-c listen_addresses='' -c unix_socket_directories=$sockets" --wait start
  if [ "${POSTGRES_DB:=$user}" != postgres ]; then
    createdb --host=/var/run/postgresql --username="$user" --maintenance-db=postgres "$POSTGRES_DB"
  fi
  for script in /docker-entrypoint-initdb.d/*; do
    case "$script" in
      *.sh) bash "$script" ;;
      *.sql) psql --set=ON_ERROR_STOP=1 --host=/var/run/postgresql --username="$user" --dbname="$POSTGRES_DB" --file="$script" ;;
    esac
  done
  pg_ctl --pgdata "$PGDATA" --mode=fast --wait stop
fi
exec "$@" -c listen_addresses='*' -c "unix_socket_directories=$sockets"
