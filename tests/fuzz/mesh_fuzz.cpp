// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

#include "base/error.hpp"
#include "tests/support/mesh_text.hpp"

// Feeds the readers of Gmsh's, CARP's and VTK's files with broken ones; see README.md for how to build
// and run it. Whatever comes in is a mesh that is written and read again, or refused by an InputError.

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using Random = std::mt19937;

/// The words of a text with the blanks and ends of lines that follow them.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    std::size_t end = text.find_first_of(" \n");
    end = text.find_first_not_of(" \n", std::min(end, text.size()));
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end, text.size()));
  }
  return words;
}

/// What a word may become.
const char* some_word(Random& random) {
  static const char* const all[] = {"0",
                                    "1",
                                    "2",
                                    "3",
                                    "4",
                                    "5",
                                    "8",
                                    "15",
                                    "-1",
                                    "99",
                                    "1e300",
                                    "nan",
                                    "inf",
                                    "1e-300",
                                    "0.5",
                                    "2147483647",
                                    "-2147483648",
                                    "9223372036854775807",
                                    "Ln",
                                    "Tr",
                                    "Qd",
                                    "Tt",
                                    "Hx",
                                    "Pr",
                                    "$Nodes",
                                    "$EndNodes",
                                    "$Elements",
                                    "$EndElements",
                                    "$ElementData",
                                    "\"fibre\"",
                                    "\"sheet\"",
                                    "%%",
                                    "OFFSETS",
                                    "METADATA\n",
                                    "FIELD",
                                    "CELL_DATA",
                                    "LOOKUP_TABLE",
                                    "string",
                                    "bit",
                                    "vtktypeint64",
                                    "format=\"appended\"",
                                    "format=\"binary\"",
                                    "type=\"Int8\"",
                                    "type=\"Float64\"",
                                    "offset=\"0\"",
                                    "header_type=\"UInt64\"",
                                    "byte_order=\"BigEndian\"",
                                    "NumberOfComponents=\"3\""};
  return all[random() % std::size(all)];
}

/// Another number in place of the one in a word, as in an attribute of XML.
std::string with_another_number(std::string word, Random& random) {
  constexpr std::string_view digits = "0123456789";
  const std::size_t begin = std::min(word.find_first_of(digits), word.size()),
                    end = std::min(word.find_first_not_of(digits, begin), word.size());
  return word.replace(begin, end - begin, some_word(random));
}

void mutate(std::vector<std::string>& words, Random& random) {
  const std::size_t at = random() % words.size(), other = random() % words.size();
  const auto place = words.begin() + static_cast<std::ptrdiff_t>(at);
  const std::string& word = words[at];
  const std::size_t blank = std::min(word.find_first_of(" \n"), word.size());
  switch (random() % 6) {
    case 5:
      words[at] = with_another_number(word, random);
      break;
    case 0:
      words[at] = some_word(random) + word.substr(blank);
      break;
    case 1:
      words[at] = words[other];
      break;
    case 2:
      words.erase(place);
      break;
    case 3:
      words.insert(place, std::string(words[other]));
      break;
    default:
      words[at] = word.substr(0, blank) + (random() % 2 ? "\n" : " ");
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  std::vector<std::string> words = words_of({reinterpret_cast<const char*>(data), size});
  if (seed % 4 == 0 || words.size() < 2) return LLVMFuzzerMutate(data, size, max_size);
  Random random(seed);
  for (unsigned changes = 1 + random() % 4; changes > 0 && !words.empty(); --changes)
    mutate(words, random);
  std::string text;
  for (const std::string& word : words) text += word;
  if (text.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const bool repair : {false, true}) {
    try {
      const myowave::MeshSummary summary =
          myowave::testing::read_mesh_text({reinterpret_cast<const char*>(data), size}, repair);
      if (summary.nodes < 2 || summary.parts < 1 || summary_text(summary).empty()) std::abort();
    } catch (const myowave::InputError& error) {
      if (error.faults().empty() || error.faults()[0].message.empty()) std::abort();
    }
  }
  return 0;
}
