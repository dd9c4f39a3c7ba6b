#!/usr/bin/env bash
# Puts what an image needs into a folder: the programs, stripped, and the shared libraries that a bare
# Debian does not have.
#
#   tools/compose/collect.sh .build/release FOLDER
#
# FOLDER/bin gets the programs, FOLDER/lib/wscap all libraries that they load, glibc's own excepted: Swift's
# runtime, libsimdjson, libdeflate, libzstd, liblz4, libpcap and what libpcap asks for. Whatever else is in
# FOLDER stays, so that it may be /usr/local.
set -euo pipefail
bin=${1:?the folder of the programs} target=${2:?where to put them}

rm -rf "$target/lib/wscap"
mkdir -p "$target/bin" "$target/lib/wscap"
for program in wsproxy wsreplay wssuite; do
    if [ ! -x "$bin/$program" ]; then
        echo "collect: $bin/$program is missing; build it first: make build" >&2
        exit 1
    fi
    # Symbols are two thirds of a program; who debugs has the build.
    strip -o "$target/bin/$program" "$bin/$program"
done

for program in "$bin"/{wsproxy,wsreplay,wssuite}; do ldd "$program"; done |
    awk '$2 == "=>" { print $1, ($3 == "not" ? "-" : $3) }' | sort -u |
    while read -r name path; do
        case $name in
        libc.so.* | libm.so.* | libdl.so.* | librt.so.* | libpthread.so.* | libresolv.so.*) continue ;;
        esac
        if [ "$path" = - ]; then
            echo "collect: $name is missing; run make setup" >&2
            exit 1
        fi
        strip --strip-unneeded -o "$target/lib/wscap/$name" "$path"
    done
# Whatever the umask was: others than root run it.
chmod a+rX "$target" "$target"/{bin,lib} "$target"/bin/{wsproxy,wsreplay,wssuite}
chmod -R a+rX "$target/lib/wscap"
