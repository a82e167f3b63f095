// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace myowave {

/// Memory that begins at a multiple of 64 bytes: a line of the cache, and the longest vector.
template <class T>
struct AlignedAllocator {
  using value_type = T;
  static constexpr std::align_val_t line{64};

  AlignedAllocator() = default;
  template <class U>
  AlignedAllocator(const AlignedAllocator<U>&) {}

  T* allocate(std::size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), line)); }
  void deallocate(T* numbers, std::size_t) { ::operator delete(numbers, line); }
  friend bool operator==(const AlignedAllocator&, const AlignedAllocator&) { return true; }
};

/// For what kernels load and store by whole registers: of a vector that does not begin at a line each
/// second load touches two.
template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace myowave
