// mote import MODEL.tflite: a .mote file from a quantized TensorFlow Lite model.
#include "quantize/import/import.h"

#include <charconv>
#include <optional>

#include "base/json.h"
#include "device/model/container.h"
#include "host/cli/commands.h"
#include "quantize/pack/pack.h"
#include "quantize/read/model_file.h"
#include "quantize/read/operator_set.h"

namespace mote::cli {
namespace {

struct DailyImportOptions {
  Path model, out;
  std::string target = "portable", ram;
  bool print_opset = false;
};

// "36K": bytes, kibibytes or mebibytes.
Result<uint32_t> bytes_of(const std::string& text) {
  uint64_t bytes = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  const std::string unit(end, text.data() + text.size());
  const uint64_t factor = unit.empty() ? 1 : unit == "K" ? 1024 : unit == "M" ? 1024 * 1024 : 0;
  if (problem != std::errc() || factor == 0 || bytes == 0 || bytes > kMaxArenaBytes / factor)
    return Error{
        .cause = Cause::usage, .what = "'" + text + "' is no amount of memory", .where = "--ram", .todo = "say 36K or 36864"};
  return static_cast<uint32_t>(bytes * factor);
}

Result<ImportOptions> import_options(const DailyImportOptions& options) {
  ImportOptions result;
  const std::optional<Target> target = find_target(options.target);
  if (!target)
    return Error{.cause = Cause::usage,
                 .what = "there is no target '" + options.target + "'",
                 .where = "--target",
                 .todo = "say one of " + target_names()};
  result.target = *target;
  if (!options.ram.empty()) {
    TRY(result.ram_bytes, bytes_of(options.ram));
  }
  return result;
}

Result<void> import(Context& context, const DailyImportOptions& options) {
  TRY(const ImportOptions import_as, import_options(options));
  TRY(const Bytes from, context.files.read(options.model, kMaxFileBytes));
  TRY(const Bytes bytes, import_tflite(from, options.model.string(), import_as));
  TRY_DO(context.files.write(options.out, bytes));
  TRY(const ModelFile model, read_model(bytes, options.out.string()));
  options.print_opset ? context.print(operator_set_of(model)) : context.print(size_of(model));
  return {};
}

}  // namespace

const Command daily_import = {
    .summary = "make a .mote file from a quantized TensorFlow Lite model",
    .details =
        "Takes int8 models of ADD, AVERAGE_POOL_2D, CONV_2D, DEPTHWISE_CONV_2D, FULLY_CONNECTED, MAX_POOL_2D, RESHAPE and\n"
        "SOFTMAX as they are: the outputs are those of TensorFlow Lite's reference kernels, byte for byte. What cannot be\n"
        "imported is named, all of it at once.",
    .example = "mote import keywords.tflite -o keywords.mote",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DailyImportOptions>();
      arguments.positional("MODEL", options->model, "a .tflite file");
      arguments.required("-o,--out", options->out, "the .mote file to write");
      arguments.option("--target", options->target, "the machine whose kernels it is packed for: " + target_names());
      arguments.option("--ram", options->ram, "the RAM it may take, such as 36K; less than it can do with is not used for speed");
      arguments.flag("--print-opset", options->print_opset,
                     "print the operators that firmware needs for it, for mote_add_device");
      return [options](Context& context) { return import(context, *options); };
    }};

}  // namespace mote::cli
