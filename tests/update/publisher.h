// The host's side of an update, played by hand: models, signed documents and chunks.
#pragma once

#include <stdexcept>
#include <string>

#include "device/model/test/sample_models.h"
#include "ota/bundle/bundle.h"
#include "ota/bundle/chunk_tree.h"

namespace mote {

// What a test cannot go on without.
template <typename T>
T sure(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().line());
  return std::move(result).value();
}

// A key that is the same in every run; for tests alone.
inline KeyPair test_key(uint8_t number) {
  PrivateKey scalar{};
  scalar.back() = number;
  return sure(pair_of(scalar));
}

// A valid model of about 4 KiB that tests itself; other numbers are other models of the same size.
inline ModelBuilder numbered_model(uint8_t number) {
  ModelBuilder model;
  Random random(number);
  model.input = model.activation(TensorType::int8, {1, 1, 1, 64}, 0.1f, 3);
  const uint16_t hidden = model.activation(TensorType::int8, {1, 1, 1, 48}, 0.2f, -5);
  const uint16_t scores = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, -5);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 1.0f / 256, -128);
  const auto first = weighted_constants(&model, {1, 1, 48, 64}, 48, &random);
  const auto second = weighted_constants(&model, {1, 1, 3, 48}, 3, &random);
  model.node(OperatorCode::fully_connected, {model.input, first[0], first[1], first[2]}, hidden, {-128, 127});
  model.node(OperatorCode::fully_connected, {hidden, second[0], second[1], second[2]}, scores, {-128, 127});
  model.node(OperatorCode::softmax, {scores}, model.output, softmax_attributes());
  model.lay_out();
  add_self_test(&model, 2);
  return model;
}

// A signed image and its payload.
struct Offer {
  AlignedBytes model;
  Image image;
  Bytes envelope;
};

class Publisher {
 public:
  explicit Publisher(uint8_t first_key = 1) : image_key(test_key(first_key)), director_key(test_key(first_key + 1)) {}

  Offer offer(const AlignedBytes& model, uint32_t release) const {
    const BundleOptions options = {.name = "test", .device_class = "vibration", .release = release, .chunk_bytes = 512};
    const Bytes bytes = sure(make_bundle({model.data(), model.size()}, options, image_key));
    const TrustRoot root = {.image = image_key.public_key, .director = director_key.public_key};
    const Bundle bundle = sure(open_bundle(bytes, root, "test"));
    return {model, bundle.image, Bytes(bundle.envelope.begin(), bundle.envelope.end())};
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

  KeyPair image_key, director_key;
};

}  // namespace mote
