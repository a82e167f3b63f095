// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace myowave {

/// What an image file holds: nodes along each axis, their spacing [mm], and its arrays of one component.
struct ImageInfo {
  std::array<int, 3> nodes{};
  std::array<double, 3> spacing{};
  std::vector<std::string> arrays;
};

/// Indices of the nodes that are wanted along each axis, ascending.
using NodeChoice = std::array<std::vector<int>, 3>;

/// Node values read from a file: the chosen nodes only, x fastest, one list for each of `info.arrays`.
/// NaN where a file has it.
struct NodeImage {
  ImageInfo info;
  NodeChoice chosen;
  std::vector<std::vector<float>> values;
};

/// Reads a .vti, or a .pvti with its pieces one after the other; `choose` picks the nodes to keep.
/// Throws InputError that names the file that is missing or broken.
NodeImage read_image(const std::filesystem::path& file,
                     const std::function<NodeChoice(const ImageInfo&)>& choose);

/// One frame of a .pvd collection.
struct FrameFile {
  double t_ms;
  std::filesystem::path file;
};

/// The frames of a collection by time. Throws InputError if it cannot be read.
std::vector<FrameFile> read_collection(const std::filesystem::path& file);

}  // namespace myowave
