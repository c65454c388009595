#!/bin/sh
# Unpacks older releases of the official client, each in a folder of DIR:
#   tests/clients/fetch.sh DIR [PYTHON]
# Then MOCK_MEMOS_CLIENT_DIR=DIR lets the tests find them.
set -eu
folder=${1:?usage: fetch.sh DIR [PYTHON]}
python=${2:-python3}
for release in 2.0.0 2.0.23 2.0.25; do
    [ -d "$folder/$release/memos" ] && continue
    "$python" -m pip download -q --no-deps --only-binary :all: -d "$folder" "MemoryOS==$release"
    "$python" -m zipfile -e "$folder/memoryos-$release-py3-none-any.whl" "$folder/$release"
done
