#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Myowave authors
# SPDX-License-Identifier: BSD-3-Clause
#
# Builds with warnings as errors and runs the tests. Arguments go to ctest:
#   ./test.sh                 all tests
#   ./test.sh -L unit         those under a second
#   ./test.sh -LE slow        all but the slow ones
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

./setup.sh --install-only

export OMP_NUM_THREADS=1 OMPI_MCA_rmaps_base_oversubscribe=1 # three ranks on any machine
export OMPI_MCA_pml=ob1 OMPI_MCA_btl=self,vader               # which needs no network
if ((EUID == 0)); then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi

cmake --preset ci
cmake --build --preset ci
ctest --preset ci --parallel 2 "$@"
