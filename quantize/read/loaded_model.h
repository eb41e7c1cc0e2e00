// A model opened on the host: the device's own verifier and kernels over memory that this owns.
#pragma once

#include <cstdlib>
#include <memory>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "mote/mote.h"

namespace mote {

// What mote_check says of `bytes`, as an error for a person: "breaks rule M7 of the model format".
Result<void> check_model(ByteView bytes, const std::string& where);

class LoadedModel {
 public:
  // Copies `bytes`.
  static Result<LoadedModel> open(ByteView bytes, const std::string& where);

  mote_tensor input() const { return mote_input(&model_, 0); }
  mote_tensor output() const { return mote_output(&model_, 0); }
  uint32_t input_bytes() const { return mote_input_bytes(&model_); }  // of all inputs
  uint32_t output_bytes() const { return mote_output_bytes(&model_); }
  mote_tensor raw_input() const { return mote_raw_input(&model_); }    // count 0: the model has no front end
  mote_tensor statistics() const { return mote_statistics(&model_); }  // count 0: it has none

  // All inputs and all outputs, one after the other.
  void run(ByteView inputs, std::span<uint8_t> outputs);
  // Spans hold exactly the counts of the tensors above; `statistics` may be empty.
  void run(std::span<const int8_t> input, std::span<int8_t> output);
  void run_raw(std::span<const int16_t> raw, std::span<int16_t> statistics, std::span<int8_t> output);
  void front_end(std::span<const int16_t> raw, std::span<int16_t> statistics, std::span<int8_t> input);
  void set_hook(mote_hook hook, void* context) { mote_set_hook(&model_, hook, context); }
  bool self_test_passes() { return mote_self_test(&model_) == MOTE_OK; }

  // Bytes of a section, by SectionType; empty when there is none.
  ByteView section(uint16_t type) const;
  uint32_t arena_bytes() const { return arena_bytes_; }
  const uint8_t* arena() const { return arena_.get(); }  // what the last run left there

 private:
  struct Free {
    void operator()(uint8_t* bytes) const { std::free(bytes); }
  };
  using Aligned = std::unique_ptr<uint8_t[], Free>;

  LoadedModel() = default;
  static Aligned allocate(size_t count);

  Aligned bytes_, arena_;
  uint32_t arena_bytes_ = 0;
  mote_model model_{};
};

}  // namespace mote
