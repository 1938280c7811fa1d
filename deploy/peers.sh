#!/bin/sh
# Independent programs that tests hold ours against, each in an environment of its own: pywa, a
# client of WhatsApp's Cloud API, and an emulator of Telegram's Bot API. Without them those tests
# are skipped, and say so.
set -eu

add() {
    test -e ".venv-peers/$1/.ready" && return
    "${PYTHON:-python3}" -m venv --clear ".venv-peers/$1"
    ".venv-peers/$1/bin/pip" install --quiet "$2"
    : >".venv-peers/$1/.ready"
}

add pywa pywa==4.5.0
add telegram lo-bot-api-emulator==0.3.6
