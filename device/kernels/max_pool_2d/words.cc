// Max pool with the four channels of a word at once.
#include "device/kernels/max_pool_2d/words.h"

#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/packed/simd32.h"
#include "device/kernels/pool_places.h"

namespace mote {
namespace {

template <uint32_t kWords>
struct Words {
  uint32_t at[kWords];
};

template <uint32_t kWords>
void store_larger(const PoolView& view, uint32_t channel, size_t channels, int8_t* output) {
  Words<kWords> words;
  for (uint32_t& word : words.at) word = 0x80808080;
  words = over_places(view, channel, channels, words, [](Words<kWords> value, const int8_t* from) {
    for (uint32_t i = 0; i < kWords; ++i) value.at[i] = simd32::smax8(value.at[i], simd32::load(from + 4 * i));
    return value;
  });
  for (uint32_t i = 0; i < kWords; ++i) simd32::store(output + channel + 4 * i, words.at[i]);
}

// The last words of a place begin before the ones before them end.
template <uint32_t kWords>
void pool_by_words(const Pool2d& pool, const PoolRows& rows) {
  constexpr uint32_t kChannels = 4 * kWords;
  for_each_place(pool, rows, [&](const PoolView& view, int8_t* output) {
    for (uint32_t at = 0; at < pool.channels; at += kChannels)
      store_larger<kWords>(view, at + kChannels <= pool.channels ? at : pool.channels - kChannels, pool.channels, output);
  });
}

}  // namespace

void max_pool_2d_by_words(const Pool2d& pool, const PoolRows& rows) {
  if (pool.channels < 4) return max_pool_2d_reference(pool, rows);
  if (pool.channels < 8)
    pool_by_words<1>(pool, rows);
  else
    pool_by_words<2>(pool, rows);
  const auto row = static_cast<uint32_t>(pool.window.width.output) * pool.channels;
  for (uint32_t y = rows.range.first; y < rows.range.end; ++y)
    armv7e_m::clamp_outputs(rows.output.at(y), row, {pool.low, pool.high, Rounding::double_rounding});
}

}  // namespace mote
