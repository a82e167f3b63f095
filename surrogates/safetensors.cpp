// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/safetensors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/text.hpp"

namespace myowave::surrogates {
namespace {

static_assert(std::endian::native == std::endian::little, "files are read as they lie in memory");

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t header_cap = std::uint64_t{16} << 20;
constexpr std::size_t depth_cap = 32;
constexpr std::size_t value_cap = 100'000;
constexpr std::size_t rank_cap = 8;

const std::vector<std::string> dtypes = {"F64", "F32", "F16", "BF16"};

std::size_t bytes_of(const std::string& dtype) { return dtype == "F64" ? 8 : dtype == "F32" ? 4 : 2; }

/// Looks at JSON without building it.
class JsonChecker : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    return keys_.back().insert(name).second ||
           fail(fmt::format("the key '{}' stands twice", shown(name)));
  }

  bool parse_error(std::size_t position, const std::string& last_token,
                   const Json::exception& error) override {
    if (error.id == out_of_range)
      return fail(fmt::format("'{}' does not fit a double", shown(last_token)));
    const bool no_number = last_token.ends_with('N') || last_token.ends_with('I');
    return fail(fmt::format("it is no JSON at character {}, after '{}'{}", position, shown(last_token),
                            no_number ? " (NaN and Infinity are no numbers in JSON)" : ""));
  }

  std::string fault;

 private:
  static constexpr int out_of_range = 406;

  bool fail(std::string text) {
    fault = std::move(text);
    return false;
  }
  bool value() {
    return ++values_ <= value_cap || fail(fmt::format("it has more than {} values", value_cap));
  }
  bool open() {
    keys_.emplace_back();
    return keys_.size() <= depth_cap
               ? value()
               : fail(fmt::format("it is nested deeper than {} levels", depth_cap));
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  std::vector<std::set<std::string>> keys_;  ///< of the objects and lists that are open
  std::size_t values_ = 0;
};

double half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f, mantissa = bits & 0x3ff;
  double size = std::ldexp(1024 + mantissa, exponent - 25);
  if (exponent == 0) size = std::ldexp(mantissa, -24);
  if (exponent == 0x1f) size = mantissa == 0 ? HUGE_VAL : NAN;
  return (bits & 0x8000) ? -size : size;
}

float brain_half(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

template <class Stored, class T, class Convert>
void convert(std::span<const std::byte> bytes, std::vector<T>& numbers, Convert number) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    Stored stored;
    std::memcpy(&stored, bytes.data() + i * sizeof stored, sizeof stored);
    numbers[i] = static_cast<T>(number(stored));
  }
}

/// A double that no float can hold, as an infinite one: the conversion itself is undefined.
template <class T>
double for_type(double x) {
  const bool too_large = std::abs(x) > static_cast<double>(std::numeric_limits<T>::max());
  return too_large ? std::copysign(HUGE_VAL, x) : x;
}

template <class T>
std::vector<T> numbers_of(const Tensor& tensor) {
  std::vector<T> numbers(tensor.count());
  if (tensor.dtype == "F64")
    convert<double>(tensor.bytes, numbers, for_type<T>);
  else if (tensor.dtype == "F32")
    convert<float>(tensor.bytes, numbers, [](float x) { return x; });
  else if (tensor.dtype == "F16")
    convert<std::uint16_t>(tensor.bytes, numbers, half);
  else
    convert<std::uint16_t>(tensor.bytes, numbers, brain_half);
  return numbers;
}

/// The header's entries, with faults gathered.
class HeaderReader {
 public:
  HeaderReader(std::span<const std::byte> body, const std::string& path) : body_(body), path_(path) {}

