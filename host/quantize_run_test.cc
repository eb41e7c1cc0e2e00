// A run's folder gets its model and its report, or neither.
#include "host/quantize_run.h"

#include <gtest/gtest.h>

#include "base/json.h"
#include "base/test/memory_file_system.h"
#include "host/train/run.h"
#include "host/train/test/small.h"
#include "quantize/read/model_file.h"

namespace mote {
namespace {

const MemoryFileSystem& trained() {
  static const MemoryFileSystem files = [] {
    NoProgress progress;
    const Dataset dataset = small_dataset();
    const TrainConfig config = small_config();
    const Result<Run> run = train(config, dataset, make_split(dataset, config.split).value(), 2, "test", progress);
    MemoryFileSystem result;
    EXPECT_TRUE(write_run(result, "run", *run).ok());
    return result;
  }();
  return files;
}

// A disk on which one file cannot be written.
class OneFileFails final : public FileSystem {
 public:
  OneFileFails(MemoryFileSystem inner, std::string name) : inner(std::move(inner)), name_(std::move(name)) {}
  MemoryFileSystem inner;

  Result<Bytes> read(const Path& path, size_t max_bytes) override { return inner.read(path, max_bytes); }
  Result<void> write(const Path& path, ByteView bytes, Access access) override {
    if (path.filename() == name_)
      return Error{.cause = Cause::failed, .what = "cannot be written", .where = path.string(), .todo = ""};
    return inner.write(path, bytes, access);
  }
  bool exists(const Path& path) override { return inner.exists(path); }
  Result<void> make_folder(const Path& path, Access access) override { return inner.make_folder(path, access); }
  Result<void> remove(const Path& path) override { return inner.remove(path); }
  Result<std::vector<Path>> list(const Path& folder) override { return inner.list(folder); }

 private:
  std::string name_;
};

TEST(QuantizeRun, WritesTheModelAndTheReportBesideTheRun) {
  MemoryFileSystem files = trained();
  NoProgress progress;
  const Result<QuantizedRun> run = quantize_run(files, "run", progress);
  ASSERT_TRUE(run.ok()) << run.error().line();
  const Bytes bytes = files.files.at(Path("run") / kModelFile);
  EXPECT_EQ(bytes.size(), run->model_bytes);
  const Result<ModelFile> model = read_model(bytes, "run/model.mote");
  ASSERT_TRUE(model.ok()) << model.error().line();
  EXPECT_EQ(model->model_id, run->model_id);
  EXPECT_EQ(model->labels, small_dataset().labels);
  const Result<Json> report = read_json(files, Path("run") / kQuantizationFile);
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->at("model_id"), to_hex(run->model_id));
  EXPECT_EQ(report->at("layers").size(), run->layers.size());
  EXPECT_EQ(to_json(*run), *report);
  EXPECT_NE(to_text(*run).find("run/model.mote: " + std::to_string(bytes.size()) + " bytes"), std::string::npos);
}

TEST(QuantizeRun, GivesTheSameBytesAgain) {
  MemoryFileSystem first = trained(), second = trained();
  NoProgress progress;
  ASSERT_TRUE(quantize_run(first, "run", progress).ok());
  ASSERT_TRUE(quantize_run(second, "run", progress).ok());
  EXPECT_EQ(first.files, second.files);
}

TEST(QuantizeRun, LeavesNothingBehindOnAnError) {
  for (const char* name : {kModelFile, kQuantizationFile}) {
    OneFileFails files(trained(), name);
    NoProgress progress;
    EXPECT_FALSE(quantize_run(files, "run", progress).ok());
    EXPECT_EQ(files.inner.files, trained().files) << name;
  }
}

TEST(QuantizeRun, SaysWhereThereIsNoRun) {
  MemoryFileSystem files;
  NoProgress progress;
  const Result<QuantizedRun> run = quantize_run(files, "elsewhere", progress);
  ASSERT_FALSE(run.ok());
  EXPECT_EQ(run.error().where, "elsewhere");
}

}  // namespace
}  // namespace mote
