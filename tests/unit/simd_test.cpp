// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/unit/simd_forms.hpp"

namespace myowave::ionic {
namespace {

struct NamedForm {
  const char* name;
  const SimdForm* form;
};

/// x86-64-v2 alone has no fused multiply-add.
bool is_fused(const std::string& name) { return name != name_of(InstructionSet::x86_64_v2); }

/// Those that this processor can run.
std::vector<NamedForm> runnable_forms() {
#if defined(__x86_64__)
  std::vector<NamedForm> forms;
  for (const InstructionSet set : runnable_instruction_sets()) {
    if (set == InstructionSet::x86_64_v2) forms.push_back({name_of(set), &simd_form_x86_64_v2});
    if (set == InstructionSet::x86_64_v3) forms.push_back({name_of(set), &simd_form_x86_64_v3});
    if (set == InstructionSet::x86_64_v4) forms.push_back({name_of(set), &simd_form_x86_64_v4});
  }
  return forms;
#else
  return {{"generic", &simd_form_generic}};
#endif
}

template <class T>
using Function = void (*)(const T*, T*);
/// The widest register, 64 bytes, holds so many floats.
constexpr std::size_t width_max = 16;

template <class T>
class Simd : public testing::Test {
 protected:
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  static constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  static constexpr T smallest = std::numeric_limits<T>::min();
  static constexpr T largest = std::numeric_limits<T>::max();
  /// The range to which exp is clamped.
  static constexpr T exp_min = std::is_same_v<T, double> ? T(-708) : T(-87);
  static constexpr T exp_max = std::is_same_v<T, double> ? T(709) : T(88);

