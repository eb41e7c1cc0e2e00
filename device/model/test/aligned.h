// Memory as the device's contracts want it: 16-byte aligned, and of exactly the size asked for, so that a step beyond is seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <vector>

namespace mote {

template <typename T>
struct AlignedAllocator {
  using value_type = T;
  AlignedAllocator() = default;
  template <typename U>
  AlignedAllocator(const AlignedAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{16})); }
  void deallocate(T* at, size_t) { ::operator delete (at, std::align_val_t{16}); }
  bool operator==(const AlignedAllocator&) const { return true; }
};

using AlignedBytes = std::vector<uint8_t, AlignedAllocator<uint8_t>>;

}  // namespace mote
