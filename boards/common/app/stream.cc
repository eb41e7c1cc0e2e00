// Feeds a model a stream of samples, as measured.h says, and counts what its front end takes of a stride, and of a whole window.
//
// INPUTS  two uint32_t, the stride and the samples of a piece, and then int16 samples
// OUTPUTS the model's output for each window
// RECORD  `open`: mote_stream_open. `run`: of all feeding from one window to the next and mote_stream_begin, the most that there
//         was from the second window on. `bind`: mote_front_end of the first window, for a model that has a front end
#include "mote/stream.h"

#include "boards/common/app/measured.h"

namespace {

using namespace mote;
using namespace mote::measured;

Record record;
mote_model model;
mote_stream stream;

struct Input {
  int32_t file;
  uint32_t stride, piece;
  int16_t* samples;  // room for a piece, and for a window
};

mote_tensor source() { return mote_raw_input(&model).count != 0 ? mote_raw_input(&model) : mote_input(&model, 0); }

[[noreturn]] void refuse_stream(mote_stream_status status) {
  constexpr const char* kWhy[] = {"", "it takes no window of int16 samples", "the stride is no multiple of its hop",
                                  "the stream needs more memory"};
  give_up("model", kWhy[status]);
}

// Behind the model's arena lie the stream's memory and the samples.
void open_all(uint32_t model_size, Input* input) {
  uint32_t used = (checked_arena_bytes(model_size) + 15) / 16 * 16, bytes = 0;
  const mote_status opened = mote_open(&model, model_bytes(), model_size, arena(), board::bench_arena_bytes);
  if (opened != MOTE_OK) refuse_model(opened);
  mote_stream_status status = mote_stream_bytes(&model, input->stride, &bytes);
  if (status != MOTE_STREAM_OK) refuse_stream(status);
  const uint64_t piece = uint64_t{input->piece} * source().shape[3];
  const uint64_t samples = piece > source().count ? piece : source().count;
  if (used + uint64_t{bytes} + 2 * samples > board::bench_arena_bytes) give_up("inputs", "there is no room for so many samples");
  record.open = taken_by([&] { status = mote_stream_open(&stream, &model, input->stride, arena() + used, bytes); });
  if (status != MOTE_STREAM_OK) refuse_stream(status);
  input->samples = reinterpret_cast<int16_t*>(arena() + used + bytes);
}

class Stride {
 public:
  explicit Stride(int32_t outputs) : outputs_(outputs) {}

  template <typename Work>
  void count(const Work& work) {
    const Taken taken = taken_by(work);
    now_.ticks += taken.ticks - record.nothing.ticks;
    if (taken.stack_bytes > now_.stack_bytes) now_.stack_bytes = taken.stack_bytes;
  }

  // The first window takes all of its frames.
  void end() {
    now_.ticks += record.nothing.ticks;
    if (windows_++ != 0 && now_.ticks >= record.run.ticks) record.run = now_;
    now_ = {};
    while (mote_step(&model) != 0) {
    }
    put_outputs(outputs_, &model);
  }

 private:
  int32_t outputs_;
  uint32_t windows_ = 0;
  Taken now_{};
};

void feed_all(const Input& input, int32_t outputs) {
  const uint32_t channels = source().shape[3], bytes = 2 * channels;
  Stride stride(outputs);
  for (;;) {
    const uint32_t count = semihosting::read(input.file, input.samples, input.piece * bytes) / bytes;
    if (count == 0) return;
    for (uint32_t at = 0; at < count;) {
      uint32_t taken = 0;
      int complete = 0;
      stride.count([&] { taken = mote_stream_feed(&stream, input.samples + at * channels, count - at); });
      at += taken;
      stride.count([&] { complete = mote_stream_begin(&stream, nullptr); });
      if (complete != 0) stride.end();
    }
  }
}

// After all else: it overwrites the arena.
void count_whole_window(const Input& input) {
  const mote_tensor raw = mote_raw_input(&model);
  if (raw.count == 0 || !semihosting::seek(input.file, 8)) return;
  if (semihosting::read(input.file, input.samples, raw.bytes) != raw.bytes) return;
  void* const features = mote_input(&model, 0).data;
  record.bind = taken_by([&] { mote_front_end(&model, input.samples, nullptr, features); });
}

}  // namespace

void mote::board::on_fault() { give_up("model", "the core faulted while it ran"); }

int main() {
  board::start();
  const Arguments named = arguments();
  record.nothing = taken_by([] {});
  Input input{};
  input.file = opened_inputs(named.inputs);
  uint32_t head[2];
  if (semihosting::read(input.file, head, sizeof head) != sizeof head) give_up("inputs", "the file ends too early");
  input.stride = head[0], input.piece = head[1];
  open_all(named.model_bytes, &input);
  const int32_t outputs = made(named.outputs);
  feed_all(input, outputs);
  finish(outputs);
  count_whole_window(input);
  const int32_t file = made(named.record);
  put(file, &record, sizeof record);
  finish(file);
  semihosting::exit(0);
}
