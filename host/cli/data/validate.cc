// mote data validate: everything that is wrong with recordings, not only the first thing.
#include <algorithm>

#include "base/json.h"
#include "host/cli/data/options.h"

namespace mote::cli {
namespace {

constexpr size_t kMostProblems = 100;

struct Validation {
  uint32_t windows = 0;
  std::vector<Error> problems;
};

Json to_json(const Validation& validation) {
  Json problems = Json::array();
  for (const Error& problem : validation.problems)
    problems.push_back({{"where", problem.where}, {"what", problem.what}, {"todo", problem.todo}});
  return {{"windows", validation.windows}, {"problems", problems}};
}

std::string to_text(const Validation& validation) {
  if (validation.problems.empty()) return std::to_string(validation.windows) + " windows, nothing wrong\n";
  std::string text;
  for (const Error& problem : validation.problems) text += problem.line() + "\n";
  return text;
}

Result<void> run_validate(Context& context, const DataOptions& options) {
  TRY(const DataSettings settings, settings_of(context, options));
  Checked checked = check(context.files, settings.data, options.folder(), kMostProblems);
  if (checked.dataset)
    if (const Result<void> classes = check_classes(*checked.dataset); !classes.ok()) checked.problems.push_back(classes.error());
  context.print(Validation{.windows = checked.dataset ? checked.dataset->count() : 0, .problems = checked.problems});
  if (checked.problems.empty()) return {};
  const size_t count = checked.problems.size();
  const bool usage = std::any_of(checked.problems.begin(), checked.problems.end(),
                                 [](const Error& problem) { return problem.cause == Cause::usage; });
  return Error{.cause = usage ? Cause::usage : Cause::failed,
               .what = (count == kMostProblems ? "at least " : "") + std::to_string(count) +
                       (count == 1 ? " problem was found" : " problems were found"),
               .where = options.data.string(),
               .todo = ""};
}

}  // namespace

const Command data_validate = {.summary = "check recordings and name everything that is wrong with them",
                               .details = "Prints at most 100 problems and ends with 2 when there is one.",
                               .example = "mote data validate --config mote.toml --data recordings/",
                               .declare = [](Arguments& arguments) -> Action {
                                 auto options = std::make_shared<DataOptions>();
                                 options->declare(arguments);
                                 return [options](Context& context) { return run_validate(context, *options); };
                               }};

}  // namespace mote::cli
