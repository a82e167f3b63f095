// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ATen/Parallel.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

/// at::parallel_for is a loop of one thread, without a word, where the compiler does not know OpenMP.
#if AT_PARALLEL_OPENMP && !defined(_OPENMP)
#error "compile with OpenMP (target OpenMP::OpenMP_CXX), or all trainings have one thread"
#endif

namespace myowave::learn {

/// work(k) for k from 0 to count - 1 on all threads, each k by the one that is free first: for pieces of
/// unequal length, of which at::parallel_for would give the first half to the first thread.
template <class Work>
void share_out(std::size_t count, Work work) {
  std::atomic<std::size_t> next = 0;
  at::parallel_for(0, static_cast<std::int64_t>(count), 1, [&](std::int64_t, std::int64_t) {
    for (std::size_t k = next++; k < count; k = next++) work(k);
  });
}

}  // namespace myowave::learn
