// Pieces in order, and as Intel HEX and UF2.
#include "host/firmware/flash_image.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace mote {
namespace {

constexpr size_t kHexLineBytes = 32;
constexpr uint32_t kUf2PageBytes = 256, kUf2BlockBytes = 512;

enum HexRecord : uint8_t { kHexData = 0, kHexEnd = 1, kHexHighAddress = 4 };

// ":", count, address, type, data, and what makes the sum of all bytes zero.
void add_hex_record(std::string& text, HexRecord type, uint16_t address, ByteView data) {
  Bytes record = {static_cast<uint8_t>(data.size()), static_cast<uint8_t>(address >> 8), static_cast<uint8_t>(address), type};
  append(record, data);
  uint8_t sum = 0;
  for (const uint8_t byte : record) sum = static_cast<uint8_t>(sum + byte);
  record.push_back(static_cast<uint8_t>(-sum));
  text += ':';
  for (const uint8_t byte : record) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02X", byte);
    text += digits;
  }
  text += '\n';
}

void add_hex_piece(std::string& text, const FlashPiece& piece, uint32_t& high) {
  for (size_t at = 0; at < piece.bytes.size();) {
    const uint32_t address = piece.address + static_cast<uint32_t>(at);
    if (address >> 16 != high) {
      high = address >> 16;
      add_hex_record(text, kHexHighAddress, 0, Bytes{static_cast<uint8_t>(high >> 8), static_cast<uint8_t>(high)});
    }
    // No record crosses the end of the 64 KiB that its high address names.
    const size_t count = std::min({kHexLineBytes, piece.bytes.size() - at, size_t{0x10000 - (address & 0xFFFF)}});
    add_hex_record(text, kHexData, static_cast<uint16_t>(address), ByteView(piece.bytes).subspan(at, count));
    at += count;
  }
}

void put_word(Bytes& to, size_t offset, uint32_t word) {
  for (int i = 0; i < 4; ++i) to[offset + i] = static_cast<uint8_t>(word >> 8 * i);
}

using Uf2Page = std::array<uint8_t, kUf2PageBytes>;

std::map<uint32_t, Uf2Page> pages_of(const FlashImage& image) {
  std::map<uint32_t, Uf2Page> pages;
  for (const FlashPiece& piece : image.pieces)
    for (size_t i = 0; i < piece.bytes.size(); ++i) {
      const uint32_t address = piece.address + static_cast<uint32_t>(i);
      const auto [page, fresh] = pages.try_emplace(address / kUf2PageBytes * kUf2PageBytes);
      if (fresh) page->second.fill(0xFF);
      page->second[address % kUf2PageBytes] = piece.bytes[i];
    }
  return pages;
}

}  // namespace

Result<FlashImage> FlashImage::of(std::vector<FlashPiece> pieces) {
  std::sort(pieces.begin(), pieces.end(), [](const FlashPiece& a, const FlashPiece& b) { return a.address < b.address; });
  for (size_t i = 1; i < pieces.size(); ++i)
    if (uint64_t{pieces[i - 1].address} + pieces[i - 1].bytes.size() > pieces[i].address)
      return Error{.cause = Cause::failed,
                   .what = pieces[i - 1].what + " and " + pieces[i].what + " would lie over one another",
                   .where = "what is to be flashed",
                   .todo = "mend the areas in board.toml"};
  return FlashImage{std::move(pieces)};
}

std::string to_intel_hex(const FlashImage& image) {
  std::string text;
  uint32_t high = 0;  // what a reader assumes at the start
  for (const FlashPiece& piece : image.pieces) add_hex_piece(text, piece, high);
  add_hex_record(text, kHexEnd, 0, {});
  return text;
}

Bytes to_uf2(const FlashImage& image, uint32_t family) {
  constexpr uint32_t kFirstMagic = 0x0A324655, kSecondMagic = 0x9E5D5157, kLastMagic = 0x0AB16F30, kHasFamily = 0x2000;
  const std::map<uint32_t, Uf2Page> pages = pages_of(image);
  Bytes file(pages.size() * kUf2BlockBytes, 0);
  uint32_t number = 0;
  for (const auto& [address, page] : pages) {
    const size_t block = size_t{number} * kUf2BlockBytes;
    const uint32_t head[] = {kFirstMagic,   kSecondMagic, family == 0 ? 0 : kHasFamily,        address,
                             kUf2PageBytes, number++,     static_cast<uint32_t>(pages.size()), family};
    for (size_t i = 0; i < std::size(head); ++i) put_word(file, block + 4 * i, head[i]);
    std::copy(page.begin(), page.end(), file.begin() + static_cast<ptrdiff_t>(block + sizeof head));
    put_word(file, block + kUf2BlockBytes - 4, kLastMagic);
  }
  return file;
}

}  // namespace mote
