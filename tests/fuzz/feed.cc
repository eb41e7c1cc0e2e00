// Feeds a fuzz target without libFuzzer: the files of its corpus, then seeded bytes of many lengths and kinds, the same in every
// run. Arguments: how many, and the folder of the corpus where there is one.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "base/random.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

constexpr uint64_t kLongest = 3000;

// Mostly short; bytes of the whole range, or few that formats are made of, or text; runs of one byte here and there.
std::vector<uint8_t> any_bytes(mote::Random& random) {
  const uint64_t longest = random.below(4) == 0 ? kLongest : 200;
  std::vector<uint8_t> bytes(random.below(longest));
  const uint64_t kind = random.below(3);
  constexpr uint8_t kFew[] = {0, 0, 0, 1, 2, 4, 8, 16, 127, 128, 255};
  constexpr char kText[] = "0123456789-.,;:=[]{}()%@\"\n eE+abcxyz_";
  for (uint8_t& byte : bytes) {
    if (kind == 0) byte = static_cast<uint8_t>(random.next());
    if (kind == 1) byte = kFew[random.below(sizeof kFew)];
    if (kind == 2) byte = static_cast<uint8_t>(kText[random.below(sizeof kText - 1)]);
  }
  if (!bytes.empty() && random.below(4) == 0) {
    const uint64_t from = random.below(bytes.size());
    for (uint64_t i = from; i < bytes.size() && i < from + 32; ++i) bytes[i] = bytes[from];
  }
  return bytes;
}

size_t feed_corpus(const char* folder) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    ++files;
  }
  return files;
}

}  // namespace

int main(int count, char** words) {
  const long inputs = count > 1 ? std::strtol(words[1], nullptr, 10) : 10000;
  if (count > 2) std::printf("%zu files\n", feed_corpus(words[2]));
  mote::Random random(1);
  for (long i = 0; i < inputs; ++i) {
    const std::vector<uint8_t> bytes = any_bytes(random);
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  std::printf("%ld inputs\n", inputs);
  return 0;
}
