// The output of every node of a run, whatever the plan does to it afterwards.
#pragma once

#include <vector>

#include "quantize/read/loaded_model.h"
#include "quantize/read/model_file.h"

namespace mote {

class LayerTap {
 public:
  static Result<LayerTap> open(ByteView model, const std::string& where);

  // Runs the model on all of its inputs. What layers() gives is then that run's.
  void run(ByteView inputs);

  const ModelFile& file() const { return file_; }
  const LoadedModel& model() const { return model_; }
  const std::vector<Bytes>& layers() const { return layers_; }  // one per node; of front nodes, which do not run, zeros

 private:
  LayerTap(ModelFile file, LoadedModel model);
  void take(const mote_call& call);

  ModelFile file_;
  LoadedModel model_;
  std::vector<Bytes> layers_;
};

}  // namespace mote
