// A program of two loaded parts, whole and cut short anywhere.
#include "host/firmware/elf.h"

#include <gtest/gtest.h>

#include "host/firmware/elf_format.h"

namespace mote {
namespace {

template <typename T>
void put(Bytes& file, const T& value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  file.insert(file.end(), bytes, bytes + sizeof value);
}

// Code at 0x100, variables that are used at 0x2000'0000 and stored behind it, and memory that is not stored at all.
Bytes small_program() {
  constexpr uint32_t kBytes = sizeof(elf::Header) + 3 * sizeof(elf::ProgramHeader);
  elf::Header header{};
  const uint8_t ident[] = {0x7F, 'E', 'L', 'F', 1, 1};
  std::memcpy(header.ident, ident, sizeof ident);
  header.program_headers = sizeof header;
  header.program_header_count = 3;
  Bytes file;
  put(file, header);
  put(file, elf::ProgramHeader{elf::kLoaded, kBytes, 0x100, 0x100, 4, 4, 5, 4});
  put(file, elf::ProgramHeader{elf::kLoaded, kBytes + 4, 0x2000'0000, 0x104, 2, 2, 6, 4});
  put(file, elf::ProgramHeader{elf::kLoaded, kBytes, 0x2000'0010, 0x2000'0010, 0, 64, 6, 4});
  for (uint8_t i = 1; i <= 6; ++i) file.push_back(i);
  return file;
}

TEST(Elf, SaysWhatIsStoredWhere) {
  const Bytes file = small_program();
  const auto parts = read_loaded_parts(file, "a.elf");
  ASSERT_TRUE(parts.ok()) << parts.error().line();
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].address, 0x100u);
  EXPECT_EQ(Bytes((*parts)[0].bytes.begin(), (*parts)[0].bytes.end()), (Bytes{1, 2, 3, 4}));
  EXPECT_EQ((*parts)[1].address, 0x104u);
  EXPECT_EQ(Bytes((*parts)[1].bytes.begin(), (*parts)[1].bytes.end()), (Bytes{5, 6}));
}

TEST(Elf, RefusesAProgramThatIsCutShortAnywhere) {
  const Bytes file = small_program();
  for (size_t count = 0; count < file.size(); ++count) {
    const Bytes cut(file.begin(), file.begin() + static_cast<ptrdiff_t>(count));
    EXPECT_FALSE(read_loaded_parts(cut, "a.elf").ok()) << count;
  }
  Bytes other = file;
  other[4] = 2;  // 64 bits
  EXPECT_FALSE(read_loaded_parts(other, "a.elf").ok());
}

}  // namespace
}  // namespace mote
