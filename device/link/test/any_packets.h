// Runs any bytes through the packet reader in pieces, for the fuzzer and for the tests.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <memory>
#include <vector>

#include "device/link/packets.h"

namespace mote {

// The whole packets before one is refused. Aborts when the reader goes past its memory's bounds as it states them, or stands
// still.
inline std::vector<std::vector<uint8_t>> packets_of(const std::vector<uint8_t>& stream, const std::function<size_t()>& piece) {
  const auto buffer = std::make_unique<uint8_t[]>(kPacketReaderBytes);
  PacketReader reader;
  packet_reader_init(&reader, buffer.get());
  std::vector<std::vector<uint8_t>> packets;
  for (size_t at = 0; at < stream.size();) {
    const size_t count = std::min(piece(), stream.size() - at);
    size_t taken = 0;
    const PacketStatus status = packet_reader_take(&reader, stream.data() + at, count, &taken);
    if (taken > count || reader.filled > kPacketReaderBytes) std::abort();
    if (status == PacketStatus::refused) break;
    if (status == PacketStatus::more && taken != count) std::abort();
    at += taken;
    if (status == PacketStatus::whole) packets.emplace_back(buffer.get(), buffer.get() + reader.filled);
  }
  return packets;
}

}  // namespace mote
