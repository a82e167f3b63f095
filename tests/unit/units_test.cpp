// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/units.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace myowave {
namespace {

std::string message_of(const std::string& text, const std::string& unit) {
  try {
    parse_quantity(text, unit);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

void expect_message(const std::string& text, const std::string& unit, const std::string& part) {
  const std::string message = message_of(text, unit);
  EXPECT_NE(message.find(part), std::string::npos) << '"' << text << "\" gives: " << message;
}

struct Conversion {
  const char* text;
  const char* expected_unit;
  double value;
};

class UnitsConversion : public testing::TestWithParam<Conversion> {};

TEST_P(UnitsConversion, IsRightToRounding) {
  const auto& [text, unit, value] = GetParam();

  EXPECT_NEAR(parse_quantity(text, unit), value, 4e-16 * std::abs(value)) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Units, UnitsConversion,
    testing::Values(Conversion{"0.5 mm", "mm", 0.5}, Conversion{"500 um", "mm", 0.5},
                    Conversion{"500 µm", "mm", 0.5}, Conversion{"2 cm", "mm", 20.0},
                    Conversion{"1 dm", "mm", 100.0}, Conversion{"0.02 m", "mm", 20.0},
                    Conversion{"1 s", "ms", 1000.0}, Conversion{"1 Hz", "1/ms", 1e-3},
                    Conversion{"2 kHz", "/ms", 2.0}, Conversion{"-0.08523 V", "mV", -85.23},
                    Conversion{"0.1334 S/m", "mS/mm", 0.1334}, Conversion{"1.334 mS/cm", "S/m", 0.1334},
                    Conversion{"140 /mm", "1/mm", 140.0}, Conversion{"1400 1/cm", "/mm", 140.0},
                    Conversion{"1 uF/cm^2", "uF/mm^2", 0.01}, Conversion{"0.01 F/m^2", "uF/cm^2", 0.01},
                    Conversion{"1 uF cm^-2", "uF/mm^2", 0.01},
                    Conversion{"50000 uA/cm^3", "uA/mm^3", 50.0},
                    Conversion{"35.7 uA/cm^2", "uA/mm^2", 0.357}, Conversion{"52 pA/pF", "uA/uF", 52.0},
                    Conversion{"52 A/F", "uA/uF", 52.0}, Conversion{"52 mV/ms", "uA/uF", 52.0},
                    Conversion{"0.392 nS/pF", "mS/uF", 0.392}, Conversion{"0.392 mS/uF", "1/ms", 0.392},
                    Conversion{"8 uM", "mM", 0.008}, Conversion{"5.4 mmol/L", "mM", 5.4},
                    Conversion{"5.4 mmol/l", "mM", 5.4}, Conversion{"1 kohm", "mV/uA", 1.0},
                    Conversion{"1 C", "uA ms", 1e9}, Conversion{"1 J", "V A s", 1e12},
                    Conversion{"1 J/C", "V", 1e3}, Conversion{"310 K", "K", 310.0},
                    Conversion{"3 m/(s V)", "mm/(ms mV)", 3e-3}, Conversion{"2 S*V/A", "1", 2.0},
                    Conversion{"0.25", "1", 0.25}, Conversion{"25 %", "1", 0.25},
                    Conversion{"180 deg", "deg", std::numbers::pi}, Conversion{"5mm", "mm", 5.0},
                    Conversion{"  5   mm  ", "mm", 5.0}, Conversion{"1e-3 m", "mm", 1.0},
                    Conversion{".5 mm", "mm", 0.5}));

TEST(Units, InternalUnitsHaveFactorOneExactly) {
  for (const char* unit :
       {"mm", "ms", "mV", "uA", "mS", "uF", "mM", "S/m", "uA/uF", "mS/uF", "1/ms", "kohm", "K"})
    EXPECT_EQ(parse_unit(unit).factor, 1.0) << unit;
}

TEST(Units, ABareNumberIsRefusedWithTheUnitToWrite) {
  expect_message("0.5", "mm", "has no unit; write for example \"0.5 mm\"");
}

TEST(Units, AWrongDimensionIsRefusedWithTheUnitNeeded) {
  expect_message("0.5 ms", "mm", "wrong dimension: a quantity in mm is needed");
  expect_message("0.5 mm", "1", "a quantity in no unit (a plain number) is needed");
  expect_message("1 uA/cm^2", "uA/cm^3", "wrong dimension");
}

TEST(Units, AnUnknownSymbolIsNamed) {
  expect_message("5 parsec", "mm", "'parsec' in the unit 'parsec' is not understood");
  expect_message("5 uA/furlong", "mm", "'furlong' in the unit 'uA/furlong'");
  expect_message("5 Mm mile", "mm", "'mile'");
  expect_message("5 uK", "K", "'uK'");
}

TEST(Units, TextWithoutANumberIsRefusedWithAnExample) {
  for (const char* text : {"", "mm", "fast", "nan mm", "inf mm", "- 5 mm"})
    expect_message(text, "mm", "does not start with a number; write for example \"1 mm\"");
}

TEST(Units, BrokenSyntaxIsRefused) {
  for (const char* text : {"5 (mm", "5 mm)", "5 mm^", "5 mm^x", "5 mm^1.5", "5 *mm", "5 ^2", "3 5 mm",
                           "5 mm 3,5", "5,5 mm", "0x10 mm"})
    expect_message(text, "mm", "is not understood");
}

TEST(Units, AnOperatorWithoutARightSideIsRefused) {
  for (const char* text : {"5 mm/", "5 mm*", "5 mm / ", "5 mm//", "5 ms//ms*mm"})
    expect_message(text, "mm", "is not understood");
}

TEST(Units, ANumberBeyondDoubleIsRefused) {
  expect_message("1e400 mm", "mm", "does not fit a double");
  expect_message("1e308 m", "mm", "does not fit a double");
}

TEST(Units, QuantitiesArePrintedShort) {
  EXPECT_EQ(format_quantity(0.5, "mm"), "0.5 mm");
  EXPECT_EQ(format_quantity(parse_quantity("0.1334 S/m", "S/m"), "S/m"), "0.1334 S/m");
  EXPECT_EQ(format_quantity(0.01, "uF/cm^2"), "1 uF/cm^2");
  EXPECT_EQ(format_quantity(-85.23, "mV"), "-85.23 mV");
  EXPECT_EQ(format_quantity(0.25, "1"), "0.25");
  EXPECT_EQ(format_quantity(140.0, "/mm"), "140 /mm");
}

TEST(Units, AnyDoubleReadsBackFromItsTextInAnInternalUnit) {
  std::mt19937_64 random(20260104);
  std::uniform_real_distribution<double> exponent(-6.0, 6.0);

  for (const char* unit : {"mm", "ms", "mV", "/mm", "S/m", "uA/uF", "1"})
    for (int i = 0; i < 2000; ++i) {
      const double value = std::pow(10.0, exponent(random));

      const std::string text = format_quantity(value, unit);

      EXPECT_EQ(parse_quantity(text, unit), value) << text;
      if (HasFailure()) return;
    }
}

TEST(Units, WhatWasReadInAUnitReadsBackFromItsTextInThatUnit) {
  std::mt19937_64 random(20260106);
  std::uniform_real_distribution<double> exponent(-6.0, 6.0);

  for (const char* unit : {"uF/cm^2", "uA/cm^2", "uA/cm^3", "um", "V", "s", "Hz", "deg", "%"})
    for (int i = 0; i < 2000; ++i) {
      const double value = std::pow(10.0, exponent(random)) * parse_unit(unit).factor;

      const std::string text = format_quantity(value, unit);

      EXPECT_EQ(parse_quantity(text, unit), value) << text;
      if (HasFailure()) return;
    }
}

TEST(Units, PrintingWhatWasReadIsStable) {
  std::mt19937_64 random(20260105);
  std::uniform_int_distribution<int> digits(1, 99999);

  for (const char* written : {"um", "cm", "s", "V", "/cm", "mS/cm", "pA/pF", "F/m^2", "uA/cm^2", "%"})
    for (const char* printed : {"mm", "ms", "mV", "/mm", "S/m", "uA/uF", "uF/cm^2", "uA/mm^2", "1"}) {
      if (parse_unit(written).dimension != parse_unit(printed).dimension) continue;
      for (int i = 0; i < 500; ++i) {
        const std::string text = std::to_string(digits(random)) + "e-3 " + written;
        const double value = parse_quantity(text, printed);

        const std::string once = format_quantity(value, printed);

        EXPECT_EQ(format_quantity(parse_quantity(once, printed), printed), once) << text;
        if (HasFailure()) return;
      }
    }
}

TEST(Units, OfHostileTextEndInAnError) {
  expect_message("1 " + std::string(100000, '('), "mV", "a unit has at most 64 characters");
  expect_message("1 m^2000000000", "mV", "'2000000000'");
  expect_message("1 ((m^9)^9)^9", "mV", "is not understood");
  expect_message("1 m^-2147483648", "mV", "is not understood");
}

TEST(Units, FormatTheSmallestNumbers) {
  for (const double value : {5e-324, 2.2e-308, -1e-310})
    EXPECT_EQ(parse_quantity(format_quantity(value, "ms"), "ms"), value);
}

}  // namespace
}  // namespace myowave
