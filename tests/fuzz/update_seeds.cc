// The committed corpora of what reaches a device or comes from one: documents, journals, deltas, frames, reports, sketches and
// models, the same bytes in every run. One argument: the folder above those of the targets.
#include "device/link/link.h"
#include "device/update/test/any_bytes.h"
#include "host/fleet/test/speaking_device.h"
#include "tests/fuzz/seed_models.h"
#include "tests/fuzz/seeds.h"
#include "tests/update/publisher.h"

namespace mote {
namespace {

Bytes payload_of(const Bytes& envelope) {
  return Bytes(envelope.begin() + kEnvelopeHeaderBytes, envelope.end() - kSignatureBlockBytes);
}

std::vector<Seed> documents() {
  const Publisher publisher;
  const Offer base = publisher.offer(numbered_model(1).build(), 1);
  const Offer offer =
      publisher.with_delta(publisher.offer(numbered_model(1, 2).build(), 2), {base.model.data(), base.model.size()});
  Directive directive = publisher.directive(offer, 3);
  directive.cohort = "hall-2";
  directive.expires = 1'800'000'000;
  const Bytes directive_envelope = sure(sign_directive(directive, publisher.director_key));
  const Bytes root = sure(root_document(publisher.root()));
  return {{"image", payload_of(base.envelope)},
          {"image-with-delta", payload_of(offer.envelope)},
          {"image-envelope", offer.envelope},
          {"directive", payload_of(directive_envelope)},
          {"directive-envelope", directive_envelope},
          {"desired", publisher.desired(offer, directive)},
          {"time", sure(sign_time(1'800'000'000, publisher.director_key))},
          {"root", root},
          {"root-envelope", sure(seal_with(EnvelopeType::root, 1, 1, {publisher.root_key}, root))}};
}

// What four sectors hold after so many records; every third one comes with a root.
Bytes journal_of(uint32_t records) {
  RamFlash flash(1024, 4, 0xFF, 0xFF);
  Journal journal;
  JournalState state{};
  state.confirmed = state.candidate = state.download_slot = Slot::none;
  journal_read(flash.port, 0, kAnyHalf, &journal, &state);
  const Bytes root = sure(root_document(Publisher().root()));
  for (uint32_t i = 1; i <= records; ++i) {
    state.boot = i;
    const FreshRoot fresh = {root.data(), static_cast<uint32_t>(root.size())};
    if (i % 3 == 0) state.root_epoch = i;
    journal_append(&journal, state, i % 3 == 0 ? &fresh : nullptr);
  }
  return Bytes(flash.memory.begin(), flash.memory.end());
}

std::vector<Seed> journals() {
  std::vector<Seed> seeds;
  for (const uint32_t records : {0u, 1u, 2u, 3u, 9u, 20u})
    seeds.push_back({std::to_string(records) + "-records", journal_of(records)});
  return seeds;
}

// 64 bytes of base, then a delta that makes 512 bytes of them.
std::vector<Seed> deltas() {
  std::vector<Seed> seeds;
  for (const uint64_t kept : {0u, 50u, 100u}) {
    Random random(kept);
    Bytes base(64), target(512);
    for (uint8_t& byte : base) byte = static_cast<uint8_t>(random.next());
    for (size_t i = 0; i < target.size(); ++i)
      target[i] = random.below(100) < kept ? base[i % 64] : static_cast<uint8_t>(random.next());
    Bytes bytes = base;
    append(bytes, sure(make_delta(base, target)));
    seeds.push_back({std::to_string(kept) + "-percent-kept", bytes});
  }
  return seeds;
}

Bytes frame(FrameType type, uint8_t sequence, const Bytes& payload) {
  Bytes bytes(frame_bytes_at_most(payload.size()));
  bytes.resize(frame_encode(type, sequence, payload.data(), payload.size(), bytes.data()));
  return bytes;
}

std::vector<Seed> frames() {
  Bytes several = frame(FrameType::hello, 0, {'p', 'r', 'e', 's', 's'});
  append(several, frame(FrameType::welcome, 1, {}));
  append(several, frame(FrameType::window, 2, Bytes(300, 0)));
  append(several, frame(FrameType::log, 3, {'o', 'k'}));
  return {{"empty", frame(FrameType::farewell, 255, {})},
          {"message", frame(FrameType::message, 7, {2, 0, 1, 0, 255})},
          {"long", frame(FrameType::message, 9, Bytes(600, 0x5A))},
          {"several", several}};
}

std::vector<Seed> reports() {
  fleet::SpeakingDevice device("press-04");
  const Bytes empty = device.report();
  for (int8_t i = 0; i < 20; ++i) device.window({}, {i, static_cast<int8_t>(-i), 3});
  device.miss();
  return {{"empty", payload_of(empty)}, {"windows", payload_of(device.report())}};
}

std::vector<Seed> sketches() {
  std::vector<Seed> seeds;
  int16_t edges[kSketchEdges];
  for (int i = 0; i < kSketchEdges; ++i) edges[i] = static_cast<int16_t>(100 * i - 700);
  for (const uint32_t values : {0u, 1u, 200u}) {
    Sketch sketch;
    sketch_clear(&sketch);
    Random random(values);
    for (uint32_t i = 0; i < values; ++i) sketch_add(&sketch, edges, static_cast<int16_t>(random.below(65'536) - 32'768));
    Bytes wire(kSketchWireBytes);
    sketch_write(sketch, wire.data());
    seeds.push_back({std::to_string(values) + "-values", wire});
  }
  return seeds;
}

Result<std::vector<Seed>> models() {
  std::vector<Seed> seeds;
  for (const uint64_t seed : {1u, 2u, 3u}) {
    for (const Target target : {Target::portable, Target::armv7e_m}) {
      TRY(Bytes model, seed_model(seed, target));
      seeds.push_back({seed_name(seed, target), std::move(model)});
    }
  }
  return seeds;
}

Result<void> write_all(const Path& folder) {
  TRY_DO(write_seeds(folder / "documents_fuzz", documents()));
  TRY_DO(write_seeds(folder / "journal_fuzz", journals()));
  TRY_DO(write_seeds(folder / "delta_fuzz", deltas()));
  TRY_DO(write_seeds(folder / "link_fuzz", frames()));
  TRY_DO(write_seeds(folder / "report_fuzz", reports()));
  TRY_DO(write_seeds(folder / "sketch_fuzz", sketches()));
  TRY(const std::vector<Seed> model_seeds, models());
  return write_seeds(folder / "verify_fuzz", model_seeds);
}

}  // namespace
}  // namespace mote

int main(int count, char** words) { return mote::write_seeds_into(count, words, mote::write_all); }
