// Files of float32 tensors, one input of a model after the other: as they lie, or as NumPy's .npy.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct TensorFile {
  std::vector<float> values;
  uint32_t rows = 0;  // the first dimension of a .npy; 0 for a file without a header
  std::string where;
  std::vector<uint64_t> row_shape{};  // the further dimensions of a .npy

  // How many inputs of `elements` floats there are: a whole number of at least one, and `rows` where that is known.
  Result<uint32_t> count_of(uint64_t elements) const;

  // That the rows of a .npy, where they have dimensions, have those of the model's input: the same numbers in another order of
  // the dimensions calibrate another model. Dimensions of 1 do not matter.
  Result<void> check_shape(const std::vector<uint64_t>& input) const;
};

// `bytes` are little-endian floats, or a .npy of versions 1 to 3 (numpy.lib.format) that holds '<f4' in C order. All of them must
// be finite.
Result<TensorFile> read_tensor_file(ByteView bytes, const std::string& where);

}  // namespace mote
