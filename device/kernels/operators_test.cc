// The table of operators: each is found by its code, and no other code is.
#include "device/kernels/operators.h"

#include <gtest/gtest.h>

#include <set>

namespace mote {
namespace {

TEST(Operators, AreFoundByTheirCodes) {
  std::set<uint32_t> known;
#define MOTE_OPERATOR(code, name, inputs, since, access) known.insert(code);
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  for (uint32_t code = 0; code <= UINT16_MAX; ++code) {
    const Operator* found = find_operator(static_cast<uint16_t>(code));
    ASSERT_EQ(found != nullptr, known.count(code) == 1) << code;
    if (found != nullptr) {
      ASSERT_EQ(found->code, code);
    }
  }
}

}  // namespace
}  // namespace mote
