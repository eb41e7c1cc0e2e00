// Writes identity, journal and slot through the device's own code into simulated flash of the board, and starts from it.
#include "host/firmware/provision.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>

#include "device/agent/state.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/port/network.h"
#include "device/update/journal.h"
#include "device/update/slots.h"
#include "ota/bundle/bundle.h"
#include "ota/simulated_flash/flash_simulator.h"
#include "quantize/plan/plan.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/operator_set.h"

namespace mote {
namespace {

Error provision_problem(const std::string& where, const std::string& what, const std::string& todo = "",
                        Cause cause = Cause::failed) {
  return {.cause = cause, .what = what, .where = where, .todo = todo};
}

std::string of_bytes(uint64_t bytes) { return std::to_string(bytes) + " bytes"; }

// The whole sectors that `bytes` take.
uint32_t sectors_for(const Board& board, size_t bytes) {
  return static_cast<uint32_t>((bytes + board.sector_bytes - 1) / board.sector_bytes * board.sector_bytes);
}

// The first payload that the firmware of every agent takes: agents run portable models.
Result<ByteView> payload_for(const Board& board, const Bundle& bundle, const std::string& where) {
  for (size_t i = 0; i < bundle.payloads.size(); ++i) {
    const ImagePayload& payload = bundle.image.payloads[i];
    if (payload.target != static_cast<uint8_t>(Target::portable)) continue;
    if (payload.bytes > board.slot_bytes)
      return provision_problem(where, "its model takes " + of_bytes(payload.bytes) + ", a slot of " + board.name + " has " +
                                          std::to_string(board.slot_bytes));
    if (payload.arena_bytes > board.agent_arena_bytes)
      return provision_problem(where, "its model needs an arena of " + of_bytes(payload.arena_bytes) + ", the firmware of " +
                                          board.name + " has " + std::to_string(board.agent_arena_bytes));
    return bundle.payloads[i];
  }
  return provision_problem(where, "has no portable model, and the firmware of " + board.name + " runs no other",
                           "make one with: mote import --target portable, or mote quantize");
}

// The firmware has the operators of [operators] in board.toml, or all but those on int16 (boards/common/firmware.cmake).
bool firmware_has(const Board& board, const std::string& needed) {
  const std::string name = needed.substr(0, needed.find(':'));
  const auto listed = [&board](const std::string& row) {
    return std::ranges::find(board.agent_operators, row) != board.agent_operators.end();
  };
  if (board.agent_operators.empty()) return !name.ends_with("_int16") && name != "requantize";
  return listed(needed) || listed(name);
}

Result<void> check_operators(const Board& board, ByteView model, const std::string& where) {
  TRY(const ModelFile file, read_model(model, where));
  std::string missing;
  for (const std::string& needed : operator_set_of(file).names())
    if (!firmware_has(board, needed)) missing += (missing.empty() ? "" : ", ") + needed;
  if (missing.empty()) return {};
  return provision_problem(where, "the firmware of " + board.name + " lacks what its model needs: " + missing,
                           "put it into [operators] of board.toml and build the firmware anew");
}

// The agent of a small board has room for fewer than the one that this machine starts.
Result<void> check_limits(const Board& board, ByteView model, const std::string& where) {
  TRY(const LoadedModel loaded, LoadedModel::open(model, where));
  const auto most = [&board](const char* name, size_t otherwise) {
    const auto found = board.limits.find(name);
    return found == board.limits.end() ? otherwise : found->second;
  };
  const size_t classes = loaded.output().count, scalars = loaded.statistics().count + size_t{1};  // one is the agent's own
  if (classes <= most("classes", kMaxClasses) && scalars <= most("scalars", kMaxScalars)) return {};
  return provision_problem(where, "its model has " + std::to_string(classes) + " classes and " + std::to_string(scalars) +
                                      " scalars, more than the firmware of " + board.name + " has room for");
}

// A device's flash and its agent, on this machine.
class NewDevice {
 public:
  NewDevice(const Board& board, const Identity& identity, std::unique_ptr<FlashSimulator> simulator)
      : identity_(identity),
        simulator_(std::move(simulator)),
        flash_(simulator_->port()),
        crypto_(mbedtls_crypto()),
        arena_(static_cast<uint8_t*>(::operator new (board.agent_arena_bytes, std::align_val_t{kArenaAlignment}))) {
    config_ = {.flash = &flash_,
               .crypto = &crypto_,
               .identity = &identity_,
               .layout = {.journal = board.journal,
                          .journal_half_bytes = board.journal_half_bytes,
                          .slots = {board.slots[0], board.slots[1]},
                          .slot_bytes = board.slot_bytes},
               .arena = arena_.get(),
               .arena_bytes = board.agent_arena_bytes,
               .target = static_cast<uint8_t>(Target::portable)};
  }

