// Reads the [data] and [split] tables of a configuration.
#include "host/cli/data/options.h"

#include "host/train/config.h"

namespace mote::cli {

Result<DataSettings> settings_of(Context& context, const DataOptions& options) {
  if (options.config.empty()) {
    if (options.data.empty()) {
      return Error{.cause = Cause::usage,
                   .what = "neither --config nor --data is given",
                   .where = "",
                   .todo = "give a folder in the HAPT form, or a configuration"};
    }
    TRY(const DataConfig data, detect(context.files, options.data));
    return DataSettings{.data = data, .split = {}};
  }
  TRY(const std::string text, context.files.read_text(options.config));
  TRY(Toml toml, parse_toml(text, options.config.string()));
  if (toml.has("layer")) {  // a whole configuration: held to its own rules
    TRY(TrainConfig config, parse_train_config(text, options.config.string()));
    return DataSettings{.data = config.data, .split = config.split};
  }
  DataSettings settings{.data = read_data_config(toml.table("data")), .split = read_split_config(toml.table("split"))};
  TRY_DO(toml.finish());
  return settings;
}

}  // namespace mote::cli