  Safetensors read(const Json& header) {
    Safetensors file;
    file.body = body_;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__")
        read_metadata(entry, file);
      else if (auto tensor = read_tensor(name, entry))
        file.tensors.push_back(std::move(*tensor));
    }
    if (faults_.empty()) check_layout(file);
    if (!faults_.empty()) refuse(std::move(faults_));
    return file;
  }

 private:
  void fault(std::string message) { faults_.push_back({path_, std::move(message)}); }

  void read_metadata(const Json& entry, Safetensors& file) {
    if (!entry.is_object()) return fault("__metadata__ of the header is no table of texts");
    for (const auto& [key, value] : entry.items()) {
      if (value.is_string())
        file.metadata[key] = value.get<std::string>();
      else
        fault(fmt::format("'{}' in the metadata is no text; put it in quotes", shown(key)));
    }
  }

  std::optional<Tensor> read_tensor(const std::string& name, const Json& entry) {
    const std::size_t faults_before = faults_.size();
    Tensor tensor;
    tensor.name = name;
    const std::string is = fmt::format("the tensor '{}'", shown(name));
    if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
        !entry.contains("shape") || !entry.contains("data_offsets")) {
      fault(is + " is not described by dtype, shape and data_offsets; is this a safetensors file?");
      return std::nullopt;
    }
    read_dtype(entry["dtype"], is, tensor);
    read_shape(entry["shape"], is, tensor);
    read_offsets(entry["data_offsets"], is, tensor);
    if (faults_.size() > faults_before) return std::nullopt;
    check_size(is, tensor);
    return tensor;
  }

  void read_dtype(const Json& value, const std::string& is, Tensor& tensor) {
    if (value.is_string()) tensor.dtype = value.get<std::string>();
    if (std::find(dtypes.begin(), dtypes.end(), tensor.dtype) == dtypes.end())
      fault(fmt::format("{} has the number type {}; allowed: {}; convert it, in PyTorch by .float()", is,
                        shown(value.dump()), list_of(dtypes)));
  }

  void read_shape(const Json& value, const std::string& is, Tensor& tensor) {
    bool good = value.is_array() && value.size() <= rank_cap;
    if (good) {
      for (const Json& each : value) {
        good = good && each.is_number_unsigned() && each.get<std::uint64_t>() > 0;
        if (good) tensor.shape.push_back(each.get<std::uint64_t>());
      }
    }
    if (!good)
      fault(fmt::format("{} has the shape {}; a list of at most {} lengths above 0 is needed", is,
                        shown(value.dump()), rank_cap));
  }

  void read_offsets(const Json& value, const std::string& is, Tensor& tensor) {
    std::uint64_t begin = 1, end = 0;
    if (value.is_array() && value.size() == 2 && value[0].is_number_unsigned() &&
        value[1].is_number_unsigned()) {
      begin = value[0].get<std::uint64_t>();
      end = value[1].get<std::uint64_t>();
    }
    if (begin > end)
      return fault(fmt::format("{} has the data_offsets {}; two ascending byte numbers are needed", is,
                               shown(value.dump())));
    if (end > body_.size())
      return fault(
          fmt::format("{} ends at byte {} after the header, where the file has only {}: it is "
                      "truncated or damaged; copy or write it again",
                      is, end, body_.size()));
    tensor.bytes = body_.subspan(begin, end - begin);
  }

  /// No product of the lengths is formed that the bytes do not bear out.
  void check_size(const std::string& is, const Tensor& tensor) {
    std::uint64_t left = tensor.bytes.size() / bytes_of(tensor.dtype);
    bool fits = tensor.bytes.size() % bytes_of(tensor.dtype) == 0;
    for (const std::uint64_t length : tensor.shape) {
      fits = fits && left % length == 0;
      left /= length;
    }
    if (!fits || left != 1)
      fault(fmt::format("{} has {} bytes, which is not what the shape [{}] takes in {}", is,
                        tensor.bytes.size(), fmt::join(tensor.shape, ", "), tensor.dtype));
  }

  /// The tensors fill the body, each byte once.
  void check_layout(Safetensors& file) {
    auto begin = [this](const Tensor& tensor) { return tensor.bytes.data() - body_.data(); };
    std::stable_sort(file.tensors.begin(), file.tensors.end(),
                     [&](const Tensor& a, const Tensor& b) { return begin(a) < begin(b); });
    std::uint64_t at = 0;
    for (const Tensor& tensor : file.tensors) {
      const auto starts = static_cast<std::uint64_t>(begin(tensor));
      if (starts != at)
        return fault(
            fmt::format("the tensor '{}' starts at byte {} after the header, where the one before "
                        "it ends at {}: tensors must neither overlap nor leave holes",
                        shown(tensor.name), starts, at));
      at += tensor.bytes.size();
    }
    if (at != body_.size())
      fault(
          fmt::format("the file has {} bytes after its header, its tensors take {}: it has a hole or "
                      "something behind its end",
                      body_.size(), at));
  }

  std::span<const std::byte> body_;
  const std::string& path_;
  std::vector<Fault> faults_;
};

