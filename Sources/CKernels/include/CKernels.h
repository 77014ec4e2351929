// The few kernels that measurement shows Swift cannot write as fast; each has a portable twin.
#ifndef TAPEDECK_CKERNELS_H
#define TAPEDECK_CKERNELS_H
#include "BitPacking.h"
#include "BlockPlan.h"
#include "CSVStructure.h"
#include "Checksum.h"
#include "Files.h"
#include "IntegerFields.h"
#include "Memory.h"
#include "NarrowWords.h"
#include "PackedBlocks.h"
#include "PackedPlan.h"
#include "PackedStream.h"
#include "Processors.h"
#include "Signals.h"
#include "Vectors.h"
#include "WideVectors.h"
#include "Words.h"
#endif
