// Splits and folds over groups.
#include "host/data/split.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace mote {
namespace {

enum Part : uint8_t { kFree, kTrain, kValidation, kTest };

Error split_problem(const std::string& what, const std::string& todo) {
  return Error{.cause = Cause::usage, .what = what, .where = "[split]", .todo = todo};
}

// "name*": every group that begins so.
Result<void> take_all(const Dataset& dataset, const std::string& name, Part part, std::vector<Part>& parts) {
  const std::string_view begin = std::string_view(name).substr(0, name.size() - 1);
  bool found = false;
  for (size_t group = 0; group < parts.size(); ++group) {
    if (!dataset.groups[group].starts_with(begin)) continue;
    found = true;
    if (parts[group] != kFree)
      return split_problem("names the group '" + dataset.groups[group] + "' twice", "put it into one part only");
    parts[group] = part;
  }
  return found ? Result<void>() : split_problem("names '" + name + "', but no group begins so", "");
}

Result<void> take(const Dataset& dataset, const std::vector<std::string>& names, Part part, std::vector<Part>& parts) {
  for (const std::string& name : names) {
    if (name.ends_with('*')) {
      TRY_DO(take_all(dataset, name, part, parts));
      continue;
    }
    const auto found = std::find(dataset.groups.begin(), dataset.groups.end(), name);
    if (found == dataset.groups.end()) return split_problem("names the group '" + name + "', which the data do not have", "");
    Part& place = parts[static_cast<size_t>(found - dataset.groups.begin())];
    if (place != kFree) return split_problem("names the group '" + name + "' twice", "put it into one part only");
    place = part;
  }
  return {};
}

Result<void> draw(uint32_t count, Part part, Random& random, std::vector<Part>& parts) {
  std::vector<uint32_t> open;
  for (uint32_t group = 0; group < parts.size(); ++group)
    if (parts[group] == kFree) open.push_back(group);
  if (open.size() < count) {
    return split_problem("asks for " + std::to_string(count) + " groups of " + std::to_string(open.size()) +
                             " that no list names; there are " + std::to_string(parts.size()) + " in all",
                         "ask for fewer");
  }
  random.shuffle(open);
  for (uint32_t i = 0; i < count; ++i) parts[open[i]] = part;
  return {};
}

}  // namespace

SplitConfig read_split_config(Toml split) {
  SplitConfig config;
  config.train = split.texts("train", {});
  config.validation = split.texts("validation", {});
  config.test = split.texts("test", {});
  config.validation_groups = static_cast<uint32_t>(split.integer("validation_groups", 0, 0, 100000));
  config.test_groups = static_cast<uint32_t>(split.integer("test_groups", 0, 0, 100000));
  config.seed = static_cast<uint64_t>(split.integer("seed", 1, 0, INT64_MAX));
  if (!config.validation.empty() && config.validation_groups > 0)
    split.refuse("validation_groups", "stands beside a list of validation groups");
  if (!config.test.empty() && config.test_groups > 0) split.refuse("test_groups", "stands beside a list of test groups");
  return config;
}

Result<Split> make_split(const Dataset& dataset, const SplitConfig& config) {
  std::vector<Part> parts(dataset.groups.size(), kFree);
  TRY_DO(take(dataset, config.test, kTest, parts));
  TRY_DO(take(dataset, config.validation, kValidation, parts));
  TRY_DO(take(dataset, config.train, kTrain, parts));
  Random random(config.seed);
  TRY_DO(draw(config.test_groups, kTest, random, parts));
  TRY_DO(draw(config.validation_groups, kValidation, random, parts));
  Split split;
  for (uint32_t group = 0; group < parts.size(); ++group) {
    // With a list of training groups, those that no part asked for are left out.
    if (parts[group] == kTrain || (parts[group] == kFree && config.train.empty())) split.train.push_back(group);
    if (parts[group] == kValidation) split.validation.push_back(group);
    if (parts[group] == kTest) split.test.push_back(group);
  }
  if (split.train.empty()) return split_problem("leaves no group to train on", "");
  if (split.validation.empty())
    return split_problem("leaves no group to validate on", "set validation_groups, or list groups as validation");
  return split;
}

Result<Split> make_fold(const Dataset& dataset, uint32_t folds, uint32_t fold) {
  const auto groups = static_cast<uint32_t>(dataset.groups.size());
  if (folds < 3 || folds > groups) {
    return Error{.cause = Cause::usage,
                 .what = std::to_string(folds) + " folds cannot be made of " + std::to_string(groups) + " groups",
                 .where = "--folds",
                 .todo = "give 3 to " + std::to_string(groups)};
  }
  Split split;
  for (uint32_t part = 0; part < folds; ++part) {
    auto& to = part == fold ? split.test : part == (fold + 1) % folds ? split.validation : split.train;
    for (uint64_t g = uint64_t{part} * groups / folds; g < uint64_t{part + 1} * groups / folds; ++g)
      to.push_back(static_cast<uint32_t>(g));
  }
  std::sort(split.train.begin(), split.train.end());
  return split;
}

std::vector<uint32_t> windows_of(const Dataset& dataset, const std::vector<uint32_t>& groups) {
  std::vector<bool> wanted(dataset.groups.size(), false);
  for (const uint32_t group : groups) wanted[group] = true;
  std::vector<uint32_t> windows;
  for (uint32_t window = 0; window < dataset.count(); ++window)
    if (wanted[dataset.group_of[window]]) windows.push_back(window);
  return windows;
}

std::vector<std::string> names_of(const Dataset& dataset, const std::vector<uint32_t>& groups) {
  std::vector<std::string> names;
  for (const uint32_t group : groups) names.push_back(dataset.groups[group]);
  return names;
}

}  // namespace mote
