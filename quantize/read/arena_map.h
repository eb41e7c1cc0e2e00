// What lies where in a model's arena, and when.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "quantize/read/model_file.h"

namespace mote {

// An activation, or the scratch that the nodes of one stage share. Lives from stage `first` to stage `last`, both included.
struct ArenaPiece {
  std::string name;             // "input 0", "3 conv_2d" for the output of node 3, "scratch"
  uint16_t tensor = kNoTensor;  // none for scratch
  uint32_t offset = 0, bytes = 0;
  uint32_t first = 0, last = 0;
};

std::vector<ArenaPiece> arena_map(const ModelFile& model);

// Bytes of the arena that something lies in during a stage; where one lies over another they count once.
uint32_t bytes_alive(const std::vector<ArenaPiece>& pieces, uint32_t stage);

Json to_json(const ArenaPiece& piece);

}  // namespace mote
