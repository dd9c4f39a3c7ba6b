#!/usr/bin/env bash
# Makes the image from programs that were built already; needs no network but for the base image.
#
#   tools/compose/build-image.sh [TAG]        wscap:latest when no tag is given
#   BIN=… tools/compose/build-image.sh        programs from another folder than .build/release
#
# The programs must have been built on Debian 12 (or against its glibc), because that is what they will run on.
set -euo pipefail
cd "$(dirname "$0")/../.."
tag=${1:-wscap:latest}
bin=${BIN:-.build/release}

tools/compose/collect.sh "$bin" .build-image/image
DOCKER_BUILDKIT=1 docker build --quiet --file tools/compose/Dockerfile --tag "$tag" \
    --build-arg BINARIES=prebuilt \
    --build-arg VERSION="$("$bin/wsproxy" --version)" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    . >/dev/null
for program in wsproxy wsreplay wssuite; do
    if ! docker run --rm --network none --entrypoint "$program" "$tag" --help >/dev/null; then
        echo "build-image: $program does not run in $tag; build it on Debian 12, or build the image" \
            "from source: docker build -f tools/compose/Dockerfile -t $tag ." >&2
        exit 1
    fi
done
docker image inspect --format "$tag  {{.Id}}  {{.Size}} bytes" "$tag"
