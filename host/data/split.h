// Parts of a data set by group, never by window: a person or machine is on one side only.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/toml.h"
#include "host/data/dataset.h"

namespace mote {

// Lists of names, or counts drawn with a seed. A part that is listed is taken as it is; the rest is for training.
struct SplitConfig {
  std::vector<std::string> train, validation, test;
  uint32_t validation_groups = 0, test_groups = 0;
  uint64_t seed = 1;
};

// Indices of groups, ascending, disjoint. Training and validation are never empty.
struct Split {
  std::vector<uint32_t> train, validation, test;
};

SplitConfig read_split_config(Toml split);

Result<Split> make_split(const Dataset& dataset, const SplitConfig& config);

// Groups in their order, in `folds` runs as equal as can be: tests on run `fold`, validates on the next, trains on the rest.
// 3 <= folds <= groups.
Result<Split> make_fold(const Dataset& dataset, uint32_t folds, uint32_t fold);

// The windows of these groups, in order.
std::vector<uint32_t> windows_of(const Dataset& dataset, const std::vector<uint32_t>& groups);

std::vector<std::string> names_of(const Dataset& dataset, const std::vector<uint32_t>& groups);

}  // namespace mote
