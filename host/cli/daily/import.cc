// mote import MODEL: a .mote file from a TensorFlow Lite model, int8 already or float with data to quantize it by, or from an
// ONNX model.
#include "quantize/import/import.h"

#include <optional>

#include "base/json.h"
#include "device/model/container.h"
#include "host/cli/commands.h"
#include "host/cli/quantize_flags.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/pack/pack.h"
#include "quantize/read/model_file.h"
#include "quantize/read/operator_set.h"

namespace mote::cli {
namespace {

constexpr size_t kMaxCalibrationBytes = size_t{1} << 31;

struct DailyImportOptions {
  Path model, out, calibration;
  std::string target = "portable", rounding = "double", ram;
  bool print_opset = false;
  QuantizeFlags flags;
  ExplainFlags explain;
};

Result<ImportOptions> import_options(const DailyImportOptions& options) {
  ImportOptions result;
  const std::optional<Target> target = find_target(options.target);
  if (!target)
    return Error{.cause = Cause::usage,
                 .what = "there is no target '" + options.target + "'",
                 .where = "--target",
                 .todo = "say one of " + target_names()};
  result.target = *target;
  result.rounding = options.rounding == "single" ? Rounding::single_rounding : Rounding::double_rounding;
  if (!options.ram.empty()) {
    TRY(result.ram_bytes, memory_of(options.ram, "--ram"));
  }
  return result;
}

// What quantization did to each layer, none for a model that was int8 already; and what the model takes.
struct Import {
  Compiled compiled;
  std::optional<Explanation> explanation;
  ModelSize size;
};

std::string to_text(const Import& import) {
  const Compiled& compiled = import.compiled;
  return (compiled.layers.empty() ? "" : report_text(compiled.quantize, compiled.notes, compiled.layers) + "\n") +
         (import.explanation ? to_text(*import.explanation) + "\n" : "") + to_text(import.size);
}

Json to_json(const Import& import) {
  Json json = to_json(import.size);
  if (import.compiled.layers.empty()) return json;
  json["options"] = to_json(import.compiled.quantize);
  json["notes"] = import.compiled.notes;
  json["layers"] = to_json(import.compiled.layers);
  if (import.explanation) json["explanation"] = to_json(*import.explanation);
  return json;
}

bool is_onnx(const DailyImportOptions& options) { return options.model.extension() == ".onnx"; }

Result<Compiled> import_float(Context& context, const DailyImportOptions& options, ByteView from, const ImportOptions& as,
                              std::optional<Explanation>& explanation) {
  QuantizeOptions how;
  TRY_DO(apply_flags(options.flags, how));
  LookAtLayers look;
  if (options.explain.wanted) {
    TRY_DO(check_explained(how));
    look = explain_into(explanation, options.explain.threshold, context.progress);
  }
  TRY(const Bytes bytes, context.files.read(options.calibration, kMaxCalibrationBytes));
  TRY(const TensorFile calibration, read_tensor_file(bytes, options.calibration.string()));
  const std::string where = options.model.string();
  return is_onnx(options) ? import_onnx(from, where, calibration, as, context.progress, how, look)
                          : import_float_tflite(from, where, calibration, as, context.progress, how, look);
}

Result<void> import(Context& context, const DailyImportOptions& options) {
  TRY(const ImportOptions import_as, import_options(options));
  TRY_DO(check_apart(options.out, {options.model, options.calibration}));
  TRY(const Bytes from, context.files.read(options.model, kMaxFileBytes));
  if (is_onnx(options) && options.calibration.empty())
    return Error{.cause = Cause::usage,
                 .what = "is an ONNX model, and there are no data to quantize it by",
                 .where = options.model.string(),
                 .todo = "give it some of its inputs, as float32, with --calibrate FILE"};
  if (options.calibration.empty() && (any(options.flags) || options.explain.wanted))
    return Error{.cause = Cause::usage,
                 .what = "is not quantized here, and there is nothing for the switches of quantization to do",
                 .where = options.model.string(),
                 .todo = "leave them out, or give a float model some of its inputs with --calibrate FILE"};
  Compiled compiled;
  std::optional<Explanation> explanation;
  if (options.calibration.empty()) {
    TRY(compiled.model, import_tflite(from, options.model.string(), import_as));
  } else {
    TRY(compiled, import_float(context, options, from, import_as, explanation));
  }
  TRY_DO(context.files.write(options.out, compiled.model));
  TRY(const ModelFile model, read_model(compiled.model, options.out.string()));
  options.print_opset ? context.print(operator_set_of(model))
                      : context.print(Import{.compiled = compiled, .explanation = explanation, .size = size_of(model)});
  return {};
}

}  // namespace

const Command daily_import = {
    .summary = "make a .mote file from a TensorFlow Lite or ONNX model",
    .details =
        "An int8 model comes over as it is, and one of int16 activations and int8 weights: the outputs are those of\n"
        "TensorFlow Lite's reference kernels, byte for byte (docs/import.md says where of int16 they are not). A\n"
        "float model, of TensorFlow Lite or ONNX, is quantized to int8: --calibrate names a file of inputs as it meets them, up\n"
        "to 1000 of which are run through it; what quantization did to each layer is printed. What cannot be imported is named,\n"
        "all of it at once.\n"
        "\n"
        "The file of inputs holds little-endian float32, one input after the other, or is a .npy of them whose first\n"
        "dimension counts the inputs. They are what the float model takes, scaled as for training, and of an ONNX model with\n"
        "their channels first, as it has them: mote import float.onnx -o m.mote --calibrate inputs.npy",
    .example = "mote import keywords.tflite -o keywords.mote",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DailyImportOptions>();
      arguments.positional("MODEL", options->model, "a .tflite file, or a float .onnx file");
      arguments.required("-o,--out", options->out, "the .mote file to write");
      arguments.option("--calibrate", options->calibration, "inputs of a float model, float32 or .npy, to quantize it by");
      arguments.option("--target", options->target, "the machine whose kernels it is packed for: " + target_names());
      arguments.choice("--rounding", options->rounding, {"double", "single"},
                       "as the TensorFlow Lite rounds whose bytes are wanted; single where that was built with it");
      arguments.option("--ram", options->ram, "the RAM it may take, such as 36K; what it can do without is spent on speed");
      declare(arguments, options->flags);
      declare(arguments, options->explain);
      arguments.flag("--print-opset", options->print_opset,
                     "print the operators that firmware needs for it, for mote_add_device");
      return [options](Context& context) { return import(context, *options); };
    }};

}  // namespace mote::cli
