// First fit over pieces that follow one another. A head says how many words its piece has, and whether it is in use.
#include "boards/common/mbedtls/pool.h"

#include <string.h>

namespace {

constexpr uint32_t kUsed = 1u << 31;

struct Pool {
  uint32_t* begin;
  uint32_t* end;
};
Pool pool;

uint32_t words_of(const uint32_t* head) { return *head & ~kUsed; }
bool is_used(const uint32_t* head) { return (*head & kUsed) != 0; }
uint32_t* after(uint32_t* head) { return head + 1 + words_of(head); }

// Free pieces that follow a free one become part of it.
void join(uint32_t* head) {
  for (uint32_t* next = after(head); next < pool.end && !is_used(next); next = after(head)) *head += 1 + words_of(next);
}

void* take(uint32_t* head, uint32_t words) {
  const uint32_t rest = words_of(head) - words;
  if (rest != 0) {
    head[1 + words] = rest - 1;
    *head = words;
  }
  *head |= kUsed;
  return head + 1;
}

}  // namespace

void mote::app::give_crypto_memory(uint32_t* memory, size_t bytes) {
  pool = {memory, memory + bytes / 4};
  *memory = static_cast<uint32_t>(bytes / 4 - 1);
}

void* mote_crypto_calloc(size_t count, size_t bytes) {
  if (bytes != 0 && count > (SIZE_MAX - 3) / bytes) return nullptr;
  const auto words = static_cast<uint32_t>((count * bytes + 3) / 4);
  for (uint32_t* head = pool.begin; head < pool.end; head = after(head)) {
    if (is_used(head)) continue;
    join(head);
    if (words_of(head) >= words) return memset(take(head, words), 0, words * 4);
  }
  return nullptr;
}

void mote_crypto_free(void* piece) {
  if (piece != nullptr) static_cast<uint32_t*>(piece)[-1] &= ~kUsed;
}
