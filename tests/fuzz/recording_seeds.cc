// What the fuzz targets of recordings start from: small IDX and WAV files, and the changes that the targets make to good ones.
// One argument: the folder above those of the targets.
#include "base/test/gzip.h"
#include "host/data/test/any_recording.h"
#include "tests/fuzz/seeds.h"

namespace mote {
namespace {

// Pairs of a place and the byte that goes there; place 255 cuts the file.
const Bytes kChanges[] = {{3, 1}, {7, 255}, {11, 0, 15, 0}, {22, 2}, {255, 9}, {40, 255, 41, 255}};

std::vector<Seed> idx_seeds() {
  return {{"images", make_idx_images(3, 2, 3)},   {"one-image", make_idx_images(1, 1, 1)},
          {"no-image", make_idx_images(0, 2, 3)}, {"packed-images", gzip(make_idx_images(3, 2, 3))},
          {"labels", make_idx_labels({2, 0, 1})}, {"packed-labels", gzip(make_idx_labels({2, 0, 1}))}};
}

std::vector<Seed> wav_seeds() {
  return {{"mono", make_wav(8000, 1, {1, -2, 3, 4})},
          {"stereo", make_wav(16000, 2, {1, 2, 3, 4, 5, 6, 7, 8})},
          {"short", make_wav(8000, 1, {1})},
          {"empty", make_wav(8000, 1, {})},
          {"of-8-bits", make_wav(8000, 1, {1, 2, 3, 4}, 8)}};
}

std::vector<Seed> with_changes(std::vector<Seed> seeds) {
  for (size_t i = 0; i < std::size(kChanges); ++i) seeds.push_back({"change-" + std::to_string(i), kChanges[i]});
  return seeds;
}

Result<void> write_all(const Path& folder) {
  TRY_DO(write_seeds(folder / "idx_fuzz", with_changes(idx_seeds())));
  return write_seeds(folder / "wav_fuzz", with_changes(wav_seeds()));
}

}  // namespace
}  // namespace mote

int main(int count, char** words) { return mote::write_seeds_into(count, words, mote::write_all); }
