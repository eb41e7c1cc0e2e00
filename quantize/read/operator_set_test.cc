// What a model needs of firmware, in the words of mote_add_device.
#include "quantize/read/operator_set.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "quantize/test/spotter.h"

namespace mote {
namespace {

OperatorSet set_of(Target target) { return operator_set_of(read_model(test::Spotter(1).model(target), "spotter").value()); }

TEST(OperatorSet, NamesTheFormsThatTheModelHas) {
  EXPECT_THAT(set_of(Target::portable).names(),
              testing::ElementsAre("conv_2d:portable", "depthwise_conv_2d:portable", "fully_connected:portable", "softmax",
                                   "average_pool_2d", "double_rounding"));
  EXPECT_EQ(to_text(set_of(Target::armv7e_m)),
            "conv_2d:packed depthwise_conv_2d:packed fully_connected:packed softmax average_pool_2d double_rounding\n");
  EXPECT_EQ(to_json(set_of(Target::armv7e_m))["target"], "armv7e-m");
}

TEST(OperatorSet, NamesAnOperatorInBothFormsAsAWhole) {
  ModelFile model = read_model(test::Spotter(1).model(Target::armv7e_m), "spotter").value();
  for (NodeRecord& node : model.nodes)
    if (node.operator_code == static_cast<uint16_t>(OperatorCode::conv_2d)) {
      node.form = static_cast<uint8_t>(Form::portable);
      break;
    }
  model.rounding = Rounding::single_rounding;
  const std::vector<std::string> names = operator_set_of(model).names();
  EXPECT_EQ(names.front(), "conv_2d");
  EXPECT_EQ(names.back(), "single_rounding");
}

}  // namespace
}  // namespace mote
