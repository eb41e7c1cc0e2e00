// What must hold for any bytes that pretend to be a model, for the fuzzer and for the tests.
#pragma once

#include <cstdlib>
#include <cstring>

#include "device/model/test/aligned.h"
#include "mote/mote.h"

namespace mote {

constexpr uint32_t kLargestArenaRun = 64 * 1024;

// Checks a copy of `bytes`, and runs it every way when it is accepted and its arena is small. File and arena are of exactly their
// size, so that AddressSanitizer sees a step outside. Aborts when mote_check and mote_open disagree. True when accepted.
inline bool run_any_bytes(const uint8_t* bytes, size_t count) {
  const AlignedBytes file(bytes, bytes + count);
  uint32_t arena_bytes = 0;
  const char* rule = nullptr;
  const mote_status status = mote_check(file.data(), file.size(), &arena_bytes, &rule);
  if ((status == MOTE_MALFORMED) != (rule != nullptr)) std::abort();
  mote_model model;
  if (status != MOTE_OK) {
    if (mote_open(&model, file.data(), file.size(), nullptr, 0) != status) std::abort();
    return false;
  }
  if (arena_bytes > kLargestArenaRun) return true;
  AlignedBytes arena(arena_bytes);
  if (mote_open(&model, file.data(), file.size(), arena.data(), arena.size()) != MOTE_OK) std::abort();
  std::vector<int8_t> input(mote_input_bytes(&model)), output(mote_output_bytes(&model));
  for (size_t i = 0; i < input.size(); ++i) input[i] = static_cast<int8_t>(file[i % file.size()] + i);
  mote_run(&model, input.data(), output.data());
  std::vector<int16_t> raw(mote_raw_input(&model).count), statistics(mote_statistics(&model).count);
  for (size_t i = 0; i < raw.size(); ++i) raw[i] = static_cast<int16_t>(257 * file[i % file.size()]);
  if (!raw.empty()) {
    mote_run_raw(&model, raw.data(), statistics.data(), output.data());
    mote_front_end(&model, raw.data(), nullptr, input.data());
  }
  mote_self_test(&model);
  return true;
}

}  // namespace mote
