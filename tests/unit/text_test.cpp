// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace myowave {
namespace {

const std::vector<std::string> names = {"spacing", "size", "kind", "holes"};

TEST(Text, TheNearestNameHasTheFewestEdits) {
  EXPECT_EQ(nearest_name("spacng", names), "spacing");  // a letter missing
  EXPECT_EQ(nearest_name("sizee", names), "size");      // one too many
  EXPECT_EQ(nearest_name("kimd", names), "kind");       // one wrong
  EXPECT_EQ(nearest_name("hoels", names), "holes");     // two exchanged
}

TEST(Text, AnExactNameIsItsOwnNearest) { EXPECT_EQ(nearest_name("size", names), "size"); }

TEST(Text, TheBeginningOfANameFindsIt) { EXPECT_EQ(nearest_name("spa", names), "spacing"); }

TEST(Text, AFarNameHasNoNearest) {
  EXPECT_EQ(nearest_name("conductivity", names), "");
  EXPECT_EQ(nearest_name("xyz", names), "");
}

TEST(Text, NoCandidatesGiveNoName) { EXPECT_EQ(nearest_name("size", {}), ""); }

TEST(Text, AmongEquallyNearNamesTheFirstWins) {
  const std::vector<std::string> twins = {"abcd1", "abcd2"};

  EXPECT_EQ(nearest_name("abcd3", twins), "abcd1");
}

TEST(Text, ListsAreSeparatedByCommas) {
  EXPECT_EQ(list_of(names), "spacing, size, kind, holes");
  EXPECT_EQ(list_of({}), "");
}

TEST(Text, ASuggestionIsAQuestionOrNothing) {
  EXPECT_EQ(suggestion("spacng", names), " (did you mean 'spacing'?)");
  EXPECT_EQ(suggestion("conductivity", names), "");
}

TEST(Error, AnInputErrorSaysEveryFaultWithItsPlace) {
  const InputError error({{"run.toml:3:1", "one"}, {"", "two"}});

  EXPECT_STREQ(error.what(), "run.toml:3:1: error: one\nerror: two");
  ASSERT_EQ(error.faults().size(), 2u);
  EXPECT_EQ(error.faults()[0].where, "run.toml:3:1");
}

TEST(Error, AFailedAssertionNamesExpressionAndFileAndAsksForAReport) {
  try {
    MYOWAVE_ASSERT(1 + 1 == 3);
    FAIL() << "nothing was thrown";
  } catch (const InternalError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("'1 + 1 == 3'"), std::string::npos);
    EXPECT_NE(message.find("text_test.cpp"), std::string::npos);
    EXPECT_NE(message.find("please report it"), std::string::npos);
  }
}

}  // namespace
}  // namespace myowave