  // The last program unit is filled up with erased bytes.
  mote_status write(uint32_t offset, ByteView bytes) {
    Bytes units(bytes.begin(), bytes.end());
    units.resize((bytes.size() + flash_.program_bytes - 1) / flash_.program_bytes * flash_.program_bytes, flash_.erased);
    return flash_.program(flash_.context, offset, units.data(), static_cast<uint32_t>(units.size()));
  }

  // The model goes to slot A, and a record says that it is confirmed, as after a trial.
  mote_status confirm(const TrustRoot& root, const Bundle& bundle, ByteView model) {
    JournalState state;
    std::memset(&state, 0, sizeof state);
    state.confirmed = Slot::a;
    state.candidate = Slot::none;
    state.download_slot = Slot::none;
    state.image_epoch = root.image.epoch;
    state.director_epoch = root.director.epoch;
    state.floor = bundle.image.release;
    state.release[0] = bundle.image.release;
    state.model_bytes[0] = static_cast<uint32_t>(model.size());
    const Digest digest = sha256(model);
    std::copy(digest.begin(), digest.end(), state.digest[0]);
    std::copy(bundle.image.model_id.begin(), bundle.image.model_id.end(), state.model_id[0]);
    Journal journal;
    JournalState nothing;
    journal_read(flash_, config_.layout.journal, config_.layout.journal_half_bytes, &journal, &nothing);
    const mote_status status = write(config_.layout.slots[0] + kModelOffsetInSlot, model);
    return status == MOTE_OK ? journal_append(&journal, state) : status;
  }

  // As the device will do it first of all; it changes the journal.
  Result<void> start(uint32_t model_bytes, const std::string& where) {
    AgentConfig config{
        .update = config_, .report_windows = 1, .report_ms = 1, .resend_ms = 1, .request_chunks = 1, .trial_ms = 1};
    config.ports.publish = [](void*, Channel, const uint8_t*, size_t) { return false; };
    config.ports.microseconds = [](void*) { return uint32_t{0}; };
    mote_status status = agent_start(agent_.get(), config, 0);
    if (status == MOTE_OK && model_bytes == 0) return {};
    const Updater& updater = agent_->updater;
    if (status == MOTE_OK) status = updater.running == Slot::a && !updater.degraded ? MOTE_OK : MOTE_NO_MODEL;
    if (status == MOTE_OK && !agent_->running.open)
      return provision_problem(
          where, "its model is none that an agent runs: it takes no raw windows, or has too many scalars or classes",
          "quantize one with mote: an imported model has no front end");
    if (status == MOTE_OK) status = slot_self_test(updater, Slot::a, model_bytes);
    if (status == MOTE_OK) return {};
    return provision_problem(
        where, std::string("the device would not start with it, ") + mote_status_name(status) + ": " + mote_status_text(status));
  }

  Bytes content(uint32_t offset, uint32_t bytes) const {
    const ByteView all = simulator_->content();
    return Bytes(all.begin() + offset, all.begin() + offset + bytes);
  }

 private:
  struct Free {
    void operator()(uint8_t* arena) const { ::operator delete (arena, std::align_val_t{kArenaAlignment}); }
  };

