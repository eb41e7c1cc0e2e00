// Every instruction of the updater's verifying and deciding replaced by no-ops, one to four in a row, one start each, with a
// forged model at hand: none may run. On an emulated Cortex-M4 (docs/threat-model.md, fault injection).
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <iostream>
#include <set>
#include <span>
#include <sstream>

#include "base/file_system.h"
#include "base/process.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "tests/glitch/attack.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

using namespace glitch;

constexpr const char* kBoard = "mps2-an386";
constexpr uint32_t kWidest = 4;

// Sources whose functions verify or decide; parsing, hashing, writing and big numbers are others.
const std::vector<std::string> kInstallSources = {"update/envelope.cc", "update/desire.cc", "update/download.cc",
                                                  "update/chunks.cc",   "update/slots.cc",  "update/trial.cc",
                                                  "update/boot.cc",     "mbedtls/crypto.cc"};
const std::vector<std::string> kStartSources = {"update/boot.cc", "update/slots.cc", "update/root.cc", "update/record.cc",
                                                "update/journal.cc"};

Path firmware() { return Path(MOTE_PROGRAM_FOLDER) / "firmware" / kBoard; }

std::string output_of(const std::vector<std::string>& command, const Path& folder) {
  const Path file = folder / "output";
  std::filesystem::remove(file);
  Result<Process> process = Process::start(command, {.output = file});
  if (!process) return "";
  // Ended when it says nothing any more: an attack may stop the board's own clock.
  for (uintmax_t before = 0; !process->wait(std::chrono::seconds(10));) {
    const uintmax_t now = std::filesystem::file_size(file);
    if (now == before) break;
    before = now;
  }
  process->kill();
  return DiskFileSystem().read_text(file).value();
}

struct Instruction {
  uint32_t address, bytes;
};

// The instructions of the functions that come from these sources, function by function.
class Code {
 public:
  Code(const Path& folder, const std::vector<std::string>& sources) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(firmware()))
      for (const std::string& source : sources)
        if (entry.path().string().ends_with("/" + source + ".obj"))
          read_names(output_of({"arm-none-eabi-nm", entry.path()}, folder), names);
    read_code(output_of({"arm-none-eabi-objdump", "-d", firmware() / "glitch.elf"}, folder), names);
  }
  const std::vector<std::vector<Instruction>>& functions() const { return functions_; }
  size_t instructions() const {
    size_t sum = 0;
    for (const auto& function : functions_) sum += function.size();
    return sum;
  }

 private:
  static void read_names(const std::string& text, std::set<std::string>& names) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string address, kind, name;
      if (words >> address >> kind >> name && (kind == "t" || kind == "T" || kind == "W")) names.insert(name);
    }
  }
  // "00001234 <name>:", then "    1234:\tf7ff fffe \tbl\t..."; data between instructions is a ".word".
  void read_code(const std::string& text, const std::set<std::string>& names) {
    std::istringstream lines(text);
    bool wanted = false;
    for (std::string line; std::getline(lines, line);) {
      if (const size_t name = line.find('<'); line.ends_with(">:") && name != std::string::npos) {
        wanted = names.contains(line.substr(name + 1, line.size() - name - 3));
        if (wanted) functions_.emplace_back();
        continue;
      }
      const size_t colon = line.find(":\t");
      if (!wanted || colon == std::string::npos || line.find("\t.") != std::string::npos) continue;
      const std::string code = line.substr(colon + 2, line.find('\t', colon + 2) - colon - 2);
      const auto digits =
          static_cast<uint32_t>(std::count_if(code.begin(), code.end(), [](char c) { return std::isxdigit(c) != 0; }));
      functions_.back().push_back({static_cast<uint32_t>(std::stoul(line.substr(0, colon), nullptr, 16)), digits / 2});
    }
  }
  std::vector<std::vector<Instruction>> functions_;
};

