// memcpy by words: picolibc's goes byte by byte on this architecture.
#include <stddef.h>
#include <stdint.h>

namespace {

// A word that may stand for bytes of any type.
using Word [[gnu::may_alias]] = uint32_t;

bool aligned(const void* address) { return reinterpret_cast<uintptr_t>(address) % sizeof(Word) == 0; }

}  // namespace

// Or the compiler finds the loops to be what memcpy is for.
extern "C" [[gnu::optimize("no-tree-loop-distribute-patterns")]] void* memcpy(void* __restrict to, const void* __restrict from,
                                                                              size_t count) {
  uint8_t* target = static_cast<uint8_t*>(to);
  const uint8_t* source = static_cast<const uint8_t*>(from);
  uint8_t* const end = target + count;
  if ((reinterpret_cast<uintptr_t>(target) ^ reinterpret_cast<uintptr_t>(source)) % sizeof(Word) == 0) {
    for (; target != end && !aligned(target); ++target, ++source) *target = *source;
    for (; static_cast<size_t>(end - target) >= 4 * sizeof(Word); target += 4 * sizeof(Word), source += 4 * sizeof(Word)) {
      const Word* const words = reinterpret_cast<const Word*>(source);
      const Word a = words[0], b = words[1], c = words[2], d = words[3];
      Word* const places = reinterpret_cast<Word*>(target);
      places[0] = a;
      places[1] = b;
      places[2] = c;
      places[3] = d;
    }
  }
  for (; target != end; ++target, ++source) *target = *source;
  return to;
}
