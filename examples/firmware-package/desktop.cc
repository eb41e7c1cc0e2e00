// On a desktop.
#include <stdio.h>

#include "platform.h"

void say(const char* text) { fputs(text, stdout); }
