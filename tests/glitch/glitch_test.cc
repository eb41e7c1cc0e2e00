// Every instruction of the updater's verifying and deciding replaced by no-ops, one to four in a row, one start each, with a
// forged model at hand: none may run. On an emulated Cortex-M4 (docs/threat-model.md, fault injection). The suite Glitch tries a
// sample of them, GlitchLong all.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <iostream>
#include <optional>
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
constexpr size_t kSampleStride = 13;  // odd, so that all widths are among the sample
constexpr size_t kMostStops = 20;
constexpr std::chrono::seconds kPatience(20);  // with a board that says nothing, on a busy machine

// Where functions come from that verify or decide on whether a model is taken and started: parts of the paths of their objects.
// Not big numbers, not what makes a model of a delta, and not what checks the structure of a model that is genuine by then
// (device/model).
const char* const kSources[] = {"/device/update/", "/link/crc32.cc", "/port/mbedtls/crypto.cc", "/library/sha256.c"};
const char* const kOtherSources[] = {"/update/delta.cc", "/update/decode.cc"};

Path firmware() { return Path(MOTE_PROGRAM_FOLDER) / "firmware" / kBoard; }

std::string output_of(const std::vector<std::string>& command, const Path& folder) {
  const Path file = folder / "output";
  std::filesystem::remove(file);
  Result<Process> process = Process::start(command, {.output = file});
  if (!process || !process->wait(std::chrono::seconds(60)) || process->exit_code() != 0) return "";
  return DiskFileSystem().read_text(file).value();
}

struct Instruction {
  uint32_t address, bytes;
};

// The instructions of the functions that come from kSources, function by function, and memcmp's.
class Code {
 public:
  explicit Code(const Path& folder) {
    std::set<std::string> names = {"memcmp"};
    for (const char* source : kSources) {
      const std::set<std::string> found = names_in(objects_of(source), folder);
      if (found.empty()) missing_ += std::string(" ") + source;
      names.insert(found.begin(), found.end());
    }
    read_code(output_of({"arm-none-eabi-objdump", "-d", firmware() / "glitch.elf"}, folder), names);
  }
  const std::vector<std::vector<Instruction>>& functions() const { return functions_; }
  const std::string& missing() const { return missing_; }  // sources of which nothing was found
  size_t instructions() const {
    size_t sum = 0;
    for (const auto& function : functions_) sum += function.size();
    return sum;
  }

 private:
  // Of every program of the board: a function has the same name in all of them.
  static std::vector<std::string> objects_of(const std::string& source) {
    std::vector<std::string> objects;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(firmware())) {
      const std::string path = entry.path();
      const auto holds = [&](const std::string& part) { return path.find(part) != std::string::npos; };
      if (path.ends_with(".obj") && holds(source) && std::none_of(std::begin(kOtherSources), std::end(kOtherSources), holds))
        objects.push_back(path);
    }
    return objects;
  }
  // Also functions of headers, where the compiler has not put them into others.
  static std::set<std::string> names_in(const std::vector<std::string>& objects, const Path& folder) {
    std::vector<std::string> command = {"arm-none-eabi-nm"};
    command.insert(command.end(), objects.begin(), objects.end());
    std::istringstream lines(objects.empty() ? "" : output_of(command, folder));
    std::set<std::string> names;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string address, kind, name;
      if (words >> address >> kind >> name && (kind == "t" || kind == "T" || kind == "W")) names.insert(name);
    }
    return names;
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
  std::string missing_;
};

// Every `stride`-th of them.
std::vector<Place> places_in(const Code& code, size_t stride) {
  std::vector<Place> places;
  size_t number = 0;
  for (const auto& function : code.functions())
    for (size_t first = 0; first < function.size(); ++first) {
      uint32_t bytes = 0;
      for (size_t i = first; i < function.size() && i < first + kWidest; ++i) {
        bytes += function[i].bytes;
        if (number++ % stride == 0) places.push_back({function[first].address, bytes});
      }
    }
  return places;
}

// What the board has said so far: the letters of the attacks 0, 1, 2 ... Lines of another form are an attack's doing.
struct Said {
  std::string letters;
  bool is_lost = false;  // the board has given up, or counts otherwise

  explicit Said(const std::string& text) {
    size_t end;
    for (size_t at = 0; !is_lost && (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      take(text.substr(at, end - at));
  }

 private:
  void take(const std::string& line) {
    const bool is_verdict = line.size() == 10 && line[8] == ' ' && line.find_first_not_of("0123456789abcdef") == 8 &&
                            std::string("Arf").find(line[9]) != std::string::npos;
    if (is_verdict && std::stoul(line, nullptr, 16) == letters.size())
      letters += line[9];
    else
      is_lost = is_verdict || line.starts_with('!');
  }
};

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
    return {.root = {}, .desired = add(desired), .chunks = add(chunks), .model = add(bytes)};
  }
  Bytes finish(const Attack& attack) {
    std::memcpy(bytes_.data(), &attack, sizeof attack);
    return bytes_;
  }

