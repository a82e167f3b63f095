// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/vtk_xml.hpp"

#include <expat.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "meshes/files/text_cursor.hpp"

namespace myowave {
namespace {

/// Expat's handlers. They do not throw, for expat is C.
class Structure {
 public:
  Structure(std::string_view text, std::string_view kind, VtkXml& xml)
      : text_(text), kind_(kind), xml_(xml), parser_(XML_ParserCreate(nullptr), &XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(
        parser_.get(),
        [](void* self, const char* name, const char** pairs) {
          static_cast<Structure*>(self)->start(name, pairs);
        },
        [](void* self, const char*) { static_cast<Structure*>(self)->end(); });
  }

  /// "" or what is wrong with the XML.
  std::string parse(std::string_view part, bool is_all) {
    constexpr std::size_t most = std::size_t{1} << 26;  // expat counts bytes of a part in an int
    do {
      const std::string_view next = part.substr(0, most);
      part.remove_prefix(next.size());
      const bool last = is_all && part.empty();
      if (XML_Parse(parser_.get(), next.data(), static_cast<int>(next.size()), last) != XML_STATUS_OK)
        return XML_ErrorString(XML_GetErrorCode(parser_.get()));
    } while (!part.empty());
    return "";
  }
  std::int64_t line() const {
    return static_cast<std::int64_t>(XML_GetCurrentLineNumber(parser_.get()));
  }
  bool in_piece() const { return piece_depth_ > 0; }

 private:
  std::size_t begin_of_tag() const {
    return static_cast<std::size_t>(XML_GetCurrentByteIndex(parser_.get()));
  }

  void end_text() {
    if (in_text_ && begin_of_tag() > text_begin_)
      xml_.pieces.back().arrays.back().text = text_.substr(text_begin_, begin_of_tag() - text_begin_);
    in_text_ = false;
  }

  void start(std::string_view name, const char** pairs) {
    ++depth_;
    XmlAttributes attributes;
    for (; *pairs; pairs += 2) attributes.emplace(pairs[0], pairs[1]);
    if (depth_ == 1 && name == "VTKFile") {
      xml_.file = std::move(attributes);
    } else if (depth_ == 2 && name == kind_) {
      xml_.data_set = std::move(attributes);
      in_data_set_ = true;
    } else if (depth_ == 2 && name == "AppendedData") {
      xml_.appended_attributes = std::move(attributes);
    } else if (depth_ == 3 && in_data_set_ && name == "Piece") {
      xml_.pieces.push_back({std::move(attributes), line(), {}});
      piece_depth_ = depth_;
    } else if (depth_ == 4 && in_piece()) {
      section_ = name;
    } else if (depth_ == 5 && in_piece() && name == "DataArray") {
      xml_.pieces.back().arrays.push_back({section_, std::move(attributes), line(), {}});
      text_begin_ = begin_of_tag() + static_cast<std::size_t>(XML_GetCurrentByteCount(parser_.get()));
      in_text_ = true;
    } else {
      end_text();  // the array's InformationKeys stand behind its numbers
    }
  }

  void end() {
    end_text();
    if (depth_ == piece_depth_) piece_depth_ = 0;
    if (depth_ == 2) in_data_set_ = false;
    --depth_;
  }

  std::string_view text_, kind_;
  VtkXml& xml_;
  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
  int depth_ = 0, piece_depth_ = 0;
  bool in_data_set_ = false, in_text_ = false;
  std::string section_;
  std::size_t text_begin_ = 0;
};

/// Appended data need not be XML. Everything up to the end of their tag is.
std::string_view before_appended_data(std::string_view text) {
  const std::size_t tag = text.find("<AppendedData");
  return tag == std::string_view::npos ? text : text.substr(0, text.find('>', tag) + 1);
}

}  // namespace

VtkXml parse_vtk_xml(std::string_view text, const std::string& path, std::string_view kind) {
  VtkXml xml;
  Structure structure(text, kind, xml);
  const std::string_view head = before_appended_data(text);
  const std::string fault = structure.parse(head, head.size() == text.size());
  auto fail = [&](const std::string& message) {
    throw InputError({Fault{fmt::format("{}:{}", path, structure.line()), message}});
  };
  if (!fault.empty())
    fail(fmt::format(
        "this is no XML file of VTK, or it is cut off or damaged ({}); copy or write it again", fault));
  if (const std::string type = attribute(xml.file, "type"); type != kind)
    fail(fmt::format("the file is one of VTK's type '{}'; '{}' is needed", shown(type), kind));
  if (xml.pieces.empty() || structure.in_piece())
    fail(fmt::format("the file has no whole <Piece> of an <{}>: it is cut off or damaged", kind));
  if (head.size() < text.size()) {
    const std::size_t begin = text.find('_', head.size());
    if (begin != std::string_view::npos) xml.appended = text.substr(begin + 1);
  }
  return xml;
}

std::string attribute(const XmlAttributes& attributes, std::string_view name,
                      const std::string& otherwise) {
  const auto found = attributes.find(name);
  return found == attributes.end() ? otherwise : found->second;
}

}  // namespace myowave
