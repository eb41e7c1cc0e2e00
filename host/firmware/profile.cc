// Counts on a board and prints a table.
#include "host/firmware/profile.h"

#include <cstdio>

#include "base/json.h"
#include "base/random.h"
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

// The nodes that mote_run runs are those behind the front end.
std::vector<OperatorCount> operators_of(const ModelFile& model, const Profile& profile) {
  std::vector<OperatorCount> operators;
  const std::vector<uint64_t>& counted = profile.counts.nodes;
  for (size_t i = model.front_nodes; i < counted.size() && i < model.nodes.size(); ++i) {
    const NodeRecord& node = model.nodes[i];
    const uint32_t stage = model.stage_of(i);
    operators.push_back({.node = i,
                         .name = mote_operator_name(node.operator_code),
                         .packed = node.form == static_cast<uint8_t>(Form::packed),
                         .stage = stage,
                         .instructions = counted[i],
                         .bytes_alive = bytes_alive(profile.arena, stage)});
  }
  return operators;
}

std::string call_line(const char* call, uint64_t instructions, uint32_t stack_bytes) {
  char line[128];
  std::snprintf(line, sizeof line, "%-10s %13llu instructions  %6u bytes of stack\n", call,
                static_cast<unsigned long long>(instructions), stack_bytes);
  return line;
}

std::string operator_line(const OperatorCount& count, uint64_t total) {
  char line[128];
  std::snprintf(line, sizeof line, "%4zu %5u  %-20s %-8s %13llu  %5.1f %% %12u\n", count.node, count.stage, count.name.c_str(),
                count.packed ? "packed" : "portable", static_cast<unsigned long long>(count.instructions),
                total == 0 ? 0.0 : 100.0 * static_cast<double>(count.instructions) / static_cast<double>(total),
                count.bytes_alive);
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
  TRY(const ModelFile model, read_model(run.model, run.model_name));
  Profile profile{.board = run.board,
                  .model = run.model_name,
                  .counts = std::move(answer.counts),
                  .operators = {},
                  .arena = arena_map(model),
                  .arena_bytes = model.arena_bytes,
                  .stages = static_cast<uint32_t>(model.stages.size())};
  profile.operators = operators_of(model, profile);
  return profile;
}

std::string to_text(const Profile& profile) {
  const BoardCounts& counts = profile.counts;
  std::string text = profile.model + " on " + profile.board + "\n";
  text += call_line("mote_run", counts.instructions, counts.stack_bytes);
  text += call_line("mote_open", counts.open_instructions, counts.open_stack_bytes);
  text += call_line("mote_bind", counts.bind_instructions, counts.bind_stack_bytes);
  if (!profile.operators.empty()) text += "\nnode stage  operator             form      instructions             arena\n";
  for (const OperatorCount& count : profile.operators) text += operator_line(count, counts.instructions);
  return text;
}

Json to_json(const Profile& profile) {
  const BoardCounts& counts = profile.counts;
  Json json = {{"board", profile.board},
               {"model", profile.model},
               {"instructions", counts.instructions},
               {"open_instructions", counts.open_instructions},
               {"bind_instructions", counts.bind_instructions},
               {"stack_bytes", counts.stack_bytes},
               {"open_stack_bytes", counts.open_stack_bytes},
               {"bind_stack_bytes", counts.bind_stack_bytes},
               {"arena_bytes", profile.arena_bytes},
               {"stages", profile.stages}};
  json["operators"] = Json::array();
  for (const OperatorCount& count : profile.operators)
    json["operators"].push_back({{"node", count.node},
                                 {"name", count.name},
                                 {"form", count.packed ? "packed" : "portable"},
                                 {"stage", count.stage},
                                 {"instructions", count.instructions},
                                 {"bytes_alive", count.bytes_alive}});
  json["arena"] = Json::array();
  for (const ArenaPiece& piece : profile.arena) json["arena"].push_back(to_json(piece));
  return json;
}

}  // namespace mote
