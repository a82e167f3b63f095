// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/image_reader.hpp"

#include <fmt/format.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLImageDataReader.h>

#include <algorithm>
#include <limits>

#include "record/vtk_input.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using vtk_input::broken;
using vtk_input::children;

/// First and last index along each axis.
using Extent = std::array<int, 6>;

std::array<int, 3> nodes_of(const Extent& extent) {
  return {extent[1] - extent[0] + 1, extent[3] - extent[2] + 1, extent[5] - extent[4] + 1};
}

/// The image of one .vti file.
vtkSmartPointer<vtkImageData> read_piece(const fs::path& file) {
  vtk_input::must_exist(file);
  vtkNew<vtkXMLImageDataReader> reader;
  {
    const vtk_input::Quiet quiet;
    if (!reader->CanReadFile(file.string().c_str())) broken(file, "is no VTK image, or cut off");
  }
  reader->SetFileName(file.string().c_str());
  vtk_input::update(*reader, file);
  vtkSmartPointer<vtkImageData> image = reader->GetOutput();
  if (image->GetNumberOfPoints() == 0) broken(file, "is cut off or damaged");
  return image;
}

ImageInfo info_of(vtkImageData* image) {
  ImageInfo info;
  image->GetDimensions(info.nodes.data());
  image->GetSpacing(info.spacing.data());
  vtkPointData* const data = image->GetPointData();
  for (int k = 0; k < data->GetNumberOfArrays(); ++k)
    if (vtkDataArray* const array = data->GetArray(k);
        array && array->GetName() && array->GetNumberOfComponents() == 1)
      info.arrays.emplace_back(array->GetName());
  return info;
}

NodeImage empty_image(ImageInfo info, NodeChoice chosen) {
  const std::size_t count = chosen[0].size() * chosen[1].size() * chosen[2].size();
  const std::vector<float> none(count, std::numeric_limits<float>::quiet_NaN());
  std::vector<std::vector<float>> values(info.arrays.size(), none);
  return {std::move(info), std::move(chosen), std::move(values)};
}

/// Copies those chosen nodes that the piece holds; `first` is the index of the whole image's first node.
void copy_piece(vtkImageData* piece, const std::array<int, 3>& first, const fs::path& file,
                NodeImage& image) {
  int extent[6], nodes[3];
  piece->GetExtent(extent);
  piece->GetDimensions(nodes);
  for (std::size_t a = 0; a < image.info.arrays.size(); ++a) {
    vtkDataArray* const array = piece->GetPointData()->GetArray(image.info.arrays[a].c_str());
    if (!array || array->GetNumberOfTuples() != piece->GetNumberOfPoints())
      broken(file, fmt::format("has no whole array '{}'", image.info.arrays[a]));
    std::size_t at = 0;
    for (const int k : image.chosen[2])
      for (const int j : image.chosen[1])
        for (const int i : image.chosen[0]) {
          const std::size_t place = at++;
          const int x = i + first[0] - extent[0], y = j + first[1] - extent[2],
                    z = k + first[2] - extent[4];
          if (x < 0 || y < 0 || z < 0 || x >= nodes[0] || y >= nodes[1] || z >= nodes[2]) continue;
          const vtkIdType node = x + nodes[0] * (y + vtkIdType{nodes[1]} * z);
          image.values[a][place] = static_cast<float>(array->GetComponent(node, 0));
        }
  }
}

NodeImage read_pieces(const fs::path& file, const std::function<NodeChoice(const ImageInfo&)>& choose) {
  const auto root = vtk_input::parse(file);
  const auto images = children(root.get(), "PImageData");
  Extent whole{};
  ImageInfo info;
  if (images.size() != 1 || images[0]->GetVectorAttribute("WholeExtent", 6, whole.data()) != 6 ||
      images[0]->GetVectorAttribute("Spacing", 3, info.spacing.data()) != 3)
    broken(file, "is no index of a VTK image");
  info.nodes = nodes_of(whole);
  info.arrays = vtk_input::array_names(images[0]);
  if (*std::min_element(info.nodes.begin(), info.nodes.end()) < 1) broken(file, "has no nodes");
  NodeChoice chosen = choose(info);
  NodeImage image = empty_image(std::move(info), std::move(chosen));
  for (const fs::path& part : vtk_input::pieces(images[0], file))
    copy_piece(read_piece(part), {whole[0], whole[2], whole[4]}, part, image);
  return image;
}

}  // namespace

NodeImage read_image(const fs::path& file, const std::function<NodeChoice(const ImageInfo&)>& choose) {
  if (file.extension() == ".pvti") return read_pieces(file, choose);
  const vtkSmartPointer<vtkImageData> piece = read_piece(file);
  ImageInfo info = info_of(piece);
  NodeChoice chosen = choose(info);
  NodeImage image = empty_image(std::move(info), std::move(chosen));
  int extent[6];
  piece->GetExtent(extent);
  copy_piece(piece, {extent[0], extent[2], extent[4]}, file, image);
  return image;
}

std::vector<FrameFile> read_collection(const fs::path& file) {
  const auto root = vtk_input::parse(file);
  std::vector<FrameFile> frames;
  for (vtkXMLDataElement* collection : children(root.get(), "Collection"))
    for (vtkXMLDataElement* entry : children(collection, "DataSet")) {
      double t = 0.0;
      const char* const name = entry->GetAttribute("file");
      if (!name || entry->GetScalarAttribute("timestep", t) == 0)
        broken(file, "has an entry without a time or a file");
      frames.push_back({t, file.parent_path() / name});
    }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const FrameFile& a, const FrameFile& b) { return a.t_ms < b.t_ms; });
  return frames;
}

}  // namespace myowave
