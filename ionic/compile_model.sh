#!/bin/sh
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
#
# compile_model.sh MY_MODEL.cpp [-o my_model.so]
#
# Compiles an ionic model of one's own, which a configuration names: model = "./my_model.so". The file holds
#     #include "ionic/model.hpp"
#     struct MyModel { ... };        in namespace myowave::ionic, see ionic/models/README.md
#     MYOWAVE_MODEL(MyModel)
# Without -o the shared object lies beside the file. $CXX is the compiler; take the one that built Myowave.
set -u

fail() {
  echo "compile_model.sh: error: $1" >&2
  exit "${2:-2}"
}

usage="usage: compile_model.sh MY_MODEL.cpp [-o my_model.so]"
source="" output=""
while [ $# -gt 0 ]; do
  case $1 in
    -h | --help) echo "$usage" && exit 0 ;;
    -o) [ $# -gt 1 ] || fail "-o needs the name of a file; $usage"
        output=$2 && shift ;;
    -*) fail "'$1' is no option; $usage" ;;
    *) [ -z "$source" ] || fail "'$source' and '$1': one file at a time; $usage"
       source=$1 ;;
  esac
  shift
done
[ -n "$source" ] || fail "no file; $usage"
[ -f "$source" ] || fail "there is no file '$source'"
grep -q '^[[:space:]]*MYOWAVE_MODEL[[:space:]]*(' "$source" ||
  fail "'$source' has no line MYOWAVE_MODEL(MyModel), which says what struct is the model"
[ -n "$output" ] || output=${source%.*}.so
case $output in
  *.so) ;;
  *) fail "'$output' must end in .so, so that a configuration knows it from a built-in model" ;;
esac
[ -w "$(dirname "$output")" ] || fail "the folder of '$output' cannot be written to"

root=$(cd "$(dirname "$0")/.." && pwd)
compiler=${CXX:-c++}
command -v "${compiler%% *}" >/dev/null || fail "there is no compiler '$compiler'; set CXX"
objects=$(mktemp -d) || exit 2
trap 'rm -rf "$objects"' EXIT
trap 'exit 2' HUP INT TERM

# Unoptimised code would be correct but slow, other flags would change the last digits.
compile() {
  name=$1
  shift
  # $compiler may be two words, "ccache g++".
  $compiler -std=c++20 -O3 -DNDEBUG -DMYOWAVE_SHARED_MODEL -fPIC -fvisibility=hidden -Wno-psabi \
    -I"$root" -I"$root/src" "$@" -c "$source" -o "$objects/$name.o"
}

# Scalar first: it alone shows warnings and errors, which are the same four times.
compile scalar -Wall -Wextra || fail "'$source' does not compile; the messages above say where" 1

# What an instruction set is compiled with is the same as for the built-in models (ionic/CMakeLists.txt).
sets=scalar
case $($compiler -dumpmachine) in
  x86_64* | amd64*)
    compile x86_64_v2 -w -march=x86-64-v2 -DMYOWAVE_ISA=x86_64_v2 -DMYOWAVE_VECTOR_BYTES=16 & v2=$!
    compile x86_64_v3 -w -march=x86-64-v3 -DMYOWAVE_ISA=x86_64_v3 -DMYOWAVE_VECTOR_BYTES=32 & v3=$!
    compile x86_64_v4 -w -march=x86-64-v4 -mprefer-vector-width=512 -DMYOWAVE_ISA=x86_64_v4 \
      -DMYOWAVE_VECTOR_BYTES=64 & v4=$!
    wait $v2 && wait $v3 && wait $v4 ||
      fail "'$source' compiles for numbers but not for vectors of them: write its functions as templates on
Real with what ionic/functions.hpp has, and select(condition, a, b) instead of if" 1
    sets="scalar x86-64-v2 x86-64-v3 x86-64-v4"
    ;;
esac

# Linked beside its place and then renamed: a run that has the old one loaded keeps it.
$compiler -shared -Wl,-z,defs "$objects"/*.o -o "$output.new" && mv "$output.new" "$output" || {
  rm -f "$output.new"
  fail "'$output' cannot be linked; the messages above say why" 1
}
echo "$output: $sets"
