#!/usr/bin/env bash
# Makes the certificates of the tests into a folder; README.md beside this file says what each is for.
set -euo pipefail
if [ $# != 1 ]; then
    echo "usage: tools/certs/make.sh FOLDER" >&2
    exit 64
fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
cd "$1"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work/index.txt"
echo 1000 >"$work/serial"
export WORK=$work

# quietly COMMAND...: what openssl chats about is shown only when it fails.
quietly() { "$@" 2>"$work/log" >&2 || { cat "$work/log" >&2; exit 70; }; }

# key NAME [rsa]
key() {
    if [ "${2-}" = rsa ]; then
        quietly openssl genrsa -out "$1.key" 2048
    else
        quietly openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    fi
}

# issue NAME ISSUER KIND NAMES [FIRST LAST]: a certificate for NAME.key. KIND is a section of openssl.cnf.
issue() {
    local common_name=$1
    export NAMES=${4:-DNS:unused.test}
    quietly openssl req -new -config "$here/openssl.cnf" -key "$1.key" -subj "/O=wscap tests/CN=$common_name" \
        -out "$work/$1.csr"
    local signer=(-cert "$2.pem" -keyfile "$2.key")
    [ "$2" != "$1" ] || signer=(-selfsign -keyfile "$1.key")
    quietly openssl ca -batch -notext -config "$here/openssl.cnf" -outdir "$work" "${signer[@]}" \
        -extensions "$3" -startdate "${5:-20200101000000Z}" -enddate "${6:-20991231235959Z}" \
        -in "$work/$1.csr" -out "$1.pem"
}

local_names=DNS:localhost,IP:127.0.0.1,IP:::1

for name in ca other-ca intermediate server server-second chain name-only backend wildcard expired future self-signed \
    other-server client other-client mismatched; do
    key "$name"
done
key server-rsa rsa

issue ca ca authority ""
issue other-ca other-ca authority ""
issue intermediate ca authority ""
for name in server server-second server-rsa; do issue "$name" ca server "$local_names"; done
issue chain intermediate server "$local_names"
cp chain.pem leaf-only.pem
cat intermediate.pem >>chain.pem
issue backend ca server DNS:backend.test
issue wildcard ca server 'DNS:*.backend.test'
issue name-only ca nameless ""
issue expired ca server "$local_names" 20200101000000Z 20200201000000Z
issue future ca server "$local_names" 20980101000000Z 20981231235959Z
issue self-signed self-signed lone "$local_names"
issue other-server other-ca server "$local_names"
issue client ca client DNS:client.test
issue other-client other-ca client DNS:client.test
quietly openssl pkcs8 -topk8 -in server.key -out encrypted.key -passout pass:secret
printf -- '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n' >garbage.pem
printf -- '-----BEGIN PRIVATE KEY-----\nbm90IGEga2V5\n-----END PRIVATE KEY-----\n' >garbage.key
: >empty.pem
chmod 600 ./*.key