std::vector<Place> places_in(const Code& code, uint32_t widest) {
  std::vector<Place> places;
  for (const auto& function : code.functions())
    for (size_t first = 0; first < function.size(); ++first) {
      uint32_t bytes = 0;
      for (size_t i = first; i < function.size() && i < first + widest; ++i) {
        bytes += function[i].bytes;
        places.push_back({function[first].address, bytes});
      }
    }
  return places;
}

// A small model that tests itself.
AlignedBytes model_of(uint8_t number) {
  ModelBuilder model = dense_model();
  model.weights[0] = number;
  add_self_test(&model, 1);
  return model.build();
}

class AttackWriter {
 public:
  AttackWriter() { bytes_.resize(sizeof(Attack)); }
  Part add(ByteView part) {
    while (bytes_.size() % 4 != 0) bytes_.push_back(0);
    const Part where = {static_cast<uint32_t>(bytes_.size()), static_cast<uint32_t>(part.size())};
    append(bytes_, part);
    return where;
  }
  // The documents with the bytes of a model, which may be another's.
  Documents add(const Bytes& desired, const Digest& transfer, const AlignedBytes& model, uint32_t chunk_bytes) {
    const ByteView bytes(model.data(), model.size());
    const ChunkTree tree(bytes, chunk_bytes);
    Bytes chunks;
    for (uint32_t i = 0; i < tree.count(); ++i) {
      const Bytes proof = tree.proof(i);
      const ByteView data = tree.chunk(i);
      Chunk chunk = {{}, i, static_cast<uint32_t>(proof.size()), static_cast<uint32_t>(data.size())};
      std::copy(transfer.begin(), transfer.end(), chunk.digest);
      append(chunks, ByteView(reinterpret_cast<const uint8_t*>(&chunk), sizeof chunk));
      append(chunks, proof);
      append(chunks, data);
      while (chunks.size() % 4 != 0) chunks.push_back(0);
    }
    return {add(desired), add(chunks), add(bytes)};
  }
  Bytes finish(const Attack& attack) {
    std::memcpy(bytes_.data(), &attack, sizeof attack);
    return bytes_;
  }

 private:
  Bytes bytes_;
};

class Glitch : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(firmware() / "glitch.elf"))
      GTEST_SKIP() << "skipped: the firmware of " << kBoard << " was not built";
    std::string name = (std::filesystem::temp_directory_path() / "mote-glitch-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  Offer offer_of(uint8_t number, uint32_t release) const { return publisher_.offer(model_of(number), release); }

  // The letters of the firmware, one for each place; s where the emulator stopped, after which it is started anew for the rest.
  std::string letters(const AttackWriter& writer, const Attack& attack, const std::vector<Place>& places) {
    std::string said;
    while (said.size() < places.size()) {
      const std::string more = run(writer, attack, std::span(places).subspan(said.size()));
      said += more;
      if (said.size() < places.size()) said += 's';
    }
    return said;
  }

  std::string run(AttackWriter writer, Attack attack, std::span<const Place> places) {
    const Bytes identity = blob_of(test_identity("press-04", "vibration", "hall-2", test_key(200), root_));
    attack.magic = kAttackMagic;
    attack.identity = writer.add(identity);
    attack.first = writer.add(publisher_.desired(first_, 1), digest_of(first_), first_.model, first_.image.chunk_bytes);
    attack.places = writer.add({reinterpret_cast<const uint8_t*>(places.data()), places.size() * sizeof(Place)});
    const Path file = folder_ / "attack";
    EXPECT_TRUE(DiskFileSystem().write(file, writer.finish(attack), Access::owner_only).ok());
    return output_of({"qemu-system-arm", "-machine", kBoard, "-nographic", "-monitor", "none", "-serial", "none", "-icount",
                      "shift=0", "-semihosting-config", "enable=on,target=native", "-kernel", firmware() / "glitch.elf",
                      "-device", "loader,force-raw=on,addr=" + std::to_string(kAttackAt) + ",file=" + file.string()},
                     folder_);
  }

  // A place that does nothing: the first instruction of the table, none of its bytes.
  static std::vector<Place> nowhere() { return {{0, 0}}; }

  void expect_none_accepted(const AttackWriter& writer, const Attack& attack, const std::vector<std::string>& sources) {
    const Code code(folder_, sources);
    ASSERT_GT(code.instructions(), 100u) << "the functions were not found";
    const std::vector<Place> places = places_in(code, kWidest);
    const std::string said = letters(writer, attack, places);
    ASSERT_EQ(said.size(), places.size());
    const auto count = [&](char letter) { return std::count(said.begin(), said.end(), letter); };
    std::cout << "glitches tried: " << places.size() << " at " << code.instructions() << " instructions; refused " << count('r')
              << ", faults " << count('f') << ", stops " << count('s') << ", accepted " << count('A') << std::endl;
    std::string where;
    for (size_t i = 0; i < said.size(); ++i)
      if (said[i] == 'A') where += " " + to_hex_address(places[i].address) + "+" + std::to_string(places[i].bytes);
    EXPECT_EQ(count('A'), 0) << where;
    EXPECT_EQ(count('A') + count('r') + count('f') + count('s'), static_cast<long>(places.size()));
    EXPECT_LT(count('s'), 100) << "the sweep is hardly one any more";
  }
  static std::string to_hex_address(uint32_t address) {
    char text[16];
    std::snprintf(text, sizeof text, "%x", address);
    return text;
  }

  Publisher publisher_;
  Bytes root_ = sure(root_document(publisher_.root()));
  Offer first_ = offer_of(1, 1), second_ = offer_of(2, 2);
  Path folder_;
};

