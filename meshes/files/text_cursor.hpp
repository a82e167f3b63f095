// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace myowave {

/// Walks through a text by words or lines and knows where it is. A word or number that is not there or
/// not understood is an InputError at its line, "file:line".
class TextCursor {
 public:
  /// `text` must outlive the cursor; `path` is for messages, in which the text begins at `line`.
  TextCursor(std::string_view text, std::string path, std::int32_t line = 1);

  /// Line of the next character, from 1.
  std::int32_t line() const { return line_; }
  std::size_t bytes_left() const { return text_.size() - at_; }
  /// What follows, blanks included.
  std::string_view rest() const { return text_.substr(at_); }
  /// Whether only blanks and ends of lines follow.
  bool at_end();
  /// Whether only blanks follow on this line.
  bool at_line_end();

  /// Whether this stands at the next word, on this line or a later one.
  bool starts_with(std::string_view text);

  /// The next word, on this line or a later one; `what` it should be is for the message.
  std::string_view word(const char* what);
  /// A text in double quotes, on this line or a later one.
  std::string_view quoted(const char* what);
  std::int64_t integer(const char* what);
  /// An integer that fits 32 bits.
  std::int32_t small_integer(const char* what);
  double number(const char* what);
  /// A number of entities that each take at least `least_bytes` of what follows. So a count that the
  /// file does not bear out is refused before anything is allocated.
  std::int64_t count(const char* what, std::size_t least_bytes);

  /// The next bytes as they stand, whatever they are.
  std::string_view bytes(std::uint64_t count, const char* what);

  /// Goes to the next line, of which only blanks may be left.
  void end_line(const char* after);
  /// Goes to the next line, whatever is left of this one.
  void skip_line();

  /// Throws an InputError at the line where the last word began.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void skip_blanks();
  void skip_space();

  std::string_view text_;
  std::string path_;
  std::size_t at_ = 0;
  std::int32_t line_ = 1, word_line_ = 1;
};

/// Whether the whole word is an integer, which `value` becomes.
bool to_integer(std::string_view word, std::int64_t& value);

/// A word as it may stand in a message: cut where it is long, without control characters.
std::string shown(std::string_view word);

}  // namespace myowave
