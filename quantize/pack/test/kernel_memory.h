// Memory as a plan gives it to a packed kernel: scratch of exactly its size, rings of input rows.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "device/kernels/rows.h"
#include "device/kernels/window.h"

namespace mote::test {

// Bytes for a kernel, with a margin that it must not touch.
class Scratch {
 public:
  explicit Scratch(size_t bytes) : words_(bytes / 4 + 1, kMargin) { EXPECT_EQ(bytes % 4, 0u); }
  ~Scratch() { EXPECT_EQ(words_.back(), kMargin) << "wrote past its scratch"; }
  void* data() { return words_.data(); }

 private:
  static constexpr uint32_t kMargin = 0x77777777;
  std::vector<uint32_t> words_;
};

// Calls run(input, output, rows) row by row, with no more of the input at hand than an output row needs, and one output row.
template <typename Convolution, typename Run>
std::vector<int8_t> run_on_rings(const Convolution& conv, const std::vector<int8_t>& input, Run run) {
  const Axis& height = conv.window.height;
  const size_t input_row = static_cast<size_t>(conv.window.width.input) * conv.input_channels;
  const size_t output_row = static_cast<size_t>(conv.window.width.output) * conv.output_channels;
  const auto held = static_cast<uint32_t>((height.filter - 1) * conv.dilation_height + 1);
  std::vector<int8_t> ring(held * input_row), row(output_row), output;
  for (int32_t y = 0; y < height.output; ++y) {
    std::fill(ring.begin(), ring.end(), int8_t{99});
    for (int32_t tap = 0; tap < height.filter; ++tap) {
      const int32_t from = y * height.stride - height.pad + tap * conv.dilation_height;
      if (from < 0 || from >= height.input) continue;
      const auto place = static_cast<uint32_t>(from);
      std::copy_n(input.begin() + static_cast<ptrdiff_t>(place * input_row), input_row,
                  ring.begin() + static_cast<ptrdiff_t>(place % held * input_row));
    }
    const auto at = static_cast<uint32_t>(y);
    run(Rows<const int8_t>{ring.data(), held, input_row}, Rows<int8_t>{row.data(), 1, output_row}, RowRange{at, at + 1});
    output.insert(output.end(), row.begin(), row.end());
  }
  return output;
}

}  // namespace mote::test
