// Loops over channels, compiled for the widest vectors that the processor has. Nothing is fused or reordered: results are the
// same.
#pragma once

#include "host/train/products.h"

namespace mote {

// Before a lambda's body: it becomes part of both of the functions below.
#define MOTE_INLINE __attribute__((always_inline))

#if defined(__x86_64__)
template <typename Work>
[[gnu::target("avx2")]] void run_wide(Work& work) {
  work();
}
#endif

template <typename Work>
void with_wide_vectors(Work work) {
#if defined(__x86_64__)
  if (has_wide_vectors()) return run_wide(work);
#endif
  work();
}

}  // namespace mote
