// mote data split: which groups a configuration trains, validates and tests on.
#include "host/data/split.h"

#include "host/cli/data/options.h"
#include "host/data/describe.h"

namespace mote::cli {
namespace {

struct DataSplitOptions {
  DataOptions data;
  uint32_t folds = 0;
  uint32_t fold = 1;
};

Result<void> run_split(Context& context, const DataSplitOptions& options) {
  TRY(const DataSettings settings, settings_of(context, options.data));
  TRY(const Dataset dataset, load(context.files, settings.data, options.data.folder()));
  if (options.folds > 0 && options.fold > options.folds) {
    return Error{.cause = Cause::usage,
                 .what = "there are only " + std::to_string(options.folds) + " folds",
                 .where = "--fold",
                 .todo = "give 1 to " + std::to_string(options.folds)};
  }
  TRY(const Split split,
      options.folds > 0 ? make_fold(dataset, options.folds, options.fold - 1) : make_split(dataset, settings.split));
  context.print(describe(dataset, split));
  return {};
}

}  // namespace

const Command data_split = {.summary = "show which groups are trained, validated and tested on",
                            .example = "mote data split --config examples/vibration/mote.toml",
                            .declare = [](Arguments& arguments) -> Action {
                              auto options = std::make_shared<DataSplitOptions>();
                              options->data.declare(arguments);
                              arguments.ranged("--folds", options->folds, 0u, 1000u,
                                               "as mote train --folds cuts them; 0: as [split] says");
                              arguments.ranged("--fold", options->fold, 1u, 1000u, "which of them");
                              return [options](Context& context) { return run_split(context, *options); };
                            }};

}  // namespace mote::cli
