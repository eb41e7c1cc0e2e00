// The host's side of an update, played by hand: models, signed documents and chunks.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "device/model/test/sample_models.h"
#include "ota/bundle/bundle.h"
#include "ota/bundle/chunk_tree.h"
#include "ota/delta/delta.h"
#include "ota/trust/test/keys.h"

namespace mote {

// What a test cannot go on without.
template <typename T>
T sure(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().line());
  return std::move(result).value();
}

// A valid model of about 8 KiB that tests itself; other numbers are other models of the same size. `retrained` is a model of the
// same number with one weight in twenty moved by a little, another one for each value.
inline ModelBuilder numbered_model(uint8_t number, uint8_t retrained = 0) {
  ModelBuilder model;
  Random random(number);
  model.input = model.activation(TensorType::int8, {1, 1, 1, 64}, 0.1f, 3);
  const uint16_t hidden = model.activation(TensorType::int8, {1, 1, 1, 112}, 0.2f, -5);
  const uint16_t scores = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, -5);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 1.0f / 256, -128);
  const auto first = weighted_constants(&model, {1, 1, 112, 64}, 112, &random);
  const auto second = weighted_constants(&model, {1, 1, 3, 112}, 3, &random);
  model.node(OperatorCode::fully_connected, {model.input, first[0], first[1], first[2]}, hidden, {-128, 127});
  model.node(OperatorCode::fully_connected, {hidden, second[0], second[1], second[2]}, scores, {-128, 127});
  model.node(OperatorCode::softmax, {scores}, model.output, softmax_attributes());
  model.lay_out();
  Random nudge(retrained);
  for (size_t i = 0; i < 112 * 64 && retrained != 0; ++i)  // the first layer
    if (nudge.below(20) == 0 && model.weights[i] != 0x81)
      model.weights[i] = static_cast<uint8_t>(model.weights[i] ^ 1);  // no -128
  add_self_test(&model, 2);
  return model;
}

// A signed image and its payload.
struct Offer {
  AlignedBytes model;
  Image image;
  Bytes envelope;
  std::vector<Bytes> deltas{};  // the image's
};

class Publisher : public TestProject {
 public:
  using TestProject::TestProject;

  Offer offer(const AlignedBytes& model, uint32_t release) const {
    const BundleOptions options = {.name = "test", .device_class = "vibration", .release = release, .chunk_bytes = 512};
    const Bytes bytes = sure(make_bundle({model.data(), model.size()}, options, image_key));
    const Bundle bundle = sure(open_bundle(bytes, root(), "test"));
    return {model, bundle.image, Bytes(bundle.envelope.begin(), bundle.envelope.end())};
  }

  // The offer with one more delta from `base`; `spoil` changes the delta before it is signed for.
  Offer with_delta(Offer offer, ByteView base, const std::function<void(Bytes&)>& spoil = {},
                   DeltaCodec codec = DeltaCodec::subtract) const {
    Bytes delta = sure(make_delta(base, {offer.model.data(), offer.model.size()}, codec));
    if (spoil) spoil(delta);
    offer.image.deltas.push_back({.base = sha256(base),
                                  .digest = sha256(delta),
                                  .chunk_root = ChunkTree(delta, offer.image.chunk_bytes).root(),
                                  .bytes = static_cast<uint32_t>(delta.size()),
                                  .codec = static_cast<uint8_t>(codec)});
    offer.deltas.push_back(std::move(delta));
    sign(offer);
    return offer;
  }

  // The image as it is now, signed again.
  void sign(Offer& offer) const { offer.envelope = sure(sign_image(offer.image, image_key)); }

  Directive directive(const Offer& offer, uint32_t sequence) const {
    return {.device = "press-04",
            .cohort = "",
            .sequence = sequence,
            .expires = 0,
            .image_digest = digest_of_image(offer.envelope),
            .trial_windows = 5};
  }

  // What stands on the desired topic.
  Bytes desired(const Offer& offer, const Directive& directive) const {
    Bytes bytes = sure(sign_directive(directive, director_key));
    append(bytes, offer.envelope);
    return bytes;
  }
  Bytes desired(const Offer& offer, uint32_t sequence) const { return desired(offer, directive(offer, sequence)); }
};

}  // namespace mote
