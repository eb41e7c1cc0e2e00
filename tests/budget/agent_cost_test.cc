// Stack, memory and instructions of an agent's life on each board that has `agent_cost`: starts, an update as a whole model and
// one by delta, reports, a forged update, and a root that follows another.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/process.h"
#include "base/toml.h"
#include "device/agent/test/bench.h"
#include "host/firmware/emulator_options.h"
#include "report_generated.h"
#include "tests/boards/agent_case.h"

namespace mote {
namespace {

enum What : uint32_t { kStart, kConnected, kMessage, kWindow, kTick };  // boards/common/app/agent_cost.cc

struct Event {
  std::string name;
  uint32_t what;
  Bytes bytes;
};

class Life {
 public:
  explicit Life(const test::DeviceKeys& keys) : keys_(keys) {}

  void add(const std::string& name, What what, const Bytes& bytes = {}) { events.push_back({name, what, bytes}); }
  void add(const std::string& name, Channel channel, const Bytes& message) {
    Bytes bytes = {static_cast<uint8_t>(channel)};
    append(bytes, message);
    add(name, kMessage, bytes);
  }

  // Wanted, downloaded, tried and confirmed.
  void install(const std::string& name, const Bytes& model, uint32_t release, size_t samples,
               const std::vector<Bytes>& bases = {}) {
    const BundleOptions options{.name = "test",
                                .device_class = "vibration",
                                .release = release,
                                .chunk_bytes = 256,
                                .bases = bases,
                                .codecs = {DeltaCodec::subtract}};
    const auto opened = Release::open(make_bundle(model, options, keys_.image_key).value(), keys_.root(), "bundle").value();
    Bytes desired =
        sign_directive({.device = "m4-1", .sequence = release, .image_digest = opened->image_digest(), .trial_windows = 3},
                       keys_.director_key)
            .value();
    append(desired, opened->envelope());
    Bytes forged = desired;
    forged.back() ^= 1;
    add("refuse " + name, Channel::desired, forged);
    add("want " + name, Channel::desired, desired);
    const Image& image = opened->image();
    ASSERT_EQ(image.deltas.size(), bases.size()) << "a delta is worth its while";
    const Digest payload = bases.empty() ? image.payloads[0].digest : image.deltas[0].digest;
    for (uint32_t i = 0; i < opened->chunks(payload); ++i)
      add((i + 1 < opened->chunks(payload) ? "chunk of " : "check ") + name, Channel::block, opened->block(payload, i));
    add("begin trial of " + name, kTick);
    feel(name, samples, 3);
    add("confirm " + name, kTick);
  }
  void feel(const std::string& name, size_t samples, int windows) {
    for (int i = 0; i < windows; ++i) add("window of " + name, kWindow, Bytes(2 * samples, static_cast<uint8_t>(i)));
  }

  Bytes script() const {
    Bytes bytes;
    for (const Event& event : events) {
      for (const uint32_t word : {event.what, static_cast<uint32_t>(event.bytes.size())})
        for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(word >> 8 * i));
      append(bytes, event.bytes);
    }
    return bytes;
  }

  std::vector<Event> events;

 private:
  const test::DeviceKeys& keys_;
};

struct Cost {
  uint64_t instructions;
  uint32_t stack_bytes;
};
struct Memory {
  uint32_t agent, reports, monitor, crypto, release, floor, phase, status;
};

class AgentCostTest : public test::BoardsTest, public testing::WithParamInterface<std::string> {
 protected:
  // The costliest of each name.
  std::map<std::string, Cost> run(const Board& board, const Life& life, Memory* memory) {
    put("inputs", life.script());
    put("identity", keys.identity());
    int shift = 0;
    const double tick_ns = 1e9 / board.ticks_hz;
    while (std::ldexp(1.0, shift) < 2 * tick_ns) ++shift;  // docs/porting.md, counting instructions
    std::vector<std::string> words = {"env",          "--chdir=" + folder.string(),
                                      board.emulator, "-M",
                                      board.machine,  "-nographic",
                                      "-monitor",     "none",
                                      "-serial",      "none",
                                      "-icount",      "shift=" + std::to_string(shift)};
    words.insert(words.end(), board.options.begin(), board.options.end());
    const Area sector{board.flash_origin + board.identity, board.sector_bytes};
    words.insert(words.end(), {"-device", put_at(sector, folder / "identity"), "-semihosting-config",
                               "enable=on,target=native,arg=agent_cost,arg=0,arg=inputs,arg=outputs,arg=record", "-kernel",
                               board.program("agent_cost").string()});
    Result<Process> process = Process::start(words, {.output = folder / "log"});
    EXPECT_TRUE(process.ok());
    const bool ended = process->wait(std::chrono::minutes(4));
    const Bytes log = get("log");
    EXPECT_TRUE(ended && process->exit_code() == 0) << text_of(log);
    std::map<std::string, Cost> costs;
    if (!ended || process->exit_code() != 0) return costs;

    const Bytes record = get("record");
    std::vector<uint32_t> numbers(record.size() / 4);
    std::memcpy(numbers.data(), record.data(), numbers.size() * 4);
    EXPECT_EQ(record.size(), 8 * (1 + life.events.size()) + sizeof *memory);
    std::memcpy(memory, record.data() + record.size() - sizeof *memory, sizeof *memory);
    for (size_t i = 0; i < life.events.size(); ++i) {
      const uint32_t ticks = numbers[2 * i + 2] - numbers[0];
      Cost& most = costs[life.events[i].name];
      most.instructions = std::max<uint64_t>(most.instructions, std::llround(ticks * tick_ns / std::ldexp(1.0, shift)));
      most.stack_bytes = std::max(most.stack_bytes, numbers[2 * i + 3]);
    }
    return costs;
  }

