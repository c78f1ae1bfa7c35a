# A PostgreSQL server for one test, which listens only on a socket in $postgresql. postgresql_start sets $pg, an address
# for mlp, and defines `sql`; the server ends with its shell or at postgresql_stop. postgresql_skip prints why there can
# be no server; nothing: there can be one. The server refuses to run as root, and then runs as nobody.
postgresql= postgresql_pid=
postgresql_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)

postgresql_skip() {
    [ -x "$postgresql_bin/postgres" ] && [ -x "$postgresql_bin/initdb" ] || { echo "no PostgreSQL server"; return; }
    command -v setpriv >/dev/null || { echo "no setpriv"; return; }
    command -v odbcinst >/dev/null || { echo "no unixODBC"; return; }
    odbcinst -q -d -n "PostgreSQL Unicode" >/dev/null 2>&1 || echo "no PostgreSQL driver of ODBC"
}

postgresql_start() {
    local user=
    postgresql=$(mktemp -d /tmp/mlp-pg-XXXXXX)
    if [ "$(id -u)" -eq 0 ]; then
        user="--reuid=$(id -u nobody) --regid=$(id -g nobody) --clear-groups"
        chown nobody "$postgresql"
    fi
    (cd / && setpriv $user "$postgresql_bin/initdb" -D "$postgresql/data" -A trust -U mlp -E UTF8 --locale=C --no-sync) \
        >"$postgresql.log" 2>&1 || { cat "$postgresql.log"; return 1; }
    # If the shell is killed, the server ends, too.
    (cd / && exec setpriv $user --pdeathsig QUIT "$postgresql_bin/postgres" -D "$postgresql/data" -k "$postgresql" \
        -c listen_addresses= -c fsync=off -c shared_buffers=8MB) >>"$postgresql.log" 2>&1 &
    postgresql_pid=$!
    for try in $(seq 300); do
        "$postgresql_bin/pg_isready" -q -h "$postgresql" && break
        sleep 0.1
    done
    "$postgresql_bin/pg_isready" -q -h "$postgresql" || { cat "$postgresql.log"; return 1; }
    pg="odbc:Driver=PostgreSQL Unicode;Servername=$postgresql;Database=postgres;Uid=mlp"
}

sql() { "$postgresql_bin/psql" -q -h "$postgresql" -U mlp -d postgres -v ON_ERROR_STOP=1 "$@"; }

postgresql_stop() {
    [ -z "$postgresql_pid" ] || { kill -QUIT "$postgresql_pid" && wait "$postgresql_pid"; } 2>/dev/null
    [ -z "$postgresql" ] || rm -rf "$postgresql" "$postgresql.log"
}
