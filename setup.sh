#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
#
# From a fresh Debian 12 to a first activation map.
#   ./setup.sh                  install, build, run the Niederer slab, draw its activation map
#   ./setup.sh --build-only     install and build
#   ./setup.sh --install-only   install, with what the tests need besides
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(
  build-essential cmake ninja-build pkg-config          # build
  libopenmpi-dev openmpi-bin petsc-dev libeigen3-dev    # ranks, grids, linear solvers, small matrices
  libvtk9-dev libhdf5-openmpi-dev                       # field output, checkpoints
  libexpat1-dev liblz4-dev liblzma-dev                  # files of meshes
  zlib1g-dev libtomlplusplus-dev libcli11-dev libfmt-dev nlohmann-json3-dev libspdlog-dev libsundials-dev
  libtorch-dev libopenblas0-openmp libhdf5-dev # training
  libonnx-dev libprotobuf-dev                           # networks that were trained elsewhere
  libgtest-dev libbenchmark-dev clang-format            # tests, benchmarks, format check
  python3-vtk9 python3-numpy python3-matplotlib xvfb xauth   # pictures
)
# Opens the pages of `myowave report`; 300 MB that only the tests need.
test_packages=(chromium-headless-shell)
example=examples/04_niederer_slab/niederer.toml
run=out/niederer

say() { printf '==> %s\n' "$*"; }
fail() { printf 'setup.sh: %s\n' "$*" >&2; exit 1; }

# The output of a command goes to a log; it is shown only if the command fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    fail "this command failed, see above: $*"
  fi
  rm -f "$log"
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

install_packages() {
  command -v dpkg-query >/dev/null || fail "only Debian 12 and its relatives are installed by this script;" \
    "elsewhere install what README.md lists and run: cmake --preset release && cmake --build --preset release"
  local missing=() package root=()
  for package in "${packages[@]}"; do is_installed "$package" || missing+=("$package"); done
  if ((${#missing[@]} == 0)); then
    say "all ${#packages[@]} packages are installed"
    return
  fi
  if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "run as root, or install sudo; missing: ${missing[*]}"
    root=(sudo)
  fi
  say "installing ${#missing[@]} packages and what they need (some minutes): ${missing[*]}"
  quietly "${root[@]}" apt-get update
  quietly "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "${missing[@]}"
}

build() {
  say "building into build/release"
  quietly cmake --preset release
  cmake --build --preset release
}

run_main_job() {
  say "running $example"
  build/release/myowave run "$example" --output "$run" --force
  say "drawing the activation map"
  /usr/bin/python3 postprocess/render.py "$run" activation --output "$run/activation.png"
  say "picture:      $run/activation.png"
  say "for ParaView: $run/maps.vti (activation, APD) and $run/V.pvd (V over time)"
}

case "${1:-}" in
  --install-only) packages+=("${test_packages[@]}"); install_packages ;;
  --build-only) install_packages; build ;;
  "") install_packages; build; run_main_job ;;
  -h | --help) sed -n '5,8s/^# *//p' "$0" ;;
  *) fail "unknown option '$1'; there are --install-only and --build-only" ;;
esac