/// The text without control characters, cut where it is too long.
std::string harmless(std::string_view text, std::size_t longest) {
  auto is_continuation = [](char c) { return (c & 0xc0) == 0x80; };
  std::size_t end = std::min(text.size(), longest);
  while (end < text.size() && end > 0 && is_continuation(text[end])) --end;
  std::string out(text.substr(0, end));
  if (!is_plain_text(out)) {
    // Everything but plain ASCII goes, for control characters may take two bytes.
    for (char& c : out)
      if (c < 0x20 || c == 0x7f) c = '?';
  }
  return end < text.size() ? out + "..." : out;
}

}  // namespace

std::size_t Tensor::count() const { return bytes.size() / bytes_of(dtype); }

Safetensors parse_safetensors(std::span<const std::byte> bytes, const std::string& path) {
  const std::string no_file = "this is no safetensors file: ";
  if (bytes.size() < length_bytes)
    refuse({{path,
             fmt::format("{}it has {} bytes, not even the length of a header", no_file, bytes.size())}});
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), length_bytes);
  if (length > header_cap)
    refuse({{path, fmt::format("{}its header would have {} bytes; at most {} are allowed", no_file,
                               length, header_cap)}});
  if (length > bytes.size() - length_bytes)
    refuse({{path, fmt::format(
                       "the header should have {} bytes, and {} are there: the file is truncated, or no "
                       "safetensors file; copy or write it again",
                       length, bytes.size() - length_bytes)}});
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + length_bytes, length);
  if (!text.starts_with('{')) refuse({{path, no_file + "its header does not begin with '{'"}});
  if (const std::string wrong = json_fault(text); !wrong.empty())
    refuse({{path, "the header cannot be read: " + wrong}});
  return HeaderReader(bytes.subspan(length_bytes + length), path).read(Json::parse(text));
}

std::vector<float> floats_of(const Tensor& tensor) { return numbers_of<float>(tensor); }
std::vector<double> doubles_of(const Tensor& tensor) { return numbers_of<double>(tensor); }

std::string crc32_text(std::span<const std::byte> bytes) {
  const auto crc = crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return fmt::format("{:08x}", crc);
}

void SafetensorsWriter::add(const std::string& name, std::vector<std::uint64_t> shape,
                            std::span<const double> numbers) {
  append({name, "F64", std::move(shape), 0, 0}, std::as_bytes(numbers));
}

void SafetensorsWriter::add(const std::string& name, std::vector<std::uint64_t> shape,
                            std::span<const float> numbers) {
  append({name, "F32", std::move(shape), 0, 0}, std::as_bytes(numbers));
}

void SafetensorsWriter::append(Entry entry, std::span<const std::byte> bytes) {
  entry.begin = body_.size();
  body_.insert(body_.end(), bytes.begin(), bytes.end());
  entry.end = body_.size();
  entries_.push_back(std::move(entry));
}

std::string SafetensorsWriter::header(
    const std::vector<std::pair<std::string, std::string>>& metadata) const {
  OrderedJson header;
  for (const auto& [key, value] : metadata) header["__metadata__"][key] = value;
  for (const Entry& entry : entries_) {
    OrderedJson& tensor = header[entry.name];
    tensor["dtype"] = entry.dtype;
    tensor["shape"] = entry.shape;
    tensor["data_offsets"] = {entry.begin, entry.end};
  }
  std::string text = header.dump();
  text.append((length_bytes - text.size() % length_bytes) % length_bytes, ' ');
  const std::uint64_t length = text.size();
  std::string bytes(length_bytes, '\0');
  std::memcpy(bytes.data(), &length, length_bytes);
  return bytes + text;
}

std::string json_fault(std::string_view text) {
  JsonChecker checker;
  Json::sax_parse(text, &checker);
  return checker.fault;
}

std::string shown(std::string_view text) { return harmless(text, 60); }

bool is_plain_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return false;
    // U+0080 to U+009F
    if (c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) return false;
  }
  try {
    Json(text).dump();
  } catch (const Json::type_error&) {
    return false;
  }
  return true;
}

void refuse(std::vector<Fault> faults) {
  constexpr std::size_t most = 20, longest = 1000;
  if (faults.size() > most) {
    faults.resize(most);
    faults.push_back({faults.front().where, "and more faults after these"});
  }
  for (Fault& fault : faults) fault.message = harmless(fault.message, longest);
  throw InputError(std::move(faults));
}

}  // namespace myowave::surrogates
