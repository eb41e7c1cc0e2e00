// mote data describe: windows per class and group, and the range of every channel.
#include "host/data/describe.h"

#include "host/cli/data/options.h"

namespace mote::cli {
namespace {

Result<void> run_describe(Context& context, const DataOptions& options) {
  TRY(const DataSettings settings, settings_of(context, options));
  TRY(const Dataset dataset, load(context.files, settings.data, options.folder()));
  context.print(describe(dataset));
  return {};
}

}  // namespace

const Command data_describe = {.summary = "count windows per class and group, and show the range of every channel",
                               .example = "mote data describe --config examples/vibration/mote.toml",
                               .declare = [](Arguments& arguments) -> Action {
                                 auto options = std::make_shared<DataOptions>();
                                 options->declare(arguments);
                                 return [options](Context& context) { return run_describe(context, *options); };
                               }};

}  // namespace mote::cli
