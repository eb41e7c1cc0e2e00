// RESIZE_BILINEAR.
#include "device/model/container.h"
#include "quantize/import/tflite_node.h"

namespace mote::from_tflite {

Result<void> resize_bilinear(TfliteNode& node) {
  TRY(const tflite::ResizeBilinearOptions* options, node.options<tflite::ResizeBilinearOptions>());
  TRY(const ValueId input, node.image(0));
  if (options->align_corners() && options->half_pixel_centers())
    return unsupported("aligns corners and has its pixels' middles as their places at once");
  Node to{.op = Op::resize_bilinear, .inputs = {input}};
  to.numbers[attribute::kResizeAlignCorners] = options->align_corners() ? 1 : 0;
  to.numbers[attribute::kResizeHalfPixel] = options->half_pixel_centers() ? 1 : 0;
  return node.add(std::move(to));
}

}  // namespace mote::from_tflite
