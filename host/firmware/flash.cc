// Collects what goes into a board, and checks it against the board's memories.
#include "host/firmware/flash.h"

#include <cstdio>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "quantize/read/model_file.h"

namespace mote {
namespace {

constexpr size_t kMaxFlashedProgramBytes = 64 << 20;

Result<Runner> find_runner(const Board& board, const std::string& name) {
  std::string known;
  for (const Runner& runner : board.runners) {
    if (runner.name == name) return runner;
    known += (known.empty() ? "" : ", ") + runner.name;
  }
  return Error{.cause = Cause::usage,
               .what = board.name + " has no such runner",
               .where = name,
               .todo = known.empty() ? "describe one in boards/" + board.name + "/board.toml" : "it has " + known};
}

// What was said for nothing may have been meant for another runner.
Result<void> check_places(const std::map<std::string, std::string>& places, const Runner& runner) {
  for (const auto& [place, said] : places)
    if (!said.empty() && !asks_for(runner, place))
      return Error{.cause = Cause::usage,
                   .what = "the runner " + runner.name + " has no use for it",
                   .where = "--" + place,
                   .todo = "leave it out, or choose another tool with --runner"};
  return {};
}

Result<std::vector<FlashPiece>> firmware_pieces(const Board& board, const std::string& called, FileSystem& files) {
  TRY(const Path program, find_program(files, board, called));
  TRY(const Bytes elf, files.read(program, kMaxFlashedProgramBytes));
  TRY(const std::vector<LoadedPart> parts, read_loaded_parts(elf, program.string()));
  std::vector<FlashPiece> pieces;
  for (const LoadedPart& part : parts) {
    const uint64_t from = part.address, to = from + part.bytes.size(), end = uint64_t{board.code.origin} + board.code.bytes;
    if (from < board.code.origin || to > end)
      return Error{.cause = Cause::failed,
                   .what = "leads out of the board's memory for code",
                   .where = program.string(),
                   .todo = "build it again: mote firmware build --board " + board.name};
    pieces.push_back({"firmware, " + called, part.address, Bytes(part.bytes.begin(), part.bytes.end())});
  }
  return pieces;
}

// Of programs that find their model in memory and are no device of a fleet.
Result<FlashPiece> plain_model(const Board& board, const FlashRequest& request) {
  TRY_DO(read_model(request.model, request.model_name));
  if (request.model.size() > board.model.bytes)
    return Error{.cause = Cause::failed,
                 .what = "takes " + std::to_string(request.model.size()) + " bytes, " + board.name + " has " +
                         std::to_string(board.model.bytes) + " for a model",
                 .where = request.model_name,
                 .todo = ""};
  return FlashPiece{"model", board.model.origin, Bytes(request.model.begin(), request.model.end())};
}

std::string address_text(uint32_t address) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%08x", address);
  return text;
}

}  // namespace

std::string FlashPlan::other_runners() const {
  std::string names;
  for (const Runner& other : board.runners)
    if (other.name != runner.name) names += (names.empty() ? "" : ", ") + other.name;
  return names;
}

Result<std::vector<std::string>> FlashPlan::command(const std::map<std::string, std::string>& places, const Path& file) const {
  std::map<std::string, std::string> all = places;
  all["image"] = file.string();
  all["board"] = board.name;
  if (all["server"].empty()) all["server"] = runner.server;
  return fill_in(runner, all);
}

Result<FlashPlan> plan_flash(const FlashRequest& request, FileSystem& files, const Path& program_folder) {
  FlashPlan plan;
  TRY(plan.board, find_board(files, program_folder, request.board));
  if (request.provision) TRY_DO(check_provisionable(plan.board));
  TRY(plan.runner, find_runner(plan.board, request.runner));
  TRY_DO(check_places(request.places, plan.runner));
  plan.program = plan.board.program(request.program);
  TRY(std::vector<FlashPiece> pieces, firmware_pieces(plan.board, request.program, files));
  if (request.provision) {
    TRY(plan.device, provision(plan.board, *request.provision));
    pieces.insert(pieces.end(), plan.device.pieces.begin(), plan.device.pieces.end());
  } else if (!request.model.empty()) {
    TRY(FlashPiece model, plain_model(plan.board, request));
    pieces.push_back(std::move(model));
  }
  TRY(plan.image, FlashImage::of(std::move(pieces)));
  TRY_DO(plan.command(request.places, plan.runner.image_name()));  // what is missing is said before anything is written
  return plan;
}

std::string to_text(const FlashReport& report) {
  const FlashPlan& plan = *report.plan;
  std::string text = plan.board.name + ": " + plan.board.summary + "\n";
  for (const FlashPiece& piece : plan.image.pieces) {
    char line[128];
    std::snprintf(line, sizeof line, "  %s  %8zu bytes  %s\n", address_text(piece.address).c_str(), piece.bytes.size(),
                  piece.what.c_str());
    text += line;
  }
  const Provisioned& device = plan.device;
  if (!device.device.empty()) {
    text += "device " + device.device + " of the class " + device.device_class;
    text += device.model.release == 0 ? ", without a model\n"
                                      : ", release " + std::to_string(device.model.release) + ", \"" + device.model.name + "\"\n";
  }
  text += (report.done ? "written by: " : "to be written by: ") + shell_line(report.command) + "\n";
  return text;
}

Json to_json(const FlashReport& report) {
  const FlashPlan& plan = *report.plan;
  Json pieces = Json::array();
  for (const FlashPiece& piece : plan.image.pieces)
    pieces.push_back({{"what", piece.what}, {"address", piece.address}, {"bytes", piece.bytes.size()}});
  Json json = {{"board", plan.board.name}, {"program", plan.program.string()}, {"runner", plan.runner.name},
               {"pieces", pieces},         {"command", report.command},        {"done", report.done}};
  if (!plan.device.device.empty()) {
    json["device"] = plan.device.device;
    json["release"] = plan.device.model.release;
  }
  return json;
}

}  // namespace mote
