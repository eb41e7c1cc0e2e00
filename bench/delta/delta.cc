// What every update among some models takes: the whole file by zstd -19, and a delta of each codec, which is decoded again.
// Writes the table into a page.
//
//     bench/delta/family build/host/mote DATA/speech-commands RUNS
//     bench_delta docs/spec/delta.md RUNS/*/model.mote
#include "ota/delta/delta.h"

#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/file_system.h"
#include "bench/page.h"

namespace mote::bench {
namespace {

constexpr size_t kMostModelBytes = 16u << 20;

size_t zstd_bytes(ByteView target) {
  Bytes to(ZSTD_compressBound(target.size()));
  return ZSTD_compress(to.data(), to.size(), target.data(), target.size(), 19);
}

struct Sizes {
  std::vector<size_t> model, zstd, second, first;  // whole, and by the codecs
};

size_t median(std::vector<size_t> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string cell(const std::vector<size_t>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  char text[80];
  std::snprintf(text, sizeof text, " %zu (%zu to %zu) |", median(values), *least, *most);
  return text;
}

std::string row(const std::string& name, const Sizes& sizes) {
  if (sizes.model.empty()) return "";
  char share[32];
  std::snprintf(share, sizeof share, " %.1f %% |\n",
                100.0 * static_cast<double>(median(sizes.first)) / static_cast<double>(median(sizes.model)));
  return "| " + name + " | " + std::to_string(sizes.model.size()) + " |" + cell(sizes.model) + cell(sizes.zstd) +
         cell(sizes.second) + cell(sizes.first) + share;
}

Result<size_t> delta_bytes(ByteView base, ByteView target, DeltaCodec codec) {
  TRY(const Bytes delta, make_delta(base, target, codec));
  TRY(const Bytes made, apply_delta(base, delta, target.size(), codec));
  if (!std::equal(made.begin(), made.end(), target.begin(), target.end()))
    return Error{.cause = Cause::failed, .what = "a delta does not come back", .where = "", .todo = ""};
  return delta.size();
}

Result<void> measure(ByteView base, ByteView target, Sizes& sizes) {
  TRY(const size_t first, delta_bytes(base, target, DeltaCodec::subtract));
  TRY(const size_t second, delta_bytes(base, target, DeltaCodec::zstd));
  sizes.model.push_back(target.size());
  sizes.zstd.push_back(zstd_bytes(target));
  sizes.second.push_back(second);
  sizes.first.push_back(first);
  return {};
}

Result<std::string> table(const std::vector<Bytes>& models) {
  Sizes next, further, back;
  for (size_t from = 0; from < models.size(); ++from)
    for (size_t to = 0; to < models.size(); ++to)
      if (from != to) TRY_DO(measure(models[from], models[to], to == from + 1 ? next : to > from ? further : back));
  return "| update | pairs | model | zstd -19 | codec 2 | codec 1 | of the model |\n|---|---|---|---|---|---|---|\n" +
         row("to the next model", next) + row("over several models", further) + row("back", back);
}

Result<void> run(const Path& page, const std::vector<Path>& paths) {
  DiskFileSystem files;
  TRY(const std::string text, files.read_text(page));
  std::vector<Bytes> models;
  for (const Path& path : paths) {
    TRY(Bytes model, files.read(path, kMostModelBytes));
    models.push_back(std::move(model));
  }
  TRY(const std::string made, table(models));
  std::fputs(made.c_str(), stdout);
  TRY(const std::string written, with_text_between_marks(text, "bench_delta", made, page));
  return files.write(page, view_of(written), Access::everyone);
}

}  // namespace
}  // namespace mote::bench

int main(int count, char** words) {
  if (count < 4) {
    std::fprintf(stderr, "usage: bench_delta PAGE MODEL MODEL [MODEL ...]\n");
    return 2;
  }
  const mote::Result<void> result = mote::bench::run(words[1], {words + 2, words + count});
  if (!result.ok()) std::fprintf(stderr, "bench_delta: %s\n", result.error().line().c_str());
  return result.ok() ? 0 : 1;
}
