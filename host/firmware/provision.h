// What stands in the flash of a device that has been provisioned and has never run: its identity, a journal, its first model.
#pragma once

#include <string>
#include <vector>

#include "host/firmware/board.h"
#include "host/firmware/flash_image.h"

namespace mote {

struct Provision {
  ByteView identity;  // identity.bin of `mote device enrol`
  ByteView network;   // network.bin of `mote device network`; empty: none
  ByteView bundle;    // with the first model; empty: the device starts without one and waits
  std::string identity_name = "the identity", bundle_name = "the bundle";  // for errors
};

struct FirstModel {
  std::string name;
  uint32_t release = 0, bytes = 0;
};

struct Provisioned {
  std::string device, device_class;
  std::vector<FlashPiece> pieces;  // at their addresses on the board; each is whole sectors
  FirstModel model;                // release 0: none
};

// Whether a board can be provisioned at all: it has flash for models.
Result<void> check_provisionable(const Board& board);

// The bundle has to be signed for the root that is in the identity, as the device itself would ask, and the model to fit the
// slot, the arena, the operators and the limits of the board's firmware. It counts as confirmed: the release is the device's floor
// from then on, and there is no trial. The device's own agent has started from what comes out, on simulated flash, and the model
// has passed its self-test there.
Result<Provisioned> provision(const Board& board, const Provision& what);

}  // namespace mote
