// mote profile MODEL.mote --board B: the instructions, by operator too, and the memory that one inference takes.
#include "host/firmware/profile.h"

#include "base/json.h"
#include "device/model/container.h"
#include "host/cli/commands.h"

namespace mote::cli {
namespace {

constexpr size_t kMaxProfileInputBytes = size_t{1} << 30;

struct ProfileOptions {
  Path model, input, svg;
  std::string board;
};

Result<void> profile_model(Context& context, const ProfileOptions& options) {
  TRY_DO(check_apart(options.svg, {options.model, options.input}));
  TRY(const Bytes model, context.files.read(options.model, kMaxFileBytes));
  Bytes inputs;
  if (!options.input.empty()) {
    TRY(inputs, context.files.read(options.input, kMaxProfileInputBytes));
    if (inputs.empty())
      return Error{.cause = Cause::usage,
                   .what = "is empty",
                   .where = options.input.string(),
                   .todo = "give it input tensors of the model, or leave --input out"};
  }
  const BoardRun run{.model = model,
                     .inputs = inputs,
                     .model_name = options.model.string(),
                     .inputs_name = options.input.string(),
                     .board = options.board};
  TRY(const Profile found, profile(run, context.files, context.program_folder));
  if (!options.svg.empty()) {
    const std::string picture = to_svg(found);
    TRY_DO(context.files.write(options.svg, view_of(picture)));
  }
  context.print(found);
  return {};
}

}  // namespace

const Command daily_profile = {
    .summary = "count the instructions and the memory of one inference on a board",
    .details =
        "Counts, exactly, the instructions that the board's core carries out from the call of mote_run to its return, of\n"
        "mote_open, which gets a model ready, and of mote_bind, which gets it ready again. The input is random, the same one\n"
        "every time, or comes from a file of tensors, in the types that the model takes: then what is said is of the one that\n"
        "took most. A second run of that one counts each operator; what they lack to the whole is the walk from one to the\n"
        "next. Beside each stands how much of the arena is in use. --svg draws both. Instructions are not cycles: use them to\n"
        "compare.",
    .example = "mote profile runs/har/model.mote --board mps2-an386 --svg profile.svg",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<ProfileOptions>();
      arguments.positional("MODEL", options->model, "a .mote file");
      arguments.required("--board", options->board, "a board with an emulator");
      arguments.option("--input", options->input, "input tensors");
      arguments.option("--svg", options->svg, "a picture to write: instructions by operator, and the arena over the stages");
      return [options](Context& context) { return profile_model(context, *options); };
    }};

}  // namespace mote::cli
