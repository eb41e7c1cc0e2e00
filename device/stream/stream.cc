// The C interface of mote/stream.h: samples in, rows in a ring, and the runtime from there.
#include "mote/stream.h"

#include "device/kernels/log_mel/node.h"
#include "device/stream/frame.h"
#include "device/stream/layout.h"
#include "device/stream/ring.h"
#include "device/stream/window.h"

namespace mote {
namespace {

struct Stream {
  OpenModel* open;
  StreamWindow window;
  RowRing ring;
  int16_t* frame;  // the one that is being filled; with its work, of frames only
  FrameWork work;
  int32_t filled;  // samples in it; below 0: samples that no frame has
  uint32_t stride;
  uint32_t missing;  // samples until the next window is complete
};
static_assert(sizeof(Stream) <= sizeof(mote_stream), "stream.h promises the size");

Stream* opened(mote_stream* opaque) { return reinterpret_cast<Stream*>(opaque); }

uint32_t samples_of(const TensorRecord& source) { return source.shape[1] * source.shape[2]; }

// What of the model the stream does, when there can be one.
mote_stream_status find_stream(const Model& model, uint32_t stride, StreamWindow* window) {
  if (!find_window(model, window)) return MOTE_STREAM_NO_WINDOW;
  const uint32_t hop = window->nodes == 0 ? 1 : static_cast<uint32_t>(model.nodes[0].attributes[attribute::kLogMelHop]);
  return stride == 0 || stride % hop != 0 ? MOTE_STREAM_WRONG_STRIDE : MOTE_STREAM_OK;
}

RowRing ring_of(const TensorRecord& rows, uint8_t* memory) {
  return {memory, samples_of(rows), rows.shape[3] * static_cast<uint32_t>(sizeof(int16_t)), 0};
}

// The frame is complete: its row, and what of it the next one begins with.
void end_frame(Stream* stream, const LogMel& mel) {
  auto* const row = reinterpret_cast<int16_t*>(stream->ring.at(stream->ring.next));
  make_row(*stream->open, stream->window.nodes, stream->frame, row, stream->work);
  ring_advance(&stream->ring);
  if (mel.hop < mel.frame) memmove(stream->frame, stream->frame + mel.hop, (mel.frame - mel.hop) * sizeof(int16_t));
  stream->filled = static_cast<int32_t>(mel.frame) - static_cast<int32_t>(mel.hop);
}

void feed_frames(Stream* stream, const int16_t* samples, size_t count) {
  const LogMel mel = log_mel_of({&stream->open->model, &stream->open->model.nodes[0], {}});
  while (count != 0) {
    const bool skips = stream->filled < 0;
    const auto room = static_cast<size_t>(skips ? -stream->filled : static_cast<int32_t>(mel.frame) - stream->filled);
    const size_t part = count < room ? count : room;
    if (!skips) memcpy(stream->frame + stream->filled, samples, part * sizeof(int16_t));
    stream->filled += static_cast<int32_t>(part);
    if (!skips && part == room) end_frame(stream, mel);
    samples += part;
    count -= part;
  }
}

}  // namespace
}  // namespace mote

using namespace mote;

extern "C" mote_stream_status mote_stream_bytes(const mote_model* model, uint32_t stride, uint32_t* bytes) {
  const Model& of = reinterpret_cast<const OpenModel*>(model)->model;
  StreamWindow window;
  const mote_stream_status status = find_stream(of, stride, &window);
  if (status == MOTE_STREAM_OK) *bytes = lay_out(of, window).bytes;
  return status;
}

extern "C" mote_stream_status mote_stream_open(mote_stream* opaque, mote_model* model, uint32_t stride, void* memory,
                                               size_t bytes) {
  OpenModel* const open = reinterpret_cast<OpenModel*>(model);
  StreamWindow window;
  const mote_stream_status status = find_stream(open->model, stride, &window);
  if (status != MOTE_STREAM_OK) return status;
  const StreamLayout layout = lay_out(open->model, window);
  if (bytes < layout.bytes || reinterpret_cast<uintptr_t>(memory) % kAlignment != 0) return MOTE_STREAM_TOO_SMALL;
  auto* const base = static_cast<uint8_t*>(memory);
  Stream stream{};
  stream.open = open;
  stream.window = window;
  stream.ring = ring_of(open->model.tensors[window.rows], base + layout.ring);
  stream.frame = reinterpret_cast<int16_t*>(base + layout.frame);
  stream.work = {reinterpret_cast<int16_t*>(base + layout.logarithms), reinterpret_cast<Complex*>(base + layout.spectrum)};
  stream.stride = stride;
  memcpy(opaque, &stream, sizeof stream);
  mote_stream_reset(opaque);
  return MOTE_STREAM_OK;
}

extern "C" void mote_stream_reset(mote_stream* opaque) {
  Stream* const stream = opened(opaque);
  stream->ring.next = 0;
  stream->filled = 0;
  stream->missing = samples_of(stream->open->model.tensors[stream->window.source]);
}

extern "C" size_t mote_stream_feed(mote_stream* opaque, const int16_t* samples, size_t count) {
  Stream* const stream = opened(opaque);
  if (count > stream->missing) count = stream->missing;
  if (stream->window.nodes == 0)
    ring_put(&stream->ring, samples, count);
  else
    feed_frames(stream, samples, count);
  stream->missing -= static_cast<uint32_t>(count);
  return count;
}

extern "C" int mote_stream_begin(mote_stream* opaque, int16_t* statistics) {
  Stream* const stream = opened(opaque);
  if (stream->missing != 0) return 0;
  stream->missing = stream->stride;
  OpenModel* const open = stream->open;
  const Model& model = open->model;
  ring_copy(stream->ring, activation(model, stream->window.rows));
  const bool front = has_front_end(model);
  if (front)
    begin_front_end(open);
  else
    begin_model(open);
  pass_over(open, stream->window.nodes);
  if (!front) return 1;
  while (step(open)) {
  }
  if (statistics != nullptr && model.statistics != kNoTensor)
    memcpy(statistics, activation(model, model.statistics), byte_count(model.tensors[model.statistics]));
  begin_model(open);
  return 1;
}

extern "C" int mote_stream_run(mote_stream* opaque, int16_t* statistics, void* outputs) {
  if (mote_stream_begin(opaque, statistics) == 0) return 0;
  mote_model* const model = reinterpret_cast<mote_model*>(opened(opaque)->open);
  while (mote_step(model) != 0) {
  }
  mote_end(model, outputs);
  return 1;
}
