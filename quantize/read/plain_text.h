// Text from a file that nobody vouches for, made fit for terminals and JSON.
#pragma once

#include <string>
#include <string_view>

namespace mote {

// Valid UTF-8 without control characters stays as it is; every byte that is neither becomes '?'.
std::string plain_text(std::string_view text);

}  // namespace mote
