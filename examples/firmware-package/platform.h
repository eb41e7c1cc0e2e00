// What main.cc asks of the machine: desktop.cc, cortex_m.cc.
#pragma once

void say(const char* text);
