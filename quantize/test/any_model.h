// What must hold for any bytes that are read as a model.
#pragma once

#include "base/json.h"
#include "quantize/read/model_file.h"

namespace mote {

// A model that is read can be printed both ways.
inline bool read_any_model(ByteView bytes) {
  const Result<ModelFile> model = read_model(bytes, "fuzz");
  if (!model.ok()) return false;
  (void)to_text(*model);
  (void)to_json(*model).dump();
  (void)to_json(size_of(*model)).dump();
  return true;
}

}  // namespace mote
