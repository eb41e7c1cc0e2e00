// A bundle in words, for people and for machines.
#include <sstream>

#include "base/json.h"
#include "device/model/container.h"
#include "ota/bundle/bundle.h"

namespace mote {
namespace {

std::string operator_name(uint16_t code) {
  switch (code) {
#define MOTE_OPERATOR(number, name, inputs, since, access) \
  case number:                                             \
    return #name;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
    default:
      return "operator " + std::to_string(code);
  }
}

std::string target_name(uint8_t target) {
  return target == static_cast<uint8_t>(Target::portable) ? "portable" : "target " + std::to_string(target);
}

std::string operator_names(const Image& image) {
  std::string names;
  for (const OperatorNeed& need : image.operators) names += (names.empty() ? "" : ", ") + operator_name(need.code);
  return names;
}

}  // namespace

BundleFacts facts_of(const Bundle& bundle, const TrustRoot& root, const std::string& file, size_t file_bytes) {
  BundleFacts facts{
      .file = file, .image = bundle.image, .image_digest = bundle.image_digest, .keys = {}, .file_bytes = file_bytes};
  for (const PublicKey& key : root.image.keys)
    if (has_signed(bundle.envelope, key)) facts.keys.push_back(key_name(key));
  return facts;
}

std::string to_text(const BundleFacts& facts) {
  std::ostringstream text;
  const Image& image = facts.image;
  text << facts.file << ": good, signed by image key";
  for (const std::string& key : facts.keys) text << " " << key;
  text << "\n";
  if (!image.name.empty()) text << "  name       " << image.name << "\n";
  text << "  release    " << image.release << "\n"
       << "  class      " << image.device_class << "\n"
       << "  model      " << to_hex(image.model_id) << "\n"
       << "  image      " << to_hex(facts.image_digest) << "\n"
       << "  operators  " << operator_names(image) << "\n";
  for (const ImagePayload& payload : image.payloads)
    text << "  payload    " << target_name(payload.target) << ", " << payload.bytes << " bytes in chunks of " << image.chunk_bytes
         << ", arena " << payload.arena_bytes << " bytes\n";
  for (const ImageDelta& delta : image.deltas)
    text << "  delta      " << delta.bytes << " bytes, from " << to_hex(delta.base).substr(0, 16) << ", codec "
         << static_cast<int>(delta.codec) << "\n";
  return text.str();
}

Json to_json(const BundleFacts& facts) {
  const Image& image = facts.image;
  Json operators = Json::array(), payloads = Json::array();
  for (const OperatorNeed& need : image.operators)
    operators.push_back({{"code", need.code}, {"name", operator_name(need.code)}, {"version", need.version}});
  for (const ImagePayload& payload : image.payloads)
    payloads.push_back({{"target", target_name(payload.target)},
                        {"bytes", payload.bytes},
                        {"arena_bytes", payload.arena_bytes},
                        {"digest", to_hex(payload.digest)},
                        {"chunk_root", to_hex(payload.chunk_root)}});
  Json deltas = Json::array();
  for (const ImageDelta& delta : image.deltas)
    deltas.push_back({{"base", to_hex(delta.base)}, {"bytes", delta.bytes}, {"digest", to_hex(delta.digest)}, {"codec", delta.codec}});
  return {{"file", facts.file},
          {"good", true},
          {"keys", facts.keys},
          {"name", image.name},
          {"release", image.release},
          {"class", image.device_class},
          {"model_id", to_hex(image.model_id)},
          {"image_digest", to_hex(facts.image_digest)},
          {"format_version", image.format_version},
          {"chunk_bytes", image.chunk_bytes},
          {"operators", operators},
          {"payloads", payloads},
          {"deltas", deltas},
          {"file_bytes", facts.file_bytes}};
}

}  // namespace mote
