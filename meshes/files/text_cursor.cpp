// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/text_cursor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/error.hpp"

namespace myowave {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Parses the whole word; a '+' in front, which files may have, is no part of what from_chars reads.
template <class Number>
bool parse(std::string_view word, Number& value) {
  if (word.size() > 1 && word[0] == '+' && word[1] != '-') word.remove_prefix(1);
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  return error == std::errc() && end == word.data() + word.size();
}

}  // namespace

bool to_integer(std::string_view word, std::int64_t& value) { return parse(word, value); }

std::string shown(std::string_view word) {
  constexpr std::size_t longest = 40;
  std::string text(word.substr(0, longest));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return word.size() > longest ? text + "..." : text;
}

TextCursor::TextCursor(std::string_view text, std::string path, std::int32_t line)
    : text_(text), path_(std::move(path)), line_(line), word_line_(line) {}

void TextCursor::skip_blanks() {
  while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
}

void TextCursor::skip_space() {
  for (; at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n'); ++at_)
    if (text_[at_] == '\n') ++line_;
}

bool TextCursor::at_end() {
  skip_space();
  return at_ == text_.size();
}

bool TextCursor::at_line_end() {
  skip_blanks();
  return at_ == text_.size() || text_[at_] == '\n';
}

std::string_view TextCursor::word(const char* what) {
  skip_space();
  word_line_ = line_;
  const std::size_t begin = at_;
  while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != '\n') ++at_;
  if (at_ == begin)
    fail(
        fmt::format("the file ends where {} should stand: it is cut off; copy or write it again", what));
  return text_.substr(begin, at_ - begin);
}

bool TextCursor::starts_with(std::string_view text) {
  skip_space();
  return rest().starts_with(text);
}

std::string_view TextCursor::bytes(std::uint64_t count, const char* what) {
  word_line_ = line_;
  if (count > bytes_left())
    fail(fmt::format("the file ends in {} bytes of {}: it is cut off; copy or write it again", count,
                     what));
  const std::string_view found = text_.substr(at_, count);
  at_ += found.size();
  line_ += static_cast<std::int32_t>(std::count(found.begin(), found.end(), '\n'));
  return found;
}

std::string_view TextCursor::quoted(const char* what) {
  skip_space();
  word_line_ = line_;
  const std::size_t begin = at_ + 1, end = text_.find('"', begin);
  if (at_ >= text_.size() || text_[at_] != '"' || end == std::string_view::npos ||
      text_.substr(begin, end - begin).find('\n') != std::string_view::npos)
    fail(fmt::format("{} should stand here in quotes", what));
  at_ = end + 1;
  return text_.substr(begin, end - begin);
}

std::int64_t TextCursor::integer(const char* what) {
  const std::string_view text = word(what);
  std::int64_t value = 0;
  if (!to_integer(text, value))
    fail(fmt::format("'{}' is no integer; {} should stand here", shown(text), what));
  return value;
}

std::int32_t TextCursor::small_integer(const char* what) {
  const std::int64_t value = integer(what);
  if (value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max())
    fail(fmt::format("{} is too large for {}", value, what));
  return static_cast<std::int32_t>(value);
}

double TextCursor::number(const char* what) {
  const std::string_view text = word(what);
  double value = 0.0;
  if (!parse(text, value))
    fail(fmt::format("'{}' is no number; {} should stand here", shown(text), what));
  return value;
}

std::int64_t TextCursor::count(const char* what, std::size_t least_bytes) {
  const std::int64_t value = integer(what);
  const auto most = static_cast<std::int64_t>((bytes_left() + least_bytes) / least_bytes);
  if (value < 0) fail(fmt::format("{} is {}; it cannot be negative", what, value));
  if (value > most)
    fail(fmt::format(
        "{} is {}, for which the rest of the file has no room: it is cut off or damaged; copy "
        "or write it again",
        what, value));
  if (value > std::numeric_limits<std::int32_t>::max())
    fail(fmt::format("{} is {}; at most 2^31 - 1 are possible", what, value));
  return value;
}

void TextCursor::end_line(const char* after) {
  if (!at_line_end()) {
    const std::string_view text = word("");
    fail(fmt::format("'{}' stands after {}, where the line should end", shown(text), after));
  }
  skip_line();
}

void TextCursor::skip_line() {
  const std::size_t end = text_.find('\n', at_);
  if (end == std::string_view::npos) {
    at_ = text_.size();
    return;
  }
  at_ = end + 1;
  ++line_;
}

void TextCursor::fail(const std::string& message) const {
  throw InputError({Fault{fmt::format("{}:{}", path_, word_line_), message}});
}

}  // namespace myowave
