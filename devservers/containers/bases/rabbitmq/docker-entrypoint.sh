#!/usr/bin/env bash
# What the official image's entrypoint promises: root hands its folders over and becomes the user rabbitmq.
set -euo pipefail

case "$1" in
  rabbitmq*)
    if [ "$(id -u)" = 0 ]; then
      if [ "$1" = rabbitmq-server ]; then
        find /var/lib/rabbitmq ! -user rabbitmq -exec chown rabbitmq {} +
      fi
      exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups "$0" "$@"
    fi
    ;;
esac
exec "$@"
