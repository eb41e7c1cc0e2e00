// Counts on a board and prints a table.
#include "host/firmware/profile.h"

#include <cstdio>

#include "base/json.h"
#include "base/random.h"
#include "quantize/operators/rules.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/model_file.h"

namespace mote {
namespace {

Bytes random_tensor(size_t count) {
  Random random(1);
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next() >> 56);
  return bytes;
}

// The nodes that mote_run runs, which are those behind the front end.
Result<std::vector<OperatorCount>> operators_of(const BoardRun& run, const std::vector<uint64_t>& nodes) {
  TRY(const ModelFile model, read_model(run.model, run.model_name));
  std::vector<OperatorCount> operators;
  for (size_t i = 0; i < nodes.size() && model.front_nodes + i < model.nodes.size(); ++i) {
    const NodeRecord& node = model.nodes[model.front_nodes + i];
    operators.push_back({std::string(rules(static_cast<Op>(node.operator_code)).name), nodes[i]});
  }
  return operators;
}

std::string call_line(const char* call, uint64_t instructions, uint32_t stack_bytes) {
  char line[128];
  std::snprintf(line, sizeof line, "%-10s %13llu instructions  %6u bytes of stack\n", call,
                static_cast<unsigned long long>(instructions), stack_bytes);
  return line;
}

std::string operator_line(size_t index, const OperatorCount& count, uint64_t total) {
  char line[128];
  std::snprintf(line, sizeof line, "%4zu  %-20s %13llu  %5.1f %%\n", index, count.name.c_str(),
                static_cast<unsigned long long>(count.instructions),
                total == 0 ? 0.0 : 100.0 * static_cast<double>(count.instructions) / static_cast<double>(total));
  return line;
}

}  // namespace

Result<Profile> profile(BoardRun run, FileSystem& files, const Path& program_folder) {
  run.count = true;
  Bytes input;
  if (run.inputs.empty()) {
    TRY(const LoadedModel model, LoadedModel::open(run.model, run.model_name));
    input = random_tensor(model.input_bytes());
    run.inputs = input;
  }
  TRY(BoardAnswer answer, run_on_board(run, files, program_folder));
  Profile profile{.board = run.board, .model = run.model_name, .counts = std::move(answer.counts), .operators = {}};
  TRY(profile.operators, operators_of(run, profile.counts.nodes));
  return profile;
}

std::string to_text(const Profile& profile) {
  const BoardCounts& counts = profile.counts;
  std::string text = profile.model + " on " + profile.board + "\n";
  text += call_line("mote_run", counts.instructions, counts.stack_bytes);
  text += call_line("mote_open", counts.open_instructions, counts.open_stack_bytes);
  if (!profile.operators.empty()) text += "\nnode  operator              instructions\n";
  for (size_t i = 0; i < profile.operators.size(); ++i) text += operator_line(i, profile.operators[i], counts.instructions);
  return text;
}

Json to_json(const Profile& profile) {
  Json operators = Json::array();
  for (const OperatorCount& count : profile.operators)
    operators.push_back({{"name", count.name}, {"instructions", count.instructions}});
  return {{"board", profile.board},
          {"model", profile.model},
          {"instructions", profile.counts.instructions},
          {"open_instructions", profile.counts.open_instructions},
          {"stack_bytes", profile.counts.stack_bytes},
          {"open_stack_bytes", profile.counts.open_stack_bytes},
          {"operators", operators}};
}

}  // namespace mote
