// Reads an operator's inputs and attributes, and brings values into the order in which they are needed.
#include "quantize/import/onnx/onnx_node.h"

#include <algorithm>
#include <numeric>

namespace mote {
namespace {

constexpr int kTranspose = 39, kReshapeCode = 22;

uint64_t places_of(const Extents& extents) { return count_of(extents) / (uint64_t{extents[0]} * extents[1]); }

}  // namespace

std::vector<uint32_t> channels_last_axes(size_t rank) {
  std::vector<uint32_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0u);
  std::rotate(axes.begin() + 1, axes.begin() + 2, axes.end());
  return axes;
}

Extents permuted(const Extents& extents, const std::vector<uint32_t>& axes) {
  Extents result;
  for (const uint32_t axis : axes) result.push_back(extents[axis]);
  return result;
}

std::vector<float> permuted(const std::vector<float>& values, const Extents& extents, const std::vector<uint32_t>& axes) {
  std::vector<size_t> strides(extents.size(), 1);
  for (size_t k = extents.size(); k-- > 1;) strides[k - 1] = strides[k] * extents[k];
  const Extents to = permuted(extents, axes);
  std::vector<float> result;
  result.reserve(values.size());
  std::vector<uint32_t> at(to.size());
  for (size_t i = 0; i < values.size(); ++i) {
    size_t from = 0;
    for (size_t k = 0; k < at.size(); ++k) from += at[k] * strides[axes[k]];
    result.push_back(values[from]);
    for (size_t k = at.size(); k-- > 0 && ++at[k] == to[k];) at[k] = 0;
  }
  return result;
}

uint32_t axis_in(Order order, uint32_t axis, size_t rank) {
  if (order == Order::plain) return axis;
  const std::vector<uint32_t> axes = channels_last_axes(rank);
  return static_cast<uint32_t>(std::find(axes.begin(), axes.end(), axis) - axes.begin());
}

Extents extents_in(Order order, const Extents& extents) {
  return order == Order::plain ? extents : permuted(extents, channels_last_axes(extents.size()));
}

Result<uint32_t> onnx_axis(int64_t axis, size_t rank) {
  const auto dimensions = static_cast<int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions) return unsupported("names a dimension that its input does not have");
  return static_cast<uint32_t>(axis < 0 ? axis + dimensions : axis);
}

Result<Extents> broadcast(const Extents& left, const Extents& right) {
  Extents result(std::max(left.size(), right.size()), 1);
  for (const Extents* from : {&left, &right})
    for (size_t i = 1; i <= from->size(); ++i) {
      uint32_t& extent = result[result.size() - i];
      const uint32_t other = (*from)[from->size() - i];
      if (extent != 1 && other != 1 && extent != other) return unsupported("has inputs that do not broadcast to each other");
      extent = std::max(extent, other);
    }
  return result;
}

Result<Extents> reshaped_extents(const Extents& extents, const std::vector<int64_t>& shape, bool zeros) {
  const uint64_t all = count_of(extents);
  Extents result;
  uint64_t known = 1;
  size_t rest = shape.size();
  for (size_t k = 0; k < shape.size(); ++k) {
    int64_t extent = shape[k];
    if (extent == 0 && !zeros && k < extents.size()) extent = extents[k];
    if (extent == -1 && rest == shape.size()) {
      rest = k;
      extent = 1;
    }
    if (extent < 1 || static_cast<uint64_t>(extent) > kMostElements) return unsupported("has a shape that is not possible");
    known *= static_cast<uint64_t>(extent);
    if (known > kMostElements) return unsupported("has an output that is empty or too large");
    result.push_back(static_cast<uint32_t>(extent));
  }
  if (rest < shape.size()) result[rest] = static_cast<uint32_t>(all / known);
  if (count_of(result) != all) return unsupported("has an output of another number of elements");
  return result;
}

Result<void> check_extents(const Extents& extents) {
  uint64_t count = 1;
  for (const uint32_t extent : extents) {
    count *= extent;
    if (extent == 0 || count > kMostElements) return unsupported("has an output that is empty or too large");
  }
  return {};
}