  Identity identity_;
  std::unique_ptr<FlashSimulator> simulator_;
  Flash flash_;
  Crypto crypto_;
  std::unique_ptr<uint8_t, Free> arena_;
  UpdaterConfig config_{};
  std::unique_ptr<Agent> agent_ = std::make_unique<Agent>();
};

Result<std::unique_ptr<FlashSimulator>> erased_flash(const Board& board) {
  TRY(std::unique_ptr<FlashSimulator> flash, FlashSimulator::in_memory({.bytes = board.flash_bytes,
                                                                        .sector_bytes = board.sector_bytes,
                                                                        .program_bytes = board.program_bytes,
                                                                        .erased = board.erased},
                                                                       1));
  FlashContent content = flash->save();
  std::fill(content.bytes.begin(), content.bytes.end(), board.erased);
  flash->load(content);
  return flash;
}

// Everything about the model that can be wrong; the bytes that go into slot A.
Result<ByteView> checked_model(const Board& board, const Provision& what, const Identity& identity, const Bundle& bundle) {
  if (bundle.image.device_class != identity.device_class)
    return provision_problem(
        what.bundle_name,
        "is for the class " + bundle.image.device_class + ", the device is of the class " + identity.device_class, "",
        Cause::usage);
  TRY(const ByteView model, payload_for(board, bundle, what.bundle_name));
  TRY_DO(check_operators(board, model, what.bundle_name));
  TRY_DO(check_limits(board, model, what.bundle_name));
  return model;
}

Result<void> add_network(const Board& board, const Provision& what, Provisioned& made) {
  if (what.network.empty()) return {};
  Network network;
  if (!board.networked) return provision_problem(board.name, "has no place for a network's settings", "", Cause::usage);
  if (const mote_status status = network_read(what.network.data(), what.network.size(), &network); status != MOTE_OK)
    return provision_problem("network.bin", mote_status_text(status), "make it again: mote device network " + made.device);
  if (what.network.size() > board.sector_bytes)
    return provision_problem("network.bin", "is larger than a sector of " + board.name);
  Bytes sector(what.network.begin(), what.network.end());
  sector.resize(board.sector_bytes, board.erased);
  made.pieces.push_back({"network", board.flash_origin + board.network, std::move(sector)});
  made.pieces.push_back({"seeds, erased", board.flash_origin + board.seed, Bytes(2 * board.sector_bytes, board.erased)});
  return {};
}

}  // namespace

Result<void> check_provisionable(const Board& board) {
  if (board.flash_bytes != 0) return {};
  return provision_problem(board.name, "has no flash for an identity and models",
                           "flash a program that needs none, without --device: --program minimal", Cause::usage);
}

Result<Provisioned> provision(const Board& board, const Provision& what) {
  TRY_DO(check_provisionable(board));
  Identity identity;
  if (const mote_status status = identity_read(what.identity.data(), what.identity.size(), &identity); status != MOTE_OK)
    return provision_problem(what.identity_name, mote_status_text(status), "enrol another device");
  TRY(const TrustRoot root, read_root_document({identity.root, identity.root_bytes}, what.identity_name));
  TRY(std::unique_ptr<FlashSimulator> flash, erased_flash(board));
  NewDevice device(board, identity, std::move(flash));
  Provisioned made{.device = identity.device, .device_class = identity.device_class};

  mote_status status = device.write(board.identity, what.identity);
  if (!what.bundle.empty()) {
    TRY(const Bundle bundle, open_bundle(what.bundle, root, what.bundle_name));
    TRY(const ByteView model, checked_model(board, what, identity, bundle));
    made.model = {.name = bundle.image.name, .release = bundle.image.release, .bytes = static_cast<uint32_t>(model.size())};
    if (status == MOTE_OK) status = device.confirm(root, bundle, model);
  }
  const auto add = [&](const char* name, uint32_t offset, uint32_t bytes) {
    made.pieces.push_back({name, board.flash_origin + offset, device.content(offset, bytes)});
  };
  add("identity", board.identity, sectors_for(board, what.identity.size()));
  add("journal", board.journal, 2 * board.journal_half_bytes);
  if (made.model.bytes != 0) add("model, slot A", board.slots[0], sectors_for(board, made.model.bytes));
  TRY_DO(add_network(board, what, made));

  const std::string& where = what.bundle.empty() ? what.identity_name : what.bundle_name;
  if (status != MOTE_OK) return provision_problem(where, mote_status_text(status));
  TRY_DO(device.start(made.model.bytes, where));
  return made;
}

}  // namespace mote
