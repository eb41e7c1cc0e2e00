// mote inspect MODEL.mote: operators, shapes, scales, plan and baseline of a model.
#include "host/cli/commands.h"
#include "quantize/read/model_file.h"
#include "quantize/read/operator_set.h"

namespace mote::cli {
namespace {

struct InspectOptions {
  Path model;
  bool print_opset = false;
};

Result<void> inspect(Context& context, const InspectOptions& options) {
  TRY(const Bytes bytes, context.files.read(options.model, kMaxFileBytes));
  TRY(const ModelFile model, read_model(bytes, options.model.string()));
  options.print_opset ? context.print(operator_set_of(model)) : context.print(model);
  return {};
}

}  // namespace

const Command daily_inspect = {
    .summary = "show what a model is made of",
    .details =
        "One line per operator: where it reads from, its output's shape, scale and zero point, the bytes of its constants,\n"
        "and its place in the arena. Then the drift baseline. --json has every tensor and attribute.",
    .example = "mote inspect runs/har/model.mote",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<InspectOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.flag("--print-opset", options->print_opset,
                     "print the operators that firmware needs for it, for mote_add_device");
      return [options](Context& context) { return inspect(context, *options); };
    }};

}  // namespace mote::cli
