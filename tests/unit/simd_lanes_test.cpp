// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Selection, transposition and table look-up: what happens between lanes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "tests/unit/simd_fixture.hpp"

namespace myowave::ionic {
namespace {

template <class T>
class SimdLanes : public Simd<T> {};
TYPED_TEST_SUITE(SimdLanes, Elements, ElementNames);

TYPED_TEST(SimdLanes, ClampingKeepsWhatIsInsideAndNaN) {
  using T = TypeParam;
  for (const auto& form : this->forms()) {
    const auto clamp = [&](T x) { return this->value(form, form.pack->clamp, x); };
    EXPECT_EQ(clamp(T(-2.5)), T(-2)) << form.name;
    EXPECT_EQ(clamp(T(-1.5)), T(-1.5)) << form.name;
    EXPECT_EQ(clamp(T(2.75)), T(2.75)) << form.name;
    EXPECT_EQ(clamp(T(1e30)), T(3)) << form.name;
    EXPECT_EQ(clamp(-this->infinity), T(-2)) << form.name;
    EXPECT_TRUE(std::isnan(clamp(this->nan))) << form.name;
  }
}

/// The values of a function over a run of arguments as long as the widest register.
template <class T>
std::vector<T> values(const PackForm<T>& pack, Function<T> function, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  for (std::size_t i = 0; i < x.size(); i += pack.width) function(x.data() + i, y.data() + i);
  return y;
}

TYPED_TEST(SimdLanes, SelectionTakesEachLaneFromItsOwnSide) {
  using T = TypeParam;
  const T none = this->nan;
  const std::vector<T> x = {-3, 3,    0,  none, T(-0.5), T(0.5),  1,    -1,
                            2,  none, -2, 0,    5,       T(-0.1), none, -7};
  ASSERT_EQ(x.size(), width_max);

  for (const auto& form : this->forms()) {
    const auto below = values(*form.pack, form.pack->is_below, x);
    const auto above = values(*form.pack, form.pack->is_above, x);
    const auto inside = values(*form.pack, form.pack->is_inside, x);
    const auto outside = values(*form.pack, form.pack->is_outside, x);
    // A comparison with NaN is false.
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_EQ(below[i], x[i] < 0 ? T(1) : T(2)) << form.name << " " << x[i];
      EXPECT_EQ(above[i], x[i] > 0 ? T(1) : T(2)) << form.name << " " << x[i];
      EXPECT_EQ(inside[i], x[i] > -1 && x[i] < 1 ? T(1) : T(2)) << form.name << " " << x[i];
      EXPECT_EQ(outside[i], x[i] < -1 || x[i] > 1 ? T(1) : T(2)) << form.name << " " << x[i];
    }
  }
}

TYPED_TEST(SimdLanes, AllIsFalseIfOneLaneIs) {
  using T = TypeParam;
  for (const auto& form : this->forms()) {
    EXPECT_TRUE(form.pack->all_positive(std::vector<T>(form.pack->width, T(1)).data())) << form.name;
    for (std::size_t i = 0; i < form.pack->width; ++i)
      for (const T bad : {T(0), T(-1), this->nan}) {
        std::vector<T> x(form.pack->width, T(1));
        x[i] = bad;
        EXPECT_FALSE(form.pack->all_positive(x.data())) << form.name << " lane " << i;
      }
  }
}

TYPED_TEST(SimdLanes, TransposeSwapsRowsAndColumns) {
  using T = TypeParam;
  for (const auto& form : this->forms()) {
    const std::size_t width = form.pack->width;
    std::vector<T> rows(width * width), columns(width * width);
    std::iota(rows.begin(), rows.end(), T(0));

    form.pack->transpose(rows.data(), columns.data());

    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t j = 0; j < width; ++j)
        EXPECT_EQ(columns[j * width + i], rows[i * width + j]) << form.name << " " << i << " " << j;
  }
}

/// A table of random numbers, V from -50 mV to 50 mV at 0.5 mV.
template <class T>
struct RandomTable {
  static constexpr std::size_t length = 32;  ///< form_columns, padded
  static constexpr int intervals = 200;
  std::vector<T> rows;

  RandomTable() : rows((intervals + 1) * length) {
    std::mt19937_64 random(20260104);
    std::uniform_real_distribution<double> uniform(-1.0, 1.0);
    for (T& x : rows) x = static_cast<T>(uniform(random));
  }
  TableRows view() const { return {rows.data(), length, -50.0, 2.0, intervals}; }
  double at(int column, T V) const {
    const double position = (static_cast<double>(V) + 50.0) * 2.0;
    const auto row = static_cast<std::size_t>(position);
    const std::size_t k = row * length + static_cast<std::size_t>(column);
    const double low = rows[k], high = rows[k + length];
    return low + (position - static_cast<double>(row)) * (high - low);
  }
};

TYPED_TEST(SimdLanes, LookUpInterpolatesEachLaneInItsOwnRows) {
  using T = TypeParam;
  const RandomTable<T> table;
  std::mt19937_64 random(20260105);
  std::uniform_real_distribution<double> uniform(-49.99, 49.99);
  std::vector<T> V(100 * width_max);
  for (T& x : V) x = static_cast<T>(uniform(random));
  V[0] = T(-49.5), V[1] = T(49.5), V[2] = T(0);  // on rows

  for (const auto& form : this->forms()) {
    const std::size_t width = form.pack->width;
    std::vector<T> out(form_columns * width);
    double worst = 0.0;
    for (std::size_t i = 0; i < V.size(); i += width) {
      ASSERT_TRUE(form.pack->look_up(table.view(), V.data() + i, out.data())) << form.name;
      for (int c = 0; c < form_columns; ++c)
        for (std::size_t lane = 0; lane < width; ++lane) {
          const T got = out[static_cast<std::size_t>(c) * width + lane];
          worst = std::max(worst, std::abs(static_cast<double>(got) - table.at(c, V[i + lane])));
        }
    }
    // The weight carries the rounding of a position of up to 200, that is 100 ulp of 1.
    EXPECT_LE(worst, 200.0 * std::numeric_limits<T>::epsilon()) << form.name;
    this->RecordProperty("look_up_" + form.name, fmt::format("{:.2e}", worst));
  }
}

TYPED_TEST(SimdLanes, LookUpRefusesARegisterWithALaneOutsideTheTable) {
  using T = TypeParam;
  const RandomTable<T> table;

  for (const auto& form : this->forms()) {
    const std::size_t width = form.pack->width;
    for (std::size_t i = 0; i < width; ++i)
      for (const T bad : {T(-50), T(-51), T(50), T(1e6), -this->infinity, this->infinity, this->nan}) {
        std::vector<T> V(width, T(1)), out(form_columns * width, T(7));
        V[i] = bad;

        EXPECT_FALSE(form.pack->look_up(table.view(), V.data(), out.data())) << form.name << " " << bad;
        EXPECT_EQ(out, std::vector<T>(form_columns * width, T(7))) << form.name << " " << bad;
      }
  }
}

}  // namespace
}  // namespace myowave::ionic