  struct Each {
    std::string name;
    const PackForm<T>* pack;
  };
  static std::vector<Each> forms() {
    std::vector<Each> result;
    for (const NamedForm& each : runnable_forms())
      if constexpr (std::is_same_v<T, double>)
        result.push_back({each.name, &each.form->of_double});
      else
        result.push_back({each.name, &each.form->of_float});
    return result;
  }
  /// The value of a function, from the last lane.
  static T value(const Each& form, Function<T> function, T x) {
    std::vector<T> in(form.pack->width, x), out(form.pack->width);
    function(in.data(), out.data());
    return out.back();
  }
};

using Elements = testing::Types<double, float>;
struct ElementNames {
  template <class T>
  static std::string GetName(int) {
    return std::is_same_v<T, double> ? "double" : "float";
  }
};
TYPED_TEST_SUITE(Simd, Elements, ElementNames);

/// What the exact value is computed in: 11 bits more than a double, 29 more than a float.
template <class T>
using Wide = std::conditional_t<std::is_same_v<T, double>, long double, double>;

/// |result - exact| in units of the last place of a T next to `exact`.
template <class T>
double ulps(T result, Wide<T> exact) {
  const T magnitude = std::abs(static_cast<T>(exact));
  const T ulp = std::nextafter(magnitude, std::numeric_limits<T>::infinity()) - magnitude;
  return static_cast<double>(std::abs(static_cast<Wide<T>>(result) - exact) / ulp);
}

struct Worst {
  double error = 0.0, at = 0.0;
};

template <class T>
Worst worst_of(const PackForm<T>& pack, Function<T> function, Wide<T> (*exact)(Wide<T>),
               std::vector<T> arguments) {
  arguments.resize((arguments.size() + width_max - 1) / width_max * width_max, arguments.back());
  std::vector<T> results(arguments.size());
  for (std::size_t i = 0; i < arguments.size(); i += pack.width)
    function(arguments.data() + i, results.data() + i);
  Worst worst;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const double error = ulps<T>(results[i], exact(static_cast<Wide<T>>(arguments[i])));
    if (!(error <= worst.error)) worst = {error, static_cast<double>(arguments[i])};
  }
  return worst;
}

constexpr int samples = 200'000;

template <class T>
void add_uniform(std::vector<T>& arguments, double low, double high) {
  std::mt19937_64 random(20260101);
  std::uniform_real_distribution<double> uniform(low, high);
  for (int i = 0; i < samples; ++i) arguments.push_back(static_cast<T>(uniform(random)));
}

/// Magnitudes spread evenly over the powers of ten, with both signs if asked.
template <class T>
void add_logarithmic(std::vector<T>& arguments, double low, double high, bool both_signs) {
  std::mt19937_64 random(20260102);
  std::uniform_real_distribution<double> uniform(std::log(low), std::log(high));
  for (int i = 0; i < samples; ++i)
    arguments.push_back(static_cast<T>(std::exp(uniform(random)) * (both_signs && i % 2 ? -1.0 : 1.0)));
}

template <class T>
T exact_exp(T x) {
  return std::exp(x);
}
template <class T>
T exact_expm1(T x) {
  return std::expm1(x);
}
template <class T>
T exact_log(T x) {
  return std::log(x);
}
template <class T>
T exact_sqrt(T x) {
  return std::sqrt(x);
}

TYPED_TEST(Simd, ExpIsWithinOneUlpWhereProductsAreFused) {
  using T = TypeParam;
  std::vector<T> arguments = {this->exp_min, this->exp_max, T(0), T(-0.0)};
  add_uniform(arguments, this->exp_min, this->exp_max);
  add_uniform(arguments, -20.0, 20.0);
  add_logarithmic(arguments, 1e-18, 1.0, true);

  for (const auto& form : this->forms()) {
    const Worst worst = worst_of<T>(*form.pack, form.pack->exp, exact_exp, arguments);

    this->RecordProperty("exp_ulp_" + form.name, fmt::format("{:.3f}", worst.error));
    // Measured 0.987 and 1.289 for double, 0.918 and 1.167 for float.
    EXPECT_LE(worst.error, is_fused(form.name) ? 1.0 : 1.35) << form.name << " exp(" << worst.at << ")";
  }
}

// 1 - exp(-dt rate) of a gate has its argument in this range.
TYPED_TEST(Simd, Expm1IsWithin1_2UlpUpTo15) {
  using T = TypeParam;
  std::vector<T> arguments = {T(-15), T(15), T(0), T(0.5), T(-0.5)};
  add_uniform(arguments, -15.0, 15.0);
  add_uniform(arguments, -1.0, 1.0);
  add_logarithmic(arguments, static_cast<double>(this->smallest), 1.0, true);

  for (const auto& form : this->forms()) {
    const Worst worst = worst_of<T>(*form.pack, form.pack->expm1, exact_expm1, arguments);

    this->RecordProperty("expm1_ulp_" + form.name, fmt::format("{:.3f}", worst.error));
    // Measured 1.120 for double (1.094 without fused products), 0.966 (1.016) for float.
    EXPECT_LE(worst.error, 1.2) << form.name << " expm1(" << worst.at << ")";
  }
}

TYPED_TEST(Simd, Expm1IsWithin1_4UlpBeyond) {
  using T = TypeParam;
  std::vector<T> arguments = {this->exp_min, this->exp_max};
  add_uniform(arguments, 15.0, this->exp_max);
  add_uniform(arguments, this->exp_min, -15.0);

  for (const auto& form : this->forms()) {
    const Worst worst = worst_of<T>(*form.pack, form.pack->expm1, exact_expm1, arguments);

    this->RecordProperty("expm1_ulp_" + form.name, fmt::format("{:.3f}", worst.error));
    // Measured 1.153 for double, 1.343 for float.
    EXPECT_LE(worst.error, 1.4) << form.name << " expm1(" << worst.at << ")";
  }
}

TYPED_TEST(Simd, LogIsWithinOneUlpOverNormalNumbers) {
  using T = TypeParam;
  std::vector<T> arguments = {this->smallest, this->largest, T(1)};
  add_logarithmic(arguments, 1.01 * static_cast<double>(this->smallest),
                  0.99 * static_cast<double>(this->largest), false);
  add_logarithmic(arguments, 1e-6, 1e6, false);
  add_uniform(arguments, 0.5, 2.0);
  add_uniform(arguments, 0.999, 1.001);

  for (const auto& form : this->forms()) {
    const Worst worst = worst_of<T>(*form.pack, form.pack->log, exact_log, arguments);

    this->RecordProperty("log_ulp_" + form.name, fmt::format("{:.3f}", worst.error));
    // Measured 0.794 for double, 0.819 for float.
    EXPECT_LE(worst.error, 1.0) << form.name << " log(" << worst.at << ")";
  }
}

TYPED_TEST(Simd, SqrtIsCorrectlyRounded) {
  using T = TypeParam;
  std::vector<T> arguments = {T(0), T(1), T(2), this->smallest, this->largest};
  add_uniform(arguments, 0.0, 1e4);

  for (const auto& form : this->forms()) {
    const Worst worst = worst_of<T>(*form.pack, form.pack->sqrt, exact_sqrt, arguments);

    // Half an ulp, and what the wider oracle rounds itself.
    EXPECT_LE(worst.error, 0.5001) << form.name << " sqrt(" << worst.at << ")";
    EXPECT_TRUE(std::isnan(this->value(form, form.pack->sqrt, T(-1)))) << form.name;
  }
}

TYPED_TEST(Simd, ExactValuesAreExact) {
  using T = TypeParam;
  for (const auto& form : this->forms()) {
    EXPECT_EQ(this->value(form, form.pack->exp, T(0)), T(1)) << form.name;
    EXPECT_EQ(this->value(form, form.pack->expm1, T(0)), T(0)) << form.name;
    EXPECT_EQ(this->value(form, form.pack->log, T(1)), T(0)) << form.name;
  }
}

TYPED_TEST(Simd, ExpIsClampedToFiniteNormalNumbers) {
  using T = TypeParam;
  const T low = this->exp_min, high = this->exp_max, inf = this->infinity;

  for (const auto& form : this->forms()) {
    const auto exp = [&](T x) { return this->value(form, form.pack->exp, x); };
    const auto expm1 = [&](T x) { return this->value(form, form.pack->expm1, x); };
    EXPECT_EQ(exp(high + T(1)), exp(high)) << form.name;
    EXPECT_EQ(exp(inf), exp(high)) << form.name;
    EXPECT_EQ(exp(low - T(1)), exp(low)) << form.name;
    EXPECT_EQ(exp(-inf), exp(low)) << form.name;
    EXPECT_LT(exp(high), inf) << form.name;
    EXPECT_GE(exp(low), this->smallest) << form.name;
    EXPECT_EQ(expm1(-inf), T(-1)) << form.name;
    EXPECT_EQ(expm1(inf), expm1(high)) << form.name;
  }
}

TYPED_TEST(Simd, ClampingKeepsWhatIsInsideAndNaN) {
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

TYPED_TEST(Simd, NaNGoesThroughEveryFunction) {
  for (const auto& form : this->forms())
    for (const auto function : {form.pack->exp, form.pack->expm1, form.pack->log, form.pack->sqrt}) {
      EXPECT_TRUE(std::isnan(this->value(form, function, this->nan))) << form.name;
      EXPECT_TRUE(std::isnan(this->value(form, function, -this->nan))) << form.name;
    }
}

TYPED_TEST(Simd, LogOfAnythingButANormalPositiveNumberIsNaN) {
  using T = TypeParam;
  for (const auto& form : this->forms())
    for (const T x : {T(0), T(-0.0), T(-1), -this->infinity, this->infinity,
                      std::numeric_limits<T>::denorm_min(), this->smallest / T(2)})
      EXPECT_TRUE(std::isnan(this->value(form, form.pack->log, x))) << form.name << " log(" << x << ")";
}

TYPED_TEST(Simd, ANaNInOneLaneLeavesTheOthersAlone) {
  using T = TypeParam;
  for (const auto& form : this->forms())
    for (const auto function : {form.pack->exp, form.pack->expm1, form.pack->log, form.pack->sqrt})
      for (std::size_t bad = 0; bad < form.pack->width; ++bad) {
        std::vector<T> x(form.pack->width, T(0.6)), y(form.pack->width);
        x[bad] = this->nan;
        function(x.data(), y.data());
        for (std::size_t i = 0; i < y.size(); ++i)
          if (i == bad)
            EXPECT_TRUE(std::isnan(y[i])) << form.name;
          else
            EXPECT_EQ(y[i], this->value(form, function, T(0.6))) << form.name;
      }
}

/// The values of a function over a run of arguments as long as the widest register.
template <class T>
std::vector<T> values(const PackForm<T>& pack, Function<T> function, const std::vector<T>& x) {
  std::vector<T> y(x.size());
  for (std::size_t i = 0; i < x.size(); i += pack.width) function(x.data() + i, y.data() + i);
  return y;
}

TYPED_TEST(Simd, SelectionTakesEachLaneFromItsOwnSide) {
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

TYPED_TEST(Simd, AllIsFalseIfOneLaneIs) {
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

TYPED_TEST(Simd, TransposeSwapsRowsAndColumns) {
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

TYPED_TEST(Simd, LookUpInterpolatesEachLaneInItsOwnRows) {
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

TYPED_TEST(Simd, LookUpRefusesARegisterWithALaneOutsideTheTable) {
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
