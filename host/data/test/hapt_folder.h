// A small folder in the HAPT form, in memory.
#pragma once

#include "base/test/memory_file_system.h"

namespace mote {

inline Bytes counting_samples(uint32_t samples, int16_t start) {
  Bytes bytes;
  for (uint32_t i = 0; i < samples * 6; ++i) {
    const auto value = static_cast<uint16_t>(start + static_cast<int16_t>(i));
    bytes.push_back(static_cast<uint8_t>(value));
    bytes.push_back(static_cast<uint8_t>(value >> 8));
  }
  return bytes;
}

// Users 40 and 2; user 2 never lies down; one segment is a transition, one too short for a window of 8.
inline void make_hapt_folder(MemoryFileSystem& files) {
  const auto write = [&](const char* name, std::string_view text) { (void)files.write_text(Path("hapt") / name, text); };
  write("activity_labels.csv", "activity,name\n1,WALKING\n4,SITTING\n6,LAYING\n7,STAND_TO_SIT\n");
  write("experiments.csv", "file,experiment,user,samples\nexp01_user40.i16,1,40,60\nexp02_user02.i16,2,2,40\n");
  write("labels.csv",
        "experiment,user,activity,first_sample,last_sample\n"
        "1,40,1,1,20\n1,40,7,21,40\n1,40,6,45,52\n1,40,4,53,59\n"
        "2,2,4,11,40\n");
  files.files["hapt/exp01_user40.i16"] = counting_samples(60, 0);
  files.files["hapt/exp02_user02.i16"] = counting_samples(40, -100);
}

}  // namespace mote
