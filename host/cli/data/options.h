// What the data commands share: where the data are, and how they are read.
#pragma once

#include "base/toml.h"
#include "host/cli/commands.h"
#include "host/data/source.h"
#include "host/data/split.h"

namespace mote::cli {

struct DataOptions {
  Path config, data;

  void declare(Arguments& arguments) {
    arguments.option("--config", config, "TOML file with a [data] table; none for a folder in the HAPT form");
    arguments.option("--data", data, "folder or file of recordings; none for the synthetic generator");
  }
  std::optional<Path> folder() const { return data.empty() ? std::nullopt : std::optional(data); }
};

struct DataSettings {
  DataConfig data;
  SplitConfig split;
};

// From the configuration, whose tables for training are passed over, or from what the folder looks like.
Result<DataSettings> settings_of(Context& context, const DataOptions& options);

}  // namespace mote::cli
