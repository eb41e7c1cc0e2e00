// mote run MODEL.mote: tensors through a model, on the host or on an emulated board.
#include "base/json.h"
#include "host/cli/commands.h"
#include "host/firmware/bench.h"
#include "quantize/graph/text.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/model_file.h"
#include "quantize/read/run_tensors.h"

namespace mote::cli {
namespace {

constexpr size_t kMaxInputBytes = size_t{1} << 30;

struct RunOptions {
  Path model, inputs, outputs;
  std::string board;
};

// What was run, once the outputs are written.
struct Ran {
  std::string where;
  uint64_t inputs = 0;
  Type input = Type::int8, output = Type::int8;  // of the first of each
  Path outputs;
};

std::string to_text(const Ran& ran) {
  return ran.outputs.string() + ": " + std::to_string(ran.inputs) + " outputs, computed on " + ran.where + " from " +
         std::string(type_name(ran.input)) + " to " + std::string(type_name(ran.output)) + "\n";
}

Json to_json(const Ran& ran) {
  return {{"ran_on", ran.where},
          {"inputs", ran.inputs},
          {"input_type", type_name(ran.input)},
          {"output_type", type_name(ran.output)},
          {"output", ran.outputs.string()}};
}

Result<void> run(Context& context, const RunOptions& options) {
  TRY_DO(check_apart(options.outputs, {options.model, options.inputs}));
  TRY(const Bytes model, context.files.read(options.model, kMaxFileBytes));
  TRY(const Bytes inputs, context.files.read(options.inputs, kMaxInputBytes));
  TRY(const LoadedModel loaded, LoadedModel::open(model, options.model.string()));
  TRY_DO(check_inputs(inputs.size(), loaded, options.model.string(), options.inputs.string()));
  const bool host = options.board.empty() || options.board == "host";
  Bytes outputs;
  if (host) {
    TRY(outputs, run_tensors(model, options.model.string(), inputs, options.inputs.string()));
  } else {
    const BoardRun on_board{.model = model,
                            .inputs = inputs,
                            .model_name = options.model.string(),
                            .inputs_name = options.inputs.string(),
                            .board = options.board};
    TRY(BoardAnswer answer, run_on_board(on_board, context.files, context.program_folder));
    outputs = std::move(answer.outputs);
  }
  TRY_DO(context.files.write(options.outputs, outputs));
  context.print(Ran{.where = host ? "host" : options.board,
                    .inputs = inputs.size() / loaded.input_bytes(),
                    .input = static_cast<Type>(loaded.input().type),
                    .output = static_cast<Type>(loaded.output().type),
                    .outputs = options.outputs});
  return {};
}

}  // namespace

const Command daily_run = {
    .summary = "run a model over input tensors, on the host or on a board",
    .details =
        "IN holds input tensors, one after the other, in the types that the model takes (mote inspect says them: int8, int16,\n"
        "float32); OUT gets as many output tensors, in those that it gives. The bytes are the same on every board: the host\n"
        "runs the device's own kernels. With --board, the board's firmware runs under its emulator and takes model and inputs\n"
        "as data.",
    .example = "mote run runs/har/model.mote --input-raw in.bin --output-raw out.bin --board mps2-an386",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<RunOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.required("--input-raw", options->inputs, "input tensors");
      arguments.required("--output-raw", options->outputs, "where the output tensors go");
      arguments.option("--board", options->board, "a board with an emulator; without it, this machine");
      return [options](Context& context) { return run(context, *options); };
    }};

}  // namespace mote::cli
