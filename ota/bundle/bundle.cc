// Making a bundle, and opening one in the order that makes it safe: the signature over raw bytes before anything is parsed.
#include "ota/bundle/bundle.h"

#include "ota/bundle/chunk_tree.h"
#include "ota/bundle/model_facts.h"
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

Result<Bytes> make_bundle(ByteView model, const BundleOptions& options, const KeyPair& image_key) {
  if (options.chunk_bytes < 256 || options.chunk_bytes > 4096)
    return Error{.cause = Cause::usage, .what = "chunks have 256 to 4096 bytes", .where = "", .todo = ""};
  TRY_DO(check_name(options.device_class));  // no device could be enrolled into another
  TRY(ModelFacts facts, read_model_facts(model, options.where));
  TRY(Bytes bundle, sign_image(image_for(model, facts, options), image_key));
  append(bundle, model);
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
    if (payload.bytes > rest.size()) return untrusted("ends inside a payload", where);
    bundle.payloads.push_back(rest.first(payload.bytes));
    rest = rest.subspan(payload.bytes);
  }
  if (!rest.empty()) return untrusted("has bytes after its last payload, which nobody signed", where);
  for (size_t i = 0; i < bundle.payloads.size(); ++i)
    TRY_DO(check_payload(bundle.image, bundle.image.payloads[i], bundle.payloads[i], where));
  return bundle;
}

}  // namespace mote
