// The memory that mbedTLS's numbers live in: a pool of fixed size with four bytes of head for each piece. mbedTLS's own allocator
// has 32, as much as a number of 256 bits itself.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote::app {

// From now on mbedTLS has `bytes` of `memory`, a multiple of 4; before that, none. What is left in a piece that was given back
// stays: mbedTLS wipes its numbers.
void give_crypto_memory(uint32_t* memory, size_t bytes);

}  // namespace mote::app

extern "C" {
void* mote_crypto_calloc(size_t count, size_t bytes);  // zeros; null where there is no room
void mote_crypto_free(void* piece);
}