class GlitchLong : public Glitch {};

TEST_F(Glitch, WithoutOneAGenuineModelIsTakenAndTheForgedOnesAreNot) {
  AttackWriter writer;
  Attack attack{};
  attack.wanted = writer.add(publisher_.desired(second_, 2), digest_of(second_), second_.model, second_.image.chunk_bytes);
  EXPECT_EQ(letters(writer, attack, nowhere()), "A");
}

TEST_F(GlitchLong, AnImageThatNobodySigned) {
  Publisher stranger = publisher_;
  stranger.image_key = test_key(9);
  Offer forged = second_;
  stranger.sign(forged);
  key_id_of(mbedtls_crypto(), publisher_.image_key.public_key.data(),
            forged.envelope.data() + forged.envelope.size() - kSignatureBlockBytes);
  AttackWriter writer;
  Attack attack{};
  attack.wanted = writer.add(publisher_.desired(forged, 2), digest_of(forged), forged.model, forged.image.chunk_bytes);
  expect_none_accepted(writer, attack, kInstallSources);
}

TEST_F(GlitchLong, ADirectiveThatNobodySigned) {
  Bytes forged = sure(sign_directive(publisher_.directive(second_, 2), test_key(9)));
  key_id_of(mbedtls_crypto(), publisher_.director_key.public_key.data(), forged.data() + forged.size() - kSignatureBlockBytes);
  append(forged, second_.envelope);
  AttackWriter writer;
  Attack attack{};
  attack.wanted = writer.add(forged, digest_of(second_), second_.model, second_.image.chunk_bytes);
  expect_none_accepted(writer, attack, kInstallSources);
}

TEST_F(GlitchLong, OtherBytesUnderGenuineDocuments) {
  AttackWriter writer;
  Attack attack{};
  attack.wanted = writer.add(publisher_.desired(second_, 2), digest_of(second_), model_of(3), second_.image.chunk_bytes);
  expect_none_accepted(writer, attack, kInstallSources);
}

TEST_F(GlitchLong, OtherBytesInTheConfirmedSlotAtTheStart) {
  AttackWriter writer;
  Attack attack{};
  attack.kind = Kind::slot_changed;
  attack.wanted.model = writer.add({model_of(3).data(), model_of(3).size()});
  expect_none_accepted(writer, attack, kStartSources);
}

}  // namespace
}  // namespace mote
