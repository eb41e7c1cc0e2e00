// Reads each set, compiles, counts right answers.
#include "bench/quantize/sets.h"

#include <algorithm>
#include <memory>
#include <sstream>

#include "host/evaluate/evaluate.h"
#include "host/train/run.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/import.h"
#include "quantize/import/tflite.h"
#include "quantize/read/loaded_model.h"

namespace mote::bench {
namespace {

constexpr size_t kMostFileBytes = size_t{1} << 26;

double logits_sqnr(const std::vector<LayerReport>& layers) {
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer)
    if (layer->operation != "softmax" && layer->operation != "reshape") return layer->sqnr_db;
  return 0;
}

struct Labelled {
  Graph graph;
  Bytes tflite;
  std::vector<std::vector<float>> inputs;
  std::vector<size_t> labels;
  std::function<bool(size_t)> calibrates;
};

size_t top(const std::vector<float>& scores) {
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

template <typename Answer>
double right_share(const Labelled& set, Answer answer) {
  double right = 0, count = 0;
  for (size_t i = 0; i < set.inputs.size(); ++i) {
    if (set.calibrates(i)) continue;
    right += answer(set.inputs[i]) == set.labels[i] ? 1 : 0;
    ++count;
  }
  return right / count;
}

size_t answer_of(LoadedModel& model, const std::vector<float>& input) {
  const mote_tensor in = model.input(), out = model.output();
  std::vector<int8_t> quanta(in.count), result(out.count);
  for (size_t i = 0; i < quanta.size(); ++i)
    quanta[i] = static_cast<int8_t>(quantize_value(static_cast<double>(input[i]), {in.scale, in.zero_point}));
  model.run(quanta, result);
  return static_cast<size_t>(std::max_element(result.begin(), result.end()) - result.begin());
}

Set set_of(const std::string& name, std::shared_ptr<Labelled> set) {
  const double in_float = right_share(*set, [&](const auto& input) { return top(execute(set->graph, input)); });
  return {.name = name, .float_accuracy = in_float, .measure = [set](const QuantizeOptions& options) -> Result<Score> {
            TensorFile calibration{.values = {}, .rows = 0, .where = "data"};
            for (size_t i = 0; i < set->inputs.size(); ++i)
              if (set->calibrates(i))
                calibration.values.insert(calibration.values.end(), set->inputs[i].begin(), set->inputs[i].end());
            NoProgress progress;
            TRY(const Compiled compiled, import_float_tflite(set->tflite, "float.tflite", calibration, {}, progress, options));
            TRY(LoadedModel model, LoadedModel::open(compiled.model, "model"));
            return Score{right_share(*set, [&](const auto& input) { return answer_of(model, input); }),
                         logits_sqnr(compiled.layers), compiled.model.size()};
          }};
}

}  // namespace

Result<Set> run_set(const std::string& name, const Path& folder, const Path& data) {
  DiskFileSystem files;
  TRY(Run read, read_run(files, folder));
  const auto run = std::make_shared<Run>(std::move(read));
  DataConfig config = run->config.data;
  config.labels = run->labels;
  TRY(Dataset loaded, load(files, config, data));
  const auto dataset = std::make_shared<Dataset>(std::move(loaded));
  std::vector<uint32_t> groups;
  for (uint32_t g = 0; g < dataset->groups.size(); ++g)
    if (std::count(run->split.test.begin(), run->split.test.end(), dataset->groups[g]) != 0) groups.push_back(g);
  const auto measure = [run, dataset, windows = windows_of(*dataset, groups)](const QuantizeOptions& options) -> Result<Score> {
    NoProgress progress;
    CompileInput input = compile_input(*run);
    input.quantize = options;
    TRY(const Compiled compiled, compile(input, progress));
    EvaluateInput evaluation;
    evaluation.model = compiled.model;
    evaluation.model_name = "model";
    evaluation.standardization = run->standardization;
    evaluation.dataset = dataset.get();
    evaluation.windows = windows;
    TRY(const Evaluation judged, evaluate(evaluation, progress));
    return Score{judged.accuracy, logits_sqnr(compiled.layers), compiled.model.size()};
  };
  return Set{.name = name, .float_accuracy = run->metrics.test_accuracy.value_or(0), .measure = measure};
}

Result<Set> keyword_set(const Path& data) {
  DiskFileSystem files;
  const auto set = std::make_shared<Labelled>();
  TRY(set->tflite, files.read(data / "mlperf-tiny/models/kws01_dscnn_fp32.tflite", kMostFileBytes));
  TRY(set->graph, read_float_tflite(set->tflite, "kws01"));
  TRY(const Bytes inputs, files.read(data / "mlperf-tiny/inputs/kws01/kws01_inputs.bin", kMostFileBytes));
  TRY(const std::string text, files.read_text(data / "mlperf-tiny/inputs/kws01/kws01_labels.csv"));
  constexpr size_t kElements = 490;
  set->inputs.resize(inputs.size() / kElements);
  for (size_t i = 0; i < set->inputs.size() * kElements; ++i)
    set->inputs[i / kElements].push_back(0.5847029f * static_cast<float>(static_cast<int8_t>(inputs[i]) - 83));
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);  // index,file,label,class
  while (std::getline(lines, line)) set->labels.push_back(std::stoul(line.substr(line.find(',', line.find(',') + 1) + 1)));
  set->calibrates = [](size_t i) { return i < 100; };
  return set_of("kws01", set);
}

Result<Set> gesture_set(const Path& data) {
  DiskFileSystem files;
  const auto set = std::make_shared<Labelled>();
  TRY(set->tflite, files.read(data / "imu-gesture/models/magicwand_fp32.tflite", kMostFileBytes));
  TRY(set->graph, read_float_tflite(set->tflite, "magicwand"));
  size_t label = 0;
  for (const char* name : {"AlohomoraCharm", "ArrestoMomentumCharm", "AvadaKedavra", "LocomotorCharm", "Revelio"}) {
    TRY(std::string csv, files.read_text(data / "imu-gesture" / (std::string(name) + ".csv")));
    std::replace(csv.begin(), csv.end(), ',', ' ');
    std::istringstream values(csv.substr(csv.find('\n')));
    std::vector<float> gesture;
    for (double value = 0; values >> value;) {
      const bool turns = gesture.size() % 6 >= 3;  // deg/s, not g
      gesture.push_back(static_cast<float>(turns ? (value + 2000) / 4000 : (value + 4) / 8));
      if (gesture.size() < size_t{119} * 6) continue;
      set->inputs.push_back(std::move(gesture));
      set->labels.push_back(label);
      gesture.clear();
    }
    ++label;
  }
  set->calibrates = [](size_t i) { return i % 4 == 0; };
  return set_of("magicwand", set);
}

}  // namespace mote::bench
