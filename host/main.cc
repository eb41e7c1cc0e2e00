// The program `mote`.
#include <iostream>

#include "host/cli/commands.h"

int main(int count, char** words) { return mote::cli::run(count, words, std::cout, std::cerr); }
