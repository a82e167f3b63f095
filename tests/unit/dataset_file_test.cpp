// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/dataset_file.hpp"

#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <numeric>

#include "base/error.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

fs::path scratch_file() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path file = fs::path(testing::TempDir()) / (std::string("myowave_") + test->name() + ".h5");
  fs::remove(file);
  return file;
}

/// Five cases, seven times, three variables.
DatasetHead small_head() {
  DatasetHead head;
  head.source = "cells", head.model = "some_model", head.variant = "", head.config = "a = 1\n";
  head.dt = 0.25, head.seed = 42, head.cases = 5, head.times = 7;
  head.variables = {{"V", "mV"}, {"gate", "1"}, {"Cai", "mM"}};
  head.series = {{"J", "uA/uF"}};
  head.blocks = {2, 3, 2, 3};
  return head;
}

double value_of(std::size_t c, std::size_t t, std::size_t v) {
  return static_cast<double>(100 * c + 10 * t + v);
}

/// Writes all parts, of at most 2 cases and 3 times, the last ones first.
void write_all(DatasetFile& file) {
  for (std::size_t c = 4; c < 5; c -= 2)
    for (std::size_t t = 0; t < 7; t += 3) {
      const DatasetPart part{c, std::min<std::size_t>(2, 5 - c), t, std::min<std::size_t>(3, 7 - t)};
      std::vector<double> values, J;
      for (std::size_t i = 0; i < part.cases; ++i)
        for (std::size_t k = 0; k < part.times; ++k) {
          for (std::size_t v = 0; v < 3; ++v) values.push_back(value_of(c + i, t + k, v));
          J.push_back(-value_of(c + i, t + k, 0));
        }
      file.write_values(part, values);
      file.write_series(0, part, J);
    }
}

std::vector<double> read(hid_t file, const char* name, std::vector<hsize_t> expected) {
  const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
  std::vector<hsize_t> size(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, size.data(), nullptr);
  EXPECT_EQ(size, expected) << name;
  std::vector<double> values(static_cast<std::size_t>(
      std::accumulate(size.begin(), size.end(), hsize_t{1}, std::multiplies<>())));
  EXPECT_GE(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << name;
  H5Sclose(space);
  H5Dclose(set);
  return values;
}

std::string attribute(hid_t file, const char* name) {
  const hid_t at = H5Aopen(file, name, H5P_DEFAULT), type = H5Aget_type(at);
  std::string text(H5Tget_size(type), '\0');
  EXPECT_GE(H5Aread(at, type, text.data()), 0) << name;
  H5Tclose(type);
  H5Aclose(at);
  return text.substr(0, text.find('\0'));
}

TEST(DatasetFile, WhatIsWrittenInPartsReadsBackWhole) {
  const fs::path path = scratch_file();
  {
    DatasetFile file(path, small_head());
    write_all(file);
    const std::vector<std::int64_t> nodes = {5, 4, 3, 2, 1};
    file.write_by_case("node", nodes);
    std::vector<double> positions(15);
    std::iota(positions.begin(), positions.end(), 0.0);
    file.write_by_case("position_mm", positions, 3, "mm");
    file.write_by_case("parameters/g", std::vector<double>(5, 0.5), 0, "mS/uF");
    EXPECT_FALSE(fs::exists(path));
    EXPECT_EQ(file.extremes()[0].low, 0.0);
    EXPECT_EQ(file.extremes()[2].high, 462.0);
    EXPECT_EQ(file.extremes()[3].low, -460.0);
    const std::uintmax_t bytes = file.commit();
    EXPECT_EQ(bytes, fs::file_size(path));
  }
  EXPECT_FALSE(fs::exists(path.string() + ".new"));
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  EXPECT_EQ(attribute(file, "format"), "myowave-dataset");
  EXPECT_EQ(attribute(file, "model"), "some_model");
  EXPECT_EQ(attribute(file, "variant"), "");
  EXPECT_EQ(attribute(file, "config"), "a = 1\n");
  EXPECT_EQ(read(file, "t", {7}), (std::vector<double>{0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5}));
  const std::vector<double> values = read(file, "values", {5, 7, 3}), J = read(file, "J", {5, 7});
  for (std::size_t c = 0; c < 5; ++c)
    for (std::size_t t = 0; t < 7; ++t) {
      for (std::size_t v = 0; v < 3; ++v) ASSERT_EQ(values[(c * 7 + t) * 3 + v], value_of(c, t, v));
      ASSERT_EQ(J[c * 7 + t], -value_of(c, t, 0));
    }
  EXPECT_EQ(read(file, "node", {5}), (std::vector<double>{5, 4, 3, 2, 1}));
  EXPECT_EQ(read(file, "position_mm", {5, 3})[14], 14.0);
  EXPECT_EQ(read(file, "parameters/g", {5})[0], 0.5);
  H5Fclose(file);
}

TEST(DatasetFile, AConfigurationAboveTheLimitOfOldAttributesIsKept) {
  const fs::path path = scratch_file();
  DatasetHead head = small_head();
  head.config = std::string(200'000, 'x');
  {
    DatasetFile file(path, head);
    write_all(file);
    file.commit();
  }
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  EXPECT_EQ(attribute(file, "config"), head.config);
  H5Fclose(file);
}

TEST(DatasetFile, WithoutCommitNothingIsLeft) {
  const fs::path path = scratch_file();
  {
    DatasetFile file(path, small_head());
    write_all(file);
    EXPECT_TRUE(fs::exists(path.string() + ".new"));
  }
  EXPECT_FALSE(fs::exists(path));
  EXPECT_FALSE(fs::exists(path.string() + ".new"));
}

TEST(DatasetFile, AFileThatCannotBeMadeIsARunError) {
  EXPECT_THROW(DatasetFile("/no/such/folder/dataset.h5", small_head()), RunError);
}

TEST(DatasetFile, ANumberThatIsNotFiniteIsNamedWithItsCaseAndTime) {
  DatasetFile file(scratch_file(), small_head());
  std::vector<double> values(2 * 3 * 3, 1.0);
  values[(1 * 3 + 2) * 3 + 2] = std::nan("");  // case 3, time 5, Cai
  try {
    file.write_values({2, 2, 3, 3}, values);
    FAIL() << "NaN was written";
  } catch (const RunError& error) {
    EXPECT_NE(std::string(error.what()).find("Cai of case 3 is no finite number at t = 1.25 ms"),
              std::string::npos)
        << error.what();
  }
}

TEST(DatasetBlocks, ChunksDivideWhatIsHeldAndMemoryIsBounded) {
  for (const std::size_t cases : {1u, 16u, 256u, 5000u, 1'000'000u})
    for (const std::size_t times : {1u, 2u, 37u, 501u, 200'000u})
      for (const std::size_t variables : {1u, 3u, 20u, 50u}) {
        const DatasetBlocks blocks = dataset_blocks(cases, times, variables);
        SCOPED_TRACE(testing::Message() << cases << " " << times << " " << variables);
        ASSERT_GE(blocks.chunk_cases, 1u);
        ASSERT_GE(blocks.chunk_times, 1u);
        EXPECT_LE(blocks.chunk_times * blocks.chunk_cases * variables, 32'768u);
        EXPECT_LE(blocks.chunk_cases, cases);
        EXPECT_EQ(blocks.cases, cases);
        EXPECT_TRUE(blocks.times == times || blocks.times % blocks.chunk_times == 0);
        // 64 MB, or one time of all cases where that is more.
        EXPECT_LE(blocks.times * cases * variables, std::max<std::size_t>(8'388'608, cases * variables));
      }
}

}  // namespace
}  // namespace myowave