 private:
  Bytes bytes_;
};

// The first install, the forged one, and what is known of both.
struct Scenario {
  const Publisher publisher{};
  const Bytes root = sure(root_document(publisher.root()));
  AttackWriter writer;
  Attack attack{};
  Offer first;

  explicit Scenario(uint32_t first_release = 1) : first(offer(1, first_release)) {
    attack.first = add(publisher.desired(first, 1), first, first.model);
  }
  Offer offer(uint8_t number, uint32_t release) const { return publisher.offer(model_of(number), release); }
  Documents add(const Bytes& desired, const Offer& offer, const AlignedBytes& model) {
    return writer.add(desired, digest_of(offer), model, offer.image.chunk_bytes);
  }
};

// Forged: says to be `key` and signs with another.
KeyPair signer(KeyPair key, bool forged) {
  if (forged) key.private_key = test_key(9).private_key;
  return key;
}

Scenario an_image_that_nobody_signed(bool forged) {
  Scenario scenario;
  Offer second = scenario.offer(2, 2);
  second.envelope = sure(sign_image(second.image, signer(scenario.publisher.image_key, forged)));
  scenario.attack.wanted = scenario.add(scenario.publisher.desired(second, 2), second, second.model);
  return scenario;
}

Scenario a_directive_that_nobody_signed(bool forged) {
  Scenario scenario;
  const Offer second = scenario.offer(2, 2);
  const Directive directive = scenario.publisher.directive(second, 2);
  Bytes desired = sure(sign_directive(directive, signer(scenario.publisher.director_key, forged)));
  append(desired, second.envelope);
  scenario.attack.wanted = scenario.add(desired, second, second.model);
  return scenario;
}

Scenario other_bytes_under_genuine_documents(bool forged) {
  Scenario scenario;
  const Offer second = scenario.offer(2, 2);
  scenario.attack.wanted = scenario.add(scenario.publisher.desired(second, 2), second, model_of(forged ? 3 : 2));
  return scenario;
}

Scenario other_bytes_in_the_confirmed_slot(bool forged) {
  Scenario scenario;
  const AlignedBytes other = model_of(forged ? 3 : 1);
  scenario.attack.kind = Kind::slot_changed;
  scenario.attack.wanted.model = scenario.writer.add({other.data(), other.size()});
  return scenario;
}

Scenario an_older_release(bool forged) {
  Scenario scenario(2);
  const Offer older = scenario.offer(2, forged ? 1 : 2);
  scenario.attack.wanted = scenario.add(scenario.publisher.desired(older, 2), older, older.model);
  return scenario;
}

// In which all keys but the standby role's are a stranger's, who then signs image and directive.
Scenario a_root_that_nobody_signed(bool forged) {
  constexpr uint32_t kEpoch = 2;
  Scenario scenario;
  const Publisher stranger(20);
  TrustRoot root = scenario.publisher.root();
  root.epoch = kEpoch;
  for (Role TrustRoot::*role : {&TrustRoot::root, &TrustRoot::image, &TrustRoot::director}) {
    root.removed.push_back(removed_key_of((root.*role).keys[0]));
    root.*role = Role(kEpoch, 1, (stranger.root().*role).keys);
  }
  const Bytes envelope =
      sure(seal_with(EnvelopeType::root, kEpoch, 2, {signer(scenario.publisher.root_key, forged), stranger.root_key},
                     sure(root_document(root))));
  Offer second = scenario.offer(2, 2);
  second.envelope = sure(sign_image(second.image, Signers(root.image, {stranger.image_key})));
  Bytes desired = sure(sign_directive(stranger.directive(second, 2), Signers(root.director, {stranger.director_key})));
  append(desired, second.envelope);
  scenario.attack.wanted = scenario.add(desired, second, second.model);
  scenario.attack.wanted.root = scenario.writer.add(envelope);
  return scenario;
}

struct Named {
  const char* name;
  Scenario (*make)(bool forged);
};
std::ostream& operator<<(std::ostream& out, const Named& named) { return out << named.name; }

const Named kForged[] = {{"AnImageThatNobodySigned", an_image_that_nobody_signed},
                         {"ADirectiveThatNobodySigned", a_directive_that_nobody_signed},
                         {"OtherBytesUnderGenuineDocuments", other_bytes_under_genuine_documents},
                         {"OtherBytesInTheConfirmedSlotAtTheStart", other_bytes_in_the_confirmed_slot},
                         {"AnOlderRelease", an_older_release},
                         {"ARootThatNobodySigned", a_root_that_nobody_signed}};

