// Making a bundle, and opening one in the order that makes it safe: the signature over raw bytes before anything is parsed.
#include "ota/bundle/bundle.h"

#include "ota/bundle/chunk_tree.h"
#include "ota/bundle/model_facts.h"
#include "ota/delta/delta.h"
#include "ota/devices/devices.h"

namespace mote {
namespace {

Error untrusted(const std::string& what, const std::string& where) {
  return Error{.cause = Cause::untrusted, .what = what, .where = where, .todo = "do not use it; fetch or make it again"};
}

Image image_for(ByteView model, const ModelFacts& facts, const BundleOptions& options) {
  const ChunkTree tree(model, options.chunk_bytes);
  Image image;
  image.name = options.name;
  image.model_id = facts.model_id;
  image.device_class = options.device_class;
  image.release = options.release;
  image.format_version = facts.format_version;
  image.chunk_bytes = options.chunk_bytes;
  image.operators = facts.operators;
  image.payloads = {{.digest = sha256(model),
                     .chunk_root = tree.root(),
                     .bytes = static_cast<uint32_t>(model.size()),
                     .arena_bytes = facts.arena_bytes,
                     .target = facts.target}};
  return image;
}

struct MadeDelta {
  Bytes bytes;
  DeltaCodec codec;
};

// Each smaller than the model and than those before it.
Result<std::vector<MadeDelta>> deltas_from(ByteView base, ByteView model, const std::vector<DeltaCodec>& codecs) {
  std::vector<MadeDelta> deltas;
  size_t smallest = model.size();
  for (const DeltaCodec codec : codecs) {
    TRY(Bytes delta, make_delta(base, model, codec));
    if (delta.size() >= smallest) continue;
    smallest = delta.size();
    deltas.push_back({std::move(delta), codec});
  }
  return deltas;
}

Result<std::vector<Bytes>> add_deltas(Image& image, ByteView model, const BundleOptions& options) {
  std::vector<Bytes> deltas;
  for (const Bytes& base : options.bases) {
    TRY(std::vector<MadeDelta> made, deltas_from(base, model, options.codecs));
    for (MadeDelta& delta : made) {
      image.deltas.push_back({.base = sha256(base),
                              .digest = sha256(delta.bytes),
                              .chunk_root = ChunkTree(delta.bytes, options.chunk_bytes).root(),
                              .bytes = static_cast<uint32_t>(delta.bytes.size()),
                              .codec = static_cast<uint8_t>(delta.codec)});
      deltas.push_back(std::move(delta.bytes));
    }
  }
  return deltas;
}

Result<void> check_delta(const Image& image, const ImageDelta& delta, ByteView bytes, const std::string& where) {
  if (sha256(bytes) != delta.digest) return untrusted("a delta is not the one that was signed", where);
  if (ChunkTree(bytes, image.chunk_bytes).root() != delta.chunk_root)
    return untrusted("the signed chunk root is not that of the delta", where);
  return {};
}

// The next `bytes` of `rest`, which then begins behind them.
Result<ByteView> take(ByteView& rest, uint32_t bytes, const std::string& where) {
  if (bytes > rest.size()) return untrusted("ends inside a payload or a delta", where);
  const ByteView taken = rest.first(bytes);
  rest = rest.subspan(bytes);
  return taken;
}

// That the signed words about a payload are true of its bytes.
Result<void> check_payload(const Image& image, const ImagePayload& payload, ByteView bytes, const std::string& where) {
  if (sha256(bytes) != payload.digest) return untrusted("a payload is not the one that was signed", where);
  if (ChunkTree(bytes, image.chunk_bytes).root() != payload.chunk_root)
    return untrusted("the signed chunk root is not that of the payload", where);
  Result<ModelFacts> facts = read_model_facts(bytes, where);
  if (!facts) return untrusted("a signed payload " + facts.error().what, where);
  const bool described = facts->model_id == image.model_id && facts->arena_bytes == payload.arena_bytes &&
                         facts->target == payload.target && facts->format_version == image.format_version &&
                         facts->operators == image.operators;
  if (!described) return untrusted("the image describes another model than the one it carries", where);
  return {};
}

}  // namespace

Result<Bytes> make_bundle(ByteView model, const BundleOptions& options, const Signers& signers) {
  if (options.chunk_bytes < 256 || options.chunk_bytes > 4096)
    return Error{.cause = Cause::usage, .what = "chunks have 256 to 4096 bytes", .where = "", .todo = ""};
  TRY_DO(check_name(options.device_class));  // no device could be enrolled into another
  TRY(ModelFacts facts, read_model_facts(model, options.where));
  Image image = image_for(model, facts, options);
  TRY(const std::vector<Bytes> deltas, add_deltas(image, model, options));
  TRY(Bytes bundle, sign_image(image, signers));
  append(bundle, model);
  for (const Bytes& delta : deltas) append(bundle, delta);
  return bundle;
}

Result<Bundle> open_bundle(ByteView bytes, const TrustRoot& root, const std::string& where) {
  const size_t head = envelope_bytes(bytes);
  if (head == 0) return untrusted("is not a bundle, or ends inside its signed head", where);
  Bundle bundle;
  bundle.envelope = bytes.first(head);
  TRY(bundle.image, open_image(bundle.envelope, root.image, where));
  bundle.image_digest = digest_of_image(bundle.envelope);

  ByteView rest = bytes.subspan(head);
  for (const ImagePayload& payload : bundle.image.payloads) {
    TRY(const ByteView bytes_of_it, take(rest, payload.bytes, where));
    bundle.payloads.push_back(bytes_of_it);
  }
  for (const ImageDelta& delta : bundle.image.deltas) {
    TRY(const ByteView bytes_of_it, take(rest, delta.bytes, where));
    bundle.deltas.push_back(bytes_of_it);
  }
  if (!rest.empty()) return untrusted("has bytes after its last payload and delta, which nobody signed", where);
  for (size_t i = 0; i < bundle.payloads.size(); ++i)
    TRY_DO(check_payload(bundle.image, bundle.image.payloads[i], bundle.payloads[i], where));
  for (size_t i = 0; i < bundle.deltas.size(); ++i)
    TRY_DO(check_delta(bundle.image, bundle.image.deltas[i], bundle.deltas[i], where));
  return bundle;
}

}  // namespace mote
