// Codec 2 of deltas: one frame of zstd (RFC 8878) with the base as its prefix, for hosts and for devices that have the memory
// (docs/spec/delta.md).
#pragma once

#include <array>
#include <memory>

#include "base/bytes.h"
#include "device/port/codecs.h"

struct ZSTD_DCtx_s;

namespace mote {

// The frame carries the target's length and checksum. The same bytes give the same frame.
Bytes encode_zstd(ByteView base, ByteView target);

// A device's decoder. Holds the base and a window of at most twice the target while it decodes, and nothing else of any size.
class ZstdDecoder {
 public:
  ZstdDecoder();
  ~ZstdDecoder();
  ZstdDecoder(const ZstdDecoder&) = delete;

  DeltaCodecs port();  // of this decoder, which must outlive it

  // As device/port/codecs.h says of them.
  mote_status begin(const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes);
  mote_status next(uint8_t* to, uint32_t count);
  void end();

 private:
  struct Free {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  bool read_on();
  mote_status finish();

  std::unique_ptr<ZSTD_DCtx_s, Free> context_;
  Bytes base_;
  const DeltaBytes* delta_ = nullptr;
  std::array<uint8_t, 4096> piece_{};  // of the delta
  uint32_t piece_bytes_ = 0;
  size_t taken_ = 0;    // of the piece
  uint32_t read_ = 0;   // of the delta
  uint32_t left_ = 0;   // of the target
  bool ended_ = false;  // the frame
};

}  // namespace mote
