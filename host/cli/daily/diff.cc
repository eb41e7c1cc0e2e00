// mote diff: a model against the .tflite file that it was made from, layer by layer, or against itself on a board.
#include "base/json.h"
#include "host/cli/commands.h"
#include "host/firmware/bench.h"
#include "quantize/compare/compare.h"
#include "quantize/read/run_tensors.h"

namespace mote::cli {
namespace {

constexpr size_t kMaxDiffInputBytes = size_t{1} << 30;

struct DiffOptions {
  Path reference, model, inputs;
  std::string board;
};

bool is_mote(ByteView bytes) { return bytes.size() >= sizeof kMagic && std::memcmp(bytes.data(), kMagic, sizeof kMagic) == 0; }

Result<ModelDifference> diff_of_files(Context& context, const DiffOptions& options, ByteView inputs) {
  TRY(Bytes reference, context.files.read(options.reference, kMaxFileBytes));
  TRY(const Bytes model, context.files.read(options.model, kMaxFileBytes));
  if (!is_mote(reference)) {
    TRY(const ModelFile read, read_model(model, options.model.string()));
    TRY(reference, reference_model(reference, options.reference.string(), read.rounding));
  }
  return compare_layers(reference, options.reference.string(), model, options.model.string(), inputs, options.inputs.string());
}

Result<ModelDifference> diff_of_board(Context& context, const DiffOptions& options, ByteView inputs) {
  const std::string name = options.reference.string();
  TRY(const Bytes bytes, context.files.read(options.reference, kMaxFileBytes));
  TRY(const ModelFile model, read_model(bytes, name));
  TRY(const Bytes here, run_tensors(bytes, name, inputs, options.inputs.string()));
  const BoardRun run{
      .model = bytes, .inputs = inputs, .model_name = name, .inputs_name = options.inputs.string(), .board = options.board};
  TRY(const BoardAnswer answer, run_on_board(run, context.files, context.program_folder));
  ModelDifference difference = compare_outputs(model, here, answer.outputs);
  difference.reference = "the host's kernels";
  difference.model = name + " on " + options.board;
  return difference;
}

Result<void> diff(Context& context, const DiffOptions& options) {
  if (options.model.empty() == options.board.empty())
    return Error{.cause = Cause::usage,
                 .what = "one thing to compare with is wanted",
                 .where = options.reference.string(),
                 .todo = "name a second model, or a board with --board"};
  TRY(const Bytes inputs, context.files.read(options.inputs, kMaxDiffInputBytes));
  TRY(const ModelDifference difference,
      options.board.empty() ? diff_of_files(context, options, inputs) : diff_of_board(context, options, inputs));
  context.print(difference);
  if (difference.first() == nullptr) return {};
  return Error{.cause = Cause::failed,
               .what = "differs from " + difference.reference + ", first in " + difference.first()->name,
               .where = difference.model,
               .todo = ""};
}

}  // namespace

const Command daily_diff = {
    .summary = "find the first layer in which a model differs from what it was made from",
    .details =
        "Imports REFERENCE, a .tflite file, afresh in the portable form with a place of its own for every tensor, runs both\n"
        "over the inputs, and compares the output of every node, rows of rings included. Nodes are paired by their place in\n"
        "the graph, for a .mote file has no names of tensors; what is no other form of the same graph is refused. REFERENCE\n"
        "may be a .mote file as well. With --board and no second model, the outputs of a .mote file on the host are compared\n"
        "with those on the board. Exits with 1 when a byte differs.",
    .example = "mote diff keywords.tflite keywords.mote --inputs in.bin",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DiffOptions>();
      arguments.positional("REFERENCE", options->reference, "a .tflite file, or a .mote file");
      arguments.optional_positional("MODEL", options->model, "a .mote file of the same graph");
      arguments.required("--inputs", options->inputs, "input tensors, one after the other");
      arguments.option("--board", options->board, "a board with an emulator, in place of MODEL");
      return [options](Context& context) { return diff(context, *options); };
    }};

}  // namespace mote::cli
