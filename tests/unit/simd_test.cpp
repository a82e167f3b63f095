// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/simd.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace myowave::ionic {
namespace {

using Function = double (*)(double);

// The text of simd.hpp is compiled here twice: for the baseline and, where the processor has it,
// with fused multiply-add, which rounds differently. All lanes hold the same argument.
#define MYOWAVE_FORMS(name)                                            \
  double plain_##name(double x) { return name(Pack(x)).v[lanes - 1]; } \
  MYOWAVE_WITH_FMA double fused_##name(double x) { return name(Pack(x)).v[lanes - 1]; }
#if defined(__x86_64__)
#define MYOWAVE_WITH_FMA __attribute__((target("avx2,fma")))
bool has_fma() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#else
#define MYOWAVE_WITH_FMA
bool has_fma() { return true; }
#endif
MYOWAVE_FORMS(exp)
MYOWAVE_FORMS(expm1)
MYOWAVE_FORMS(log)

struct Form {
  std::string name;
  Function exp, expm1, log;
};

std::vector<Form> forms() {
  std::vector<Form> all = {{"plain", plain_exp, plain_expm1, plain_log}};
  if (has_fma()) all.push_back({"fused", fused_exp, fused_expm1, fused_log});
  return all;
}

/// |result - exact| in units of the last place of a double next to `exact`.
double ulps(double result, long double exact) {
  const double magnitude = std::abs(static_cast<double>(exact));
  const double ulp = std::nextafter(magnitude, std::numeric_limits<double>::infinity()) - magnitude;
  return static_cast<double>(std::abs(static_cast<long double>(result) - exact) / ulp);
}

struct Worst {
  double error = 0.0;
  double at = 0.0;
};

template <class Exact>
Worst worst_of(Function function, Exact exact, const std::vector<double>& arguments) {
  Worst worst;
  for (const double x : arguments) {
    const double error = ulps(function(x), exact(static_cast<long double>(x)));
    if (!(error <= worst.error)) worst = {error, x};
  }
  return worst;
}

void add_uniform(std::vector<double>& arguments, double low, double high, int count) {
  std::mt19937_64 random(20260101);
  std::uniform_real_distribution<double> uniform(low, high);
  for (int i = 0; i < count; ++i) arguments.push_back(uniform(random));
}

/// Magnitudes spread evenly over the powers of ten, with both signs if asked.
void add_logarithmic(std::vector<double>& arguments, double low, double high, int count,
                     bool both_signs) {
  std::mt19937_64 random(20260102);
  std::uniform_real_distribution<double> uniform(std::log(low), std::log(high));
  for (int i = 0; i < count; ++i)
    arguments.push_back(std::exp(uniform(random)) * (both_signs && i % 2 ? -1.0 : 1.0));
}

constexpr int samples = 100'000;
// The oracle: long double carries 11 bits more than double.
long double exact_exp(long double x) { return std::exp(x); }
long double exact_expm1(long double x) { return std::expm1(x); }
long double exact_log(long double x) { return std::log(x); }

TEST(Simd, ExpIsWithinOneUlpOverItsWholeRange) {
  std::vector<double> arguments = {-708.0, 709.0, 0.0, -0.0};
  add_uniform(arguments, -708.0, 709.0, samples);
  add_uniform(arguments, -20.0, 20.0, samples);
  add_logarithmic(arguments, 1e-18, 1.0, samples, true);

  for (const Form& form : forms()) {
    const Worst worst = worst_of(form.exp, exact_exp, arguments);

    RecordProperty("exp_ulp_" + form.name, std::to_string(worst.error));
    EXPECT_LE(worst.error, 1.0) << form.name << " exp(" << worst.at << ")";
  }
}

TEST(Simd, Expm1IsWithinTwoUlpFromTinyArgumentsToLargeOnes) {
  std::vector<double> arguments = {-708.0, 709.0, 0.0};
  add_uniform(arguments, -50.0, 50.0, samples);
  add_uniform(arguments, -1.0, 1.0, samples);
  add_logarithmic(arguments, 1e-300, 1.0, samples, true);
  add_uniform(arguments, 50.0, 709.0, samples);

  for (const Form& form : forms()) {
    const Worst worst = worst_of(form.expm1, exact_expm1, arguments);

    RecordProperty("expm1_ulp_" + form.name, std::to_string(worst.error));
    EXPECT_LE(worst.error, 2.0) << form.name << " expm1(" << worst.at << ")";
  }
}

TEST(Simd, LogIsWithinOneUlpOverNormalNumbers) {
  std::vector<double> arguments = {std::numeric_limits<double>::min(),
                                   std::numeric_limits<double>::max(), 1.0};
  add_logarithmic(arguments, 1e-307, 1e308, samples, false);
  add_logarithmic(arguments, 1e-6, 1e6, samples, false);
  add_uniform(arguments, 0.5, 2.0, samples);
  add_uniform(arguments, 0.999, 1.001, samples);

  for (const Form& form : forms()) {
    const Worst worst = worst_of(form.log, exact_log, arguments);

    RecordProperty("log_ulp_" + form.name, std::to_string(worst.error));
    EXPECT_LE(worst.error, 1.0) << form.name << " log(" << worst.at << ")";
  }
}

TEST(Simd, ExactValuesAreExact) {
  for (const Form& form : forms()) {
    EXPECT_EQ(form.exp(0.0), 1.0) << form.name;
    EXPECT_EQ(form.expm1(0.0), 0.0) << form.name;
    EXPECT_EQ(form.log(1.0), 0.0) << form.name;
  }
}

TEST(Simd, ExpIsClampedToFiniteNormalNumbers) {
  constexpr double infinity = std::numeric_limits<double>::infinity();

  for (const Form& form : forms()) {
    EXPECT_EQ(form.exp(710.0), form.exp(709.0)) << form.name;
    EXPECT_EQ(form.exp(infinity), form.exp(709.0)) << form.name;
    EXPECT_EQ(form.exp(-745.0), form.exp(-708.0)) << form.name;
    EXPECT_EQ(form.exp(-infinity), form.exp(-708.0)) << form.name;
    EXPECT_LT(form.exp(709.0), infinity) << form.name;
    EXPECT_GE(form.exp(-708.0), std::numeric_limits<double>::min()) << form.name;
    EXPECT_EQ(form.expm1(-infinity), -1.0) << form.name;
    EXPECT_EQ(form.expm1(infinity), form.expm1(709.0)) << form.name;
  }
}

TEST(Simd, NaNGoesThroughEveryFunction) {
  const double nan = std::numeric_limits<double>::quiet_NaN();

  for (const Form& form : forms()) {
    EXPECT_TRUE(std::isnan(form.exp(nan))) << form.name;
    EXPECT_TRUE(std::isnan(form.expm1(nan))) << form.name;
    EXPECT_TRUE(std::isnan(form.log(nan))) << form.name;
  }
  EXPECT_TRUE(std::isnan(sqrt(Pack(nan)).v[0]));
}

TEST(Simd, LogOfAnythingButANormalPositiveNumberIsNaN) {
  for (const Form& form : forms())
    for (const double x :
         {0.0, -0.0, -1.0, -std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::infinity(), std::numeric_limits<double>::denorm_min(),
          std::numeric_limits<double>::min() / 2.0})
      EXPECT_TRUE(std::isnan(form.log(x))) << form.name << " log(" << x << ") = " << form.log(x);
}

TEST(Simd, ANaNInOneLaneLeavesTheOthersAlone) {
  Pack x(0.5);
  x.v[0] = std::numeric_limits<double>::quiet_NaN();

  const Pack y = exp(x);

  EXPECT_TRUE(std::isnan(y.v[0]));
  for (int i = 1; i < lanes; ++i) EXPECT_EQ(y.v[i], plain_exp(0.5));
}

TEST(Simd, SelectTakesEachLaneFromItsOwnSide) {
  Pack x(3.0);
  x.v[0] = -3.0;

  const Pack below = select(x < Pack(0.0), Pack(1.0), Pack(2.0));
  const Pack above = select(x > Pack(0.0), Pack(1.0), Pack(2.0));

  EXPECT_EQ(below.v[0], 1.0);
  EXPECT_EQ(below.v[1], 2.0);
  EXPECT_EQ(above.v[0], 2.0);
  EXPECT_EQ(above.v[1], 1.0);
}

TEST(Simd, LoadAndStoreNeedNoAlignmentAndTouchNothingElse) {
  std::vector<double> memory(static_cast<std::size_t>(lanes) + 2, 7.0);
  for (int i = 0; i < lanes; ++i) memory[static_cast<std::size_t>(i) + 1] = i + 1.0;

  const Pack doubled = load(memory.data() + 1, Pack()) * 2.0;
  store(memory.data() + 1, doubled);

  EXPECT_EQ(memory.front(), 7.0);
  EXPECT_EQ(memory.back(), 7.0);
  for (int i = 0; i < lanes; ++i) EXPECT_EQ(memory[static_cast<std::size_t>(i) + 1], 2.0 * (i + 1.0));
}

}  // namespace
}  // namespace myowave::ionic
