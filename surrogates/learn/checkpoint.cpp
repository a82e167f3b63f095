// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/checkpoint.hpp"

#include <fmt/format.h>
#include <torch/torch.h>

#include <vector>

#include "base/error.hpp"
#include "base/files.hpp"

namespace myowave::learn {
namespace {

using Dictionary = c10::impl::GenericDict;

Dictionary dictionary() { return Dictionary(c10::StringType::get(), c10::AnyType::get()); }

Dictionary dictionary_of(const TensorsByName& tensors) {
  Dictionary dict = dictionary();
  for (const auto& [name, tensor] : tensors) dict.insert(name, tensor.detach().to(torch::kCPU));
  return dict;
}

void write_pickle(const Dictionary& dict, const std::filesystem::path& file) {
  const std::vector<char> bytes = torch::pickle_save(dict);
  write_atomically(file, {bytes.data(), bytes.size()});
}

Dictionary read_pickle(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  try {
    return torch::pickle_load({bytes.begin(), bytes.end()}).toGenericDict();
  } catch (const std::exception&) {
    throw InputError({Fault{file.string(),
                            "this is no checkpoint that can be read; start anew without "
                            "--resume, or with --force"}});
  }
}

}  // namespace

void write_checkpoint(const Checkpoint& checkpoint, const std::filesystem::path& file) {
  Dictionary dict = dictionary_of(checkpoint.tensors);
  dict.insert("config", checkpoint.config);
  dict.insert("version", checkpoint.version);
  write_pickle(dict, file);
}

Checkpoint read_checkpoint(const std::filesystem::path& file) {
  Checkpoint checkpoint;
  for (const auto& entry : read_pickle(file)) {
    const std::string name = entry.key().toStringRef();
    if (name == "config")
      checkpoint.config = entry.value().toStringRef();
    else if (name == "version")
      checkpoint.version = entry.value().toStringRef();
    else
      checkpoint.tensors[name] = entry.value().toTensor();
  }
  return checkpoint;
}

void write_tensors(const TensorsByName& tensors, const std::filesystem::path& file) {
  write_pickle(dictionary_of(tensors), file);
}

TensorsByName read_tensors(const std::filesystem::path& file) {
  TensorsByName tensors;
  for (const auto& entry : read_pickle(file))
    tensors[entry.key().toStringRef()] = entry.value().toTensor();
  return tensors;
}

}  // namespace myowave::learn
