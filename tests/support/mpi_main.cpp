// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "field/session.hpp"

/// GoogleTest on every rank; the first one prints, and a failure on any rank fails all.
int main(int argc, char** argv) {
  myowave::Session session(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  if (!session.first()) {
    testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
  const bool failed = RUN_ALL_TESTS() != 0;
  return myowave::parallel::any(failed) ? 1 : 0;
}
