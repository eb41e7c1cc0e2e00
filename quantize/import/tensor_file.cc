// The header of a .npy, and floats.
#include "quantize/import/tensor_file.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <string_view>

namespace mote {
namespace {

constexpr std::string_view kNumpyMagic = "\x93NUMPY";

Error no_npy(const std::string& what, const std::string& where) {
  return Error{.cause = Cause::usage,
               .what = what,
               .where = where,
               .todo = "save it with: numpy.save(FILE, numpy.ascontiguousarray(inputs, dtype='<f4'))"};
}

// The length of the header, little-endian after the version, in as many bytes as that says; 0 when it is not all there.
struct NpyHeader {
  std::string_view text;
  size_t end = 0;
};

NpyHeader header_of(ByteView bytes) {
  const size_t width = bytes.size() > kNumpyMagic.size() && bytes[kNumpyMagic.size()] == 1 ? 2 : 4,
               begin = kNumpyMagic.size() + 2 + width;
  if (bytes.size() < begin) return {};
  size_t length = 0;
  for (size_t i = 0; i < width; ++i) length |= size_t{bytes[kNumpyMagic.size() + 2 + i]} << 8 * i;
  if (length > bytes.size() - begin) return {};
  return {{reinterpret_cast<const char*>(bytes.data()) + begin, length}, begin + length};
}

// What stands behind 'key': in the dictionary, from its first letter on; empty when it has no such key.
std::string_view value_of(std::string_view header, const std::string& key) {
  const size_t at = header.find("'" + key + "'");
  if (at == std::string_view::npos) return {};
  const size_t colon = header.find(':', at);
  const size_t begin = colon == std::string_view::npos ? colon : header.find_first_not_of(' ', colon + 1);
  return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

// "(20, 49, 10)"; empty for what is no such list.
std::vector<uint64_t> dimensions_of(std::string_view text) {
  const size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return {};
  std::vector<uint64_t> dimensions;
  for (size_t at = 1; at < end;) {
    uint64_t dimension = 0;
    const auto [rest, problem] = std::from_chars(text.data() + at, text.data() + end, dimension);
    if (problem != std::errc() || dimension == 0 || dimension > UINT32_MAX) return {};
    dimensions.push_back(dimension);
    at = std::min(text.find_first_not_of(", ", static_cast<size_t>(rest - text.data())), end);
  }
  return dimensions;
}

// The floats behind the header; sets rows and row_shape.
Result<ByteView> npy_data(ByteView bytes, TensorFile* file, const std::string& where) {
  const NpyHeader header = header_of(bytes);
  if (header.end == 0) return no_npy("is a .npy file whose header is cut off", where);
  const std::string_view type = value_of(header.text, "descr");
  if (!type.starts_with("'<f4'")) return no_npy("is a .npy file of other numbers than little-endian float32", where);
  const std::vector<uint64_t> dimensions = dimensions_of(value_of(header.text, "shape"));
  if (!value_of(header.text, "fortran_order").starts_with("False") && dimensions.size() > 1)
    return no_npy("is a .npy file in Fortran's order", where);
  if (dimensions.empty()) return no_npy("is a .npy file without a shape, or with an empty one", where);
  uint64_t count = 1;
  for (const uint64_t dimension : dimensions)
    if (count *= dimension; count > UINT32_MAX) return no_npy("is a .npy file that is too large", where);
  if (bytes.size() - header.end != count * sizeof(float)) return no_npy("is a .npy file that does not hold what it says", where);
  file->rows = static_cast<uint32_t>(dimensions[0]);
  file->row_shape.assign(dimensions.begin() + 1, dimensions.end());
  return bytes.subspan(header.end);
}

}  // namespace

Result<uint32_t> TensorFile::count_of(uint64_t elements) const {
  const uint64_t count = elements == 0 ? 0 : values.size() / elements;
  const std::string wanted = "the model takes " + std::to_string(elements) + " numbers at a time, the file ";
  const auto refused = [&](const std::string& what) {
    return Error{.cause = Cause::usage, .what = wanted + what, .where = where, .todo = "check that it belongs to this model"};
  };
  if (count == 0 || values.size() % elements != 0)
    return refused("has " + std::to_string(values.size()) + ", which is no multiple of that");
  if (rows != 0 && rows != count && values.size() != elements)
    return refused("has " + std::to_string(values.size() / rows) + " in each of its " + std::to_string(rows) + " rows");
  return static_cast<uint32_t>(count);
}

Result<void> TensorFile::check_shape(const std::vector<uint64_t>& input) const {
  const auto told = [](std::vector<uint64_t> shape) {
    std::erase(shape, 1u);
    return shape;
  };
  const std::vector<uint64_t> mine = told(row_shape), theirs = told(input);
  if (mine.size() < 2 || mine == theirs) return {};
  const auto text = [](const std::vector<uint64_t>& shape) {
    std::string words;
    for (const uint64_t extent : shape) words += (words.empty() ? "[" : ", ") + std::to_string(extent);
    return words + "]";
  };
  return Error{.cause = Cause::usage,
               .what = "its inputs have the shape " + text(mine) + ", the model takes " + text(theirs),
               .where = where,
               .todo = "bring the dimensions into the model's order, or give inputs as rows of one dimension"};
}

Result<TensorFile> read_tensor_file(ByteView bytes, const std::string& where) {
  TensorFile file{.values = {}, .rows = 0, .where = where};
  ByteView data = bytes;
  if (bytes.size() >= kNumpyMagic.size() && std::memcmp(bytes.data(), kNumpyMagic.data(), kNumpyMagic.size()) == 0) {
    TRY(data, npy_data(bytes, &file, where));
  }
  if (data.empty() || data.size() % sizeof(float) != 0)
    return no_npy("does not hold float32: its " + std::to_string(data.size()) + " bytes are no multiple of 4, or none", where);
  file.values.resize(data.size() / sizeof(float));
  std::memcpy(file.values.data(), data.data(), data.size());
  const auto found = std::find_if_not(file.values.begin(), file.values.end(), [](float value) { return std::isfinite(value); });
  if (found != file.values.end())
    return Error{.cause = Cause::usage,
                 .what = "number " + std::to_string(found - file.values.begin()) + " is not finite",
                 .where = where,
                 .todo = "check that it holds float32 in this byte order"};
  return file;
}

}  // namespace mote
