/* stream.h: windows that overlap, out of samples as they come. Plain C; memory is the caller's, nothing here allocates or blocks.
 *
 *     static MOTE_ALIGNED uint8_t memory[STREAM_BYTES];                        // mote_stream_bytes() says how many
 *     mote_stream stream;
 *     if (mote_stream_open(&stream, &model, 320, memory, sizeof memory) != MOTE_STREAM_OK) return fail();
 *     ...
 *     while (count != 0) {                                                     // `samples` as a microphone gave them
 *       const size_t taken = mote_stream_feed(&stream, samples, count);
 *       samples += taken, count -= taken;
 *       if (mote_stream_run(&stream, NULL, scores)) on_scores(scores);
 *     }
 *
 * Answers are those of mote_run_raw() (of mote_run(), for a model without a front end) on the whole of each window, byte for
 * byte. What the front end begins with is not done again for samples that it has seen: of log_mel, and of a dct behind it, each
 * frame is computed once, when its last sample comes, and its row is kept. Any other front end, and a model without one, whose
 * input is int16, gets its windows from a ring of samples and runs whole. */
#ifndef MOTE_STREAM_H
#define MOTE_STREAM_H
#include "mote/mote.h"
#ifdef __cplusplus
extern "C" {
#endif

/* A stream that feeds an open model, whose mote_model must stay where it is. Opaque, as that. */
typedef struct mote_stream {
  const void* opaque[16];
} mote_stream;

/* Whether there can be such a stream. Not of mote_status: these travel in no report, and firmware without streams pays nothing
 * for their names. */
typedef enum mote_stream_status {
  MOTE_STREAM_OK = 0,
  MOTE_STREAM_NO_WINDOW = 1,    /* the model does not take one window of int16 samples */
  MOTE_STREAM_WRONG_STRIDE = 2, /* the stride is 0, or no multiple of the hop of the model's log_mel */
  MOTE_STREAM_TOO_SMALL = 3     /* less memory than mote_stream_bytes() said, or not 16-byte aligned */
} mote_stream_status;

/* The bytes that mote_stream_open() wants for such a stream; `bytes` is left alone when there can be none.
 *
 * stride  samples from the beginning of one window to that of the next. A sample is one number of every channel */
mote_stream_status mote_stream_bytes(const mote_model* model, uint32_t stride, uint32_t* bytes);

/* Begins a stream at its first sample. The memory is the stream's as long as it is used, and none of the model's arena. */
mote_stream_status mote_stream_open(mote_stream* stream, mote_model* model, uint32_t stride, void* memory, size_t bytes);

/* Takes samples, up to the last one of the next window, and answers how many of the `count` it took: 0 while a window is complete
 * and has not been run.
 *
 * samples  int16 [count, channels]
 * time     that of the frames that end in them; it never touches the arena, so that it may be called between two mote_step() */
size_t mote_stream_feed(mote_stream* stream, const int16_t* samples, size_t count);

/* Runs the model on the window, when one is complete; else does nothing and answers 0. `statistics` as of mote_run_raw(),
 * `outputs` as of mote_run(); both may be null. */
int mote_stream_run(mote_stream* stream, int16_t* statistics, void* outputs);

/* The same in steps: runs what is left of the front end, and stands for mote_begin(). mote_step() and mote_end() follow:
 *
 *     if (mote_stream_begin(&stream, NULL)) {
 *       while (mote_step(&model)) feed_what_has_come();
 *       mote_end(&model, scores);
 *     }
 *
 * The window has been taken when it returns, and the stream goes on to the next one. */
int mote_stream_begin(mote_stream* stream, int16_t* statistics);

/* Forgets what was heard, for samples that do not follow those before. The model's states are its own: mote_reset(). */
void mote_stream_reset(mote_stream* stream);

/* The model's hook (mote_set_hook) sees a frame's calls too, as one row each of nodes 0 and 1. That row is not in the arena. */

#ifdef __cplusplus
}
#endif
#endif
