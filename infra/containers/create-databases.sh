#!/usr/bin/env bash
# A database and an owner for each service: a node never sees another node's database.
set -euo pipefail

create() {
  psql --username postgres --set ON_ERROR_STOP=1 --set name="$1" --set password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
}

create hub "$HUB_DATABASE_PASSWORD"
create node_a "$NODE_A_DATABASE_PASSWORD"
create node_b "$NODE_B_DATABASE_PASSWORD"