int64_t OnnxNode::integer(const std::string& attribute, int64_t otherwise) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? otherwise : found->second.integer;
}

float OnnxNode::real(const std::string& attribute, float otherwise) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? otherwise : found->second.real;
}

std::string OnnxNode::text(const std::string& attribute, const std::string& otherwise) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? otherwise : found->second.text;
}

std::vector<int64_t> OnnxNode::integers(const std::string& attribute, std::vector<int64_t> otherwise) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? std::move(otherwise) : found->second.integers;
}

std::vector<float> OnnxNode::reals_of(const std::string& attribute) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? std::vector<float>() : found->second.reals;
}

const OnnxTensor* OnnxNode::tensor(const std::string& attribute) const {
  const auto found = operation_.attributes.find(attribute);
  return found == operation_.attributes.end() ? nullptr : &found->second.tensor;
}

Result<OnnxValue*> OnnxNode::value(size_t place) {
  if (!has_input(place)) return unsupported("lacks its input " + std::to_string(place));
  const auto found = to_.values.find(input_name(place));
  if (found == to_.values.end()) return unsupported("reads '" + input_name(place) + "', which nothing makes");
  return &found->second;
}

Result<OnnxValue*> OnnxNode::activation(size_t place) {
  TRY(OnnxValue * found, value(place));
  if (found->constant) return unsupported("has a constant as its input " + std::to_string(place));
  return found;
}

bool OnnxNode::is_constant(size_t place) {
  const Result<OnnxValue*> found = value(place);
  return found.ok() && (*found)->constant.has_value();
}

Result<const OnnxTensor*> OnnxNode::constant(size_t place) {
  TRY(const OnnxValue* found, value(place));
  if (!found->constant) return unsupported("has an input " + std::to_string(place) + " that is no constant");
  return &*found->constant;
}

Result<std::vector<float>> OnnxNode::reals(size_t place) {
  TRY(const OnnxTensor* found, constant(place));
  if (!found->real) return unsupported("has an input " + std::to_string(place) + " of no reals");
  return found->floats;
}

Result<float> OnnxNode::one_real(size_t place) {
  TRY(const std::vector<float> found, reals(place));
  if (found.size() != 1) return unsupported("has an input " + std::to_string(place) + " that is not one number");
  return found[0];
}

Result<std::optional<std::vector<int64_t>>> OnnxNode::integers_of(const std::string& attribute, size_t place) {
  if (has(attribute)) return std::optional(integers(attribute));
  if (!has_input(place)) return std::optional<std::vector<int64_t>>();
  TRY(const OnnxTensor* found, constant(place));
  if (found->real) return unsupported("has an input " + std::to_string(place) + " of no integers");
  return std::optional(found->integers);
}

int32_t OnnxNode::reshaped(int32_t tensor, const Extents& extents) {
  if (draft().extents_of(tensor) == extents) return tensor;
  const int32_t result = between(extents);
  draft().node(kReshapeCode, {tensor}, {result});
  return result;
}

int32_t OnnxNode::transposed(int32_t tensor, const std::vector<uint32_t>& order) {
  if (std::is_sorted(order.begin(), order.end())) return tensor;
  const int32_t result = between(permuted(draft().extents_of(tensor), order));
  draft().node(kTranspose, {tensor, draft().integers(std::vector<int32_t>(order.begin(), order.end()))}, {result});
  return result;
}

