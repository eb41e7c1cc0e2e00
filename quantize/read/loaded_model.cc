// The C interface with memory and errors of the host.
#include "quantize/read/loaded_model.h"

#include <algorithm>

namespace mote {
namespace {

Error refused(mote_status status, const char* rule, const std::string& where) {
  std::string what = "this is no model that can run: ";
  if (status == MOTE_MALFORMED && rule != nullptr)
    what += std::string("it breaks rule ") + rule + " of the model format";
  else
    what += mote_status_text(status);
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = "make it again with: mote quantize RUN"};
}

}  // namespace

Result<void> check_model(ByteView bytes, const std::string& where) {
  TRY(const LoadedModel model, LoadedModel::open(bytes, where));
  return {};
}

LoadedModel::Aligned LoadedModel::allocate(size_t count) {
  const size_t rounded = (std::max<size_t>(count, 1) + 15) / 16 * 16;
  auto* memory = static_cast<uint8_t*>(std::aligned_alloc(16, rounded));
  if (memory == nullptr) std::abort();
  std::memset(memory, 0, rounded);
  return Aligned(memory);
}

Result<LoadedModel> LoadedModel::open(ByteView bytes, const std::string& where) {
  LoadedModel loaded;
  loaded.bytes_ = allocate(bytes.size());
  if (!bytes.empty()) std::memcpy(loaded.bytes_.get(), bytes.data(), bytes.size());
  const char* rule = nullptr;
  mote_status status = mote_check(loaded.bytes_.get(), bytes.size(), &loaded.arena_bytes_, &rule);
  if (status != MOTE_OK) return refused(status, rule, where);
  loaded.arena_ = allocate(loaded.arena_bytes_);
  status = mote_open(&loaded.model_, loaded.bytes_.get(), bytes.size(), loaded.arena_.get(), loaded.arena_bytes_);
  if (status != MOTE_OK) return refused(status, nullptr, where);
  return loaded;
}

void LoadedModel::run(std::span<const int8_t> input, std::span<int8_t> output) { mote_run(&model_, input.data(), output.data()); }

void LoadedModel::run(ByteView inputs, std::span<uint8_t> outputs) { mote_run(&model_, inputs.data(), outputs.data()); }

void LoadedModel::run_raw(std::span<const int16_t> raw, std::span<int16_t> statistics, std::span<int8_t> output) {
  mote_run_raw(&model_, raw.data(), statistics.empty() ? nullptr : statistics.data(), output.data());
}

void LoadedModel::front_end(std::span<const int16_t> raw, std::span<int16_t> statistics, std::span<int8_t> input) {
  mote_front_end(&model_, raw.data(), statistics.empty() ? nullptr : statistics.data(), input.data());
}

ByteView LoadedModel::section(uint16_t type) const {
  uint32_t count = 0;
  const void* bytes = mote_section(&model_, type, &count);
  return bytes == nullptr ? ByteView() : ByteView(static_cast<const uint8_t*>(bytes), count);
}

}  // namespace mote
