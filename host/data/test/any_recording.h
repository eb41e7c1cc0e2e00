// Good WAV and IDX files made by code, and any bytes read as such, the way a fuzzer asks for it: must end, and must not fail
// otherwise than by an error.
#pragma once

#include <string_view>

#include "base/test/memory_file_system.h"
#include "host/data/source.h"

namespace mote {

inline void put(Bytes& to, uint64_t value, int count, bool big) {
  for (int i = 0; i < count; ++i) to.push_back(static_cast<uint8_t>(value >> 8 * (big ? count - 1 - i : i)));
}

inline Bytes make_idx_images(uint32_t count, uint32_t height, uint32_t width) {
  Bytes bytes;
  for (const uint32_t number : {0x803u, count, height, width}) put(bytes, number, 4, true);
  for (uint32_t i = 0; i < count * height * width; ++i) bytes.push_back(static_cast<uint8_t>(i * 7));
  return bytes;
}

inline Bytes make_idx_labels(const std::vector<uint8_t>& labels) {
  Bytes bytes;
  for (const uint64_t number : {uint64_t{0x801}, uint64_t{labels.size()}}) put(bytes, number, 4, true);
  bytes.insert(bytes.end(), labels.begin(), labels.end());
  return bytes;
}

inline Bytes make_wav(uint32_t rate, uint32_t channels, const std::vector<int16_t>& samples, uint32_t bits = 16) {
  Bytes bytes;
  const auto say = [&](std::string_view text) {
    for (const char letter : text) bytes.push_back(static_cast<uint8_t>(letter));
  };
  say("RIFF");
  put(bytes, 36 + samples.size() * 2, 4, false);
  say("WAVEfmt ");
  put(bytes, 16, 4, false);
  put(bytes, 1, 2, false), put(bytes, channels, 2, false), put(bytes, rate, 4, false);
  put(bytes, uint64_t{rate} * channels * 2, 4, false), put(bytes, channels * 2, 2, false), put(bytes, bits, 2, false);
  say("data");
  put(bytes, samples.size() * 2, 4, false);
  for (const int16_t sample : samples) put(bytes, static_cast<uint16_t>(sample), 2, false);
  return bytes;
}

// A good file with some of its bytes changed and its end cut, as pairs of `changes` say: a place and the byte that goes there.
inline Bytes damaged(Bytes file, ByteView changes) {
  for (size_t i = 0; i + 1 < changes.size() && !file.empty(); i += 2) {
    const size_t place = changes[i] % file.size();
    if (changes[i] == 255) {
      file.resize(changes[i + 1] % file.size());
    } else {
      file[place] = changes[i + 1];
    }
  }
  return file;
}

inline void read_any_wav(Bytes bytes) {
  MemoryFileSystem files;
  files.files["d/yes/0a_nohash_0.wav"] = std::move(bytes);
  DataConfig config;
  config.reader = Reader::wav;
  config.window = config.hop = 4;
  config.wav = {.group_before = "_nohash_", .pad = true};
  const Checked checked = check(files, config, "d", 5);
  if (checked.dataset && checked.dataset->samples.size() != checked.dataset->count() * checked.dataset->window_values())
    std::abort();
  if (!checked.dataset && checked.problems.empty()) std::abort();
}

inline void read_any_idx(Bytes images, Bytes labels) {
  MemoryFileSystem files;
  files.files["d/a-images-idx3-ubyte"] = std::move(images);
  files.files["d/a-labels-idx1-ubyte"] = std::move(labels);
  DataConfig config;
  config.reader = Reader::idx;
  const Checked checked = check(files, config, "d", 5);
  if (checked.dataset && checked.dataset->samples.size() != checked.dataset->count() * checked.dataset->window_values())
    std::abort();
  if (!checked.dataset && checked.problems.empty()) std::abort();
}

}  // namespace mote
