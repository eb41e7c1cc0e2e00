// Images as files, against what the formats' specifications say and against a reader of our own.
#include "host/firmware/flash_image.h"

#include <gmock/gmock.h>

#include <map>
#include <sstream>

#include "base/random.h"

namespace mote {
namespace {

using testing::HasSubstr;

FlashImage image_of(std::vector<FlashPiece> pieces) { return FlashImage::of(std::move(pieces)).value(); }

// Every byte by its address; fails on a record whose sum is wrong.
std::map<uint32_t, uint8_t> read_hex(const std::string& text) {
  std::map<uint32_t, uint8_t> memory;
  std::istringstream lines(text);
  uint32_t high = 0;
  bool ended = false;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_FALSE(ended);
    EXPECT_EQ(line[0], ':');
    const Bytes record = from_hex(line.substr(1)).value();
    uint8_t sum = 0;
    for (const uint8_t byte : record) sum = static_cast<uint8_t>(sum + byte);
    EXPECT_EQ(sum, 0) << line;
    EXPECT_EQ(record.size(), record[0] + 5u) << line;
    const uint32_t address = high << 16 | record[1] << 8 | record[2];
    if (record[3] == 1) ended = true;
    if (record[3] == 4) high = record[4] << 8 | record[5];
    for (size_t i = 0; record[3] == 0 && i < record[0]; ++i) {
      EXPECT_LE((address & 0xFFFF) + i, 0xFFFFu) << "a record runs over its 64 KiB";
      EXPECT_TRUE(memory.try_emplace(static_cast<uint32_t>(address + i), record[4 + i]).second);
    }
  }
  EXPECT_TRUE(ended);
  return memory;
}

uint32_t word_at(const Bytes& file, size_t at) {
  return file[at] | file[at + 1] << 8 | file[at + 2] << 16 | static_cast<uint32_t>(file[at + 3]) << 24;
}

TEST(FlashImage, WritesTheHexOfTheSpecification) {
  const FlashImage image = image_of({{"a", 0x0000'0010, {0x01, 0x02}}, {"b", 0x2000'FFFF, {0xAA, 0xBB}}});
  EXPECT_EQ(to_intel_hex(image),
            ":020010000102EB\n"
            ":020000042000DA\n"
            ":01FFFF00AA57\n"
            ":020000042001D9\n"
            ":01000000BB44\n"
            ":00000001FF\n");
}

TEST(FlashImage, KeepsEveryByteInBothFormats) {
  Random random(3);
  for (int round = 0; round < 20; ++round) {
    std::vector<FlashPiece> pieces;
    uint32_t address = round % 2 == 0 ? 0 : 0xFFFF'0000 - 60'000;
    for (int i = 0; i < 4; ++i) {
      address += static_cast<uint32_t>(random.next() % 700);
      Bytes bytes(1 + random.next() % (i == 1 ? 40'000 : 900));
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
      pieces.push_back({"piece", address, bytes});
      address += static_cast<uint32_t>(bytes.size());
    }
    std::map<uint32_t, uint8_t> wanted;
    for (const FlashPiece& piece : pieces)
      for (size_t i = 0; i < piece.bytes.size(); ++i) wanted[piece.address + static_cast<uint32_t>(i)] = piece.bytes[i];
    const FlashImage image = image_of(std::move(pieces));
    EXPECT_EQ(read_hex(to_intel_hex(image)), wanted);

    const Bytes file = to_uf2(image, 0x1234'5678);
    ASSERT_EQ(file.size() % 512, 0u);
    const size_t blocks = file.size() / 512;
    size_t found = 0;
    for (size_t block = 0; block < blocks; ++block) {
      const size_t at = block * 512;
      EXPECT_EQ(word_at(file, at), 0x0A324655u);
      EXPECT_EQ(word_at(file, at + 4), 0x9E5D5157u);
      EXPECT_EQ(word_at(file, at + 8), 0x2000u);
      EXPECT_EQ(word_at(file, at + 12) % 256, 0u);
      EXPECT_EQ(word_at(file, at + 16), 256u);
      EXPECT_EQ(word_at(file, at + 20), block);
      EXPECT_EQ(word_at(file, at + 24), blocks);
      EXPECT_EQ(word_at(file, at + 28), 0x1234'5678u);
      EXPECT_EQ(word_at(file, at + 508), 0x0AB16F30u);
      for (uint32_t i = 0; i < 256; ++i) {
        const auto byte = wanted.find(word_at(file, at + 12) + i);
        EXPECT_EQ(file[at + 32 + i], byte == wanted.end() ? 0xFF : byte->second);
        found += byte != wanted.end();
      }
    }
    EXPECT_EQ(found, wanted.size());
  }
}

TEST(FlashImage, NamesNoFamilyWhereThereIsNone) {
  const Bytes file = to_uf2(image_of({{"a", 256, {1}}}), 0);
  EXPECT_EQ(word_at(file, 8), 0u);
  EXPECT_EQ(word_at(file, 28), 0u);
}

TEST(FlashImage, RefusesPiecesThatOverlap) {
  EXPECT_TRUE(FlashImage::of({{"identity", 104, {1}}, {"firmware", 100, {1, 2, 3, 4}}}).ok());
  const auto image = FlashImage::of({{"identity", 103, {1}}, {"firmware", 100, {1, 2, 3, 4}}});
  ASSERT_FALSE(image.ok());
  EXPECT_THAT(image.error().line(), HasSubstr("firmware and identity"));
}

}  // namespace
}  // namespace mote
