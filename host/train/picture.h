// Changes to pictures: a turn, another size, another place.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace mote {

struct PictureShape {
  uint32_t height = 1, width = 1;
  size_t channels = 1;
};

struct PictureChange {
  double degrees = 0;  // standard deviation of a turn about the middle
  double zoom = 0;     // the size times 1 + zoom * normal, along each axis
  double move = 0;     // pixels: standard deviation along each axis
};

// Samples the picture anew, between four pixels each; what lies outside of it repeats its edge.
void change_picture(const PictureShape& shape, const PictureChange& change, Random& random, std::vector<float>& picture);

}  // namespace mote
