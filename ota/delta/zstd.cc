// zstd with a prefix, there and back.
#include "ota/delta/zstd.h"

#include <zstd.h>

#include <algorithm>
#include <bit>

namespace mote {
namespace {

constexpr int kLevel = 19;
constexpr int kLeastWindowLog = 10;
constexpr int kMostWindowLog = 27;  // what every decoder of zstd takes
constexpr size_t kHeadBytes = 18;   // of the longest head of a frame

int window_log(size_t bytes) {
  return std::clamp(static_cast<int>(std::bit_width(std::max<size_t>(bytes, 1) - 1)), kLeastWindowLog, kMostWindowLog);
}

}  // namespace

Bytes encode_zstd(ByteView base, ByteView target) {
  const Bytes prefix(base.begin(), base.end());  // zstd leaves out of account what overlaps its input
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, kLevel);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window_log(base.size() + target.size()));
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  ZSTD_CCtx_refPrefix(context.get(), prefix.data(), prefix.size());
  Bytes frame(ZSTD_compressBound(target.size()));
  // Cannot fail: the room is what zstd asks for.
  frame.resize(ZSTD_compress2(context.get(), frame.data(), frame.size(), target.data(), target.size()));
  return frame;
}

ZstdDecoder::ZstdDecoder() = default;
ZstdDecoder::~ZstdDecoder() = default;

void ZstdDecoder::Free::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

DeltaCodecs ZstdDecoder::port() {
  return {.context = this,
          .mask = mask_of(DeltaCodec::zstd),
          .begin = [](void* decoder, const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes,
                      DeltaCodec) { return static_cast<ZstdDecoder*>(decoder)->begin(delta, base, target_bytes); },
          .next = [](void* decoder, uint8_t* to, uint32_t count) { return static_cast<ZstdDecoder*>(decoder)->next(to, count); },
          .end = [](void* decoder) { static_cast<ZstdDecoder*>(decoder)->end(); }};
}

mote_status ZstdDecoder::begin(const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes) {
  if (delta.count == 0) return MOTE_TRUNCATED;
  std::array<uint8_t, kHeadBytes> head;
  const uint32_t head_bytes = std::min<uint32_t>(delta.count, kHeadBytes);
  delta.read(delta.context, 0, head.data(), head_bytes);
  const unsigned long long made = ZSTD_getFrameContentSize(head.data(), head_bytes);
  if (made == ZSTD_CONTENTSIZE_ERROR || made == ZSTD_CONTENTSIZE_UNKNOWN) return MOTE_MALFORMED;
  if (made != target_bytes) return MOTE_DIGEST_MISMATCH;
  base_.resize(base.count);
  if (base.count != 0) base.read(base.context, 0, base_.data(), base.count);
  context_.reset(ZSTD_createDCtx());
  ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, window_log(target_bytes));
  ZSTD_DCtx_refPrefix(context_.get(), base_.data(), base_.size());
  delta_ = &delta;
  piece_bytes_ = 0, taken_ = 0, read_ = 0;
  left_ = target_bytes;
  ended_ = false;
  return MOTE_OK;
}

// False at the delta's end.
bool ZstdDecoder::read_on() {
  if (taken_ < piece_bytes_) return true;
  piece_bytes_ = std::min<uint32_t>(delta_->count - read_, static_cast<uint32_t>(piece_.size()));
  if (piece_bytes_ != 0) delta_->read(delta_->context, read_, piece_.data(), piece_bytes_);
  read_ += piece_bytes_;
  taken_ = 0;
  return piece_bytes_ != 0;
}

mote_status ZstdDecoder::next(uint8_t* to, uint32_t count) {
  if (context_ == nullptr || count > left_) return MOTE_MALFORMED;
  for (ZSTD_outBuffer made{to, count, 0}; made.pos < count;) {
    const size_t before = made.pos;
    const bool more = read_on();
    ZSTD_inBuffer given{piece_.data(), piece_bytes_, taken_};
    const size_t result = ended_ ? 0 : ZSTD_decompressStream(context_.get(), &made, &given);
    taken_ = given.pos;
    ended_ = result == 0;
    if (ZSTD_isError(result) || (made.pos == before && (ended_ || !more))) return MOTE_MALFORMED;
  }
  left_ -= count;
  return left_ == 0 ? finish() : MOTE_OK;
}

// The target is whole: the frame ends here, and the delta with it.
mote_status ZstdDecoder::finish() {
  while (!ended_) {
    const bool more = read_on();
    ZSTD_outBuffer none{nullptr, 0, 0};
    ZSTD_inBuffer given{piece_.data(), piece_bytes_, taken_};
    const size_t before = taken_;
    const size_t result = ZSTD_decompressStream(context_.get(), &none, &given);
    taken_ = given.pos;
    ended_ = result == 0;
    if (ZSTD_isError(result) || (!ended_ && (!more || taken_ == before))) return MOTE_MALFORMED;
  }
  return read_on() ? MOTE_MALFORMED : MOTE_OK;
}

void ZstdDecoder::end() {
  context_.reset();
  base_ = Bytes();
  delta_ = nullptr;
}

}  // namespace mote
