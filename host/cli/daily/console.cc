// mote console: what a device logs on its serial link.
#include "host/firmware/console.h"

#include "base/json.h"
#include "host/cli/commands.h"
#include "host/firmware/emulator.h"
#include "host/firmware/private_folder.h"

namespace mote::cli {
namespace {

constexpr auto kConsolePatience = std::chrono::milliseconds(100);

struct ConsoleOptions {
  Path serial, flash;
  int baud = 115200;
  std::string board, program = "agent";
  uint32_t seconds = 0;
};

struct Heard {
  uint64_t lines = 0;
  uint32_t broken_frames = 0;
};
std::string to_text(const Heard& heard) {
  return std::to_string(heard.lines) + " lines of log, " + std::to_string(heard.broken_frames) + " broken frames";
}
Json to_json(const Heard& heard) { return {{"lines", heard.lines}, {"broken_frames", heard.broken_frames}}; }

// Under --json every event is a line.
void write_line(Context& context, const Json& event, const std::string& line) {
  context.write((context.json ? event.dump() : line) + "\n");
}

Result<void> listen(Context& context, const ConsoleOptions& options, const Path& serial) {
  TRY(SerialPort port, SerialPort::open(serial, options.baud));
  Console console(
      std::move(port),
      [&](const std::string& line) {
        write_line(context, {{"log", line}}, line);
      },
      [&](const std::string& device) {
        write_line(context, {{"hello", device}}, "[" + device + " says hello, and waits for a gateway]");
      });
  const int64_t end = context.clock.steady_ms() + int64_t{options.seconds} * 1000;
  Result<void> heard_all;
  while (heard_all.ok() && !context.stop && (options.seconds == 0 || context.clock.steady_ms() < end))
    heard_all = console.poll(kConsolePatience);
  const Heard heard{console.lines(), console.broken_frames()};
  if (context.json) context.write(to_json(heard).dump() + "\n");
  context.say(to_text(heard));
  return heard_all;
}

Result<void> console(Context& context, const ConsoleOptions& options) {
  if (options.serial.empty() == options.board.empty())
    return Error{.cause = Cause::usage,
                 .what = "one of them is needed, and one only",
                 .where = "--serial, --board",
                 .todo = "see: mote console --help"};
  if (!options.serial.empty()) return listen(context, options, options.serial);
  TRY(const PrivateFolder folder, PrivateFolder::make());
  TRY(const Board board, find_board(context.files, context.program_folder, options.board));
  TRY_DO(find_program(context.files, board, options.program));
  TRY(EmulatedBoard emulated,
      EmulatedBoard::prepare({.board = options.board,
                              .program = options.program,
                              // Otherwise its flash goes in through the debugger, which comes up after the link was joined.
                              .wait = board.emulated_memory_bytes != 0,
                              .flash = options.flash.empty() ? folder.path() / "flash" : options.flash,
                              .network = options.program == "agent_net",
                              .socket = folder.path() / "link",
                              .log = folder.path() / "log"},
                             context.files, context.program_folder));
  TRY_DO(emulated.start());
  return listen(context, options, folder.path() / "link");
}

}  // namespace

const Command daily_console = {
    .summary = "print what a device logs on its serial link",
    .details =
        "Reads lines of log until Ctrl-C, and says which device says hello; messages and windows are left out, and nothing is "
        "sent.\n"
        "The link must be free: `mote gateway` shows the log of the devices that it serves itself. With --board the board's\n"
        "firmware runs under its emulator for as long as this command, with the flash of --flash or a new one. --json prints one "
        "object\n"
        "a line: {\"log\": ...}, {\"hello\": ...}, and the counts at the end.",
    .example = "mote console --serial /dev/ttyACM0",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<ConsoleOptions>();
      arguments.option("--serial", options->serial, "a serial port, or the socket of an emulator");
      arguments.option("--baud", options->baud, "of a serial port");
      arguments.option("--board", options->board, "instead: a board to run under its emulator");
      arguments.choice("--program", options->program, {"agent", "agent_net"}, "with --board: which of its programs");
      arguments.option("--flash", options->flash, "with --board: a file that holds its flash; made where it is missing");
      arguments.option("--for", options->seconds, "seconds to read; 0: until Ctrl-C");
      return [options](Context& context) { return console(context, *options); };
    }};

}  // namespace mote::cli
