/* mote.h: run a verified model in memory that you own. Plain C; nothing here allocates or blocks.
 *
 *     static uint8_t arena[ARENA_BYTES] MOTE_ALIGNED;              // `mote size MODEL.mote` says how many
 *     mote_model model;
 *     if (mote_open(&model, flash, flash_bytes, arena, sizeof arena) != MOTE_OK) return keep_old_model();
 *     mote_run(&model, features, scores);
 */
#ifndef MOTE_MOTE_H
#define MOTE_MOTE_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

#define MOTE_ALIGNED __attribute__((aligned(16)))

/* What a device answers; the table is mote/status.def. */
typedef enum mote_status {
#define MOTE_STATUS(code, name, text) MOTE_##name = (code),
#include "mote/status.def"
#undef MOTE_STATUS
  MOTE_STATUS_END = 255
} mote_status;

/* "OLDER_RELEASE" and "the release is below the floor that this device has confirmed". Never null. */
const char* mote_status_name(mote_status status);
const char* mote_status_text(mote_status status);

/* An open model. Opaque: its size and alignment are all that firmware may rely on. */
typedef struct mote_model {
  const void* opaque[32];
} mote_model;

typedef enum mote_type { MOTE_INT8 = 0, MOTE_INT16 = 1, MOTE_INT32 = 2, MOTE_FLOAT32 = 3 } mote_type;

/* A tensor as firmware sees it. real value = scale * (q - zero_point); 1 and 0 where numbers stand for themselves. */
typedef struct mote_tensor {
  uint32_t count; /* elements */
  uint32_t bytes;
  uint32_t shape[4]; /* batch, height, width, channels */
  float scale;
  int32_t zero_point;
  mote_type type;
  void* data; /* in the arena, 16-byte aligned: an input until mote_run(), an output from mote_run() on */
} mote_tensor;

/* Checks every rule of docs/spec/model-format.md, then binds `bytes` to `arena`.
 *
 * bytes   16-byte aligned; must stay unchanged while `model` is used (flash is fine, and is not copied)
 * arena   16-byte aligned, else MOTE_ARENA_TOO_SMALL; contents need not be initialised
 * time    linear in `count`
 *
 * On any status but MOTE_OK, `model` is unusable and nothing was written outside `arena`.
 * The signature is not checked here: device/update does that, over raw bytes, before this. */
mote_status mote_open(mote_model* model, const void* bytes, size_t count, void* arena, size_t arena_bytes);

/* As mote_open, for a model that this firmware's mote_open() or mote_check() has accepted before and that has not changed since:
 * finds its parts without looking at constants, plan and operators once more, in a time that does not depend on its weights.
 *
 * NOT for bytes that anybody else could have written or changed in between: only truncation, another format, an operator that
 * this firmware lacks, and a wrong arena or alignment are refused. */
mote_status mote_bind(mote_model* model, const void* bytes, size_t count, void* arena, size_t arena_bytes);

/* As mote_open, but binds nothing: for a model that will run elsewhere or later. `arena_bytes` (may be null) receives the arena
 * that it needs. `rule` (may be null) receives the label of the first broken rule ("M7") on MOTE_MALFORMED, else null. */
mote_status mote_check(const void* bytes, size_t count, uint32_t* arena_bytes, const char** rule);

/* Which operator a model needs that this firmware was built without: "mean", or "conv_2d:packed" where the form that the model has
 * it in is not there. Names are those of docs/spec/operators; "unknown" for an operator that is newer than this firmware. Null
 * when nothing is missing. For a model that mote_open or mote_check refuses as MOTE_UNKNOWN_OPERATOR. */
const char* mote_missing_operator(const void* bytes, size_t count);

uint32_t mote_input_count(const mote_model* model);
uint32_t mote_output_count(const mote_model* model);
mote_tensor mote_input(const mote_model* model, uint32_t index); /* count == 0 for an index that is none */
mote_tensor mote_output(const mote_model* model, uint32_t index);

/* All inputs, all outputs: the bytes that mote_run() takes and gives. */
uint32_t mote_input_bytes(const mote_model* model);
uint32_t mote_output_bytes(const mote_model* model);

/* Raw sensor windows, for a model that carries its front end: int16, [1, 1, samples, channels]. count == 0 without one.
 * Such a model has one input, int8 or int16, and one output, int8. */
mote_tensor mote_raw_input(const mote_model* model);
/* The monitored scalars that the front end computes from a raw window, int16. count == 0 without one. */
mote_tensor mote_statistics(const mote_model* model);

/* Runs once. Cannot fail: mote_open() has already refused every model for which it could.
 * `inputs` holds the bytes of all inputs, one after the other, and `outputs` receives those of all outputs; they may not overlap
 * each other or the arena. Null for inputs says that they stand in the arena already, where mote_input() says (a run overwrites
 * them); null for outputs that the caller will read them there. */
void mote_run(mote_model* model, const void* inputs, void* outputs);

/* The same run in steps, between which a cooperative scheduler lets others work:
 *
 *     mote_begin(&model, features);
 *     while (mote_step(&model)) yield();
 *     mote_end(&model, scores);
 *
 * Each step is one call of a kernel: a whole node, or one row of one where the plan runs row by row. mote_step() returns nonzero
 * while there is more to do, and does nothing more after that. Where the run stands is kept in `model`, so that several models,
 * each with an arena of its own, take turns as they like. Inputs and outputs are those of mote_run(), null as there; until the
 * last step, arena and outputs are unfinished work, and any other run of this model ends this one. */
void mote_begin(mote_model* model, const void* inputs);
int mote_step(mote_model* model);
void mote_end(mote_model* model, void* outputs);

/* A model may keep a state in the arena from one run to the next, as one that listens to a stream does. This makes it forget:
 * the next run answers as the first one after mote_open(). */
void mote_reset(mote_model* model);

/* Runs the front end and then the model. `statistics` may be null; else it receives mote_statistics().count values.
 * Only for a model whose mote_raw_input().count is not 0. */
void mote_run_raw(mote_model* model, const int16_t* raw, int16_t* statistics, int8_t* output);

/* Runs the front end alone: the input that mote_run_raw would feed to the model, mote_input_bytes() of it. */
void mote_front_end(mote_model* model, const int16_t* raw, int16_t* statistics, void* input);

/* One call of an operator's kernel. */
typedef struct mote_call {
  uint16_t node;               /* the node's index in the model, its front end included */
  uint16_t code;               /* of its operator */
  uint16_t first_row, end_row; /* of its output: all rows, or one where the plan runs row by row */
} mote_call;

typedef enum mote_moment { MOTE_CALL_BEGINS = 0, MOTE_CALL_ENDS = 1 } mote_moment;

/* Is called before and after each call of a kernel, in every way of running. It must not run the model. When a call has ended,
 * its rows are in the arena; what is called next may overwrite them. */
typedef void (*mote_hook)(void* context, mote_moment moment, const mote_call* call);
void mote_set_hook(mote_model* model, mote_hook hook, void* context); /* null, as after mote_open() and mote_bind(): none */

/* "conv_2d"; "unknown" for a code that is none. Never null. */
const char* mote_operator_name(uint16_t code);

/* The bytes of a section of an open model (docs/spec/model-format.md), or null and 0 when it has none. */
const void* mote_section(const mote_model* model, uint16_t type, uint32_t* bytes);

/* Runs the model's self-test vectors: MOTE_OK when every output byte is the recorded one (or there are none),
 * MOTE_SELF_TEST_FAILED otherwise. Uses the arena only, and resets the model before and after. */
mote_status mote_self_test(mote_model* model);

#ifdef __cplusplus
}
#endif
#endif