  test::DeviceKeys keys;
};

Bytes acknowledgement(uint32_t boot, uint32_t counter) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::CreateAcknowledge(builder, boot, counter));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

Bytes numbered(uint8_t number) {
  const AlignedBytes model = numbered_model(number).build();
  return Bytes(model.data(), model.data() + model.size());
}

TEST_P(AgentCostTest, KeepsToTheBudget) {
  const Board board = find_board(files, test::program_folder(), GetParam()).value();
  const Bytes large = test::model_for(board, 0), first = numbered(1), second = numbered(2);
  Life life(keys);
  life.add("start without a model", kStart);
  life.add("sign a state", kConnected);
  life.install("a model", large, 1, 96);
  life.add("start with a model of " + std::to_string(large.size()) + " bytes", kStart);
  life.add("sign a state", kConnected);
  life.feel("a model", 96, 21);
  life.add("take an acknowledgement", Channel::acknowledge, acknowledgement(2, 1));  // of the second start's first report
  life.install("a small model", first, 2, 32);
  life.add("start with a model of " + std::to_string(first.size()) + " bytes", kStart);
  life.install("a delta", second, 3, 32, {first});
  TrustRoot root = keys.root();
  root.epoch = 2;
  root.removed.push_back(removed_key_of(keys.image_key.public_key));
  root.image = Role(2, 1, {test_key(60).public_key});
  life.add("take a root", Channel::root,
           seal_with(EnvelopeType::root, 2, 1, {keys.root_key}, root_document(root).value()).value());
  life.add("start under a later root", kStart);

  Memory memory{};
  const auto costs = run(board, life, &memory);
  ASSERT_FALSE(costs.empty());
  EXPECT_EQ(memory.release, 3u) << "the life was lived";
  EXPECT_EQ(memory.phase, 0u);
  Cost deepest{};
  for (const auto& [name, cost] : costs) {
    std::printf("%s: %-36s %11llu instructions, %5u bytes of stack\n", GetParam().c_str(), name.c_str(),
                static_cast<unsigned long long>(cost.instructions), cost.stack_bytes);
    deepest.stack_bytes = std::max(deepest.stack_bytes, cost.stack_bytes);
  }
  Toml toml = read_toml(files, board.folder / "board.toml").value();
  Toml budget = toml.table("budget");
  const uint32_t state = memory.agent - memory.reports - memory.monitor;
  const uint32_t pool = board.limits.at("crypto_bytes");
  std::printf(
      "%s: stack %u, state of agent and updater %u, pool of verifying and signing %u (%u used); besides, reports %u, monitor %u "
      "bytes\n",
      GetParam().c_str(), deepest.stack_bytes, state, pool, memory.crypto, memory.reports, memory.monitor);
  EXPECT_LE(deepest.stack_bytes, budget.required_integer("update_stack_bytes", 1, 1 << 20));
  EXPECT_LE(memory.crypto, pool - pool / 8) << "an eighth is kept free";
  EXPECT_LE(state + pool, budget.required_integer("update_ram_bytes", 1, 1 << 20));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(AgentCostTest);
INSTANTIATE_TEST_SUITE_P(Boards, AgentCostTest, testing::ValuesIn(test::boards("agent_cost")), test::name_of_board);

}  // namespace
}  // namespace mote
