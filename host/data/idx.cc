// Images in the IDX form of MNIST: pairs of files NAME-images-idx3-ubyte and NAME-labels-idx1-ubyte, plain or gzip.
#include <algorithm>

#include "base/gunzip.h"
#include "host/data/source.h"

namespace mote {
namespace {

constexpr size_t kMostIdxBytes = size_t{1} << 30;
constexpr uint32_t kImages = 0x803, kLabels = 0x801;  // magic: unsigned bytes, in three dimensions and in one
constexpr const char* kImagesPart = "-images-idx3-ubyte";
constexpr const char* kLabelsPart = "-labels-idx1-ubyte";

Error refuse_idx(const Path& path, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = path.string(), .todo = "check the files, and [data]"};
}

uint32_t big_endian(ByteView bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

struct Idx {
  uint32_t count = 0, height = 1, width = 1;
  Bytes values;
};

Result<Idx> read_idx(FileSystem& files, const Path& path, uint32_t magic) {
  TRY(Bytes bytes, files.read(path, kMostIdxBytes));
  if (is_gzip(bytes)) {
    TRY(bytes, gunzip(bytes, kMostIdxBytes, path.string()));
  }
  const size_t header = magic == kImages ? 16 : 8;
  if (bytes.size() < header || big_endian(bytes, 0) != magic) return refuse_idx(path, "is no IDX file of unsigned bytes");
  Idx idx;
  idx.count = big_endian(bytes, 4);
  if (magic == kImages) idx.height = big_endian(bytes, 8), idx.width = big_endian(bytes, 12);
  if (idx.height == 0 || idx.width == 0 || idx.height > 4096 || idx.width > 4096)
    return refuse_idx(path, "has images of no usable size");
  if (bytes.size() - header != uint64_t{idx.count} * idx.height * idx.width) {
    return refuse_idx(path, "has " + std::to_string(bytes.size()) + " bytes, but its header says " + std::to_string(idx.count) +
                                " times " + std::to_string(idx.height) + " by " + std::to_string(idx.width));
  }
  idx.values.assign(bytes.begin() + static_cast<ptrdiff_t>(header), bytes.end());
  return idx;
}

struct Pair {
  std::string name;
  Path images, labels;
};

Result<std::vector<Pair>> pairs_in(FileSystem& files, const Path& folder) {
  TRY(const std::vector<Path> entries, files.list(folder));
  std::vector<Pair> pairs;
  for (const Path& entry : entries) {
    std::string name = entry.filename().string();
    const size_t at = name.find(kImagesPart);
    if (at == std::string::npos) continue;
    const std::string suffix = name.substr(at + std::string(kImagesPart).size());
    if (!suffix.empty() && suffix != ".gz") continue;
    name.resize(at);
    pairs.push_back({name, entry, folder / (name + kLabelsPart + suffix)});
  }
  if (pairs.empty()) return refuse_idx(folder, std::string("holds no file NAME") + kImagesPart + ", plain or .gz");
  return pairs;
}

// Blocks of a file are groups, so that some can be held back.
Result<void> add_pair(FileSystem& files, const DataConfig& config, const Pair& pair, Dataset& dataset) {
  TRY(const Idx images, read_idx(files, pair.images, kImages));
  TRY(const Idx labels, read_idx(files, pair.labels, kLabels));
  if (images.count != labels.count)
    return refuse_idx(pair.labels,
                      "has " + std::to_string(labels.count) + " labels for " + std::to_string(images.count) + " images");
  if (dataset.window_samples == 0) dataset.height = images.height, dataset.window_samples = images.height * images.width;
  if (images.height != dataset.height || images.height * images.width != dataset.window_samples)
    return refuse_idx(pair.images, "has images of another size than the files before it");
  for (uint32_t i = 0; i < images.count; ++i) {
    const uint32_t label = labels.values[i];
    if (!config.labels.empty() && label >= config.labels.size()) {
      return refuse_idx(pair.labels, "label " + std::to_string(i) + " is " + std::to_string(label) + ", but data.labels names " +
                                         std::to_string(config.labels.size()) + " classes");
    }
    while (dataset.labels.size() <= label) dataset.labels.push_back(std::to_string(dataset.labels.size()));
    if (i % config.block == 0) dataset.groups.push_back(pair.name + "/" + std::to_string(i / config.block));
    dataset.label_of.push_back(label);
    dataset.group_of.push_back(static_cast<uint32_t>(dataset.groups.size() - 1));
  }
  dataset.samples.insert(dataset.samples.end(), images.values.begin(), images.values.end());
  return {};
}

}  // namespace

Dataset read_idx_images(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems) {
  Dataset dataset;
  dataset.channels = {{"brightness", "", 1.0 / 255}};
  dataset.labels = config.labels;
  const auto pairs = problems.keep(pairs_in(files, path));
  for (size_t i = 0; pairs && i < pairs->size() && !problems.full(); ++i) {
    Result<void> added = add_pair(files, config, (*pairs)[i], dataset);
    if (!added.ok()) problems.add(std::move(added).error());
  }
  sort_groups(dataset);
  return dataset;
}

}  // namespace mote
