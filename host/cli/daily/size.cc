// mote size MODEL.mote: how much flash and RAM a model takes.
#include "host/cli/commands.h"
#include "quantize/read/model_file.h"

namespace mote::cli {
namespace {

struct SizeOptions {
  Path model;
};

Result<void> size(Context& context, const SizeOptions& options) {
  TRY(const Bytes bytes, context.files.read(options.model, kMaxFileBytes));
  TRY(const ModelFile model, read_model(bytes, options.model.string()));
  context.print(size_of(model));
  return {};
}

}  // namespace

const Command daily_size = {.summary = "say how many bytes of flash and of RAM a model takes",
                            .details = "",
                            .example = "mote size runs/har/model.mote",
                            .declare = [](Arguments& arguments) -> Action {
                              auto options = std::make_shared<SizeOptions>();
                              arguments.positional("MODEL", options->model, "a .mote file");
                              return [options](Context& context) { return size(context, *options); };
                            }};

}  // namespace mote::cli