class Glitch : public testing::TestWithParam<Named> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(firmware() / "glitch.elf"))
      GTEST_SKIP() << "skipped: the firmware of " << kBoard << " was not built";
    std::string name = (std::filesystem::temp_directory_path() / "mote-glitch-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // A letter for each place: those of the firmware; s where the board stopped, twice: the second time with no place before it.
  std::string letters(const Scenario& scenario, std::span<const Place> places) {
    std::string said;
    while (said.size() < places.size()) {
      said += run(scenario, places.subspan(said.size()));
      if (said.size() == places.size()) break;
      const std::string again = run(scenario, places.subspan(said.size(), 1));
      said += again.empty() ? "s" : again;
    }
    return said;
  }

  // The letters of the first places, up to where the board stops. Before them it is seen to refuse without any glitch, which also
  // computes what is then known.
  std::string run(Scenario scenario, std::span<const Place> places) {
    std::vector<Place> all = {{0, 0}};
    all.insert(all.end(), places.begin(), places.end());
    const std::string said = said_by(std::move(scenario), all);
    if (said.empty()) throw std::runtime_error("the board does not even start");
    EXPECT_EQ(said[0], 'r');
    return said.substr(1);
  }

  std::string said_by(Scenario scenario, const std::vector<Place>& places) {
    const Bytes identity = blob_of(test_identity("press-04", "vibration", "hall-2", test_key(200), scenario.root));
    scenario.attack.magic = kAttackMagic;
    scenario.attack.identity = scenario.writer.add(identity);
    scenario.attack.places =
        scenario.writer.add({reinterpret_cast<const uint8_t*>(places.data()), places.size() * sizeof(Place)});
    const Path attack = folder_ / "attack", serial = folder_ / "serial";
    EXPECT_TRUE(DiskFileSystem().write(attack, scenario.writer.finish(scenario.attack), Access::owner_only).ok());
    std::filesystem::remove(serial);
    Result<Process> process =
        Process::start({"qemu-system-arm", "-machine", kBoard, "-nographic", "-monitor", "none", "-serial",
                        "file:" + serial.string(), "-icount", "shift=0,sleep=off", "-kernel", firmware() / "glitch.elf",
                        "-device", "loader,force-raw=on,addr=" + std::to_string(kAttackAt) + ",file=" + attack.string()});
    return process ? listen(*process, serial, places.size()) : "";
  }

  // Until it has said so many letters, has stopped, or is silent.
  static std::string listen(Process& process, const Path& serial, size_t count) {
    std::string heard;
    for (auto since = std::chrono::steady_clock::now();;) {
      const bool ended = process.wait(std::chrono::milliseconds(50));
      std::string text = std::filesystem::exists(serial) ? DiskFileSystem().read_text(serial).value() : "";
      const Said said(text);
      const auto now = std::chrono::steady_clock::now();
      if (text != heard) since = now;
      heard = std::move(text);
      if (!ended && !said.is_lost && said.letters.size() < count && now - since < kPatience) continue;
      process.kill();
      return said.letters;
    }
  }

  void expect_none_accepted(const Scenario& scenario, size_t stride) {
    const Code code(folder_);
    ASSERT_EQ(code.missing(), "");
    ASSERT_GT(code.instructions(), 1000u) << "the functions were not found in the program";
    const std::vector<Place> places = places_in(code, stride);
    const std::string said = letters(scenario, places);
    const auto count = [&](char letter) { return static_cast<size_t>(std::count(said.begin(), said.end(), letter)); };
    std::cout << "glitches tried: " << places.size() << " at " << code.instructions() << " instructions of "
              << code.functions().size() << " functions; refused " << count('r') << ", faults " << count('f') << ", stops "
              << count('s') << where(said, places, 's') << ", accepted " << count('A') << std::endl;
    EXPECT_EQ(count('A'), 0u) << where(said, places, 'A');
    EXPECT_LE(count('s'), kMostStops) << where(said, places, 's');
    EXPECT_EQ(count('r') + count('f') + count('s') + count('A'), places.size());
  }

  static std::string where(const std::string& said, const std::vector<Place>& places, char letter) {
    std::ostringstream text;
    for (size_t i = 0; i < said.size(); ++i)
      if (said[i] == letter) text << std::hex << " " << places[i].address << "+" << places[i].bytes;
    return text.str();
  }

  Path folder_;
};

class GlitchLong : public Glitch {};

// So it is for what is forged alone that the others are refused.
TEST_P(Glitch, TakesWhatIsGenuine) { EXPECT_EQ(said_by(GetParam().make(false), {{0, 0}}), "A"); }

TEST_P(Glitch, AcceptsNoneOfASample) { expect_none_accepted(GetParam().make(true), kSampleStride); }

TEST_P(GlitchLong, AcceptsNone) { expect_none_accepted(GetParam().make(true), 1); }

const auto name_of_forged = [](const testing::TestParamInfo<Named>& info) { return std::string(info.param.name); };
INSTANTIATE_TEST_SUITE_P(Forged, Glitch, testing::ValuesIn(kForged), name_of_forged);
INSTANTIATE_TEST_SUITE_P(Forged, GlitchLong, testing::ValuesIn(kForged), name_of_forged);

}  // namespace
}  // namespace mote
