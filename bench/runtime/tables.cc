// JSON, Markdown.
#include "bench/runtime/tables.h"

#include <cstdio>

#include "base/json.h"
#include "host/report/canvas.h"

namespace mote::bench {
namespace {

using report::grouped;

constexpr const char* kBegin = "<!-- made by bench_runtime -->\n";
constexpr const char* kEnd = "<!-- until here -->\n";

template <typename... Values>
std::string printed(const char* form, Values... values) {
  char line[256];
  std::snprintf(line, sizeof line, form, values...);
  return line;
}

std::string ratio_of(const Json& row, const char* ours, const char* theirs) {
  if (!row.contains(theirs)) return "";
  return printed(" (%.2f)", row[ours].get<double>() / row[theirs].get<double>());
}

Json json_of(const OnBoard& on) {
  Json json = {{"board", on.board},
               {"target", on.target},
               {"model_bytes", on.model_bytes},
               {"arena_bytes", on.arena_bytes},
               {"stack_bytes", on.stack_bytes},
               {"instructions", on.instructions},
               {"open_instructions", on.open_instructions},
               {"bind_instructions", on.bind_instructions},
               {"flash_bytes", on.flash_bytes},
               {"outputs_equal", on.equal}};
  if (on.small) json["small"] = {{"instructions", on.small->instructions}, {"flash_bytes", on.small->flash_bytes}};
  if (on.peer_instructions) json["peer_instructions"] = *on.peer_instructions;
  if (on.peer_arena_bytes) json["peer_arena_bytes"] = *on.peer_arena_bytes;
  return json;
}

std::string table(const Json& json, const char* ours, const char* theirs) {
  std::string text = "| model |";
  std::string rule = "|---|";
  for (const Json& row : json["models"][0]["boards"]) {
    text += printed(" %s, %s |", row["board"].get<std::string>().c_str(), row["target"].get<std::string>().c_str());
    rule += "---|";
  }
  text += "\n" + rule + "\n";
  for (const Json& model : json["models"]) {
    text += "| " + model["name"].get<std::string>() + " |";
    for (const Json& row : model["boards"]) text += " " + grouped(row[ours].get<uint64_t>()) + ratio_of(row, ours, theirs) + " |";
    text += "\n";
  }
  return text;
}

// Of the first board that has the profile small; nothing when none has.
std::string profiles_table(const Json& json) {
  std::string board, rows;
  for (const Json& model : json["models"])
    for (const Json& row : model["boards"]) {
      if (!row.contains("small") || (!board.empty() && row["board"] != board)) continue;
      board = row["board"];
      rows += "| " + model["name"].get<std::string>() + " |";
      for (const Json& number :
           {row["flash_bytes"], row["small"]["flash_bytes"], row["instructions"], row["small"]["instructions"],
            row["open_instructions"], row["bind_instructions"], row["stack_bytes"]})
        rows += " " + grouped(number.get<uint64_t>()) + " |";
      rows += "\n";
    }
  if (board.empty()) return "";
  return "\nOn " + board +
         ", bytes of flash for runtime and kernels, of the model's operators alone; instructions of a run in either profile, of\n"
         "checking and binding a model (once), and of binding one that was checked before; stack of a run:\n\n"
         "| model | flash, fast | flash, small | run, fast | run, small | `mote_open` | `mote_bind` | stack |\n"
         "|---|---|---|---|---|---|---|---|\n" +
         rows;
}

}  // namespace

Json to_json(const std::vector<Measured>& models) {
  Json json = {{"models", Json::array()}};
  for (const Measured& model : models) {
    Json one = {{"name", model.name}, {"boards", Json::array()}, {"host", {{"ns", model.host.best_ns}}}};
    for (const OnBoard& on : model.boards) one["boards"].push_back(json_of(on));
    if (model.host.peer_best_ns) one["host"]["peer_ns"] = *model.host.peer_best_ns;
    json["models"].push_back(std::move(one));
  }
  return json;
}

std::string tables_of(const Json& json) {
  std::string text =
      "Instructions of one inference, counted exactly under QEMU; in brackets the ratio to TensorFlow Lite Micro with CMSIS-NN,\n"
      "both built with optimization for speed:\n\n";
  text += table(json, "instructions", "peer_instructions");
  text += "\nBytes of RAM for an inference (input, output and scratch included), and the ratio to the peer's arena:\n\n";
  text += table(json, "arena_bytes", "peer_arena_bytes");
  text += profiles_table(json);
  text += "\nOn x86-64, one thread, best time of one inference in microseconds, and the ratio to CMSIS-NN's portable C:\n\n";
  text += "| model | x86-64 |\n|---|---|\n";
  for (const Json& model : json["models"])
    text += printed("| %s | %.1f%s |\n", model["name"].get<std::string>().c_str(), model["host"]["ns"].get<double>() / 1000,
                    ratio_of(model["host"], "ns", "peer_ns").c_str());
  return text;
}

std::string with_tables(const std::string& text, const std::string& tables) {
  const size_t begin = text.find(kBegin), end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return text;
  return text.substr(0, begin) + kBegin + tables + text.substr(end);
}

}  // namespace mote::bench
