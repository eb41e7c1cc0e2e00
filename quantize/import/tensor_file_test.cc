// Files of floats, with and without NumPy's header.
#include "quantize/import/tensor_file.h"

#include <gmock/gmock.h>

#include <cstring>

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

void append_floats(Bytes& bytes, const std::vector<float>& values) {
  const auto* from = reinterpret_cast<const uint8_t*>(values.data());
  bytes.insert(bytes.end(), from, from + values.size() * sizeof(float));
}

// As numpy.save writes it, in the header's version 1 or 2.
Bytes npy(std::string dictionary, const std::vector<float>& values, uint8_t version = 1) {
  const size_t width = version == 1 ? 2 : 4;
  while ((6 + 2 + width + dictionary.size() + 1) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', version, 0};
  for (size_t i = 0; i < width; ++i) bytes.push_back(static_cast<uint8_t>(dictionary.size() >> 8 * i));
  bytes.insert(bytes.end(), dictionary.begin(), dictionary.end());
  append_floats(bytes, values);
  return bytes;
}

std::string refusal(const Bytes& bytes) {
  const auto file = read_tensor_file(bytes, "x.npy");
  return file.ok() ? "" : file.error().what;
}

TEST(TensorFile, IsFloatsAsTheyLie) {
  Bytes bytes;
  append_floats(bytes, {1.5f, -2, 0, 4, 5, 6});
  const auto file = read_tensor_file(bytes, "x");
  ASSERT_TRUE(file.ok());
  EXPECT_THAT(file->values, ElementsAre(1.5f, -2, 0, 4, 5, 6));
  EXPECT_EQ(file->count_of(3).value(), 2u);
  EXPECT_EQ(file->count_of(6).value(), 1u);
  EXPECT_THAT(file->count_of(4).error().what, HasSubstr("has 6, which is no multiple"));
  EXPECT_FALSE(file->count_of(7).ok());
}

TEST(TensorFile, ReadsTheHeaderOfNumPy) {
  for (const uint8_t version : {uint8_t{1}, uint8_t{2}, uint8_t{3}}) {
    const auto file = read_tensor_file(
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 1), }", {1, 2, 3, 4, 5, 6}, version), "x.npy");
    ASSERT_TRUE(file.ok()) << file.error().line();
    EXPECT_THAT(file->values, ElementsAre(1, 2, 3, 4, 5, 6));
    EXPECT_EQ(file->rows, 2u);
    EXPECT_EQ(file->count_of(3).value(), 2u);
    EXPECT_EQ(file->count_of(6).value(), 1u);  // one input without the dimension that counts
    EXPECT_THAT(file->count_of(2).error().what, HasSubstr("has 3 in each of its 2 rows"));
  }
  const auto line = read_tensor_file(npy("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", {7, 8}), "x.npy");
  ASSERT_TRUE(line.ok()) << line.error().line();
  EXPECT_EQ(line->count_of(1).value(), 2u);
}

TEST(TensorFile, TheOrderOfDimensionsIsTheModels) {
  TensorFile file{.values = std::vector<float>(2 * 3 * 4 * 4), .rows = 2, .where = "data.npy"};
  file.row_shape = {4, 4, 3};
  EXPECT_THAT(file.check_shape({1, 3, 4, 4}).error().line(),
              HasSubstr("data.npy: its inputs have the shape [4, 4, 3], the model takes [3, 4, 4]"));
  EXPECT_TRUE(file.check_shape({1, 4, 4, 3}).ok());
  file.row_shape = {1, 48};
  EXPECT_TRUE(file.check_shape({1, 3, 4, 4}).ok()) << "rows of one dimension are as they lie";
  file.row_shape = {};
  EXPECT_TRUE(file.check_shape({1, 3, 4, 4}).ok());
}

TEST(TensorFile, RefusesWhatItWouldMisread) {
  const auto with = [](const std::string& type, const std::string& order, const std::string& shape) {
    return npy("{'descr': " + type + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }", {1, 2, 3, 4});
  };
  EXPECT_EQ(refusal(with("'<f4'", "False", "(2, 2)")), "");
  EXPECT_THAT(refusal(with("'<f8'", "False", "(2,)")), HasSubstr("other numbers than little-endian float32"));
  EXPECT_THAT(refusal(with("'>f4'", "False", "(2, 2)")), HasSubstr("other numbers"));
  EXPECT_THAT(refusal(with("[('a', '<f4')]", "False", "(4,)")), HasSubstr("other numbers"));
  EXPECT_THAT(refusal(with("'<f4'", "True", "(2, 2)")), HasSubstr("Fortran"));
  EXPECT_THAT(refusal(with("'<f4'", "False", "(2, 3)")), HasSubstr("does not hold what it says"));
  EXPECT_THAT(refusal(with("'<f4'", "False", "()")), HasSubstr("without a shape"));
  EXPECT_THAT(refusal(with("'<f4'", "False", "(0, 4)")), HasSubstr("without a shape"));
  EXPECT_THAT(refusal(with("'<f4'", "False", "(65536, 65536, 65536, 65536)")), HasSubstr("too large"));
  const Bytes whole = with("'<f4'", "False", "(2, 2)");
  for (size_t end = 6; end + 16 < whole.size(); ++end)
    EXPECT_NE(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(end)}), "") << end;
  EXPECT_THAT(refusal({1, 2, 3}), HasSubstr("no multiple of 4"));
  EXPECT_THAT(refusal({}), HasSubstr("no multiple of 4, or none"));
  Bytes endless;
  append_floats(endless, {1, std::numeric_limits<float>::infinity()});
  EXPECT_THAT(refusal(endless), HasSubstr("number 1 is not finite"));
}

}  // namespace
}  // namespace mote
