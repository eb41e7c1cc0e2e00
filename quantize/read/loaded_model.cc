// The C interface with memory and errors of the host.
#include "quantize/read/loaded_model.h"

#include <algorithm>
#include <cstring>

#include "device/model/check.h"
#include "device/model/sections.h"

namespace mote {
namespace {

bool is_tflite(ByteView bytes) { return bytes.size() >= 8 && std::memcmp(bytes.data() + 4, "TFL3", 4) == 0; }

// ", in node 3, conv_2d": which node breaks a rule of its operator; nothing when it is another rule that is broken.
std::string broken_node(const uint8_t* bytes) {
  Model model{};
  model.file = bytes;
  if (!read_graph(&model).good() || !check_graph(model).good() || !check_order(model).good()) return "";
  for (uint32_t i = 0; i < model.node_count; ++i)
    if (!check_operator(model, i).good())
      return ", in node " + std::to_string(i) + ", " + mote_operator_name(model.nodes[i].operator_code);
  return "";
}

// `bytes` are aligned as the device wants them.
Error refused(mote_status status, const char* rule, const uint8_t* bytes, size_t count, const std::string& where) {
  if (is_tflite({bytes, count}))
    return Error{.cause = Cause::usage,
                 .what = "this is a TensorFlow Lite model",
                 .where = where,
                 .todo = "make a .mote file of it with: mote import " + where + " -o MODEL.mote"};
  std::string what = "this is no model that can run: ";
  if (status == MOTE_MALFORMED && rule != nullptr)
    what += std::string("it breaks rule ") + rule + " of the model format (docs/spec/model-format.md)" +
            (check_container(bytes, count).good() ? broken_node(bytes) : "");
  else
    what += mote_status_text(status);
  return Error{
      .cause = Cause::failed, .what = what, .where = where, .todo = "check that it is a whole .mote file, or make it again"};
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
  if (status != MOTE_OK) return refused(status, rule, loaded.bytes_.get(), bytes.size(), where);
  loaded.arena_ = allocate(loaded.arena_bytes_);
  status = mote_open(&loaded.model_, loaded.bytes_.get(), bytes.size(), loaded.arena_.get(), loaded.arena_bytes_);
  if (status != MOTE_OK) return refused(status, nullptr, loaded.bytes_.get(), bytes.size(), where);
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
