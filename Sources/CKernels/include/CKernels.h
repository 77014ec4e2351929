#ifndef TAPEDECK_CKERNELS_H
#define TAPEDECK_CKERNELS_H
#include <stddef.h>
#include <stdint.h>
#endif
