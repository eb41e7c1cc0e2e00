// AVERAGE_POOL_2D and MAX_POOL_2D.
#include "quantize/import/sliding.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

Result<void> pool(TfliteNode& node, Op op) {
  TRY(const tflite::Pool2DOptions* options, node.options<tflite::Pool2DOptions>());
  if (options->filter_height() < 1 || options->filter_width() < 1) return unsupported("has a filter of 0");
  TRY(const ValueId input, node.image(0));
  Node to{.op = op, .inputs = {input}};
  to.filter_height = static_cast<uint32_t>(options->filter_height());
  to.filter_width = static_cast<uint32_t>(options->filter_width());
  TRY_DO(slide(*options, node.shape_of(input), to.filter_height, to.filter_width, to));
  return node.add(std::move(to));
}

}  // namespace

namespace from_tflite {

Result<void> average_pool_2d(TfliteNode& node) { return pool(node, Op::average_pool_2d); }
Result<void> max_pool_2d(TfliteNode& node) { return pool(node, Op::max_pool_2d); }

}  // namespace from_tflite
}  // namespace mote
