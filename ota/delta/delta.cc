// A delta that is known to come back, and its application on the host.
#include "ota/delta/delta.h"

#include "ota/delta/encode.h"
#include "ota/delta/zstd.h"

namespace mote {
namespace {

DeltaBytes in_memory(const ByteView& bytes) {
  return {const_cast<ByteView*>(&bytes),
          [](void* context, uint32_t offset, void* to, uint32_t count) {
            std::memcpy(to, static_cast<ByteView*>(context)->data() + offset, count);
          },
          static_cast<uint32_t>(bytes.size())};
}

// Where literals cost less than differences: neighbours that have nothing in common.
bool has_likeness(ByteView base, ByteView target) {
  const Bytes copied = encode_delta(base, target, {{target.size(), true, 0}});
  const Bytes literal = encode_delta(base, target, {{target.size(), false, 0}});
  return copied.size() <= literal.size();
}

// One after the other without a break is one.
void join(std::vector<Stretch>& to, const Stretch& next) {
  Stretch* last = to.empty() ? nullptr : &to.back();
  const bool goes_on = last != nullptr && last->copies == next.copies && (!next.copies || last->base_at + last->bytes == next.base_at);
  if (goes_on)
    last->bytes += next.bytes;
  else
    to.push_back(next);
}

std::vector<Stretch> choose(ByteView base, ByteView target) {
  std::vector<Stretch> chosen;
  size_t at = 0;
  for (Stretch stretch : align(base, target)) {
    stretch.copies = stretch.copies && has_likeness(base.subspan(stretch.base_at, stretch.bytes), target.subspan(at, stretch.bytes));
    join(chosen, stretch);
    at += stretch.bytes;
  }
  return chosen;
}

mote_status decode(const DeltaBytes& base, const DeltaBytes& delta, Bytes& target, DeltaCodec codec) {
  const auto bytes = static_cast<uint32_t>(target.size());
  if (codec == DeltaCodec::zstd) {
    ZstdDecoder decoder;
    const mote_status status = decoder.begin(delta, base, bytes);
    return status == MOTE_OK ? decoder.next(target.data(), bytes) : status;
  }
  DeltaDecoder decoder;
  const mote_status status = delta_begin(&decoder, delta, base, bytes);
  return status == MOTE_OK ? delta_next(&decoder, target.data(), bytes) : status;
}

}  // namespace

Result<Bytes> apply_delta(ByteView base, ByteView delta, size_t target_bytes, DeltaCodec codec) {
  Bytes target(target_bytes);
  const mote_status status = decode(in_memory(base), in_memory(delta), target, codec);
  if (status != MOTE_OK)
    return Error{.cause = Cause::untrusted, .what = std::string(mote_status_text(status)), .where = "the delta", .todo = ""};
  return target;
}

Result<Bytes> make_delta(ByteView base, ByteView target, DeltaCodec codec) {
  Bytes delta = codec == DeltaCodec::zstd ? encode_zstd(base, target) : encode_delta(base, target, choose(base, target));
  TRY(const Bytes back, apply_delta(base, delta, target.size(), codec));
  if (!std::equal(back.begin(), back.end(), target.begin(), target.end()))
    return Error{.cause = Cause::failed, .what = "does not come back from its delta", .where = "the model", .todo = ""};
  return delta;
}

const char* name_of(DeltaCodec codec) { return codec == DeltaCodec::zstd ? "zstd" : "subtract"; }

Result<DeltaCodec> codec_named(const std::string& name) {
  for (const DeltaCodec codec : {DeltaCodec::subtract, DeltaCodec::zstd})
    if (name == name_of(codec)) return codec;
  return Error{
      .cause = Cause::usage, .what = "there is no codec \"" + name + "\" of deltas", .where = "", .todo = "say subtract or zstd"};
}

}  // namespace mote
