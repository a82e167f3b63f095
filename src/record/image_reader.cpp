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
#include <vtkXMLUtilities.h>

#include <algorithm>
#include <limits>
#include <new>

#include "base/error.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

/// VTK prints about broken files; our message says it.
class QuietVtk {
 public:
  QuietVtk() : before_(vtkObject::GetGlobalWarningDisplay()) { vtkObject::GlobalWarningDisplayOff(); }
  ~QuietVtk() { vtkObject::SetGlobalWarningDisplay(before_); }
  QuietVtk(const QuietVtk&) = delete;
  QuietVtk& operator=(const QuietVtk&) = delete;

 private:
  int before_;
};

[[noreturn]] void broken(const fs::path& file, const std::string& what) {
  throw InputError(fmt::format("{} {}; repeat the run", file.string(), what));
}

void must_exist(const fs::path& file) {
  if (!fs::is_regular_file(file)) broken(file, "is missing");
}

/// The root of an XML file.
vtkSmartPointer<vtkXMLDataElement> parse(const fs::path& file) {
  must_exist(file);
  const QuietVtk quiet;
  const auto root = vtkSmartPointer<vtkXMLDataElement>::Take(
      vtkXMLUtilities::ReadElementFromFile(file.string().c_str()));
  if (!root) broken(file, "is cut off or damaged");
  return root;
}

std::vector<vtkXMLDataElement*> children(vtkXMLDataElement* parent, const char* name) {
  std::vector<vtkXMLDataElement*> all;
  for (int k = 0; parent && k < parent->GetNumberOfNestedElements(); ++k)
    if (std::string(parent->GetNestedElement(k)->GetName()) == name)
      all.push_back(parent->GetNestedElement(k));
  return all;
}

/// First and last index along each axis.
using Extent = std::array<int, 6>;

std::array<int, 3> nodes_of(const Extent& extent) {
  return {extent[1] - extent[0] + 1, extent[3] - extent[2] + 1, extent[5] - extent[4] + 1};
}

/// The image of one .vti file.
vtkSmartPointer<vtkImageData> read_piece(const fs::path& file) {
  must_exist(file);
  const QuietVtk quiet;
  vtkNew<vtkXMLImageDataReader> reader;
  if (!reader->CanReadFile(file.string().c_str())) broken(file, "is no VTK image, or cut off");
  reader->SetFileName(file.string().c_str());
  try {
    reader->Update();
  } catch (const std::bad_alloc&) {  // a damaged size
    broken(file, "is damaged");
  }
  vtkSmartPointer<vtkImageData> image = reader->GetOutput();
  if (reader->GetErrorCode() != 0 || image->GetNumberOfPoints() == 0)
    broken(file, "is cut off or damaged");
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
  const auto root = parse(file);
  const auto images = children(root, "PImageData");
  Extent whole{};
  ImageInfo info;
  if (images.size() != 1 || images[0]->GetVectorAttribute("WholeExtent", 6, whole.data()) != 6 ||
      images[0]->GetVectorAttribute("Spacing", 3, info.spacing.data()) != 3)
    broken(file, "is no index of a VTK image");
  info.nodes = nodes_of(whole);
  for (vtkXMLDataElement* data : children(images[0], "PPointData"))
    for (vtkXMLDataElement* array : children(data, "PDataArray")) {
      int components = 1;
      array->GetScalarAttribute("NumberOfComponents", components);
      const char* const name = array->GetAttribute("Name");
      if (name && components == 1) info.arrays.emplace_back(name);
    }
  if (*std::min_element(info.nodes.begin(), info.nodes.end()) < 1) broken(file, "has no nodes");
  NodeChoice chosen = choose(info);
  NodeImage image = empty_image(std::move(info), std::move(chosen));
  for (vtkXMLDataElement* piece : children(images[0], "Piece")) {
    const char* const source = piece->GetAttribute("Source");
    if (!source) broken(file, "names no file for a piece");
    const fs::path part = file.parent_path() / source;
    copy_piece(read_piece(part), {whole[0], whole[2], whole[4]}, part, image);
  }
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
  const auto root = parse(file);
  std::vector<FrameFile> frames;
  for (vtkXMLDataElement* collection : children(root, "Collection"))
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
