#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
#
# Fetches the plotting library of the report again, from the registry that npm is set up with, and checks it
# against the pinned hash. Nothing that builds Myowave needs this; to take another version, change the two
# lines below and run it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/third_party"

version=1.6.32
sha512=KIMVnG68zvu5XXUbC4LQEPnhwOxBuLyW1AHtpm6IKTXImkbLgkMy+jabjLgSLMasNuGGzQm/ep3tOkyTxpiQIw==

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm pack --silent --pack-destination "$folder" "uplot@$version" >/dev/null
found=$(openssl dgst -sha512 -binary "$folder/uplot-$version.tgz" | openssl base64 -A)
if [[ $found != "$sha512" ]]; then
  printf 'uplot %s has the hash %s, not the pinned one\n' "$version" "$found" >&2
  exit 1
fi
tar -xzf "$folder/uplot-$version.tgz" -C "$folder"
cp "$folder/package/dist/uPlot.iife.min.js" "$folder/package/dist/uPlot.min.css" .
cp "$folder/package/LICENSE" uPlot.LICENSE
printf 'uPlot %s\n' "$version"