int32_t OnnxNode::plain(OnnxValue& value) {
  if (value.plain != kNowhere) return value.plain;
  if (value.constant) {
    value.plain = draft().floats(value.extents, value.constant->floats, "");
  } else if (value.channels_last != kNowhere) {
    const bool moves = value.extents[1] != 1 && places_of(value.extents) != 1;
    std::vector<uint32_t> back(value.rank());
    for (uint32_t axis = 0; axis < back.size(); ++axis) back[axis] = axis_in(Order::channels_last, axis, value.rank());
    value.plain = moves ? transposed(value.channels_last, back) : reshaped(value.channels_last, value.extents);
  } else {
    const auto channels = value.channels;
    const auto places = static_cast<uint32_t>(count_of(value.extents) / value.extents[0] / channels);
    value.plain = reshaped(transposed(reshaped(value.flat, {value.extents[0], places, channels}), {0, 2, 1}), value.extents);
  }
  return value.plain;
}

int32_t OnnxNode::channels_last(OnnxValue& value) {
  if (value.channels_last != kNowhere) return value.channels_last;
  const std::vector<uint32_t> axes = channels_last_axes(value.rank());
  if (value.constant) {
    value.channels_last =
        draft().floats(permuted(value.extents, axes), permuted(value.constant->floats, value.extents, axes), "");
  } else {
    const bool moves = value.extents[1] != 1 && places_of(value.extents) != 1;
    value.channels_last = moves ? transposed(plain(value), axes) : reshaped(plain(value), permuted(value.extents, axes));
  }
  return value.channels_last;
}

int32_t OnnxNode::held(OnnxValue& value) {
  return value.channels_last != kNowhere ? value.channels_last : value.flat != kNowhere ? value.flat : plain(value);
}

int32_t OnnxNode::give_alike(const OnnxValue& value, size_t place) {
  OnnxValue made{.extents = value.extents, .constant = {}, .channels = value.channels};
  const int32_t tensor = draft().tensor(draft().extents_of(value.channels_last != kNowhere ? value.channels_last
                                                           : value.flat != kNowhere        ? value.flat
                                                                                           : value.plain),
                                        output_name(place));
  (value.channels_last != kNowhere ? made.channels_last : value.flat != kNowhere ? made.flat : made.plain) = tensor;
  give(std::move(made), place);
  return tensor;
}

void OnnxNode::give(OnnxValue value, size_t place) {
  if (has_output(place)) to_.values.insert_or_assign(output_name(place), std::move(value));
}

void OnnxNode::give_constant(OnnxTensor constant, size_t place) {
  Extents extents = constant.extents;
  give({.extents = std::move(extents), .constant = std::move(constant)}, place);
}

Result<int32_t> OnnxNode::give_tensor(const Extents& extents, Order order, size_t place) {
  TRY_DO(check_extents(extents));
  const int32_t tensor = draft().tensor(extents_in(order, extents), has_output(place) ? output_name(place) : "");
  OnnxValue made{.extents = extents, .constant = {}};
  (order == Order::plain ? made.plain : made.channels_last) = tensor;
  give(std::move(made), place);
  return tensor;
}

// What lies with its channels last stays so where batch and channels stay, and becomes flat where all but the batch is one.
Result<void> OnnxNode::give_reshaped(OnnxValue& value, const Extents& extents) {
  TRY_DO(check_extents(extents));
  if (count_of(value.extents) != count_of(extents)) return unsupported("has an output of another number of elements");
  OnnxValue made{.extents = extents, .constant = {}};
  const bool is_last = value.channels_last != kNowhere && value.plain == kNowhere;
  const bool keeps_batch = is_last && !extents.empty() && extents[0] == value.extents[0];
  const bool moves = is_last && value.extents[1] != 1 && places_of(value.extents) != 1;
  if (keeps_batch && extents.size() >= 3 && extents[1] == value.extents[1] && extents.size() <= 4) {
    made.channels_last = reshaped(value.channels_last, permuted(extents, channels_last_axes(extents.size())));
  } else if (keeps_batch && moves && extents.size() == 2) {
    made.flat = reshaped(value.channels_last, extents);
    made.channels = value.extents[1];
  } else if (value.flat != kNowhere && extents == value.extents) {
    made = value;
  } else {
    made.plain = is_last && !moves ? reshaped(value.channels_last, extents) : reshaped(plain(value), extents);
  }
  give(std::move(made));
  return {};
}

}  // namespace mote
