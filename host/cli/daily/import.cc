// mote import MODEL.tflite: a .mote file from a quantized TensorFlow Lite model.
#include "quantize/import/import.h"

#include "base/json.h"
#include "device/model/container.h"
#include "host/cli/commands.h"
#include "quantize/read/model_file.h"

namespace mote::cli {
namespace {

struct ImportOptions {
  Path model, out;
};

Result<void> import(Context& context, const ImportOptions& options) {
  TRY(const Bytes from, context.files.read(options.model, kMaxFileBytes));
  TRY(const Bytes bytes, import_tflite(from, options.model.string()));
  TRY_DO(context.files.write(options.out, bytes));
  TRY(const ModelFile model, read_model(bytes, options.out.string()));
  context.print(size_of(model));
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
      auto options = std::make_shared<ImportOptions>();
      arguments.positional("MODEL", options->model, "a .tflite file");
      arguments.required("-o,--out", options->out, "the .mote file to write");
      return [options](Context& context) { return import(context, *options); };
    }};

}  // namespace mote::cli
