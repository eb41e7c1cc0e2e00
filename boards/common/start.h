// From a stack that can be used to main, on every core.
#pragma once

extern "C" [[noreturn]] void board_start_program();
