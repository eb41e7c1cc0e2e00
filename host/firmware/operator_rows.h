// The table of operators as it was compiled (device/kernels/operator_table.cc): what of it a model's operators need.
#pragma once

#include <vector>

#include "host/firmware/object_file.h"
#include "quantize/read/operator_set.h"

namespace mote {

// Which rows firmware has that was built with the list of `set`, and which columns of them: mote_add_device leaves out the
// kernel of an operator that is there in its packed form alone.
class OperatorRows {
 public:
  explicit OperatorRows(OperatorSet set) : set_(std::move(set)) {}

  // Of relocations in other sections too, which are all needed.
  bool needs(const ObjectSection& section, const Relocation& relocation) const;

  // Of a table, without the rows that are not needed; of another section, its size.
  uint32_t bytes_of(const ObjectSection& section) const;

 private:
  const NeededOperator* needed(uint16_t code) const;

  OperatorSet set_;
};

// The machine whose packed models firmware of this library takes, besides portable ones.
Target machine_of(const std::vector<ObjectFile>& library);

}  // namespace mote
